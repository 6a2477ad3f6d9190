import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  UploadPartCommand,
  type CompletedPart,
} from '@aws-sdk/client-s3'
import type { ObjectLabels } from '@datahub/core/destination/destination'
import { DataHubError } from '@datahub/core/error/data-hub-error'
import { at, birthOf, doing, limitFor, type Bucket } from './bucket.ts'
import { request } from './client.ts'
import { versionOf } from './object.ts'
import { keepPartBuffer, takePartBuffer } from './part-buffers.ts'
import type { PartPlan } from './plan-parts.ts'

const TIDY_UP_MS = 10_000

/** Parts that have arrived and are not visible yet. */
export interface Upload {
  readonly uploadId: string
  readonly parts: readonly CompletedPart[]
}

/** Opens an upload, and remembers it until it is joined or thrown away: parts that nobody knows of are billed for ever. */
export async function createUpload(
  bucket: Bucket,
  key: string,
  labels: Partial<ObjectLabels>,
  signal: AbortSignal,
): Promise<string> {
  const what = doing('begin the upload of', bucket, key)
  const command = new CreateMultipartUploadCommand({
    ...at(bucket, key),
    ...birthOf(bucket, key, labels),
    // The client adds checksums to the parts by itself, which Amazon refuses unless they were announced here.
    ...(bucket.can.checksums === 'accepted' ? { ChecksumAlgorithm: 'CRC32' as const } : {}),
  })
  const { UploadId } = await request(what, signal, limitFor(bucket, 0), (abortSignal) =>
    bucket.client.send(command, { abortSignal }),
  )
  if (!UploadId) throw new DataHubError('destination.not_s3', what)
  try {
    await bucket.memory.begun({ key, uploadId: UploadId })
  } catch (error) {
    await throwAway(bucket, key, UploadId)
    throw error
  }
  return UploadId
}

/** Opens an upload and sends all parts of a body. What fails is thrown as it is, and the parts thrown away if they may be. */
export async function uploadParts(
  bucket: Bucket,
  key: string,
  labels: Partial<ObjectLabels>,
  next: NextBytes,
  plan: PartPlan,
  signal: AbortSignal,
): Promise<Upload> {
  const uploadId = await createUpload(bucket, key, labels, signal)
  try {
    return await sendParts(bucket, key, uploadId, next, plan, signal)
  } catch (error) {
    await throwAway(bucket, key, uploadId)
    throw error
  }
}

/** Hands out the next bytes of a body, which may take a while: as many as the buffer has room for, fewer only at the end. */
export type NextBytes = (into: Buffer, signal: AbortSignal) => Promise<Buffer>

/** The body has more bytes than the plan has room for. Nothing can be done with the upload but throw it away. */
export class Outgrown extends Error {
  override readonly name = 'Outgrown'
}

/**
 * Sends all parts of a body, a few at a time, each from a buffer that is used again: the memory needed does not grow
 * with the body. Returns when all have arrived; when it throws, no part is under way any more.
 */
async function sendParts(
  bucket: Bucket,
  key: string,
  uploadId: string,
  next: NextBytes,
  plan: PartPlan,
  signal: AbortSignal,
): Promise<Upload> {
  const failed = new AbortController()
  const either = AbortSignal.any([signal, failed.signal])
  const parts: CompletedPart[] = []
  const underWay = new Set<Promise<void>>()
  const send = async (number: number, bytes: Buffer, buffer: Buffer): Promise<void> => {
    try {
      parts[number - 1] = await sendPart(bucket, key, uploadId, number, bytes, either)
      keepPartBuffer(buffer)
    } catch (error) {
      failed.abort(error)
    }
  }
  try {
    for (let number = 1; ; number += 1) {
      if (underWay.size >= plan.inFlight) await Promise.race(underWay)
      either.throwIfAborted()
      const buffer = takePartBuffer(plan.partBytes)
      const bytes = await next(buffer, either)
      if (bytes.length === 0 && number > 1) break
      if (number > plan.count) throw new Outgrown()
      const sending = send(number, bytes, buffer).finally(() => underWay.delete(sending))
      underWay.add(sending)
      if (bytes.length < plan.partBytes) break
    }
    await Promise.all(underWay)
    either.throwIfAborted()
    return { uploadId, parts }
  } catch (error) {
    failed.abort(error)
    await Promise.all(underWay)
    throw error
  }
}

export async function sendPart(
  bucket: Bucket,
  key: string,
  uploadId: string,
  number: number,
  bytes: Buffer,
  signal: AbortSignal,
): Promise<CompletedPart> {
  const what = doing(`send part ${number} of`, bucket, key)
  const sent = await request(what, signal, limitFor(bucket, bytes.length), (abortSignal) =>
    bucket.client.send(
      new UploadPartCommand({ ...at(bucket, key), UploadId: uploadId, PartNumber: number, Body: bytes }),
      { abortSignal },
    ),
  )
  // Amazon wants the checksum of each part again when they are joined.
  return { PartNumber: number, ETag: sent.ETag, ...(sent.ChecksumCRC32 ? { ChecksumCRC32: sent.ChecksumCRC32 } : {}) }
}

/** Joins the parts, which makes the object visible. Returns its version. */
export async function completeUpload(
  bucket: Bucket,
  key: string,
  upload: Upload,
  ifAbsent: boolean,
  signal: AbortSignal,
): Promise<string> {
  const what = doing('complete the upload of', bucket, key)
  const done = await request(what, signal, bucket.patience.completeMs, (abortSignal) =>
    bucket.client.send(
      new CompleteMultipartUploadCommand({
        ...at(bucket, key),
        UploadId: upload.uploadId,
        MultipartUpload: { Parts: [...upload.parts] },
        ...(ifAbsent ? { IfNoneMatch: '*' } : {}),
      }),
      { abortSignal },
    ),
  )
  await bucket.memory.ended({ key, uploadId: upload.uploadId })
  return versionOf(done.ETag)
}

/** Has the store throw the parts away. Throws like every request; who tidies up after a failure lets it pass. */
export async function abortUpload(bucket: Bucket, key: string, uploadId: string, signal: AbortSignal): Promise<void> {
  try {
    await request(doing('abort the upload of', bucket, key), signal, limitFor(bucket, 0), (abortSignal) =>
      bucket.client.send(new AbortMultipartUploadCommand({ ...at(bucket, key), UploadId: uploadId }), { abortSignal }),
    )
  } catch (error) {
    // Joined after all, thrown away by a rule, or by an abort whose answer was lost.
    if (!(error instanceof DataHubError) || error.facts['code'] !== 'NoSuchUpload') throw error
  }
  await bucket.memory.ended({ key, uploadId })
}

/** Aborts an upload that is of no use any more. Whether or not we may, what is reported is why it is of no use. */
export async function throwAway(bucket: Bucket, key: string, uploadId: string): Promise<void> {
  await abortUpload(bucket, key, uploadId, AbortSignal.timeout(TIDY_UP_MS)).catch(() => undefined)
}

/** What earlier attempts left open under a key is nobody's, as whoever works on it now holds the claim. */
export async function abortEarlier(bucket: Bucket, key: string): Promise<void> {
  await abortForgotten(bucket, (other) => other === key, AbortSignal.timeout(TIDY_UP_MS))
}

/** Throws away what died under this key, or under any: uploads that are remembered and that nobody works on. Answers how many are left. */
export async function abortForgotten(
  bucket: Bucket,
  isForgotten: (key: string) => boolean,
  signal: AbortSignal,
): Promise<number> {
  const forgotten = (await bucket.memory.openUploads()).filter((upload) => isForgotten(upload.key))
  const outcomes = await Promise.allSettled(
    forgotten.map(({ key, uploadId }) => abortUpload(bucket, key, uploadId, signal)),
  )
  const failures = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason as unknown] : []))
  const denied = failures.some((error) => error instanceof DataHubError && error.code === 'destination.access_denied')
  if (denied && bucket.can.abort === 'allowed') {
    bucket.can = { ...bucket.can, abort: 'denied' }
    if (bucket.memory.capabilities) await bucket.memory.keep({ ...bucket.memory.capabilities, abort: 'denied' })
  }
  return failures.length
}
