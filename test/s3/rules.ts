import { crc32 } from 'node:zlib'
import { createHash } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'

/** How the bucket and its account are set up. What is left out is as on Amazon under the policy of the set-up guide. */
export interface Rules {
  readonly bucket: string
  readonly region: string
  /** The account that the bucket belongs to. */
  readonly owner: string
  /** Secret access keys by access key ID; all are of users with the same policy. */
  readonly keys: Readonly<Record<string, string>>
  /** The actions that the policy allows. Without s3:ListBucket a missing key answers 403. */
  readonly actions: readonly string[]
  /** `disabled`: as in every new bucket; `demanded`: by a bucket policy that denies writes without bucket-owner-full-control. */
  readonly acl: 'enabled' | 'disabled' | 'demanded'
  readonly conditions: 'honoured' | 'ignored' | 'refused'
  /** Whether it knows the checksum headers that Amazon added in 2022. */
  readonly checksums: 'verified' | 'refused'
  /** What the bucket's KMS key lets the user do. */
  readonly key: 'none' | 'open' | 'encrypts only' | 'closed'
  readonly leastPartBytes: number
  /** How far its clock is ahead of ours. */
  readonly aheadMs: number
  /** Roles by ARN: the external ID that their trust policy demands, or null for none. */
  readonly roles: Readonly<Record<string, string | null>>
  readonly sessionMs: number
  /** The longest session that may be asked for; of a role that is assumed by a role, an hour. */
  readonly sessionSecondsMax: number
}

export const AMAZON: Rules = {
  bucket: 'company-data',
  region: 'us-east-1',
  owner: '111122223333',
  keys: { AKIAOURS: 'ours' },
  // Whoever began an upload may abort it, unless a policy says no.
  actions: ['s3:PutObject', 's3:PutObjectAcl', 's3:GetObject', 's3:AbortMultipartUpload'],
  acl: 'disabled',
  conditions: 'honoured',
  checksums: 'verified',
  key: 'none',
  leastPartBytes: 5 * 1024 * 1024,
  aheadMs: 0,
  roles: {},
  sessionMs: 3_600_000,
  sessionSecondsMax: 3600,
}

/** An answer that is an error, by status and code, with what else is in its XML. */
export interface Refusal {
  readonly status: number
  readonly code: string
  readonly message?: string
  readonly region?: string
}

export interface Kept {
  bytes: Buffer
  /** The `x-amz-meta-…` headers that it came with. */
  metadata: Record<string, string>
}

/** Of an object that is encrypted with a key of the customer's it is anything but the MD5. */
export function etagOf({ key }: Rules, { bytes }: Pick<Kept, 'bytes'>): string {
  const salt = key === 'none' ? '' : 'encrypted'
  return `"${createHash('md5').update(salt).update(bytes).digest('hex')}"`
}

export function conditionRefusal(
  rules: Rules,
  headers: IncomingHttpHeaders,
  there: Kept | undefined,
): Refusal | undefined {
  const { 'if-none-match': absent, 'if-match': version } = headers
  if ((absent === undefined && version === undefined) || rules.conditions === 'ignored') return undefined
  if (rules.conditions === 'refused') return { status: 501, code: 'NotImplemented' }
  if (absent !== undefined) return there ? { status: 412, code: 'PreconditionFailed' } : undefined
  if (!there) return { status: 404, code: 'NoSuchKey' }
  // If-Match tells something about the object, so it needs the right to read it.
  if (!rules.actions.includes('s3:GetObject')) return { status: 403, code: 'AccessDenied' }
  return version === etagOf(rules, there) ? undefined : { status: 412, code: 'PreconditionFailed' }
}

/** Of a request that carries bytes. */
export function bodyRefusal(rules: Rules, headers: IncomingHttpHeaders, body: Buffer): Refusal | undefined {
  const claimed = headers['x-amz-checksum-crc32']
  if (claimed !== undefined && rules.checksums === 'refused') return { status: 501, code: 'NotImplemented' }
  if (claimed !== undefined && claimed !== crc32InBase64(body)) return { status: 400, code: 'BadDigest' }
  const md5 = headers['content-md5']
  if (md5 !== undefined && md5 !== createHash('md5').update(body).digest('base64'))
    return { status: 400, code: 'BadDigest' }
  return undefined
}

/** Of a request that gives birth to an object. */
export function birthRefusal(rules: Rules, headers: IncomingHttpHeaders): Refusal | undefined {
  const acl = headers['x-amz-acl']
  if (rules.acl === 'demanded' && acl !== 'bucket-owner-full-control') return { status: 403, code: 'AccessDenied' }
  // A bucket without ACLs takes the one that says what is so anyway.
  if (rules.acl === 'disabled' && acl !== undefined && acl !== 'bucket-owner-full-control') {
    return { status: 400, code: 'AccessControlListNotSupported' }
  }
  const algorithm = headers['x-amz-checksum-algorithm']
  if (algorithm !== undefined && rules.checksums === 'refused') return { status: 501, code: 'NotImplemented' }
  return rules.key === 'closed' ? kmsRefusal('kms:GenerateDataKey') : undefined
}

/** Parts are encrypted with the data key of their upload, which has to be decrypted for each. */
export function partRefusal(rules: Rules): Refusal | undefined {
  return rules.key === 'closed' || rules.key === 'encrypts only' ? kmsRefusal('kms:Decrypt') : undefined
}

function kmsRefusal(action: string): Refusal {
  return { status: 403, code: 'AccessDenied', message: `User is not authorized to perform: ${action} on this resource` }
}

function crc32InBase64(bytes: Buffer): string {
  const checksum = Buffer.alloc(4)
  checksum.writeUInt32BE(crc32(bytes))
  return checksum.toString('base64')
}
