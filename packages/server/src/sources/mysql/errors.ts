import type { ErrorCode } from '@datahub/core/error/codes'
import { asDataHubError, DataHubError } from '@datahub/core/error/data-hub-error'
import { hintForUnreachable } from '../unreachable.ts'
import { ServerError } from './rows-out.ts'
import { UnwritableValue } from './row-encoder.ts'

/**
 * MySQL's, MariaDB's and the network's errors in our words. What the server wrote is never passed on: its messages quote
 * rows and queries. Its error number is.
 */

type Meaning = readonly [code: ErrorCode, hint?: string]

const SIGN_IN: Meaning = ['source.access_denied', 'Check user and password, and from which hosts the user may sign in.']
const PERMISSION: Meaning = ['source.permission', 'Grant SELECT on the tables to the user.']
const KILLED: Meaning = ['source.interrupted', 'Somebody ended the query or the connection in the database.']
const FULL: Meaning = [
  'source.unreachable',
  'The database has no free connection; raise max_connections or the limit of the user.',
]

const MEANINGS: Readonly<Record<number, Meaning>> = {
  1040: FULL,
  1044: ['source.access_denied', 'The user may not use this database.'],
  1045: SIGN_IN,
  1049: ['source.access_denied', 'There is no database of this name on that server; check the database name.'],
  1053: ['source.interrupted', 'The database is stopping.'],
  1054: ['source.report_missing', 'A column that the query names is not there.'],
  1064: ['source.query_failed', 'There is a syntax error in the query.'],
  1102: ['source.report_missing', 'There can be no database of this name.'],
  1103: ['source.report_missing', 'There can be no table of this name.'],
  1129: ['source.unreachable', 'The database has blocked this host: FLUSH HOSTS there.'],
  1130: SIGN_IN,
  1142: PERMISSION,
  1143: PERMISSION,
  1146: ['source.report_missing', 'A table or view that the query names is not there.'],
  1152: KILLED,
  1158: ['source.interrupted'],
  1159: ['source.interrupted'],
  1160: ['source.interrupted'],
  1161: ['source.interrupted'],
  1203: FULL,
  1205: ['source.interrupted', 'A table is locked by somebody else.'],
  1213: ['source.interrupted', 'A table is locked by somebody else.'],
  1226: FULL,
  1227: PERMISSION,
  1251: ['source.access_denied', 'The user signs in in a way that is too old: use caching_sha2_password.'],
  1305: ['source.query_failed', 'The query uses a function that is not there.'],
  1317: KILLED,
  1345: PERMISSION,
  1356: PERMISSION,
  1370: PERMISSION,
  1412: ['source.interrupted', 'A table was altered while it was read.'],
  1698: SIGN_IN,
  1792: ['source.query_failed', 'A report only reads: no INSERT, UPDATE, DELETE and no function that writes.'],
  1927: KILLED,
  1969: ['source.timeout'],
  3024: ['source.timeout'],
  3118: SIGN_IN,
  3159: ['source.access_denied', 'The database asks for TLS: set tls: require or verify.'],
}

const CERTIFICATE = /CERT|SELF_SIGNED|UNABLE_TO|ERR_TLS|ERR_SSL|EPROTO|HANDSHAKE_SSL/

/** While connecting and signing in. */
export function explainConnecting(error: unknown): DataHubError {
  const doing = 'connect to the database'
  const { code, errno, message } = partsOf(error)
  if (error instanceof DataHubError || MEANINGS[errno]) return explainQuery(error, doing)
  if (code === 'HANDSHAKE_NO_SSL_SUPPORT') {
    return new DataHubError('source.unreachable', doing, { hint: 'The database does not speak TLS; set tls: off.' })
  }
  if (CERTIFICATE.test(code) || message.includes('altnames')) {
    const hint =
      "The database's TLS certificate is not trusted: set NODE_EXTRA_CA_CERTS on the server to its authority, or tls: require."
    return new DataHubError('source.unreachable', doing, { hint, facts: { error: code } })
  }
  if (code === 'AUTH_SWITCH_PLUGIN_ERROR') return new DataHubError('source.access_denied', doing)
  return new DataHubError('source.unreachable', doing, {
    hint: hintForUnreachable(code),
    ...(code ? { facts: { error: code } } : {}),
  })
}

/** While signed in. `nameOf` tells the name of a column of the report. */
export function explainQuery(
  error: unknown,
  doing: string,
  nameOf: (index: number) => string | undefined = () => undefined,
): DataHubError {
  if (error instanceof DataHubError) return error
  if (error instanceof UnwritableValue) return unwritable(error, doing, nameOf)
  if (error instanceof RangeError) return new DataHubError('source.incomplete', doing)
  const { code, errno } = partsOf(error)
  const [meaning, hint] = MEANINGS[errno] ?? []
  const facts = { mysqlError: errno }
  if (meaning) return new DataHubError(meaning, doing, hint === undefined ? { facts } : { hint, facts })
  if (/^(ECONN|EPIPE|ETIMEDOUT|EHOST|ENET|PROTOCOL_)/.test(code)) {
    return new DataHubError('source.interrupted', doing, { facts: { error: code } })
  }
  return errno > 0 ? new DataHubError('source.query_failed', doing, { facts }) : asDataHubError(error, doing)
}

function unwritable(
  { kind, index }: UnwritableValue,
  doing: string,
  nameOf: (index: number) => string | undefined,
): DataHubError {
  if (kind === 'not UTF-8') {
    const hint =
      'A text is not valid in its character set: find it with a query, or deliver the column as CAST(… AS BINARY).'
    return new DataHubError('source.query_failed', doing, { hint })
  }
  const column = (index === undefined ? undefined : nameOf(index)) ?? ''
  const hint = `The column ${column} has a date with a month or day of 00: leave such rows out, or deliver the column as CAST(… AS CHAR).`
  return new DataHubError('source.query_failed', doing, { hint, facts: { column } })
}

function partsOf(error: unknown): { code: string; errno: number; message: string } {
  if (error instanceof ServerError) return { code: '', errno: error.errno, message: '' }
  const { code, errno, message } = error instanceof Error ? (error as Error & { code?: unknown; errno?: unknown }) : {}
  return {
    code: typeof code === 'string' ? code : '',
    errno: typeof errno === 'number' && errno > 0 ? errno : 0,
    message: message ?? '',
  }
}
