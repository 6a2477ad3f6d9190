import { S3Client } from '@aws-sdk/client-s3'
import { alone } from './alone.ts'
import type { AccessKey, IamUser, S3Endpoint } from './endpoints.ts'

/** The policy that a customer attaches to the IAM user, exactly as the setup page has it. */
export function seedPolicy(bucket: string) {
  const actions = ['s3:PutObject', 's3:PutObjectAcl', 's3:GetObject']
  return policy({ Effect: 'Allow', Action: actions, Resource: [`arn:aws:s3:::${bucket}/*`] })
}

/**
 * All that AWS denies anyway when only the seed's three actions are allowed. Said explicitly, because Ceph lets the
 * writer of an object read its ACL and tags and list its parts, and answers ListBuckets with an empty list.
 */
const deniedActions = [
  's3:AbortMultipartUpload',
  's3:CreateBucket',
  's3:DeleteObject',
  's3:DeleteObjectTagging',
  's3:DeleteObjectVersion',
  's3:GetObjectAcl',
  's3:GetObjectTagging',
  's3:GetObjectVersion',
  's3:GetObjectVersionAcl',
  's3:ListAllMyBuckets',
  's3:ListBucket',
  's3:ListBucketMultipartUploads',
  's3:ListBucketVersions',
  's3:ListMultipartUploadParts',
  's3:PutObjectLegalHold',
  's3:PutObjectRetention',
  's3:PutObjectTagging',
  's3:RestoreObject',
]

/** Grants the user the seed's policy on the bucket, beside what it has been granted on others. */
export async function grantSeedPolicy(s3: S3Endpoint, user: IamUser, bucket: string): Promise<void> {
  await putPolicy(s3, user, `datahub-${bucket}`, seedPolicy(bucket))
}

/** Takes the grant back; requests under way are not cut off. */
export async function revokeSeedPolicy(s3: S3Endpoint, user: IamUser, bucket: string): Promise<void> {
  await callIam(s3, { Action: 'DeleteUserPolicy', UserName: user.name, PolicyName: `datahub-${bucket}` })
}

/** Denies the strict user whatever the seed's policy does not mention. */
export async function denyAllElse(s3: S3Endpoint): Promise<void> {
  await putPolicy(
    s3,
    s3.strictUser,
    'deny-all-else',
    policy({ Effect: 'Deny', Action: deniedActions, Resource: ['*'] }),
  )
}

/** An S3 client that acts as the owner or one of the users. The caller destroys it. */
export function clientFor(s3: S3Endpoint, { accessKeyId, secretAccessKey }: AccessKey): S3Client {
  const credentials = { accessKeyId, secretAccessKey }
  return new S3Client({ endpoint: s3.endpoint, region: s3.region, credentials, forcePathStyle: true })
}

function policy(statement: { Effect: 'Allow' | 'Deny'; Action: string[]; Resource: string[] }) {
  return { Version: '2012-10-17', Statement: [statement] }
}

async function putPolicy(s3: S3Endpoint, user: IamUser, name: string, document: object): Promise<void> {
  const PolicyDocument = JSON.stringify(document)
  await callIam(s3, { Action: 'PutUserPolicy', UserName: user.name, PolicyName: name, PolicyDocument })
}

/**
 * Calls IAM as the owner, and alone: Ceph rewrites all policies of a user with each change of one, and of two changes at
 * once the first is lost.
 */
export async function callIam(s3: S3Endpoint, parameters: Record<string, string>): Promise<void> {
  await alone(s3.endpoint, () => postToIam(s3, parameters))
}

/** The query protocol is one signed form, not worth another SDK client: S3's signer signs it. */
async function postToIam(s3: S3Endpoint, parameters: Record<string, string>): Promise<void> {
  const client = clientFor(s3, s3.owner)
  const url = new URL(s3.endpoint)
  const body = new URLSearchParams({ ...parameters, Version: '2010-05-08' }).toString()
  const signer = await client.config.signer()
  const signed = await signer.sign(
    {
      method: 'POST',
      protocol: url.protocol,
      hostname: url.hostname,
      port: Number(url.port),
      path: '/',
      query: {},
      headers: { host: url.host, 'content-type': 'application/x-www-form-urlencoded' },
      body,
    },
    { signingService: 'iam' },
  )
  client.destroy()
  const response = await fetch(url, { method: 'POST', headers: signed.headers, body })
  if (response.ok) return
  throw new Error(`${parameters['Action']} was answered with ${response.status}: ${await response.text()}`)
}
