import type { Destination } from '@datahub/core/destination/destination'
import { STORAGE_SITUATIONS } from '@datahub/core/destination/storage-errors'
import { DataHubError } from '@datahub/core/error/data-hub-error'
import type { DestinationKind, DestinationWorld, StoreMemory } from '../kind.ts'
import { openBucket, useChecksums } from './bucket.ts'
import { checkBucket } from './check.ts'
import { PATIENCE, type Patience } from './client.ts'
import { httpStatusOf } from './errors.ts'
import { requireGuardedRole } from './identity.ts'
import { abortForgotten } from './multipart.ts'
import { holds, look, read } from './object.ts'
import { PART_LIMITS } from './plan-parts.ts'
import { putNew } from './put-new.ts'
import { putVersion } from './put-version.ts'
import { sendAhead } from './send-ahead.ts'
import { s3Settings, type S3Settings } from './settings.ts'

export const s3: DestinationKind<S3Settings> = {
  kind: 's3',
  title: 'Amazon S3 or compatible storage',
  configSchema: s3Settings,
  secrets: ['secretAccessKey'],
  credentials: ['accessKeyId', 'secretAccessKey'],
  admit({ endpoint, stsEndpoint }, { egress }) {
    for (const address of [endpoint, stsEndpoint]) {
      if (address !== undefined) egress.admitHost(new URL(address).hostname, 'endpoint')
    }
  },
  open: (settings, world, memory) => openS3(settings, world, memory),
}

/** A bucket as a destination. `patience` and `limits` are for tests, which have less of the one and smaller parts. */
export function openS3(
  settings: S3Settings,
  world: DestinationWorld,
  memory: StoreMemory,
  patience: Patience = PATIENCE,
  limits = PART_LIMITS,
): Destination {
  const bucket = openBucket(settings, world, memory, patience)
  let known = memory.capabilities !== undefined

  /** Before the first write with new settings the store is tried out, because what it can do decides how to write. */
  async function tryOut(signal: AbortSignal): Promise<void> {
    if (known) return
    if (settings.roleArn !== undefined) await requireGuardedRole(settings, world, patience, signal)
    for await (const step of checkBucket(settings, world, memory, signal)) void step
    // A test that failed says why to whoever asks for it; a delivery meets the same fault and reports it itself.
    known = true
    if (memory.capabilities === undefined) return
    useChecksums(bucket, memory.capabilities.checksums)
    bucket.can = memory.capabilities
  }

  /** After a refusal nothing that was found out holds for sure. */
  async function writing<T>(signal: AbortSignal, write: () => Promise<T>): Promise<T> {
    await tryOut(signal)
    return await write().catch(async (error: unknown) => {
      if ([403, 501].includes(httpStatusOf(error) ?? 0)) await memory.keep(null)
      throw settings.roleArn !== undefined && isExpired(error) ? renewable(error) : error
    })
  }

  return {
    kind: 's3',
    prefix: settings.prefix,
    putNew: (key, body, labels, signal, stillMine) =>
      writing(signal, () => putNew(bucket, key, body, labels, signal, stillMine, limits)),
    sendAhead: (key, file, origin, expectedBytes, signal, stillMine) =>
      sendAhead(bucket, { key, file, origin, expectedBytes, signal, stillMine, writing }, limits),
    putVersion: (key, body, labels, ifVersion, signal) =>
      writing(signal, () => putVersion(bucket, key, body, labels, ifVersion, signal)),
    get: (key, signal) => read(bucket, key, signal),
    async has(key, content, signal) {
      const there = await look(bucket, key, signal)
      return typeof there === 'object' && (await holds(bucket, key, there, content, signal))
    },
    check: (signal) => checkBucket(settings, world, memory, signal),
    tidyUp: (isForgotten, signal) => abortForgotten(bucket, isForgotten, signal),
    close: () => Promise.resolve(bucket.client.destroy()),
  }
}

function isExpired(error: unknown): error is DataHubError {
  return error instanceof DataHubError && error.code === 'destination.credentials_expired'
}

/** A session that has ended is nobody's fault: the next attempt gets another one. */
function renewable({ facts }: DataHubError): DataHubError {
  const { code, remedy } = STORAGE_SITUATIONS['an expired token of a role']
  return new DataHubError(code, 'write with the session of the role', { facts, ...(remedy ? { hint: remedy } : {}) })
}
