import { PutObjectCommand } from '@aws-sdk/client-s3'
import type { Got, ObjectLabels, Stored } from '@datahub/core/destination/destination'
import { DataHubError } from '@datahub/core/error/data-hub-error'
import { at, birthOf, doing, limitFor, type Bucket } from './bucket.ts'
import { request } from './client.ts'
import { httpStatusOf, isAmbiguous, isConditionFalse, mayRefuseConditions } from './errors.ts'
import { isOurs, read, versionOf } from './object.ts'

/** What the next write depends on: nothing being there, a version being there, or nothing at all. */
type Condition = { IfNoneMatch: '*' } | { IfMatch: string } | Record<string, never>

/** `Destination.putVersion` for S3: compare and swap by ETag, settled by reading back wherever the answer leaves a doubt. */
export async function putVersion(
  bucket: Bucket,
  key: string,
  body: Buffer,
  labels: ObjectLabels,
  ifVersion: string | null,
  signal: AbortSignal,
): Promise<Stored> {
  const lost = () => new DataHubError('destination.lost_race', doing('replace', bucket, key))
  /** The version under which our bytes stand there, if they do. */
  const ourVersion = (got: Got): string | undefined =>
    typeof got === 'object' && got.body.equals(body) && isOurs(got.labels, labels) ? got.version : undefined

  const put = (condition: Condition) =>
    request(doing('write', bucket, key), signal, limitFor(bucket, body.length), async (abortSignal) => {
      const command = new PutObjectCommand({
        ...at(bucket, key),
        Body: body,
        ...birthOf(bucket, key, labels),
        ...condition,
      })
      return { version: versionOf((await bucket.client.send(command, { abortSignal })).ETag) }
    })

  if (bucket.can.conditions !== 'honoured') return await putCarefully()
  try {
    return await put(conditionOf(ifVersion, bucket.etags))
  } catch (error) {
    signal.throwIfAborted()
    if (mayRefuseConditions(error)) {
      const stored = await putCarefully()
      bucket.can = { ...bucket.can, conditions: 'refused' }
      await bucket.memory.keep(null)
      return stored
    }
    return await settle(error)
  }

  /** A condition was false, or the answer is in doubt: the bucket itself says what happened. */
  async function settle(error: unknown): Promise<Stored> {
    // Without the right to list, If-Match on a key that is gone may be answered like a forbidden one.
    const mayBeGone = ifVersion !== null && [403, 404].includes(httpStatusOf(error) ?? 0)
    if (!isAmbiguous(error) && !mayBeGone) throw error
    const got = await read(bucket, key, signal)
    const version = ourVersion(got)
    if (version !== undefined) return { version }
    if (!isConditionFalse(error)) {
      if (mayBeGone && typeof got === 'string') throw lost()
      throw httpStatusOf(error) === 409 ? lost() : error
    }
    if (ifVersion === null && got === 'unreadable') {
      throw new DataHubError('destination.unreadable', doing('read back', bucket, key))
    }
    // A condition that holds and is called false: the store wants the ETag in its other form.
    const stands = typeof got === 'object' && got.version === ifVersion
    if (ifVersion === null || !stands || bucket.etags === 'bare') throw lost()
    return await putBare(ifVersion)
  }

  async function putBare(version: string): Promise<Stored> {
    try {
      const stored = await put(conditionOf(version, 'bare'))
      bucket.etags = 'bare'
      return stored
    } catch (error) {
      signal.throwIfAborted()
      const ours = isAmbiguous(error) ? ourVersion(await read(bucket, key, signal)) : undefined
      if (ours !== undefined) return { version: ours }
      throw isConditionFalse(error) ? lost() : error
    }
  }

  /** For stores without conditional writes: look, write, look again. The caller sees to it that nobody else writes. */
  async function putCarefully(): Promise<Stored> {
    const before = await read(bucket, key, signal)
    const already = ourVersion(before)
    if (already !== undefined) return { version: already }
    if ((typeof before === 'object' ? before.version : null) !== ifVersion) throw lost()
    await put({})
    const version = ourVersion(await read(bucket, key, signal))
    if (version === undefined) throw lost()
    return { version }
  }
}

function conditionOf(ifVersion: string | null, etags: Bucket['etags']): Condition {
  if (ifVersion === null) return { IfNoneMatch: '*' }
  return { IfMatch: etags === 'bare' ? ifVersion : `"${ifVersion}"` }
}
