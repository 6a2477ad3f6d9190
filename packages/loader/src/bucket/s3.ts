import { addAbortSignal, type Readable } from 'node:stream'
import { GetObjectCommand, HeadObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3'
import { partitionOf } from '@datahub/core/destination/regions'
import { EXIT } from '@datahub/core/error/codes'
import { NodeHttpHandler } from '@smithy/node-http-handler'
import { LoaderError } from '../problem.ts'
import type { Bucket, BucketObject, Listed } from './bucket.ts'

export interface S3BucketOptions {
  readonly bucket: string
  readonly region?: string | undefined
  /** Of an S3-compatible store; Amazon's own when absent. */
  readonly endpoint?: string | undefined
  /** The bucket in the path, as most S3-compatible stores want it; absent: where there is an endpoint. */
  readonly pathStyle?: boolean | undefined
  /** Taken from the environment, the profile or the role of the machine when absent, as every AWS tool does. */
  readonly credentials?: { accessKeyId: string; secretAccessKey: string; sessionToken?: string | undefined } | undefined
}

/** Where the names of a folder come from, page by page; more pages than this are no task directory. */
const LIST_MAX_NAMES = 1_000_000

/** A bucket of Amazon S3, in any partition, or of a store that speaks its language. */
export function openS3Bucket(options: S3BucketOptions): Bucket {
  const { bucket: Bucket, endpoint } = options
  const region = options.region ?? 'us-east-1'
  if (endpoint !== undefined) requireAddress(endpoint)
  const client = clientOf(options, region)
  const location = endpoint === undefined ? `s3://${Bucket}` : `${endpoint.replace(/\/+$/, '')}/${Bucket}`

  async function ask<T>(doing: string, send: () => Promise<T>): Promise<T | 'absent' | 'denied'> {
    try {
      return await send()
    } catch (error) {
      const fault = faultOf(error)
      if (fault === 'absent' || fault === 'denied') return fault
      throw explain(error, doing, { bucket: Bucket, region, location })
    }
  }

  return {
    location,
    readerPolicy: (prefix) => readerPolicy(Bucket, region, prefix),
    readWhole: (key, maxBytes) =>
      ask(`read ${key}`, async () => {
        const { Body, ContentLength = 0 } = await client.send(new GetObjectCommand({ Bucket, Key: key }))
        if (ContentLength > maxBytes) {
          ;(Body as Readable).destroy()
          return 'too large' as const
        }
        return Buffer.from((await Body?.transformToByteArray()) ?? [])
      }),
    async list(folder) {
      const found: Listed[] = []
      let listedAt: Date | undefined
      let ContinuationToken: string | undefined
      do {
        const command = new ListObjectsV2Command({
          Bucket,
          Prefix: folder,
          Delimiter: '/',
          ...(ContinuationToken && { ContinuationToken }),
        })
        const answeredAt = dateOfAnswer(command)
        const page = await ask(`list ${folder}`, () => client.send(command))
        if (page === 'denied') return 'denied'
        listedAt ??= answeredAt()
        if (page === 'absent') break
        for (const { Key = '', Size = 0, LastModified } of page.Contents ?? []) {
          found.push({ name: Key.slice(folder.length), sizeBytes: Size, modifiedAt: LastModified ?? new Date(0) })
        }
        ContinuationToken = page.NextContinuationToken
      } while (ContinuationToken !== undefined && found.length < LIST_MAX_NAMES)
      return { objects: found, listedAt: listedAt ?? new Date() }
    },
    async open(key): Promise<BucketObject | 'absent' | 'denied'> {
      const head = await ask(`look at ${key}`, () => client.send(new HeadObjectCommand({ Bucket, Key: key })))
      if (typeof head === 'string') return head
      const version = head.ETag ?? ''
      return {
        sizeBytes: head.ContentLength ?? 0,
        version,
        read: (offset, signal) => bytesFrom(client, { Bucket, key, version }, offset, signal),
      }
    },
    close: () => client.destroy(),
  }
}

function requireAddress(endpoint: string): void {
  if (/^https?:$/.test(URL.parse(endpoint)?.protocol ?? '')) return
  throw new LoaderError(
    `The endpoint ${JSON.stringify(endpoint)} is not the address of a store.`,
    'Write it with --endpoint https://minio.company.com:9000, or leave it out for Amazon S3.',
    { exitCode: EXIT.usage },
  )
}

/** When the store says that it has answered, once it has; undefined where it does not say. */
function dateOfAnswer(command: ListObjectsV2Command): () => Date | undefined {
  let date: string | undefined
  command.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args)
      date = (result.response as { headers?: Record<string, string> }).headers?.date
      return result
    },
    { step: 'deserialize' },
  )
  return () => {
    const answeredAt = new Date(date ?? '')
    return Number.isNaN(answeredAt.getTime()) ? undefined : answeredAt
  }
}

async function* bytesFrom(
  client: S3Client,
  object: { Bucket: string; key: string; version: string },
  offset: number,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  const { Body } = await client.send(
    new GetObjectCommand({
      Bucket: object.Bucket,
      Key: object.key,
      ...(offset > 0 && { Range: `bytes=${offset}-` }),
      ...(object.version !== '' && { IfMatch: object.version }),
    }),
    signal && { abortSignal: signal },
  )
  if (Body) yield* signal ? addAbortSignal(signal, Body as Readable) : (Body as Readable)
}

function clientOf({ endpoint, pathStyle, credentials }: S3BucketOptions, region: string): S3Client {
  return new S3Client({
    region,
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(credentials === undefined
      ? {}
      : {
          credentials: {
            accessKeyId: credentials.accessKeyId,
            secretAccessKey: credentials.secretAccessKey,
            ...(credentials.sessionToken === undefined ? {} : { sessionToken: credentials.sessionToken }),
          },
        }),
    forcePathStyle: pathStyle ?? endpoint !== undefined,
    followRegionRedirects: true,
    maxAttempts: 5,
    // The manifest's SHA-256 covers every byte; a ranged answer has no checksum of its own anyway.
    responseChecksumValidation: 'WHEN_REQUIRED',
    // Without these a server that accepts and never answers would hold us for ever.
    requestHandler: new NodeHttpHandler({ connectionTimeout: 10_000, socketTimeout: 60_000 }),
  })
}

/** All that a reader needs, scoped to the reports, in the partition of the region. */
function readerPolicy(bucket: string, region: string, prefix: string): string {
  const arn = `arn:${partitionOf(region)}:s3:::${bucket}`
  return JSON.stringify(
    {
      Version: '2012-10-17',
      Statement: [
        { Sid: 'ReadReports', Effect: 'Allow', Action: ['s3:GetObject'], Resource: [`${arn}/${prefix}reports/*`] },
        {
          Sid: 'ListReports',
          Effect: 'Allow',
          Action: ['s3:ListBucket'],
          Resource: [arn],
          Condition: { StringLike: { 's3:prefix': [`${prefix}reports/*`] } },
        },
      ],
    },
    null,
    2,
  )
}

type S3Fault = { readonly name?: string; readonly $metadata?: { readonly httpStatusCode?: number } }

function faultOf(error: unknown): 'absent' | 'denied' | undefined {
  const { name, $metadata } = error as S3Fault
  if (name === 'NoSuchKey' || name === 'NotFound') return 'absent'
  if (name === 'AccessDenied' || (name === '403' && $metadata?.httpStatusCode === 403)) return 'denied'
  // A HEAD has no body to name the error.
  if ($metadata?.httpStatusCode === 403 && (name === 'Forbidden' || name === 'Unknown' || name === 'UnknownError'))
    return 'denied'
  return undefined
}

/** The SDK's error objects carry keys and tokens: nothing but their name goes on. */
function explain(
  error: unknown,
  doing: string,
  where: { bucket: string; region: string; location: string },
): LoaderError {
  if (error instanceof LoaderError) return error
  const { name = 'Error', $metadata } = error as S3Fault
  const fail = (why: string, cure: string, exitCode: number = EXIT.failed) =>
    new LoaderError(`Could not ${doing}: ${why} (${name}).`, cure, { exitCode })
  switch (name) {
    case 'NoSuchBucket':
      return fail(
        `there is no bucket ${where.bucket}`,
        'Check --bucket, and --region or --endpoint. A folder is written ./folder.',
        EXIT.notFound,
      )
    case 'PermanentRedirect':
    case 'AuthorizationHeaderMalformed':
      return fail(`the bucket is not in ${where.region}`, 'Give the region of the bucket with --region.', EXIT.usage)
    case 'InvalidAccessKeyId':
    case 'SignatureDoesNotMatch':
    case 'ExpiredToken':
    case 'InvalidToken':
      return fail(
        'the storage does not accept the key',
        'Check AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN.',
        EXIT.unauthorized,
      )
    case 'CredentialsProviderError':
      return fail(
        'there are no credentials',
        'Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE. A bucket that is a folder is written ./folder.',
        EXIT.unauthorized,
      )
    default:
      return $metadata?.httpStatusCode === undefined
        ? fail(
            `${where.location} cannot be reached`,
            'Check --endpoint, --region, the firewall and the proxy.',
            EXIT.unreachable,
          )
        : fail('the storage refused or failed', 'Try again; look at the settings of the bucket if it goes on.')
  }
}
