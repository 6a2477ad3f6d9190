import { DataHubError } from '@datahub/core/error/data-hub-error'
import pg from 'pg'
import { guardedSocket, type EgressPolicy } from '../../foundation/egress.ts'
import { borrowingSocket } from '../borrowing-socket.ts'
import { withinMs } from '../within-ms.ts'
import { CopyOut } from './copy-out.ts'
import { explainConnecting, explainQuery } from './errors.ts'
import type { PostgresConnection } from './settings.ts'

const CONNECT_TIMEOUT_MS = 15_000
/** How long a polite farewell, or a cancel request, may take before the socket is simply cut. */
const FAREWELL_TIMEOUT_MS = 3_000

/** One transaction that reads, on one connection: everything that is read through it is of one instant. */
export class PostgresSession {
  /** The instant that every query of this session shows. */
  readonly snapshotAt: Date
  readonly #client: pg.Client
  readonly #sendCancel: () => Promise<void>
  #stopping: Promise<void> | undefined
  #bound = 0

  private constructor(client: pg.Client, snapshotAt: Date, sendCancel: () => Promise<void>) {
    this.#client = client
    this.snapshotAt = snapshotAt
    this.#sendCancel = sendCancel
  }

  /** Connects, signs in and takes the snapshot. `source.unreachable`, `source.access_denied`, or the signal's reason. */
  static async open(
    connection: PostgresConnection,
    egress: EgressPolicy,
    signal: AbortSignal,
  ): Promise<PostgresSession> {
    signal.throwIfAborted()
    // A connection that will be encrypted takes the bytes off the socket in its own way
    const socket = guardedSocket(egress, 'database', connection.tls === 'off' ? borrowingSocket() : undefined)
    const client = new pg.Client({ ...driverSettings(connection), stream: () => socket })
    // A server that dies is heard three times: by the query, and by two events of which nobody must miss one.
    client.on('error', () => {})
    const cut = () => socket.destroy(signal.reason as Error)
    signal.addEventListener('abort', cut, { once: true })
    try {
      await client.connect()
      const snapshotAt = await beginSnapshot(client)
      return new PostgresSession(client, snapshotAt, () => cancelQueries(connection, egress, client))
    } catch (error) {
      socket.destroy()
      signal.throwIfAborted()
      throw explainConnecting(error)
    } finally {
      signal.removeEventListener('abort', cut)
    }
  }

  /** Runs one statement. Rows are arrays, because an object would lose columns of the same name. */
  async query<Row extends unknown[]>(
    text: string,
    values: readonly unknown[],
    { doing, signal, queryAt }: { doing: string; signal: AbortSignal; queryAt?: number },
  ): Promise<pg.QueryArrayResult<Row>> {
    signal.throwIfAborted()
    const stopped = Promise.withResolvers<never>()
    const stop = () => {
      stopped.reject(signal.reason)
      void this.stop()
    }
    signal.addEventListener('abort', stop, { once: true })
    // `extended` has the server refuse a second statement in the text.
    const query = { text, values: [...values], rowMode: 'array' as const, queryMode: 'extended' }
    try {
      return await Promise.race([this.#client.query<Row>(query), stopped.promise])
    } catch (error) {
      signal.throwIfAborted()
      throw explainQuery(error, doing, queryAt)
    } finally {
      signal.removeEventListener('abort', stop)
    }
  }

  /** Binds texts to settings of this transaction, which statements without parameters can read; gives their names. */
  async bind(values: readonly string[], asking: { doing: string; signal: AbortSignal }): Promise<string[]> {
    const names = values.map(() => `datahub.v${(this.#bound += 1)}`)
    if (values.length > 0) {
      await this.query(
        `select pg_catalog.count(pg_catalog.set_config(name, value, true)) from unnest($1::text[], $2::text[]) as bound(name, value)`,
        [names, [...values]],
        asking,
      )
    }
    return names
  }

  /** Runs a `COPY … TO STDOUT`. The iteration must be ended or `stop` be called before the next statement. */
  copy(sql: string, doing: string): CopyOut {
    return this.#client.query(new CopyOut(sql, (error) => explainQuery(error, doing)))
  }

  /** Has the server give up what it is doing for us, then cuts the connection. Never throws, and may be called again. */
  stop(): Promise<void> {
    const { stream } = this.#client.connection
    this.#stopping ??= stream.destroyed ? Promise.resolve() : this.#sendCancel().finally(() => stream.destroy())
    return this.#stopping
  }

  /** Ends the transaction and the connection. Never throws, and may be called again. */
  async close(): Promise<void> {
    if (this.#stopping) return await this.#stopping
    const ended = this.#client.end().catch(() => {})
    this.#stopping = withinMs(FAREWELL_TIMEOUT_MS, ended).finally(() => this.#client.connection.stream.destroy())
    await this.#stopping
  }
}

/** Everything that pg would otherwise take from PG* variables or ~/.pgpass of the server is given. */
function driverSettings(connection: PostgresConnection): pg.ClientConfig {
  return {
    host: connection.host,
    port: connection.port,
    database: connection.database,
    user: connection.user,
    password: () => connection.password?.reveal() ?? '',
    ssl: connection.tls === 'off' ? false : { rejectUnauthorized: connection.tls === 'verify' },
    application_name: 'datahub',
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    keepAlive: true,
    keepAliveInitialDelayMillis: 30_000,
  }
}

/**
 * One snapshot for all reports, and one way of writing values whatever the server's settings. `local`, so that it holds
 * behind a pooler that lends connections per transaction. The server's own timeouts would count the pauses of a slow
 * receiver, so they are off; our deadline holds instead, and a server that can (from 14 on) looks whether we are still
 * there while it computes.
 */
async function beginSnapshot(client: pg.Client): Promise<Date> {
  await client.query(`begin isolation level repeatable read read only;
    set local client_encoding = 'UTF8';
    set local standard_conforming_strings = on;
    set local timezone = 'UTC';
    set local datestyle = 'ISO, YMD';
    set local intervalstyle = 'iso_8601';
    set local extra_float_digits = 3;
    set local bytea_output = 'hex'`)
  // Received before the snapshot is taken, so that whatever was committed by then is in.
  const { rows } = await client.query<{ at: Date }>(`
    select statement_timestamp() as at, count(pg_catalog.set_config(s.name, settings.value, true))
    from pg_catalog.pg_settings s join (values
      ('statement_timeout', '0'), ('lock_timeout', '0'), ('idle_in_transaction_session_timeout', '0'),
      ('transaction_timeout', '0'), ('client_connection_check_interval', '10s')) as settings(name, value) using (name)`)
  const at = rows[0]?.at
  if (!at) throw new DataHubError('source.interrupted', 'take a snapshot of the database')
  return at
}

/** PostgreSQL's cancel request, on a connection of its own as the protocol wants it. Best effort: it has no answer. */
async function cancelQueries(connection: PostgresConnection, egress: EgressPolicy, client: pg.Client): Promise<void> {
  const { processID, secretKey } = client as pg.Client & { processID: number | null; secretKey: number | null }
  if (processID === null || secretKey === null) return
  const settings = driverSettings(connection)
  const link = new pg.Connection({ ...settings, stream: () => guardedSocket(egress, 'database') }) as CancelConnection
  const sent = new Promise<void>((resolve) => {
    link.on('error', () => resolve())
    link.on('end', () => resolve())
    link.on('connect', () => (settings.ssl ? link.requestSsl() : link.cancel(processID, secretKey)))
    link.on('sslconnect', () => link.cancel(processID, secretKey))
  })
  link.connect(connection.port, connection.host)
  await withinMs(FAREWELL_TIMEOUT_MS, sent)
  link.stream.destroy()
}

/** What pg's Connection can do beyond its published types. */
interface CancelConnection extends pg.Connection {
  connect(port: number, host: string): void
  requestSsl(): void
  cancel(processID: number, secretKey: number): void
}
