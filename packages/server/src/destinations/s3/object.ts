import { createHash } from 'node:crypto'
import type { Readable } from 'node:stream'
import { GetObjectCommand, HeadObjectCommand } from '@aws-sdk/client-s3'
import type { Got, ObjectLabels } from '@datahub/core/destination/destination'
import { DataHubError } from '@datahub/core/error/data-hub-error'
import { at, doing, limitFor, type Bucket } from './bucket.ts'
import { request } from './client.ts'
import { httpStatusOf } from './errors.ts'
import { labelsIn } from './metadata.ts'

/** What we read into memory is ours and small; a store that sends without end must not fill it. */
const READ_MAX_BYTES = 256 * 1024 * 1024

/** An object as it stands in the bucket, without its bytes. */
export interface Standing {
  readonly sizeBytes: number
  readonly labels: Partial<ObjectLabels>
  readonly version: string
}

/** `hidden`: the store does not say. With the seed's policy that is the answer for a key that is not there. */
export type Seen = Standing | 'absent' | 'hidden'

export interface Content {
  readonly sha256: string
  readonly sizeBytes: number
  /** The mark of the upload that this content, and nothing else, was sent with. */
  readonly upload?: string | undefined
}

/** Looks without reading. An answer to HEAD has no error code, so nothing is concluded from a refusal. */
export async function look(bucket: Bucket, key: string, signal: AbortSignal): Promise<Seen> {
  try {
    const head = await request(doing('look at', bucket, key), signal, limitFor(bucket, 0), (abortSignal) =>
      bucket.client.send(new HeadObjectCommand(at(bucket, key)), { abortSignal }),
    )
    return { sizeBytes: head.ContentLength ?? 0, labels: labelsIn(head.Metadata), version: versionOf(head.ETag) }
  } catch (error) {
    const status = httpStatusOf(error)
    if (status === 404) return 'absent'
    if (status !== undefined && status >= 300 && status < 500) return 'hidden'
    throw error
  }
}

/** The whole object. A missing key is `unreadable` where the policy does not let the store say so. */
export async function read(bucket: Bucket, key: string, signal: AbortSignal): Promise<Got> {
  try {
    return await request(doing('read', bucket, key), signal, limitFor(bucket, READ_MAX_BYTES), async (abortSignal) => {
      const got = await bucket.client.send(new GetObjectCommand(at(bucket, key)), { abortSignal })
      const pieces: Buffer[] = []
      let sizeBytes = 0
      for await (const piece of got.Body as Readable as AsyncIterable<Buffer>) {
        pieces.push(piece)
        sizeBytes += piece.length
        if (sizeBytes > READ_MAX_BYTES) throw tooLarge(bucket, key)
      }
      return { body: Buffer.concat(pieces), labels: labelsIn(got.Metadata), version: versionOf(got.ETag) }
    })
  } catch (error) {
    if (!(error instanceof DataHubError)) throw error
    if (error.facts['code'] === 'NoSuchKey') return 'absent'
    if (error.code === 'destination.access_denied') return 'unreadable'
    throw error
  }
}

/**
 * Whether what stands there is the content: by a label that we left, or, where there is none that tells, by reading it
 * through. Large objects pass by piece by piece.
 */
export async function holds(
  bucket: Bucket,
  key: string,
  there: Standing,
  content: Content,
  signal: AbortSignal,
): Promise<boolean> {
  if (there.sizeBytes !== content.sizeBytes) return false
  if (there.labels.upload !== undefined && there.labels.upload === content.upload) return true
  if (there.labels.sha256 !== undefined) return there.labels.sha256 === content.sha256
  const limitMs = limitFor(bucket, there.sizeBytes)
  return await request(doing('read back', bucket, key), signal, limitMs, async (abortSignal) => {
    const { Body } = await bucket.client.send(new GetObjectCommand(at(bucket, key)), { abortSignal })
    const hash = createHash('sha256')
    for await (const piece of Body as Readable as AsyncIterable<Buffer>) hash.update(piece)
    return hash.digest('hex') === content.sha256
  })
}

/** Whether nobody else has put their name on it. Where the store keeps no labels the content alone decides. */
export function isOurs(there: Partial<ObjectLabels>, ours: ObjectLabels): boolean {
  const fields = ['instance', 'sha256', 'request'] as const
  return fields.every((field) => there[field] === undefined || there[field] === ours[field])
}

/** An ETag without the quotes that most stores put around it. */
export function versionOf(etag: string | undefined): string {
  return (etag ?? '').replace(/^(?:W\/)?"(.*)"$/, '$1')
}

function tooLarge(bucket: Bucket, key: string): DataHubError {
  const hint = 'It is larger than anything Data Hub writes there: look at it, and move it away.'
  return new DataHubError('destination.refused', doing('read', bucket, key), { hint })
}
