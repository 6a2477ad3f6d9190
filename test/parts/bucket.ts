import { randomBytes } from 'node:crypto'
import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectsCommand,
  ListObjectsV2Command,
  type S3Client,
} from '@aws-sdk/client-s3'
import { alone } from './alone.ts'
import { requirePart, type AccessKey, type IamUser } from './endpoints.ts'
import { clientFor, grantSeedPolicy, revokeSeedPolicy } from './seed-policy.ts'

export interface TestBucket {
  readonly name: string
  readonly endpoint: string
  readonly region: string
  /** Whoever the seed's policy was granted to: may put and get objects of this bucket, and nothing else. */
  readonly user: IamUser
  /** The customer, who may do everything with the bucket. */
  readonly owner: S3Client
  /** Takes the user's grant away, as a customer might. */
  revoke(): Promise<void>
  /** Removes the bucket with all its objects. */
  [Symbol.asyncDispose](): Promise<void>
}

/**
 * The bucket as a destination of a hub; `link`: the port of a proxy before the store, `keys`: other than those of the seed's
 * user.
 */
export function asDestination(
  { name: bucket, region, endpoint, user }: TestBucket,
  name: string,
  { link, keys = user }: { link?: number; keys?: AccessKey } = {},
) {
  return {
    name,
    kind: 's3',
    bucket,
    region,
    accessKeyId: keys.accessKeyId,
    secretAccessKey: keys.secretAccessKey,
    endpoint: link === undefined ? endpoint : `http://127.0.0.1:${link}`,
    pathStyle: true,
  }
}

/** A new bucket of the real S3 with the seed's policy granted; `strict`: to the user to whom all else is denied. */
export async function createBucket({ strict = false } = {}): Promise<TestBucket> {
  const s3 = requirePart('s3')
  const user = strict ? s3.strictUser : s3.user
  const name = `company-${randomBytes(6).toString('hex')}`
  const owner = clientFor(s3, s3.owner)
  await owner.send(new CreateBucketCommand({ Bucket: name }))
  await grantSeedPolicy(s3, user, name)
  const revoke = () => revokeSeedPolicy(s3, user, name)
  return { name, endpoint: s3.endpoint, region: s3.region, user, owner, revoke, [Symbol.asyncDispose]: remove }

  async function remove() {
    await empty(owner, name)
    // Of buckets that are removed at the same time, Ceph lets one wait for 5 s.
    await alone(s3.endpoint, () => owner.send(new DeleteBucketCommand({ Bucket: name })))
    owner.destroy()
    await revoke().catch(() => {}) // The test may have done so itself.
  }
}

async function empty(owner: S3Client, bucket: string): Promise<void> {
  for (;;) {
    const { Contents = [] } = await owner.send(new ListObjectsV2Command({ Bucket: bucket }))
    if (Contents.length === 0) return
    const keys = Contents.map(({ Key }) => ({ Key: Key ?? '' }))
    await owner.send(new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects: keys } }))
  }
}
