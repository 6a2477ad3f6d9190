import { formatManifest } from '@datahub/core/bucket/manifest'
import { manifestNameOf, taskDirectory } from '@datahub/core/bucket/names'
import type {
  Destination,
  GrowingFile,
  ObjectOrigin,
  SendingAhead,
  StagedFile,
} from '@datahub/core/destination/destination'
import { hash } from 'node:crypto'
import type { Claim } from '../executions/claim.ts'
import { findLastSize } from '../executions/sealed-store.ts'
import { buildManifest } from './build-manifest.ts'
import type { Attempt, DeliveryTools } from './delivery-tools.ts'
import { packageNameOf } from './staging.ts'

/** Whether an earlier attempt has stored exactly what it sealed. */
export async function isStored({ claim, signal }: Attempt, destination: Destination): Promise<boolean> {
  return claim.sealed !== null && destination.has(packageKey(destination, claim), claim.sealed, signal)
}

/** The package on its way into the bucket, from its first bytes on where the storage can take them unseen. */
export interface PackageSending extends AsyncDisposable {
  /** Sends what is written already, while more is. */
  follow(file: GrowingFile): void
  /** Makes the package visible, whole and verified, under its own name, or throws. */
  store(staged: StagedFile): Promise<void>
}

export function sendPackage(
  { claim, meter, signal }: Attempt,
  tools: DeliveryTools,
  destination: Destination,
): PackageSending {
  const key = packageKey(destination, claim)
  const stillMine = () => tools.executions.assertMine(claim)
  const announce = () => tools.executions.announce(claim)
  let ahead: SendingAhead | undefined
  return {
    follow(file) {
      const expectedBytes = () => findLastSize(tools.db, claim.taskId)
      ahead = destination.sendAhead?.(key, file, originOf(tools, claim), expectedBytes, signal, stillMine)
    },
    async store(staged) {
      meter.step = 'send'
      await tools.executions.sending(claim)
      const labels = { ...originOf(tools, claim), sha256: staged.sha256 }
      if (ahead) await ahead.putNew(staged, labels, signal, announce)
      else await destination.putNew(key, staged, labels, signal, announce)
    },
    async [Symbol.asyncDispose]() {
      await ahead?.[Symbol.asyncDispose]()
    },
  }
}

/** The manifest is built from what the database knows of the sealed package, so every attempt writes the same bytes. */
export async function storeManifest(attempt: Attempt, tools: DeliveryTools, destination: Destination): Promise<void> {
  const { claim, signal } = attempt
  const key = packageKey(destination, claim)
  const body = Buffer.from(formatManifest(await buildManifest(tools.db, tools.instanceId, claim, key)))
  const labels = { ...originOf(tools, claim), sha256: hash('sha256', body) }
  await destination.putNew(manifestNameOf(key), body, labels, signal)
}

function packageKey(destination: Destination, claim: Claim): string {
  return taskDirectory(destination.prefix, claim.taskId) + packageNameOf(claim)
}

function originOf(tools: DeliveryTools, claim: Claim): ObjectOrigin {
  return { instance: tools.instanceId, request: claim.requestId }
}
