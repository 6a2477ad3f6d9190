import { hash } from 'node:crypto'
import { PutObjectCommand } from '@aws-sdk/client-s3'
import type { ObjectLabels, StagedFile, Stored } from '@datahub/core/destination/destination'
import { DataHubError } from '@datahub/core/error/data-hub-error'
import { openSealed, wholeOf } from '../sealed.ts'
import { at, birthOf, doing, limitFor, type Bucket } from './bucket.ts'
import { request } from './client.ts'
import { isAmbiguous, isConditionFalse, mayRefuseConditions } from './errors.ts'
import { abortEarlier, completeUpload, throwAway, uploadParts, type Upload } from './multipart.ts'
import { holds, isOurs, look, versionOf, type Seen, type Standing } from './object.ts'
import { PART_LIMITS, planParts, type PartPlan } from './plan-parts.ts'

/** One object on its way into the bucket. */
export interface Sending {
  readonly bucket: Bucket
  readonly key: string
  readonly labels: ObjectLabels
  readonly sizeBytes: number
  readonly signal: AbortSignal
  readonly stillMine: () => Promise<void>
}

/**
 * `Destination.putNew` for S3: one PUT for what fits into a part, else a multipart upload. Before and after it is looked
 * what stands there, unless the store is known to tell by itself, which makes a small object one request.
 */
export async function putNew(
  bucket: Bucket,
  key: string,
  body: StagedFile | Buffer,
  labels: ObjectLabels,
  signal: AbortSignal,
  stillMine: () => Promise<void> = () => Promise.resolve(),
  limits = PART_LIMITS,
): Promise<Stored> {
  const sizeBytes = Buffer.isBuffer(body) ? body.length : body.sizeBytes
  const sending = { bucket, key, labels, sizeBytes, signal, stillMine }
  const plan = planParts(sizeBytes, limits)
  // Sending a small object in vain costs less than asking first, and a store that keeps its promise replaces nothing.
  if (plan.count > 1 || !isProven(bucket)) {
    const there = await look(bucket, key, signal)
    if (isStanding(there)) return await accept(sending, there)
  }
  return plan.count === 1 ? await putWhole(sending, body) : await putInParts(sending, body, plan)
}

async function putWhole(sending: Sending, body: StagedFile | Buffer): Promise<Stored> {
  const { bucket, key, labels, signal } = sending
  const bytes = await wholeOf(body, labels)
  const ownVersion = isProven(bucket) ? md5Of(bytes) : undefined
  const send = (ifAbsent: boolean) =>
    request(doing('store', bucket, key), signal, limitFor(bucket, bytes.length), async (abortSignal) => {
      const command = new PutObjectCommand({
        ...at(bucket, key),
        Body: bytes,
        ...birthOf(bucket, key, labels),
        ...(ifAbsent ? { IfNoneMatch: '*' } : {}),
      })
      return versionOf((await bucket.client.send(command, { abortSignal })).ETag)
    })
  return await publish(sending, 'conditions', send, ownVersion)
}

async function putInParts(sending: Sending, body: StagedFile | Buffer, plan: PartPlan): Promise<Stored> {
  const { bucket, key, labels, signal } = sending
  const reader = await openSealed(body, labels)
  try {
    await abortEarlier(bucket, key)
    const next = (into: Buffer) => reader.next(into.length, into)
    const upload = await uploadParts(bucket, key, labels, next, plan, signal)
    return await join(sending, upload, () => reader.finish())
  } finally {
    await reader.close()
  }
}

/** Joins the parts into the object, if `isWhole` does not throw. No part is left over afterwards, as far as that is up to us. */
export async function join(sending: Sending, upload: Upload, isWhole: () => void): Promise<Stored> {
  const { bucket, key, signal } = sending
  let joined = false
  try {
    isWhole()
    return await publish(sending, 'joinConditions', async (ifAbsent) => {
      const version = await completeUpload(bucket, key, upload, ifAbsent, signal)
      joined = true
      return version
    })
  } finally {
    if (!joined) await throwAway(bucket, key, upload.uploadId)
  }
}

/** Which of the store's promises keeps two writers apart. */
type Guard = 'conditions' | 'joinConditions'

/**
 * Sends the one request that makes the object visible, and finds out what came of it. Where the store keeps no two
 * writers apart, the claim of the attempt does: it is looked at a moment before, and afterwards. `ownVersion` is what the
 * store calls exactly these bytes, if that is known: it is proof enough of what has arrived.
 */
async function publish(
  sending: Sending,
  guard: Guard,
  send: (ifAbsent: boolean) => Promise<string>,
  ownVersion?: string,
): Promise<Stored> {
  const { bucket, key, signal } = sending
  if (bucket.can[guard] !== 'honoured') {
    const there = await look(bucket, key, signal)
    if (isStanding(there)) return await accept(sending, there)
  }
  await sending.stillMine()
  signal.throwIfAborted()
  try {
    const version = await send(bucket.can[guard] !== 'refused')
    return version === ownVersion ? { version } : await verify(sending, version)
  } catch (error) {
    signal.throwIfAborted()
    if (bucket.can[guard] !== 'refused' && mayRefuseConditions(error)) {
      bucket.can = { ...bucket.can, [guard]: 'refused' }
      await bucket.memory.keep(null)
      return await publish(sending, guard, send)
    }
    if (!isAmbiguous(error)) throw error
    return await readBack(sending, error)
  }
}

/** The store said yes. What it holds has our size and labels, or we say no. */
async function verify(sending: Sending, version: string): Promise<Stored> {
  const { bucket, key, labels, sizeBytes } = sending
  const there = await look(bucket, key, sending.signal)
  // Not allowed to look: the answer to the write itself, with its ETag over what was checked on arrival, has to do.
  if (there === 'hidden' && version !== '') return { version }
  if (isStanding(there) && !isOurs(there.labels, labels)) throw nameTaken(sending)
  if (isStanding(there) && there.sizeBytes === sizeBytes && there.version === version) return { version }
  if (isStanding(there) && (await holds(bucket, key, there, contentOf(sending), sending.signal)))
    return { version: there.version }
  throw new DataHubError('destination.altered', doing('verify', bucket, key))
}

/** The store said no, or nothing: somebody's object is there, or ours is after all, or nothing has changed. */
async function readBack(sending: Sending, error: unknown): Promise<Stored> {
  const { bucket, key, signal } = sending
  const there: Seen = await look(bucket, key, signal).catch(() => {
    signal.throwIfAborted()
    throw error
  })
  if (isStanding(there)) return await accept(sending, there)
  if (there === 'hidden' && isConditionFalse(error)) {
    throw new DataHubError('destination.unreadable', doing('read back', bucket, key))
  }
  throw error
}

/** What stands there is ours, or the name is taken. */
async function accept(sending: Sending, there: Standing): Promise<Stored> {
  const { bucket, key, labels, signal } = sending
  const same = isOurs(there.labels, labels) && (await holds(bucket, key, there, contentOf(sending), signal))
  if (same) return { version: there.version }
  throw nameTaken(sending)
}

/** Whether the store was seen to replace nothing when asked not to. */
function isProven({ can, memory }: Bucket): boolean {
  return can.conditions === 'honoured' && memory.capabilities !== undefined
}

/** What most stores call a whole object that they do not encrypt with a key of their own; undefined where MD5 is forbidden. */
function md5Of(bytes: Buffer): string | undefined {
  try {
    return hash('md5', bytes)
  } catch {
    return undefined
  }
}

function contentOf({ labels, sizeBytes }: Sending) {
  return { sha256: labels.sha256, sizeBytes, upload: labels.upload }
}

function nameTaken({ bucket, key }: Sending): DataHubError {
  return new DataHubError('destination.name_taken', doing('store', bucket, key))
}

function isStanding(seen: Seen): seen is Standing {
  return typeof seen === 'object'
}
