import type { Finding } from '@datahub/core/check/check-step'
import { randomUUID } from 'node:crypto'
import { PutObjectCommand } from '@aws-sdk/client-s3'
import { keyStatementFor, statementFor, type PolicyAction } from '@datahub/core/destination/policy'
import { DataHubError } from '@datahub/core/error/data-hub-error'
import type { Trial } from '../../foundation/try-each.ts'
import { sha256Of } from '../sealed.ts'
import { at, birthOf, doing, limitFor, useChecksums, type Bucket } from './bucket.ts'
import { request } from './client.ts'
import { httpStatusOf, isConditionFalse, mayRefuseConditions } from './errors.ts'
import { abortUpload, completeUpload, createUpload, sendPart, type Upload } from './multipart.ts'
import { read } from './object.ts'
import { isAmazon, type S3Settings } from './settings.ts'

const LIFECYCLE =
  'In the S3 console, under Management, add a lifecycle rule for the whole bucket: "Delete incomplete multipart uploads" after 7 days.'

const PART = Buffer.from('Data Hub connection test, in parts\n')

/** What deliveries do, done with the test object; `bucket.can` says afterwards what the store turned out to do. */
export function* objectSteps(bucket: Bucket, key: string): Generator<Trial> {
  const { settings } = bucket
  /** An upload that was begun and is of no use any more, for the abort. */
  let spare: string | undefined

  yield {
    name: 'write',
    title: 'Write a test object',
    async run(signal) {
      await withChecksumsIfAccepted(bucket, () => withAclIfNeeded(bucket, () => putTest(bucket, key, false, signal)))
      const acl = {
        'left out': '',
        needed: ', with the ACL that the bucket demands',
        refused: ', without an ACL, because the bucket has them disabled',
      }
      return `${key} was written${acl[bucket.can.acl]}.`
    },
  }
  yield {
    name: 'guard',
    title: 'Refuse to overwrite',
    async run(signal) {
      const conditions = await conditionsOf(putTest(bucket, key, true, signal))
      bucket.can = { ...bucket.can, conditions }
      return conditions === 'honoured' ? 'An object that exists is not replaced.' : unguarded(conditions, 'a write')
    },
  }
  yield {
    name: 'read',
    title: 'Read it back',
    async run(signal) {
      const got = await read(bucket, key, signal)
      bucket.can = { ...bucket.can, reading: got === 'unreadable' ? 'denied' : 'allowed' }
      if (got === 'unreadable') throw cannotRead(bucket, key)
      // Two tests at once may read each other's object: it has to be whole, and a test's.
      if (typeof got === 'object' && got.body.toString().startsWith('Data Hub connection test')) {
        if ((got.labels.sha256 ?? sha256Of(got.body)) === sha256Of(got.body))
          return 'What was written is what is there.'
      }
      throw new DataHubError('destination.altered', doing('read back', bucket, key))
    },
  }
  yield {
    name: 'multipart',
    title: 'Upload in parts',
    async run(signal) {
      await withChecksumsIfAccepted(bucket, async () => {
        const upload = await uploadPart(bucket, key, undefined, signal)
        await completeUpload(bucket, key, upload, false, signal)
      }).catch((error: unknown) => {
        throw withRight(settings, ['s3:PutObject'], error)
      })
      const left = (await bucket.memory.openUploads()).find((open) => open.key === key)?.uploadId
      const upload = await uploadPart(bucket, key, left, signal)
      const joinConditions = await conditionsOf(completeUpload(bucket, key, upload, true, signal))
      bucket.can = { ...bucket.can, joinConditions }
      if (joinConditions !== 'ignored') spare = upload.uploadId
      if (joinConditions === 'honoured') return 'Large packages can be uploaded.'
      return unguarded(joinConditions, 'an upload in parts')
    },
  }
  yield {
    name: 'abort',
    title: 'Abort an upload',
    async run(signal) {
      const uploadId = spare ?? (await createUpload(bucket, key, labelsOf(PART), signal))
      try {
        await abortUpload(bucket, key, uploadId, signal)
      } catch (error) {
        if (!isDenied(error)) throw error
        bucket.can = { ...bucket.can, abort: 'denied' }
        const remedy = `${LIFECYCLE} Or allow it: ${statementFor(['s3:AbortMultipartUpload'], settings)}`
        return { warning: 'Parts of failed uploads cannot be removed, and would be billed.', remedy }
      }
      bucket.can = { ...bucket.can, abort: 'allowed' }
      return 'Failed uploads leave nothing behind.'
    },
  }
  yield {
    name: 'list',
    title: 'Ask for a missing object',
    async run(signal) {
      const got = await read(bucket, `${key}_missing`, signal)
      bucket.can = { ...bucket.can, listing: got === 'unreadable' ? 'denied' : 'allowed' }
      return got === 'unreadable'
        ? "A missing object answers like a forbidden one, as under the guide's policy; the hub tells them apart itself."
        : 'A missing object answers so: the keys may list the bucket, which the hub does not need.'
    },
  }
}

/** Writes a test object of its own. */
async function putTest(bucket: Bucket, key: string, ifAbsent: boolean, signal: AbortSignal): Promise<void> {
  const body = Buffer.from(`Data Hub connection test ${randomUUID()}\n`)
  const what = doing('write', bucket, key)
  await request(what, signal, limitFor(bucket, body.length), (abortSignal) =>
    bucket.client.send(
      new PutObjectCommand({
        ...at(bucket, key),
        Body: body,
        ...birthOf(bucket, key, labelsOf(body)),
        ...(ifAbsent ? { IfNoneMatch: '*' } : {}),
      }),
      { abortSignal },
    ),
  )
}

/** An upload with its one part sent: of the last part no least size is asked. `left` is one that an earlier test could not abort. */
async function uploadPart(bucket: Bucket, key: string, left: string | undefined, signal: AbortSignal): Promise<Upload> {
  if (left !== undefined) {
    const part = await sendPart(bucket, key, left, 1, PART, signal).catch(() => undefined)
    if (part) return { uploadId: left, parts: [part] }
    await bucket.memory.ended({ key, uploadId: left })
  }
  const uploadId = await createUpload(bucket, key, labelsOf(PART), signal)
  return { uploadId, parts: [await sendPart(bucket, key, uploadId, 1, PART, signal)] }
}

/** What the store makes of a condition that is false. */
async function conditionsOf(write: Promise<unknown>): Promise<'honoured' | 'ignored' | 'refused'> {
  try {
    await write
    return 'ignored'
  } catch (error) {
    if (isConditionFalse(error)) return 'honoured'
    if (mayRefuseConditions(error)) return 'refused'
    throw error
  }
}

/** With checksums first; a store of another make that refuses the headers gets none from here on. */
async function withChecksumsIfAccepted(bucket: Bucket, write: () => Promise<void>): Promise<void> {
  if (isAmazon(bucket.settings)) return await write()
  if (bucket.can.checksums === 'accepted' || bucket.memory.capabilities?.checksums !== 'refused') {
    useChecksums(bucket, 'accepted')
    try {
      return await write()
    } catch (error) {
      const code = error instanceof DataHubError ? error.code : ''
      const status = httpStatusOf(error) ?? 0
      if (
        ![400, 411, 501].includes(status) ||
        !['destination.refused', 'destination.altered', 'destination.not_s3'].includes(code)
      )
        throw error
    }
  }
  useChecksums(bucket, 'refused')
  await write()
}

/** Some buckets refuse objects that do not hand themselves over to their owner, others refuse ACLs of any kind. */
async function withAclIfNeeded(bucket: Bucket, write: () => Promise<void>): Promise<void> {
  const { settings } = bucket
  bucket.can = { ...bucket.can, acl: 'left out' }
  try {
    await write()
  } catch (error) {
    const asked = settings.acl !== 'none'
    const refused = error instanceof DataHubError && error.facts['code'] === 'AccessControlListNotSupported'
    if (!(asked && refused) && !(isDenied(error) && !asked)) throw withRight(settings, ['s3:PutObject'], error)
    bucket.can = { ...bucket.can, acl: refused ? 'refused' : 'needed' }
    await write().catch((again: unknown) => {
      bucket.can = { ...bucket.can, acl: 'left out' }
      throw withRight(settings, ['s3:PutObject'], refused ? again : error)
    })
  }
}

/** A refusal comes with the statement that would have prevented it. */
function withRight(settings: S3Settings, actions: readonly PolicyAction[], error: unknown): unknown {
  if (
    error instanceof DataHubError &&
    error.code === 'destination.encryption' &&
    !error.facts['code']?.toString().startsWith('KMS')
  ) {
    const hint = `The user's policy and the policy of the bucket's key both need ${keyStatementFor(settings)}.`
    return new DataHubError(error.code, `write to the bucket ${settings.bucket}`, { hint, facts: error.facts })
  }
  if (!isDenied(error)) return error
  const owner = settings.expectedBucketOwner
  const hint = [
    `The user's policy needs ${statementFor(actions, settings)}.`,
    'If it has that already: does a bucket policy, an organisation policy or a VPC endpoint deny it, or demand encryption or an ACL with every write? Is the policy younger than a minute?',
    ...(owner ? [`Or does the bucket belong to another account than ${owner}?`] : []),
    ...(error.facts['requestId'] ? [`For your administrator: request ID ${error.facts['requestId']}.`] : []),
  ]
  return new DataHubError(error.code, `write to the bucket ${settings.bucket}`, {
    hint: hint.join(' '),
    facts: error.facts,
  })
}

function isDenied(error: unknown): error is DataHubError {
  return error instanceof DataHubError && error.code === 'destination.access_denied'
}

function cannotRead(bucket: Bucket, key: string): DataHubError {
  const hint = `The user's policy needs ${statementFor(['s3:GetObject'], bucket.settings)}.`
  return new DataHubError('destination.unreadable', doing('read back', bucket, key), { hint })
}

function unguarded(how: 'ignored' | 'refused', what: string): Finding {
  const remedy =
    'Deliveries work, one writer at a time, looked at before and after; let no other Data Hub write to the same bucket and prefix.'
  return {
    warning:
      how === 'refused'
        ? `The storage does not know the condition "only if absent" on ${what}.`
        : `The storage ignores the condition "only if absent" on ${what}.`,
    remedy,
  }
}

function labelsOf(body: Buffer) {
  return { instance: 'connection-test', sha256: sha256Of(body) }
}
