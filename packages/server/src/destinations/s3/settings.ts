import { isIP } from 'node:net'
import { bucketNameProblems } from '@datahub/core/destination/bucket-name'
import { normalizePrefix, prefixProblems } from '@datahub/core/destination/prefix'
import { partitionOf, regionProblem } from '@datahub/core/destination/regions'
import { Secret } from '@datahub/core/secret'
import { secretField } from '@datahub/core/secret-field'
import { z } from 'zod'

/** Adds a problem for every sentence that `problemsOf` finds. */
function judged(problemsOf: (text: string) => readonly string[]) {
  return (text: string, context: z.RefinementCtx) => {
    for (const message of problemsOf(text)) context.addIssue({ code: 'custom', message })
  }
}

export const s3Settings = z
  .strictObject({
    bucket: z.string().superRefine(judged(bucketNameProblems)).meta({ description: 'Name of the bucket.' }),
    region: z.string().meta({ description: "The bucket's region, such as us-east-1." }),
    accessKeyId: z
      .string()
      .regex(/^[\x21-\x7e]{1,128}$/, 'must be an Access Key ID: up to 128 characters without spaces')
      .meta({ description: 'Access Key ID of the user that may write to the bucket.' }),
    secretAccessKey: secretField('Secret Access Key of that user.'),
    endpoint: z
      .string()
      .superRefine(judged(endpointProblems))
      .optional()
      .meta({ description: 'Address of a store other than Amazon, such as https://s3.example.com.' }),
    pathStyle: z
      .boolean()
      .default(false)
      .meta({ description: 'Put the bucket into the path instead of the host name, as many stores need.' }),
    prefix: z
      .string()
      .superRefine(judged(prefixProblems))
      .transform(normalizePrefix)
      .default('')
      .meta({ description: 'A folder before reports/, without a leading slash.' }),
    expectedBucketOwner: z
      .string()
      .regex(/^\d{12}$/, 'must be the 12 digits of an AWS account')
      .optional()
      .meta({ description: 'Account that the bucket must belong to; writes to anybody else fail.' }),
    roleArn: z
      .string()
      .regex(
        /^arn:(aws|aws-cn|aws-us-gov):iam::\d{0,12}:role\/[\w+=,.@/-]{1,512}$/,
        'must be like arn:aws:iam::111122223333:role/data-hub',
      )
      .optional()
      .meta({ description: 'Role to write as; the keys are then those of the user who may assume it.' }),
    stsEndpoint: z
      .string()
      .superRefine(judged(endpointProblems))
      .optional()
      .meta({ description: 'Where roles are assumed, when neither Amazon nor the endpoint itself does it.' }),
    encryption: z
      .enum(['bucket', 'sse-s3', 'sse-kms'])
      .default('bucket')
      .meta({ description: "Encryption to ask for; bucket: whatever the bucket's default is." }),
    kmsKeyArn: z
      .string()
      .regex(/^arn:(aws|aws-cn|aws-us-gov):kms:[a-z0-9-]+:\d{12}:(key|alias)\/[\w/-]+$/, 'must be the ARN of a KMS key')
      .optional()
      .meta({ description: "The key for sse-kms; the account's own S3 key where absent." }),
    acl: z
      .enum(['none', 'bucket-owner-full-control'])
      .default('none')
      .meta({ description: 'ACL of every object; only old buckets that hand out rights object by object need one.' }),
  })
  .superRefine((settings, context) => {
    const wrong = regionProblem(settings.region, settings.endpoint === undefined ? 'amazon' : 'custom')
    if (wrong) context.addIssue({ code: 'custom', path: ['region'], message: wrong })
    // Runs although a field is wrong already, so that all mistakes are told at once.
    if (settings.secretAccessKey instanceof Secret && /\s/.test(settings.secretAccessKey.reveal())) {
      context.addIssue({ code: 'custom', path: ['secretAccessKey'], message: 'has spaces: paste it again' })
    }
    if (settings.kmsKeyArn !== undefined && settings.encryption !== 'sse-kms') {
      context.addIssue({ code: 'custom', path: ['kmsKeyArn'], message: 'goes with encryption: sse-kms' })
    }
    if (settings.roleArn?.split(':')[1] !== undefined && settings.endpoint === undefined) {
      const partition = partitionOf(settings.region)
      const message = `is of another partition than ${settings.region}: it begins with arn:${partition}:`
      if (settings.roleArn.split(':')[1] !== partition) context.addIssue({ code: 'custom', path: ['roleArn'], message })
    }
    if (hostOfEndpoint(settings.endpoint)?.startsWith(`${settings.bucket}.`)) {
      const message = 'has the bucket in its host name: enter it without, the bucket is added by itself'
      context.addIssue({ code: 'custom', path: ['endpoint'], message })
    }
  })

export type S3Settings = z.output<typeof s3Settings>

/** Whether the real Amazon S3 answers: what it can do is known, while others have to be treated with care. */
export function isAmazon({ endpoint }: S3Settings): boolean {
  return endpoint === undefined || /\.amazonaws\.com(\.cn)?$/.test(hostOfEndpoint(endpoint) ?? '')
}

/** Where roles are assumed. */
export function stsAddress({ region, endpoint, stsEndpoint }: S3Settings): URL {
  const suffix = partitionOf(region) === 'aws-cn' ? 'amazonaws.com.cn' : 'amazonaws.com'
  return new URL(stsEndpoint ?? endpoint ?? `https://sts.${region}.${suffix}`)
}

/** Host and port that requests for the bucket go to. */
export function addressOf(settings: S3Settings): { host: string; port: number; tls: boolean } {
  const { hostname, port, protocol } = bucketUrl(settings)
  const tls = protocol === 'https:'
  return { host: hostname, port: Number(port) || (tls ? 443 : 80), tls }
}

/** The address of the bucket itself, in its host name or its path. */
export function bucketUrl({ bucket, region, endpoint, pathStyle }: S3Settings): URL {
  const suffix = partitionOf(region) === 'aws-cn' ? 'amazonaws.com.cn' : 'amazonaws.com'
  const url = new URL(endpoint ?? `https://s3.${region}.${suffix}`)
  const literal = isIP(url.hostname) > 0 || url.hostname.startsWith('[')
  // A wildcard certificate covers one label, so buckets with dots go into the path.
  if (pathStyle || literal || (url.protocol === 'https:' && bucket.includes('.'))) url.pathname += `${bucket}/`
  else url.hostname = `${bucket}.${url.hostname}`
  return url
}

function endpointProblems(endpoint: string): string[] {
  if (!URL.canParse(endpoint)) return ['must be an address, such as https://s3.example.com']
  const url = new URL(endpoint)
  const problems: string[] = []
  if (url.protocol !== 'https:' && url.protocol !== 'http:') problems.push('must begin with https:// or http://')
  if (url.username || url.password) problems.push('must not hold a user or password: keys have fields of their own')
  if (url.search || url.hash) problems.push('must not have a ? or # part')
  return problems
}

function hostOfEndpoint(endpoint: string | undefined): string | undefined {
  return endpoint !== undefined && URL.canParse(endpoint) ? new URL(endpoint).hostname : undefined
}
