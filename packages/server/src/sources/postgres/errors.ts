import { asDataHubError, DataHubError, type ErrorDetails } from '@datahub/core/error/data-hub-error'
import type { ErrorCode } from '@datahub/core/error/codes'
import pg from 'pg'
import { hintForUnreachable } from '../unreachable.ts'

/**
 * PostgreSQL's and the network's errors in our words. What the server wrote is never passed on, not even as a cause: its
 * messages quote rows and queries. Its SQLSTATE is, and where it points in the query.
 */

type Meaning = readonly [code: ErrorCode, hint?: string]

/** By SQLSTATE, then by its class (the first two characters). */
const MEANINGS: Readonly<Record<string, Meaning>> = {
  '08': ['source.interrupted'],
  '22': ['source.query_failed', 'A value cannot be computed or converted; run the query in the database to see which.'],
  '25006': [
    'source.query_failed',
    'A report only reads: no INSERT, UPDATE, DELETE, FOR UPDATE and no function that writes.',
  ],
  '28': [
    'source.access_denied',
    'Check user and password; pg_hba.conf may refuse this user, or ask for TLS (tls: require).',
  ],
  '3D000': ['source.access_denied', 'There is no database of this name on that server; check the database name.'],
  '3F000': ['source.report_missing', 'Check the name of the schema.'],
  '40001': [
    'source.interrupted',
    'A standby cancels long reads: raise max_standby_streaming_delay there, or read the primary.',
  ],
  '42': ['source.query_failed'],
  '42501': ['source.permission'],
  '42601': ['source.query_failed', 'There is a syntax error in the query.'],
  '42703': ['source.report_missing', 'A column that the query names is not there.'],
  '42883': ['source.query_failed', 'The query uses a function or operator that is not there, or with other types.'],
  '42P01': ['source.report_missing', 'A table or view that the query names is not there.'],
  '42P18': [
    'source.query_failed',
    'Write :from::date, or ::timestamptz, where the type cannot be seen from the place.',
  ],
  '53': ['source.interrupted', 'The database is out of memory, disk or connections.'],
  '53300': [
    'source.unreachable',
    'The database has no free connection; raise max_connections or the limit of the user.',
  ],
  '55P03': ['source.interrupted', 'A table is locked by somebody else.'],
  '57014': ['source.interrupted', 'Somebody cancelled the query in the database.'],
  '57': ['source.interrupted'],
  '57P03': ['source.unreachable', 'The database is starting or stopping.'],
  '58': ['source.interrupted', 'The database has trouble with its disk; look at its log.'],
  XX: ['source.query_failed', 'The database reports damage or an internal error; look at its log.'],
}

const CERTIFICATE = /CERT|SELF_SIGNED|UNABLE_TO|ERR_TLS|ERR_SSL|EPROTO/

/** While connecting and signing in. */
export function explainConnecting(error: unknown): DataHubError {
  const doing = 'connect to the database'
  const { code, message } = partsOf(error)
  if (error instanceof DataHubError || error instanceof pg.DatabaseError) return explainQuery(error, doing)
  if (message.startsWith('SASL') || message.includes('password must be')) {
    return new DataHubError('source.access_denied', doing, { hint: 'Check user and password.' })
  }
  if (CERTIFICATE.test(code)) {
    const hint =
      "The database's TLS certificate is not trusted: set NODE_EXTRA_CA_CERTS on the server to its authority, or tls: require."
    return new DataHubError('source.unreachable', doing, { hint, facts: { error: code } })
  }
  if (message.includes('does not support SSL')) {
    return new DataHubError('source.unreachable', doing, { hint: 'The database does not speak TLS; set tls: off.' })
  }
  return new DataHubError('source.unreachable', doing, {
    hint: hintForUnreachable(code),
    ...(code ? { facts: { error: code } } : {}),
  })
}

/** While signed in. `queryAt` is where the report's own query begins in the text that was sent. */
export function explainQuery(error: unknown, doing: string, queryAt?: number): DataHubError {
  if (error instanceof pg.DatabaseError) {
    const sqlState = error.code ?? ''
    const [code, hint] = MEANINGS[sqlState] ?? MEANINGS[sqlState.slice(0, 2)] ?? (['source.query_failed'] as const)
    const character = queryAt === undefined ? 0 : Number(error.position ?? 0) - queryAt
    const facts: ErrorDetails['facts'] = { sqlState, ...(character > 0 ? { character } : {}) }
    const place = character > 0 ? ` Look at character ${character} of it.` : ''
    return new DataHubError(code, doing, hint ? { hint: hint + place, facts } : { facts })
  }
  const { code, message } = partsOf(error)
  const isLost =
    /^(ECONN|EPIPE|ETIMEDOUT|EHOST|ENET)/.test(code) || /^Connection terminated|not queryable/.test(message)
  if (isLost) return new DataHubError('source.interrupted', doing, code ? { facts: { error: code } } : {})
  return asDataHubError(error, doing)
}

function partsOf(error: unknown): { code: string; message: string } {
  const { code, message } = error instanceof Error ? (error as Error & { code?: unknown }) : {}
  return { code: typeof code === 'string' ? code : '', message: message ?? '' }
}
