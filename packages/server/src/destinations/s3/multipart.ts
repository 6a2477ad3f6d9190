import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  UploadPartCommand,
  type CompletedPart,
} from '@aws-sdk/client-s3'
import type { ObjectLabels } from '@datahub/core/destination/destination'
import { DataHubError } from '@datahub/core/error/data-hub-error'
import type { SealedReader } from '../sealed.ts'
import { at, birthOf, doing, limitFor, type Bucket } from './bucket.ts'
import { request } from './client.ts'
import { versionOf } from './object.ts'
import type { PartPlan } from './plan-parts.ts'

/** Parts that have arrived and are not visible yet. */
export interface Upload {
  readonly uploadId: string
  readonly parts: readonly CompletedPart[]
}

/** Opens an upload, and remembers it until it is joined or thrown away: parts that nobody knows of are billed for ever. */
export async function createUpload(
  bucket: Bucket,
  key: string,
  labels: ObjectLabels,
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
  await bucket.memory.begun({ key, uploadId: UploadId })
  return UploadId
}

/**
 * Sends all parts of the body, a few at a time, each from a buffer that is used again: the memory needed does not grow
 * with the body. Returns when all have arrived and the bytes read were the sealed ones; else no part is under way any more.
 */
export async function sendParts(
  bucket: Bucket,
  key: string,
  uploadId: string,
  reader: SealedReader,
  plan: PartPlan,
  signal: AbortSignal,
): Promise<Upload> {
  const failed = new AbortController()
  const either = AbortSignal.any([signal, failed.signal])
  const parts: CompletedPart[] = []
  const lanes = Array.from({ length: plan.inFlight }, () => ({
    buffer: Buffer.allocUnsafe(plan.partBytes),
    busy: Promise.resolve(),
  }))
  const send = async (number: number, bytes: Buffer): Promise<void> => {
    parts[number - 1] = await sendPart(bucket, key, uploadId, number, bytes, either)
  }
  try {
    for (let number = 1; number <= plan.count; number += 1) {
      // Parts are sent in turn by the lanes, so that they are read, and hashed, from front to back.
      const lane = lanes[number % lanes.length] as (typeof lanes)[number]
      await lane.busy
      either.throwIfAborted()
      const isLast = number === plan.count
      const bytes = await reader.next(plan.partBytes, isLast ? undefined : lane.buffer)
      lane.busy = send(number, bytes)
      lane.busy.catch((error: unknown) => failed.abort(error))
    }
    await Promise.all(lanes.map((lane) => lane.busy))
    reader.finish()
    return { uploadId, parts }
  } catch (error) {
    failed.abort(error)
    await Promise.allSettled(lanes.map((lane) => lane.busy))
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
