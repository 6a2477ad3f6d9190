import { formatManifest } from '@datahub/core/bucket/manifest'
import { manifestNameOf, taskDirectory } from '@datahub/core/bucket/names'
import type { Destination, ObjectLabels, StagedFile } from '@datahub/core/destination/destination'
import { createHash } from 'node:crypto'
import type { Claim } from '../executions/claim.ts'
import { buildManifest } from './build-manifest.ts'
import type { Attempt, DeliveryTools } from './delivery-tools.ts'
import { packageNameOf } from './staging.ts'

/** Whether an earlier attempt has stored exactly what it sealed. */
export async function isStored({ claim, signal }: Attempt, destination: Destination): Promise<boolean> {
  return claim.sealed !== null && destination.has(packageKey(destination, claim), claim.sealed, signal)
}

/** Makes the package visible, whole and verified, under its own name, or throws. */
export async function storePackage(
  attempt: Attempt,
  tools: DeliveryTools,
  destination: Destination,
  staged: StagedFile,
): Promise<void> {
  const { claim, meter, signal } = attempt
  meter.step = 'send'
  await tools.executions.sending(claim)
  const labels = labelsOf(tools, claim, staged.sha256)
  await destination.putNew(packageKey(destination, claim), staged, labels, signal, () =>
    tools.executions.assertMine(claim),
  )
}

/** The manifest is built from what the database knows of the sealed package, so every attempt writes the same bytes. */
export async function storeManifest(attempt: Attempt, tools: DeliveryTools, destination: Destination): Promise<void> {
  const { claim, signal } = attempt
  const key = packageKey(destination, claim)
  const body = Buffer.from(formatManifest(await buildManifest(tools.db, tools.instanceId, claim, key)))
  const labels = labelsOf(tools, claim, createHash('sha256').update(body).digest('hex'))
  await destination.putNew(manifestNameOf(key), body, labels, signal)
}

function packageKey(destination: Destination, claim: Claim): string {
  return taskDirectory(destination.prefix, claim.taskId) + packageNameOf(claim)
}

function labelsOf(tools: DeliveryTools, claim: Claim, sha256: string): ObjectLabels {
  return { instance: tools.instanceId, request: claim.requestId, sha256 }
}
