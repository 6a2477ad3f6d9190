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
  })
  .superRefine((settings, context) => {
    const wrong = regionProblem(settings.region, settings.endpoint === undefined ? 'amazon' : 'custom')
    if (wrong) context.addIssue({ code: 'custom', path: ['region'], message: wrong })
    // Runs although a field is wrong already, so that all mistakes are told at once.
    if (settings.secretAccessKey instanceof Secret && /\s/.test(settings.secretAccessKey.reveal())) {
      context.addIssue({ code: 'custom', path: ['secretAccessKey'], message: 'has spaces: paste it again' })
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

/** Host and port that requests for the bucket go to. */
export function addressOf(settings: S3Settings): { host: string; port: number; tls: boolean } {
  const { bucket, region, endpoint, pathStyle } = settings
  const suffix = partitionOf(region) === 'aws-cn' ? 'amazonaws.com.cn' : 'amazonaws.com'
  const { hostname, port, protocol } = new URL(endpoint ?? `https://s3.${region}.${suffix}`)
  const tls = protocol === 'https:'
  const literal = isIP(hostname) > 0 || hostname.startsWith('[')
  // A wildcard certificate covers one label, so buckets with dots go into the path.
  const inPath = pathStyle || literal || (tls && bucket.includes('.'))
  return { host: inPath ? hostname : `${bucket}.${hostname}`, port: Number(port) || (tls ? 443 : 80), tls }
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
