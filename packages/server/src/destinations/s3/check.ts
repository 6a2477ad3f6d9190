import { randomUUID } from 'node:crypto'
import { connect as startTls } from 'node:tls'
import { once } from 'node:events'
import { isIP } from 'node:net'
import { PutObjectCommand } from '@aws-sdk/client-s3'
import { connectionTestKey } from '@datahub/core/bucket/names'
import type { CheckStep } from '@datahub/core/check/check-step'
import { statementFor, type PolicyAction } from '@datahub/core/destination/policy'
import { DataHubError } from '@datahub/core/error/data-hub-error'
import { connectGuarded, type EgressPolicy } from '../../foundation/egress.ts'
import { runSteps, type Step } from '../run-steps.ts'
import { sha256Of } from '../sealed.ts'
import { at, doing, limitFor, openBucket, type Bucket } from './bucket.ts'
import { request, type Patience } from './client.ts'
import { isConditionFalse, mayRefuseConditions } from './errors.ts'
import { abortUpload, completeUpload, createUpload, sendPart } from './multipart.ts'
import { contentTypeOf, metadataOf, read } from './object.ts'
import { addressOf, type S3Settings } from './settings.ts'

const LIMIT_MS = 15_000

/** A person is waiting: one try, and the next step tells more than a longer wait would. */
const IMPATIENCE: Patience = {
  connectMs: 4_000,
  silenceMs: 5_000,
  answerMs: 6_000,
  slowestBytesPerMs: 64,
  completeMs: 6_000,
  tries: 1,
}

const LIFECYCLE =
  'In the S3 console, under Management, add a lifecycle rule for the whole bucket: "Delete incomplete multipart uploads" after 7 days.'

/**
 * Does with one test object what deliveries do, with the rights that they have: it is written, guarded, read and
 * uploaded in parts, always under the same key, because nothing may be deleted. At most 15 seconds.
 */
export async function* checkBucket(
  settings: S3Settings,
  egress: EgressPolicy,
  signal: AbortSignal,
): AsyncGenerator<CheckStep> {
  const bucket = openBucket(settings, egress, IMPATIENCE)
  try {
    yield* runSteps(stepsFor(bucket, egress), signal, LIMIT_MS)
  } finally {
    bucket.client.destroy()
  }
}

function stepsFor(bucket: Bucket, egress: EgressPolicy): Step[] {
  const { settings } = bucket
  const key = connectionTestKey(settings.prefix)
  /** What the test object should hold by now. */
  let written: Buffer = Buffer.alloc(0)

  return [
    {
      name: 'fields',
      title: 'Check the fields',
      run: async () =>
        `Bucket ${settings.bucket} in ${settings.region}${settings.endpoint ? `, at ${settings.endpoint}` : ''}.`,
    },
    { name: 'address', title: 'Reach the storage', run: (signal) => reach(settings, egress, signal) },
    {
      name: 'write',
      title: 'Write a test object',
      async run(signal) {
        written = await withRight(settings, ['s3:PutObject'], putTest(bucket, key, false, signal))
        return `${key} was written.`
      },
    },
    {
      name: 'guard',
      title: 'Refuse to overwrite',
      async run(signal) {
        try {
          written = await putTest(bucket, key, true, signal)
        } catch (error) {
          if (isConditionFalse(error)) return 'An object that exists is not replaced.'
          if (!mayRefuseConditions(error)) throw error
          return unguarded('The storage does not know conditional writes.')
        }
        return unguarded('The storage ignores the condition of a write.')
      },
    },
    {
      name: 'read',
      title: 'Read it back',
      async run(signal) {
        const got = await read(bucket, key, signal)
        if (got === 'unreadable') throw cannotRead(bucket, key)
        if (typeof got === 'object' && got.body.equals(written)) return 'What was written is what is there.'
        throw new DataHubError('destination.altered', doing('read back', bucket, key))
      },
    },
    {
      name: 'multipart',
      title: 'Upload in parts',
      async run(signal) {
        const uploadId = await createUpload(bucket, key, labelsOf(Buffer.alloc(0)), signal)
        const part = await sendPart(bucket, key, uploadId, 1, Buffer.from('Data Hub.\n'), signal)
        await completeUpload(bucket, key, { uploadId, parts: [part] }, false, signal)
        return 'Large packages can be uploaded.'
      },
    },
    {
      name: 'abort',
      title: 'Abort an upload',
      async run(signal) {
        const uploadId = await createUpload(bucket, key, labelsOf(Buffer.alloc(0)), signal)
        try {
          await abortUpload(bucket, key, uploadId, signal)
        } catch (error) {
          if (!(error instanceof DataHubError) || error.code !== 'destination.access_denied') throw error
          const remedy = `${LIFECYCLE} Or allow it: ${statementFor(['s3:AbortMultipartUpload'], settings)}`
          return { warning: 'Parts of failed uploads cannot be removed, and would be billed.', remedy }
        }
        return 'Failed uploads leave nothing behind.'
      },
    },
  ]
}

/** DNS, the operator's policy, TCP, and TLS with a certificate that is trusted. */
async function reach(settings: S3Settings, egress: EgressPolicy, signal: AbortSignal): Promise<string> {
  const { host, port, tls } = addressOf(settings)
  const limitMs = IMPATIENCE.connectMs
  return await request(`reach ${host}:${port}`, signal, limitMs, async (abortSignal) => {
    const socket = await connectGuarded(egress, host, port, 'endpoint', abortSignal)
    try {
      if (!tls) return `${host}:${port} answers, without encryption.`
      const bare = host.replace(/^\[|\]$/g, '')
      const secure = startTls({ socket, host: bare, ...(isIP(bare) ? {} : { servername: bare }) })
      await once(secure, 'secureConnect', { signal: abortSignal })
      return `${host}:${port} answers, with a trusted certificate.`
    } finally {
      socket.destroy()
    }
  })
}

/** Writes a test object of its own, so that it can be told whose is there afterwards. */
async function putTest(bucket: Bucket, key: string, ifAbsent: boolean, signal: AbortSignal): Promise<Buffer> {
  const body = Buffer.from(`Data Hub connection test ${randomUUID()}\n`)
  await request(doing('write', bucket, key), signal, limitFor(bucket, body.length), (abortSignal) =>
    bucket.client.send(
      new PutObjectCommand({
        ...at(bucket, key),
        Body: body,
        Metadata: metadataOf(labelsOf(body)),
        ContentType: contentTypeOf(key),
        ...(ifAbsent ? { IfNoneMatch: '*' } : {}),
      }),
      { abortSignal },
    ),
  )
  return body
}

function labelsOf(body: Buffer) {
  return { instance: 'connection-test', sha256: sha256Of(body) }
}

/** A refusal comes with the statement that would have prevented it. */
async function withRight<T>(settings: S3Settings, actions: readonly PolicyAction[], work: Promise<T>): Promise<T> {
  return await work.catch((error: unknown) => {
    if (!(error instanceof DataHubError) || error.code !== 'destination.access_denied') throw error
    const hint =
      `The user's policy needs ${statementFor(actions, settings)}. If it has that already: does a bucket policy, an ` +
      'organisation policy or a VPC endpoint deny it, or is the policy younger than a minute?'
    throw new DataHubError(error.code, `write to the bucket ${settings.bucket}`, { hint, facts: error.facts })
  })
}

function cannotRead(bucket: Bucket, key: string): DataHubError {
  const hint = `The user's policy needs ${statementFor(['s3:GetObject'], bucket.settings)}.`
  return new DataHubError('destination.unreadable', doing('read back', bucket, key), { hint })
}

function unguarded(warning: string) {
  const remedy = 'Deliveries work; let no other Data Hub write to the same bucket and prefix.'
  return { warning, remedy }
}
