import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
  type PutObjectCommandInput,
} from '@aws-sdk/client-s3'
import { randomUUID } from 'node:crypto'

export interface StoreToProbe {
  readonly endpoint: string
  readonly region: string
  readonly bucket: string
  readonly accessKeyId: string
  readonly secretAccessKey: string
}

/** A question to a store, with what Amazon answers under the policy of the set-up guide. */
export interface Probe {
  readonly amazon: string
  ask(store: Session): Promise<unknown>
}

type Session = Awaited<ReturnType<typeof openSession>>

const MiB = 1024 * 1024

/** Each as `status` or `status code`; where something is read, its content. */
export const PROBES: Readonly<Record<string, Probe>> = {
  'what was put is got, with its metadata': {
    amazon: '200 text {"who":"us"}',
    async ask({ put, get }) {
      await put({ Body: 'text', Metadata: { who: 'us' } })
      return get()
    },
  },
  'a missing key': { amazon: '403 AccessDenied', ask: ({ get }) => get() },
  'HEAD of a missing key has no code': {
    amazon: '403 Unknown',
    ask: ({ client, at }) => outcome(client.send(new HeadObjectCommand(at))),
  },
  'put if absent, and it is': { amazon: '200', ask: ({ put }) => put({ IfNoneMatch: '*' }) },
  'put if absent, and it is not': {
    amazon: '412 PreconditionFailed',
    async ask({ put }) {
      await put({})
      return put({ IfNoneMatch: '*' })
    },
  },
  'of ten that put if absent at once': {
    amazon: '200 1',
    async ask({ put }) {
      const answers = await Promise.all(Array.from({ length: 10 }, () => put({ IfNoneMatch: '*' })))
      return `200 ${answers.filter((answer) => answer === '200').length}`
    },
  },
  'put if this version, and it is': {
    amazon: '200',
    ask: async ({ put, etag }) => put({ IfMatch: await etag() }),
  },
  'put if another version': {
    amazon: '412 PreconditionFailed',
    async ask({ put }) {
      await put({})
      return put({ IfMatch: '"0123456789abcdef0123456789abcdef"' })
    },
  },
  'put if a version, of a key that is missing': {
    amazon: '404 NoSuchKey',
    ask: ({ put }) => put({ IfMatch: '"0123456789abcdef0123456789abcdef"' }),
  },
  'a wrong checksum': {
    amazon: '400 BadDigest',
    ask: ({ put }) => put({ Body: 'text', ChecksumCRC32: 'AAAAAA==' }),
  },
  'a wrong Content-MD5': {
    amazon: '400 BadDigest',
    ask: ({ put }) => put({ Body: 'text', ContentMD5: 'AAAAAAAAAAAAAAAAAAAAAA==' }),
  },
  'the one ACL that every bucket takes': {
    amazon: '200',
    ask: ({ put }) => put({ ACL: 'bucket-owner-full-control' }),
  },
  'two parts, joined': {
    amazon: '200 true {"who":"us"}',
    async ask({ upload, get }) {
      await upload([5 * MiB, 10])
      const [status, text = '', metadata] = (await get()).split(' ')
      return `${status} ${text.length === 5 * MiB + 10} ${metadata}`
    },
  },
  'a first part that is too small': { amazon: '400 EntityTooSmall', ask: ({ upload }) => upload([10, 10]) },
  'parts joined if absent, and it is not': {
    amazon: '412 PreconditionFailed',
    async ask({ put, upload }) {
      await put({})
      return upload([10], { IfNoneMatch: '*' })
    },
  },
  'parts joined of an upload that is not there': {
    amazon: '404 NoSuchUpload',
    async ask({ client, at }) {
      const MultipartUpload = { Parts: [{ PartNumber: 1, ETag: '"x"' }] }
      return outcome(
        client.send(new CompleteMultipartUploadCommand({ ...at, UploadId: randomUUID(), MultipartUpload })),
      )
    },
  },
  'a part that never came': {
    amazon: '400 InvalidPart',
    ask: ({ upload }) => upload([10], {}, [{ PartNumber: 2, ETag: '"0123456789abcdef0123456789abcdef"' }]),
  },
  'an abort by who began it': {
    amazon: '204',
    async ask({ client, at, begin }) {
      return outcome(client.send(new AbortMultipartUploadCommand({ ...at, UploadId: await begin() })))
    },
  },
  'a list': {
    amazon: '403 AccessDenied',
    ask: ({ client, at }) => outcome(client.send(new ListObjectsV2Command({ Bucket: at.Bucket }))),
  },
  'a delete': {
    amazon: '403 AccessDenied',
    ask: ({ client, at }) => outcome(client.send(new DeleteObjectCommand(at))),
  },
  'a wrong secret': {
    amazon: '403 SignatureDoesNotMatch',
    ask: ({ another, at }) => another({ secretAccessKey: 'wrong' }, at),
  },
  'an unknown key': {
    amazon: '403 InvalidAccessKeyId',
    ask: ({ another, at }) => another({ accessKeyId: 'AKIANOBODY' }, at),
  },
  'another region': {
    amazon: '400 AuthorizationHeaderMalformed',
    ask: ({ another, at }) => another({ region: 'eu-west-1' }, at),
  },
  'a clock that is an hour behind': {
    amazon: '403 RequestTimeTooSkewed',
    ask: ({ another, at }) => another({ aheadMs: -3_600_000 }, at),
  },
  'a bucket that is missing': {
    amazon: '404 NoSuchBucket',
    ask: ({ another, at }) => another({}, { ...at, Bucket: 'no-such-bucket-here' }),
  },
  'a body that is not the signed one': {
    amazon: '400 XAmzContentSHA256Mismatch',
    ask: ({ another, at }) => another({ tampered: true }, at),
  },
}

/** What the store answers. */
export async function answerTo(probe: Probe, store: StoreToProbe): Promise<unknown> {
  const session = await openSession(store)
  try {
    return await probe.ask(session)
  } finally {
    session.client.destroy()
  }
}

interface Changes extends Partial<StoreToProbe> {
  readonly aheadMs?: number
  readonly tampered?: boolean
}

async function openSession(store: StoreToProbe) {
  const client = clientOf(store)
  const at = { Bucket: store.bucket, Key: `probe/${randomUUID()}` }
  const put = (input: Partial<PutObjectCommandInput>) =>
    outcome(client.send(new PutObjectCommand({ ...at, Body: 'x', ...input })))

  async function get(): Promise<string> {
    try {
      const got = await client.send(new GetObjectCommand(at))
      return `200 ${await got.Body?.transformToString()} ${JSON.stringify(got.Metadata)}`
    } catch (error) {
      return refusalOf(error)
    }
  }

  async function begin(): Promise<string> {
    const { UploadId = '' } = await client.send(new CreateMultipartUploadCommand({ ...at, Metadata: { who: 'us' } }))
    return UploadId
  }

  async function upload(
    sizes: readonly number[],
    condition: { IfNoneMatch?: '*' } = {},
    more: readonly { PartNumber: number; ETag: string }[] = [],
  ): Promise<string> {
    const UploadId = await begin()
    const Parts: { PartNumber: number; ETag: string | undefined }[] = []
    for (const [index, size] of sizes.entries()) {
      const part = { ...at, UploadId, PartNumber: index + 1, Body: Buffer.alloc(size, 'a') }
      const { ETag } = await client.send(new UploadPartCommand(part))
      Parts.push({ PartNumber: index + 1, ETag })
    }
    const MultipartUpload = { Parts: [...Parts, ...more] }
    return outcome(client.send(new CompleteMultipartUploadCommand({ ...at, UploadId, MultipartUpload, ...condition })))
  }

  async function etag(): Promise<string> {
    return (await client.send(new PutObjectCommand({ ...at, Body: 'before' }))).ETag ?? ''
  }

  async function another(changes: Changes, where: typeof at): Promise<string> {
    const other = clientOf({ ...store, ...changes })
    if (changes.tampered) {
      other.middlewareStack.add(
        (next) => (args) => {
          Object.assign(args.request as object, { body: Buffer.from('other') })
          return next(args)
        },
        { step: 'finalizeRequest', priority: 'low' },
      )
    }
    other.config.systemClockOffset = changes.aheadMs ?? 0
    const answer = await outcome(other.send(new PutObjectCommand({ ...where, Body: 'bytes' })))
    other.destroy()
    return answer
  }

  return { client, at, put, get, begin, upload, etag, another }
}

function clientOf({ endpoint, region, accessKeyId, secretAccessKey }: StoreToProbe): S3Client {
  return new S3Client({
    endpoint,
    region,
    credentials: { accessKeyId, secretAccessKey },
    forcePathStyle: true,
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    maxAttempts: 1,
  })
}

async function outcome(answer: Promise<{ $metadata?: { httpStatusCode?: number } } | object>): Promise<string> {
  try {
    const done = (await answer) as { $metadata?: { httpStatusCode?: number } }
    return String(done.$metadata?.httpStatusCode)
  } catch (error) {
    return refusalOf(error)
  }
}

function refusalOf(error: unknown): string {
  const { name, $metadata } = error as Error & { $metadata?: { httpStatusCode?: number } }
  return `${$metadata?.httpStatusCode} ${name.replace('UnknownError', 'Unknown').replace('NotFound', 'Unknown')}`
}
