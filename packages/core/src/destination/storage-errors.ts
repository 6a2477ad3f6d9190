import type { ErrorCode } from '../error/codes.ts'
import { byItself, remedyOf, type Remedy } from '../error/remedy.ts'

/** What an error of a storage means to us: our code, which has message, class and status, and what to do about it. */
export interface StorageError {
  readonly code: ErrorCode
  /** More exact than the cure of the code. */
  readonly remedy?: Remedy
}

const of = (code: ErrorCode, remedy?: string | Remedy): StorageError => ({
  code,
  ...(remedy === undefined ? {} : { remedy: remedyOf(remedy) }),
})

const NEW_BUCKET = byItself({ because: 'The bucket is new and its name not known everywhere yet' })
const MALFORMED = 'The credentials are malformed: enter them again.'
const SLOW = 'The connection is too slow or broke while sending: check bandwidth and proxy.'
const BROKEN = byItself({ because: 'The connection broke' })
const SLOWER = byItself({
  because: 'The storage asks to slow down',
  besides: 'For hours? Then many write to this prefix.',
})
const CONFLICT = byItself({ because: 'Another write was under way' })
const LOST_PART = byItself({ deed: 'starts again', because: 'The upload lost a part' })
const NO_TLS = 'It does not speak TLS: http instead of https, or another port?'
const UNTRUSTED =
  'Name the file of its authority in NODE_EXTRA_CA_CERTS on the server; there is no switch that ignores certificates.'
const KMS_PENDING = "The bucket's key is disabled or pending deletion: restore it, or choose another."

/**
 * The error codes of S3, of STS, of the client and of the network, one row each. API, command line, sync log and
 * docs/storage-errors.md all say what stands here. A code that is not here is judged by its HTTP status.
 */
export const STORAGE_ERRORS: Readonly<Record<string, StorageError>> = {
  // Who we are
  InvalidAccessKeyId: of(
    'destination.key_unknown',
    'Copy it again. Is it deleted, inactive, or of another partition (China)? Was it made within the last minute? Then try again.',
  ),
  SignatureDoesNotMatch: of(
    'destination.secret_wrong',
    'Paste it again, whole and without spaces. For a store of another make check path style and region, too.',
  ),
  InvalidToken: of('destination.key_unknown', MALFORMED),
  InvalidClientTokenId: of('destination.key_unknown', MALFORMED),
  InvalidSecurity: of('destination.key_unknown', MALFORMED),
  ExpiredToken: of('destination.credentials_expired'),
  TokenRefreshRequired: of('destination.credentials_expired'),
  CredentialsProviderError: of('destination.credentials_missing'),
  RequestTimeTooSkewed: of('destination.clock_skewed'),
  AllAccessDisabled: of('destination.account_disabled'),
  AccountProblem: of('destination.account_disabled'),
  NotSignedUp: of('destination.account_disabled'),
  InvalidPayer: of('destination.account_disabled'),
  NoSuchEntity: of('destination.role_refused', 'There is no such role: check its ARN.'),
  ValidationError: of(
    'destination.refused',
    'STS refuses the form of the session: check the ARN of the role. An hour is asked for, which every role allows; is the ARN right, then report it.',
  ),
  RegionDisabledException: of('destination.refused', 'Activate the region for STS in the account, or use another one.'),
  // What we may do
  AccessDenied: of('destination.access_denied'),
  AccessControlListNotSupported: of(
    'destination.refused',
    'The bucket has ACLs disabled: switch the ACL of this destination off.',
  ),
  MethodNotAllowed: of(
    'destination.refused',
    'The bucket or endpoint takes no writes: is it an archive, a website or a read-only one?',
  ),
  InvalidObjectState: of('destination.refused', 'The object lies in an archive: choose another bucket or prefix.'),
  // Where it is
  NoSuchBucket: of(
    'destination.bucket_missing',
    'Check the spelling, or create the bucket. China buckets need a China account.',
  ),
  InvalidBucketName: of(
    'destination.bucket_missing',
    'The storage does not accept the name: 3 to 63 lower-case letters, digits and hyphens.',
  ),
  PermanentRedirect: of('destination.wrong_region'),
  AuthorizationHeaderMalformed: of('destination.wrong_region'),
  IllegalLocationConstraintException: of('destination.wrong_region'),
  InvalidLocationConstraint: of('destination.wrong_region'),
  TemporaryRedirect: of('destination.busy', NEW_BUCKET),
  Redirect: of('destination.busy', NEW_BUCKET),
  InvalidURI: of('destination.refused', 'The endpoint or prefix is malformed: check them.'),
  // The bucket's key
  'KMS.DisabledException': of('destination.encryption', "The bucket's key is disabled: enable it, or choose another."),
  'KMS.KMSInvalidStateException': of('destination.encryption', KMS_PENDING),
  'KMS.NotFoundException': of('destination.encryption', "The bucket's key does not exist: choose another."),
  'KMS.AccessDeniedException': of('destination.encryption'),
  KMSInvalidStateException: of('destination.encryption', KMS_PENDING),
  // Passing faults
  SlowDown: of('destination.busy', SLOWER),
  Throttling: of('destination.busy', SLOWER),
  ThrottlingException: of('destination.busy', 'The key service throttles: switch S3 Bucket Keys on.'),
  TooManyRequests: of('destination.busy', SLOWER),
  InternalError: of('destination.busy'),
  ServiceUnavailable: of('destination.busy'),
  OperationAborted: of('destination.busy', CONFLICT),
  ConditionalRequestConflict: of('destination.busy', CONFLICT),
  PreconditionFailed: of('destination.busy', byItself({ because: 'The object changed while it was looked at' })),
  RequestTimeout: of('destination.timeout', SLOW),
  IncompleteBody: of('destination.timeout', SLOW),
  NoSuchUpload: of(
    'destination.busy',
    byItself({
      deed: 'starts again',
      because: 'The upload was closed by somebody else',
      besides: 'A lifecycle rule for unfinished uploads needs at least a day.',
    }),
  ),
  InvalidPart: of('destination.busy', LOST_PART),
  InvalidPartOrder: of('destination.busy', LOST_PART),
  BadDigest: of('destination.altered'),
  InvalidDigest: of('destination.altered'),
  XAmzContentSHA256Mismatch: of('destination.altered'),
  XAmzContentChecksumMismatch: of('destination.altered'),
  // What the store cannot do
  NotImplemented: of(
    'destination.refused',
    'The storage lacks something that is needed: look at the details, and tell us its name.',
  ),
  InvalidRequest: of(
    'destination.refused',
    'The storage refused the form of the request: report it, with its name. A bucket with Object Lock needs checksums.',
  ),
  InvalidArgument: of('destination.refused'),
  InvalidStorageClass: of('destination.refused', 'The bucket demands a storage class that it does not have.'),
  InvalidEncryptionAlgorithmError: of(
    'destination.refused',
    'The storage does not have this encryption: choose another one for this destination.',
  ),
  EntityTooSmall: of('destination.limits', 'The storage takes no parts of this size: report it.'),
  EntityTooLarge: of('destination.limits'),
  MaxMessageLengthExceeded: of('destination.limits'),
  KeyTooLongError: of('destination.refused', 'The name is too long: choose a shorter prefix.'),
  // The way there
  ENOTFOUND: of('destination.host_unknown'),
  EAI_AGAIN: of('destination.unreachable', 'The name server does not answer: check DNS.'),
  ECONNREFUSED: of('destination.unreachable', 'Nothing listens there: check the port, firewall and proxy.'),
  EHOSTUNREACH: of('destination.unreachable'),
  ENETUNREACH: of('destination.unreachable'),
  ETIMEDOUT: of('destination.timeout', 'Nothing answers there: check firewall, proxy and VPN.'),
  TimeoutError: of('destination.timeout', 'Nothing answers there: check firewall, proxy and VPN.'),
  ECONNRESET: of('destination.unreachable', BROKEN),
  ECONNABORTED: of('destination.unreachable', BROKEN),
  EPIPE: of('destination.unreachable', BROKEN),
  CERT_HAS_EXPIRED: of('destination.tls', 'Its certificate has expired: renew it.'),
  CERT_NOT_YET_VALID: of('destination.tls', "Its certificate is not valid yet: check the server's clock."),
  DEPTH_ZERO_SELF_SIGNED_CERT: of('destination.tls', UNTRUSTED),
  SELF_SIGNED_CERT_IN_CHAIN: of('destination.tls', UNTRUSTED),
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: of('destination.tls', UNTRUSTED),
  UNABLE_TO_GET_ISSUER_CERT: of('destination.tls', UNTRUSTED),
  CERT_UNTRUSTED: of('destination.tls', UNTRUSTED),
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: of('destination.tls', UNTRUSTED),
  ERR_TLS_CERT_ALTNAME_INVALID: of(
    'destination.tls',
    'Its certificate is for another host: check the endpoint; a bucket with dots needs path style.',
  ),
  EPROTO: of('destination.tls', NO_TLS),
  ERR_SSL_WRONG_VERSION_NUMBER: of('destination.tls', NO_TLS),
  HPE_INVALID_CONSTANT: of('destination.not_s3', 'It does not speak HTTP: https instead of http, or another port?'),
}

/** What the code alone does not tell; each is recognised by what stands beside it in the answer or in the request. */
export const STORAGE_SITUATIONS = {
  'AccessDenied that names a kms: action': of('destination.encryption'),
  'AccessDenied for a key that is known to exist': of(
    'destination.unreadable',
    'Add s3:GetObject to the policy of the user: the sync log is read before it is extended.',
  ),
  'AccessDenied for a key of which nothing is known': of(
    'destination.unreadable',
    'No failure by itself: without s3:ListBucket a missing object answers like a forbidden one, and a conditional write tells which.',
  ),
  'AccessDenied for an abort': of(
    'destination.access_denied',
    'Only told beside the reason why the upload failed. Allow s3:AbortMultipartUpload, or add a lifecycle rule for unfinished uploads.',
  ),
  'AccessDenied for AssumeRole': of('destination.role_refused'),
  'AssumeRole without the external ID succeeds': of('destination.role_open'),
  'PreconditionFailed, and other content is there': of('destination.name_taken'),
  'PreconditionFailed, and another installation is there': of('destination.directory_taken'),
  'NotImplemented for a conditional write': of(
    'destination.refused',
    'No failure by itself: the hub writes without conditions, one writer at a time, and reads back what stands there.',
  ),
  'an expired token of a role': of('destination.busy', byItself({ because: 'A new one is asked for' })),
  '403 or 404 that is not XML': of(
    'destination.not_s3',
    'Something before the storage answered: check endpoint, port, path style and proxies.',
  ),
  'an address that the operator does not allow': of('destination.egress_blocked'),
} as const satisfies Record<string, StorageError>

/** What a refusal means of which only the HTTP status is known; S3 itself always names its reason. */
export function meaningOfStatus(httpStatus: number | undefined, hasRegion: boolean): StorageError {
  if (httpStatus === undefined) return of('destination.unreachable')
  if (httpStatus >= 300 && httpStatus < 400) return of(hasRegion ? 'destination.wrong_region' : 'destination.not_s3')
  if (httpStatus === 429 || httpStatus >= 500) return of('destination.busy')
  if (httpStatus === 408) return of('destination.timeout')
  return httpStatus === 400 ? of('destination.refused') : STORAGE_SITUATIONS['403 or 404 that is not XML']
}
