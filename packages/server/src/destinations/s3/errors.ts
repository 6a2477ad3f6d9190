import type { ErrorCode } from '@datahub/core/error/codes'
import { DataHubError } from '@datahub/core/error/data-hub-error'

interface Meaning {
  readonly code: ErrorCode
  /** More exact than the cure of the code. */
  readonly hint?: string
}

const of = (code: ErrorCode, hint?: string): Meaning => ({ code, ...(hint ? { hint } : {}) })

/** What the error codes of S3, of its clients and of the network mean to us. One row each; what is not here is judged by its HTTP status. */
export const MEANINGS: Readonly<Record<string, Meaning>> = {
  // Who we are
  InvalidAccessKeyId: of(
    'destination.key_unknown',
    'Copy it again. Is it deleted, inactive, or of another partition (China)? Was it made within the last minute? Then try again.',
  ),
  SignatureDoesNotMatch: of('destination.secret_wrong'),
  InvalidToken: of('destination.key_unknown', 'The credentials are malformed: enter them again.'),
  InvalidSecurity: of('destination.key_unknown', 'The credentials are malformed: enter them again.'),
  ExpiredToken: of('destination.credentials_expired'),
  TokenRefreshRequired: of('destination.credentials_expired'),
  CredentialsProviderError: of('destination.credentials_missing'),
  RequestTimeTooSkewed: of('destination.clock_skewed'),
  AllAccessDisabled: of('destination.account_disabled'),
  AccountProblem: of('destination.account_disabled'),
  NotSignedUp: of('destination.account_disabled'),
  InvalidPayer: of('destination.account_disabled'),
  // What we may do
  AccessDenied: of('destination.access_denied'),
  AccessControlListNotSupported: of(
    'destination.refused',
    'The bucket has ACLs disabled, and something between adds one.',
  ),
  MethodNotAllowed: of(
    'destination.refused',
    'The bucket or endpoint takes no writes: is it an archive, a website or a read-only one?',
  ),
  InvalidObjectState: of('destination.refused', 'The object lies in an archive: choose another bucket or prefix.'),
  // Where it is
  NoSuchBucket: of('destination.bucket_missing'),
  InvalidBucketName: of(
    'destination.bucket_missing',
    'The storage does not accept the name: 3 to 63 lower-case letters, digits and hyphens.',
  ),
  PermanentRedirect: of('destination.wrong_region'),
  AuthorizationHeaderMalformed: of('destination.wrong_region'),
  IllegalLocationConstraintException: of('destination.wrong_region'),
  InvalidLocationConstraint: of('destination.wrong_region'),
  TemporaryRedirect: of(
    'destination.busy',
    'The bucket is new and its name not known everywhere yet; it is tried again by itself.',
  ),
  Redirect: of(
    'destination.busy',
    'The bucket is new and its name not known everywhere yet; it is tried again by itself.',
  ),
  InvalidURI: of('destination.refused', 'The endpoint or prefix is malformed: check them.'),
  // The bucket's key
  'KMS.DisabledException': of('destination.encryption', "The bucket's key is disabled: enable it, or choose another."),
  'KMS.KMSInvalidStateException': of(
    'destination.encryption',
    "The bucket's key is pending deletion: restore it, or choose another.",
  ),
  'KMS.NotFoundException': of('destination.encryption', "The bucket's key does not exist: choose another."),
  KMSInvalidStateException: of(
    'destination.encryption',
    "The bucket's key is pending deletion: restore it, or choose another.",
  ),
  // Passing faults
  SlowDown: of('destination.busy', 'The storage asks to slow down; it is tried again by itself.'),
  Throttling: of('destination.busy', 'The storage asks to slow down; it is tried again by itself.'),
  ThrottlingException: of('destination.busy', 'The key service throttles: switch S3 Bucket Keys on.'),
  TooManyRequests: of('destination.busy', 'The storage asks to slow down; it is tried again by itself.'),
  InternalError: of('destination.busy'),
  ServiceUnavailable: of('destination.busy'),
  OperationAborted: of('destination.busy', 'Another write was under way; it is tried again by itself.'),
  ConditionalRequestConflict: of('destination.busy', 'Another write was under way; it is tried again by itself.'),
  PreconditionFailed: of('destination.busy', 'The object changed while it was looked at; it is tried again by itself.'),
  RequestTimeout: of(
    'destination.timeout',
    'The connection is too slow or broke while sending: check bandwidth and proxy.',
  ),
  IncompleteBody: of(
    'destination.timeout',
    'The connection is too slow or broke while sending: check bandwidth and proxy.',
  ),
  NoSuchUpload: of(
    'destination.busy',
    'The upload was closed by somebody else; it starts again by itself. A lifecycle rule for unfinished uploads needs at least a day.',
  ),
  InvalidPart: of('destination.busy', 'The upload lost a part; it starts again by itself.'),
  InvalidPartOrder: of('destination.busy', 'The upload lost a part; it starts again by itself.'),
  BadDigest: of('destination.altered'),
  InvalidDigest: of('destination.altered'),
  XAmzContentSHA256Mismatch: of('destination.altered'),
  XAmzContentChecksumMismatch: of('destination.altered'),
  // What the store cannot do
  NotImplemented: of(
    'destination.refused',
    'The storage lacks something that is needed: look at the details, and tell us its name.',
  ),
  InvalidRequest: of('destination.refused'),
  InvalidArgument: of('destination.refused'),
  InvalidStorageClass: of('destination.refused', 'The bucket demands a storage class that it does not have.'),
  InvalidEncryptionAlgorithmError: of('destination.refused', 'The bucket demands an encryption that it does not have.'),
  EntityTooSmall: of('destination.refused', 'The storage takes no parts of this size: report it.'),
  EntityTooLarge: of(
    'destination.refused',
    'The package is larger than the storage takes: deliver shorter data ranges.',
  ),
  MaxMessageLengthExceeded: of(
    'destination.refused',
    'The package is larger than the storage takes: deliver shorter data ranges.',
  ),
  KeyTooLongError: of('destination.refused', 'The name is too long: choose a shorter prefix.'),
  // The way there
  ENOTFOUND: of(
    'destination.unreachable',
    'There is no such host: check endpoint, region and bucket, or switch path style on.',
  ),
  EAI_AGAIN: of('destination.unreachable', 'The name server does not answer: check DNS.'),
  ECONNREFUSED: of('destination.unreachable', 'Nothing listens there: check the port, firewall and proxy.'),
  EHOSTUNREACH: of('destination.unreachable'),
  ENETUNREACH: of('destination.unreachable'),
  ETIMEDOUT: of('destination.timeout'),
  TimeoutError: of('destination.timeout'),
  ECONNRESET: of('destination.unreachable', 'The connection broke; it is tried again by itself.'),
  ECONNABORTED: of('destination.unreachable', 'The connection broke; it is tried again by itself.'),
  EPIPE: of('destination.unreachable', 'The connection broke; it is tried again by itself.'),
  CERT_HAS_EXPIRED: of('destination.tls', 'Its certificate has expired: renew it.'),
  CERT_NOT_YET_VALID: of('destination.tls', "Its certificate is not valid yet: check the server's clock."),
  DEPTH_ZERO_SELF_SIGNED_CERT: of('destination.tls'),
  SELF_SIGNED_CERT_IN_CHAIN: of('destination.tls'),
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: of('destination.tls'),
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: of('destination.tls'),
  ERR_TLS_CERT_ALTNAME_INVALID: of(
    'destination.tls',
    'Its certificate is for another host: check the endpoint; a bucket with dots needs path style.',
  ),
  EPROTO: of('destination.tls', 'It does not speak TLS: http instead of https, or another port?'),
  ERR_SSL_WRONG_VERSION_NUMBER: of('destination.tls', 'It does not speak TLS: http instead of https, or another port?'),
  HPE_INVALID_CONSTANT: of('destination.not_s3', 'It does not speak HTTP: https instead of http, or another port?'),
}

/** The shapes in which clients and sockets report failures; only named fields are ever looked at. */
interface Reported {
  readonly name?: unknown
  readonly code?: unknown
  readonly message?: unknown
  readonly Region?: unknown
  readonly $metadata?: { readonly httpStatusCode?: number; readonly requestId?: string }
  readonly $response?: { readonly headers?: Readonly<Record<string, string>> }
}

/**
 * Any failure of a request to S3 as a DataHubError. The original is never kept, not even as a cause: it carries the
 * signed request, tokens included. `facts` have `code`, and where there was an answer `httpStatus` and `requestId`.
 */
export function asDestinationError(error: unknown, doing: string): DataHubError {
  if (error instanceof DataHubError) return error
  const reported = (error ?? {}) as Reported
  const code = [reported.code, reported.name].find(
    (name) => typeof name === 'string' && Object.hasOwn(MEANINGS, name),
  ) as string | undefined
  const httpStatus = reported.$metadata?.httpStatusCode
  const region = harmless(reported.Region ?? reported.$response?.headers?.['x-amz-bucket-region'])
  const meaning = meaningOf(code, httpStatus, reported, region)
  const facts = {
    code: code ?? harmless(reported.name) ?? 'Unknown',
    httpStatus,
    requestId: harmless(reported.$metadata?.requestId),
    region,
  }
  const known = Object.entries(facts).filter((fact): fact is [string, string | number] => fact[1] !== undefined)
  return new DataHubError(meaning.code, doing, {
    facts: Object.fromEntries(known),
    ...(meaning.hint ? { hint: meaning.hint } : {}),
  })
}

/** The condition of the request did not hold. */
export function isConditionFalse(error: unknown): boolean {
  return httpStatusOf(error) === 412
}

/** The store does not know conditional writes, or this form of them. Whether it is really that shows in asking without. */
export function mayRefuseConditions(error: unknown): boolean {
  const status = httpStatusOf(error)
  return (
    status === 501 ||
    (status === 400 && ['NotImplemented', 'InvalidRequest', 'InvalidArgument'].includes(codeOf(error)))
  )
}

/** The request may have been carried out for all we know, or somebody else's at the same moment. */
export function isAmbiguous(error: unknown): boolean {
  if (!(error instanceof DataHubError) || error.code === 'destination.egress_blocked') return false
  const status = httpStatusOf(error)
  if (status === undefined)
    return ['destination.unreachable', 'destination.timeout', 'destination.not_s3'].includes(error.code)
  return status >= 500 || status === 200 || status === 409 || status === 412 || codeOf(error) === 'NoSuchUpload'
}

export function httpStatusOf(error: unknown): number | undefined {
  const status = error instanceof DataHubError ? error.facts['httpStatus'] : undefined
  return typeof status === 'number' ? status : undefined
}

function codeOf(error: unknown): string {
  return error instanceof DataHubError ? String(error.facts['code']) : ''
}

function meaningOf(
  code: string | undefined,
  status: number | undefined,
  reported: Reported,
  region: string | undefined,
): Meaning {
  // The text is looked at and thrown away: it may name what we must not repeat.
  if (code === 'AccessDenied' && /\bkms:/i.test(String(reported.message))) return of('destination.encryption')
  const meaning = code === undefined ? byStatus(status, region) : (MEANINGS[code] ?? byStatus(status, region))
  if (meaning.code !== 'destination.wrong_region' || region === undefined) return meaning
  return of('destination.wrong_region', `The bucket is in ${region}: enter that region.`)
}

function byStatus(status: number | undefined, region: string | undefined): Meaning {
  if (status === undefined) return of('destination.unreachable')
  if (status >= 300 && status < 400) return of(region ? 'destination.wrong_region' : 'destination.not_s3')
  if (status === 429 || status >= 500) return of('destination.busy')
  if (status === 408) return of('destination.timeout')
  // S3 itself always names its reason; an answer without one comes from something before it, or is no S3.
  return status === 400 ? of('destination.refused') : of('destination.not_s3')
}

/** A word of the vendor's that may be shown: nothing that could be a sentence, a token or a terminal's escape. */
function harmless(word: unknown): string | undefined {
  return typeof word === 'string' && /^[\w.-]{1,64}$/.test(word) ? word : undefined
}
