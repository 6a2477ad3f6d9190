import type { FailedStatus } from '../execution/status.ts'

/** What is known about an error code, once, for API, command line, sync log and documentation. */
export interface CodeFacts {
  /** Completes "Could not …: ", without a full stop. Our own text: never a vendor's. */
  readonly summary: string
  /** What to do about it, as a sentence to a person; an error may carry a more exact one. */
  readonly cure: string
  /** Who has to act. */
  readonly fault: 'customer' | 'operator' | 'service'
  /**
   * `later`: it may pass by itself, so it is tried for hours. `soon`: it may be the user's or it may pass, so it is
   * tried a few times. `never`: only somebody's change helps.
   */
  readonly retry: 'later' | 'soon' | 'never'
  readonly httpStatus: number
  readonly exitCode: number
  /** How an execution ends that fails with it; absent where the step that failed decides. */
  readonly status?: FailedStatus
}

/** Exit codes of the command line, as documented in the guide. */
export const EXIT = {
  ok: 0,
  failed: 1,
  usage: 2,
  unauthorized: 3,
  notFound: 4,
  unreachable: 5,
  testFailed: 6,
  interrupted: 130,
} as const

function facts(
  fault: CodeFacts['fault'],
  retry: CodeFacts['retry'],
  httpStatus: number,
  summary: string,
  cure: string,
  more: { exitCode?: number; status?: FailedStatus } = {},
): CodeFacts {
  return {
    fault,
    retry,
    httpStatus,
    summary,
    cure,
    exitCode: more.exitCode ?? EXIT.failed,
    ...(more.status ? { status: more.status } : {}),
  }
}

const usage = { exitCode: EXIT.usage }

export const codes = {
  // The request
  'request.invalid': facts(
    'customer',
    'never',
    422,
    'the input is not valid',
    'Correct the fields named and send it again.',
    usage,
  ),
  'request.not_found': facts(
    'customer',
    'never',
    404,
    'there is no such thing',
    'List what there is and check the name or id.',
    { exitCode: EXIT.notFound },
  ),
  'request.conflict': facts(
    'customer',
    'never',
    409,
    'it does not fit the present state',
    'Look at the present state and try again.',
  ),
  'request.name_taken': facts('customer', 'never', 409, 'the name is taken', 'Choose another name.', usage),
  'request.in_use': facts('customer', 'never', 409, 'it is still in use', 'Remove what uses it first.'),
  'request.too_large': facts('customer', 'never', 413, 'the request is too large', 'Send less at once.', usage),
  'auth.missing': facts(
    'customer',
    'never',
    401,
    'no token was sent',
    'Set DATAHUB_TOKEN, or send "Authorization: Bearer <token>".',
    { exitCode: EXIT.unauthorized },
  ),
  'auth.refused': facts(
    'customer',
    'never',
    401,
    'the token is not valid',
    'Make a new one with "datahub token create" on the server.',
    { exitCode: EXIT.unauthorized },
  ),
  'auth.forbidden': facts(
    'customer',
    'never',
    403,
    'your role may not do it',
    'Ask an admin of the workspace to do it, or for a role that may.',
    { exitCode: EXIT.unauthorized },
  ),
  'hub.unreachable': facts(
    'operator',
    'later',
    503,
    'the hub does not answer',
    'Start it with "datahub serve", or set DATAHUB_URL.',
    { exitCode: EXIT.unreachable },
  ),
  'hub.config': facts('operator', 'never', 500, 'the configuration is not valid', 'Correct the settings named.', usage),
  'hub.secret_unreadable': facts(
    'operator',
    'never',
    500,
    'a stored secret cannot be opened',
    'Restore the key file that sealed it, or enter the secret again.',
  ),
  'hub.disk_full': facts(
    'operator',
    'later',
    507,
    "the hub's disk is full",
    'Free or add disk space under the data directory.',
    { status: 5 },
  ),
  'hub.internal': facts(
    'service',
    'soon',
    500,
    'something unexpected happened inside the hub',
    'Look at the log of the hub around this time and report it.',
  ),
  'execution.cancelled': facts('customer', 'never', 409, 'it was cancelled', 'Run it again when it is wanted.'),
  'execution.interrupted': facts(
    'service',
    'later',
    503,
    'the worker stopped while it was at it',
    'It is tried again by itself.',
  ),
  'execution.abandoned': facts(
    'service',
    'never',
    500,
    'its worker died every time it was tried',
    'Look at the log of the worker (memory?), then run it again.',
  ),
  // The source
  'source.unreachable': facts(
    'customer',
    'later',
    502,
    'the data source cannot be reached',
    'Check host, port, firewall and that the database is up.',
  ),
  'source.access_denied': facts(
    'customer',
    'never',
    422,
    'the data source refused the sign-in',
    'Check user, password and database name.',
  ),
  'source.permission': facts(
    'customer',
    'never',
    422,
    'the user may not read this',
    'Grant SELECT to the user, and USAGE on the schema.',
  ),
  'source.report_missing': facts(
    'customer',
    'never',
    422,
    'the table, view or column is not there',
    'Check the names in the definition of the source.',
  ),
  'source.query_failed': facts(
    'customer',
    'never',
    422,
    'the data source refused the query',
    "Try the report's query in the database and correct it.",
  ),
  'source.timeout': facts(
    'customer',
    'soon',
    504,
    'the data source took too long',
    'Raise the deadline, ask for a smaller range, or add an index on the date column.',
    { status: 5 },
  ),
  'source.interrupted': facts(
    'customer',
    'later',
    502,
    'the data source closed the connection',
    'It is tried again by itself; if it goes on, look at the database.',
    { status: 5 },
  ),
  'source.incomplete': facts(
    'service',
    'soon',
    502,
    'the data ended before all rows had come',
    'It is tried again by itself.',
    { status: 5 },
  ),
  'source.download_failed': facts(
    'customer',
    'later',
    502,
    'the finished report could not be fetched whole',
    'It is tried again by itself.',
    { status: 8 },
  ),
  'source.folder_forbidden': facts(
    'operator',
    'never',
    422,
    'the folder is not one that the operator allows',
    'Add it to DATAHUB_FOLDERS_ALLOW on the server.',
    usage,
  ),
  // The package
  'package.failed': facts('service', 'soon', 500, 'the package could not be made', 'It is tried again by itself.', {
    status: 5,
  }),
  'package.corrupt': facts(
    'service',
    'soon',
    500,
    'the staged package is not what was written',
    'It is made again by itself; if it goes on, check the disk.',
    { status: 5 },
  ),
  // The destination
  'destination.unreachable': facts(
    'customer',
    'later',
    502,
    'the storage cannot be reached',
    'Check endpoint, region, firewall and proxy.',
    { status: 7 },
  ),
  'destination.host_unknown': facts(
    'customer',
    'soon',
    502,
    "there is no host of the storage's name",
    'Check endpoint, region and bucket for typing mistakes, or switch path style on.',
    { status: 7 },
  ),
  'destination.timeout': facts(
    'customer',
    'later',
    504,
    'the storage did not answer in time',
    'It is tried again by itself; check the bandwidth.',
    { status: 7 },
  ),
  'destination.access_denied': facts(
    'customer',
    'soon',
    422,
    'the storage refused access',
    'Attach the policy that "datahub destination policy" prints to the user; look for a bucket policy that denies.',
    { status: 7 },
  ),
  'destination.unreadable': facts(
    'customer',
    'never',
    422,
    'the storage lets us write but not read',
    'Add s3:GetObject to the policy of the user.',
    { status: 7 },
  ),
  'destination.key_unknown': facts(
    'customer',
    'never',
    422,
    'the storage does not know this Access Key ID',
    'Copy it again; it may be deleted, inactive or of another partition.',
    { status: 7 },
  ),
  'destination.secret_wrong': facts(
    'customer',
    'never',
    422,
    'the Secret Access Key does not match the Access Key ID',
    'Paste it again, without spaces.',
    { status: 7 },
  ),
  'destination.credentials_expired': facts(
    'customer',
    'never',
    422,
    'the credentials have expired',
    'Enter permanent keys.',
    { status: 7 },
  ),
  'destination.credentials_missing': facts(
    'customer',
    'never',
    422,
    'no credentials are saved for it',
    "Enter the keys; the server's own are never used.",
    { status: 7 },
  ),
  'destination.role_refused': facts(
    'customer',
    'never',
    422,
    'the role may not be assumed',
    'Let its trust policy allow our user, with the external ID that the connection test shows.',
    { status: 7 },
  ),
  'destination.role_open': facts(
    'customer',
    'never',
    422,
    'the role may be assumed without its external ID',
    'Add the condition on sts:ExternalId to its trust policy: without it others can be made to write for you.',
    { status: 7 },
  ),
  'destination.account_disabled': facts(
    'customer',
    'never',
    422,
    'the storage provider has disabled the bucket or the account',
    'Contact the provider: support or billing.',
    { status: 7 },
  ),
  'destination.clock_skewed': facts(
    'operator',
    'later',
    502,
    "the server's clock and the storage's clock differ by more than 15 minutes",
    'Switch time synchronisation (NTP) on on the server.',
    { status: 7 },
  ),
  'destination.bucket_missing': facts(
    'customer',
    'never',
    422,
    'the bucket does not exist',
    'Check the spelling, or create the bucket. China buckets need a China account.',
    { status: 7 },
  ),
  'destination.wrong_region': facts(
    'customer',
    'never',
    422,
    'the bucket is in another region',
    'Enter the region of the bucket.',
    { status: 7 },
  ),
  'destination.encryption': facts(
    'customer',
    'never',
    422,
    "the bucket's KMS key may not be used",
    'Allow kms:GenerateDataKey and kms:Decrypt to the user, in IAM and in the key policy.',
    { status: 7 },
  ),
  'destination.tls': facts(
    'customer',
    'never',
    422,
    "the storage's TLS certificate is not trusted",
    'Import its authority with NODE_EXTRA_CA_CERTS; http or https?',
    { status: 7 },
  ),
  'destination.not_s3': facts(
    'customer',
    'soon',
    502,
    'the endpoint does not answer like S3',
    'Check the endpoint URL, the port and path style.',
    { status: 7 },
  ),
  'destination.egress_blocked': facts(
    'operator',
    'never',
    422,
    "the address is not allowed by the server's policy",
    'Ask the operator to add it to DATAHUB_EGRESS_ALLOW.',
    { status: 7 },
  ),
  'destination.refused': facts(
    'customer',
    'never',
    422,
    'the storage refused the request',
    'Look at the code in the details and the settings of the bucket.',
    { status: 7 },
  ),
  'destination.limits': facts(
    'service',
    'never',
    500,
    'the package does not fit the limits of the storage',
    'Report it; meanwhile deliver shorter data ranges.',
    { status: 7 },
  ),
  'destination.busy': facts(
    'customer',
    'later',
    503,
    'the storage has a temporary fault',
    'It is tried again by itself.',
    { status: 7 },
  ),
  'destination.altered': facts(
    'customer',
    'soon',
    502,
    'what is stored is not what was sent',
    'It is tried again by itself; if it goes on, a proxy alters the traffic.',
    { status: 7 },
  ),
  'destination.lost_race': facts(
    'service',
    'later',
    409,
    'somebody else wrote at the same moment',
    'It is tried again by itself.',
    { status: 7 },
  ),
  'destination.name_taken': facts(
    'customer',
    'never',
    409,
    'the name is already used by other content',
    'Another installation may write there: give this destination a prefix of its own.',
    { status: 7 },
  ),
  'destination.directory_taken': facts(
    'customer',
    'never',
    409,
    "another installation's sync log is in the task's directory",
    'Give this destination a prefix of its own, or move the old directory away.',
    { status: 7 },
  ),
  'destination.folder_failed': facts(
    'operator',
    'later',
    500,
    'the folder cannot be written',
    'Check that the path exists, its rights and the free space.',
    { status: 7 },
  ),
  'destination.folder_forbidden': facts(
    'operator',
    'never',
    422,
    'the folder is not one that may be delivered to',
    'Choose a folder outside of the data directory, or add it to DATAHUB_FOLDERS_ALLOW on the server.',
    { ...usage, status: 7 },
  ),
} as const satisfies Record<string, CodeFacts>

export type ErrorCode = keyof typeof codes
