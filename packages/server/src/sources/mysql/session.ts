import type { Duplex } from 'node:stream'
import { DataHubError } from '@datahub/core/error/data-hub-error'
import mysql from 'mysql2'
import { borrowingSocket } from '../borrowing-socket.ts'
import { withinMs } from '../within-ms.ts'
import { guardedSocket, type EgressPolicy } from '../../foundation/egress.ts'
import type { MysqlColumn } from './column-types.ts'
import { explainConnecting, explainQuery } from './errors.ts'
import type { Encoding } from './row-encoder.ts'
import { RowsOut } from './rows-out.ts'
import type { MysqlConnection } from './settings.ts'
import { readInstant } from './sql-text.ts'

const CONNECT_TIMEOUT_MS = 15_000
/** How long a polite farewell, or a kill, may take before the socket is simply cut. */
const FAREWELL_TIMEOUT_MS = 3_000

/** What is asked for, for error messages, and the signal that ends the asking. */
export interface Asking {
  readonly doing: string
  readonly signal: AbortSignal
}

/** Values as text or null, in the order of the columns: an object would lose columns of the same name. */
export type Row = readonly (string | null)[]

/** One transaction that reads, on one connection: everything that is read through it is of one instant. */
export class MysqlSession {
  /** The instant that every query of this session shows, of tables whose engine has transactions. */
  readonly snapshotAt: Date
  readonly #connection: mysql.Connection
  readonly #kill: () => Promise<void>
  #stopping: Promise<void> | undefined
  #bound = 0

  private constructor(connection: mysql.Connection, snapshotAt: Date, kill: () => Promise<void>) {
    this.#connection = connection
    this.snapshotAt = snapshotAt
    this.#kill = kill
  }

  /** Connects, signs in and takes the snapshot. `source.unreachable`, `source.access_denied`, or the signal's reason. */
  static async open(settings: MysqlConnection, egress: EgressPolicy, signal: AbortSignal): Promise<MysqlSession> {
    signal.throwIfAborted()
    const connection = connect(settings, egress)
    const cut = () => streamOf(connection).destroy(signal.reason as Error)
    signal.addEventListener('abort', cut, { once: true })
    try {
      await connection.promise().connect()
      const snapshotAt = await beginSnapshot(connection, settings.deadlineMinutes)
      return new MysqlSession(connection, snapshotAt, () => kill(settings, egress, connection.threadId ?? 0))
    } catch (error) {
      connection.destroy()
      signal.throwIfAborted()
      throw explainConnecting(error)
    } finally {
      signal.removeEventListener('abort', cut)
    }
  }

  /** Runs one statement, its values bound by the server, and gives its rows. */
  async query(sql: string, values: readonly (string | null)[], asking: Asking): Promise<Row[]> {
    const [rows] = await this.#during(
      asking,
      this.#connection.promise().execute<mysql.RowDataPacket[]>(sql, [...values]),
    )
    return rows as unknown as Row[]
  }

  /** Runs one statement that MySQL cannot prepare. */
  async run(sql: string, asking: Asking): Promise<void> {
    await this.#during(asking, this.#connection.promise().query(sql))
  }

  /** How many rows a SELECT has by the statistics; null where the server does not say. */
  async estimate(sql: string, values: readonly string[], asking: Asking): Promise<number | null> {
    const explained = this.#connection.promise().execute<mysql.RowDataPacket[]>(`explain ${sql}`, [...values])
    const [rows, fields] = await this.#during(asking, explained)
    const place = (name: string) => fields.findIndex((field) => field.name === name)
    const [id, count, filtered] = [place('id'), place('rows'), place('filtered')]
    // The tables that the outermost SELECT joins; what is below it is in its numbers already
    const outer = (rows as unknown as (string | number | null)[][]).filter((row) => Number(row[id]) === 1)
    if (outer.length === 0 || outer.some((row) => row[count] === null)) return null
    return Math.round(
      outer.reduce((product, row) => product * Number(row[count]) * (Number(row[filtered] ?? 100) / 100), 1),
    )
  }

  /** The columns of a SELECT, as the server describes them without running it. Also makes sure that it is one statement. */
  async describe(sql: string, asking: Asking): Promise<MysqlColumn[]> {
    const { promise, resolve, reject } = Promise.withResolvers<MysqlColumn[]>()
    this.#connection.prepare(sql, (error, statement) => {
      if (error) return reject(error)
      const { columns } = statement as unknown as { columns: ColumnDefinition[] }
      statement.close()
      resolve(columns.map(described))
    })
    return await this.#during(asking, promise)
  }

  /** Binds texts to variables of this session, which statements can be run with; gives their names. */
  async bind(values: readonly string[], asking: Asking): Promise<string[]> {
    const names = values.map(() => `@datahub_${(this.#bound += 1)}`)
    for (const [index, name] of names.entries()) await this.query(`set ${name} = ?`, [values[index] ?? ''], asking)
    return names
  }

  /** The rows of a SELECT as CSV. The iteration must be ended or `stop` be called before the next statement. */
  rows(
    sql: string,
    header: string,
    encodings: readonly Encoding[],
    explain: (error: unknown) => DataHubError,
  ): RowsOut {
    return new RowsOut(streamOf(this.#connection), sql, header, encodings, explain)
  }

  /** Has the server end what it is doing for us, then cuts the connection. Never throws, and may be called again. */
  stop(): Promise<void> {
    const stream = streamOf(this.#connection)
    this.#stopping ??= stream.destroyed ? Promise.resolve() : this.#kill().finally(() => this.#connection.destroy())
    return this.#stopping
  }

  /** Ends the transaction and the connection. Never throws, and may be called again. */
  async close(): Promise<void> {
    this.#stopping ??= withinMs(
      FAREWELL_TIMEOUT_MS,
      this.#connection
        .promise()
        .end()
        .catch(() => {}),
    ).finally(() => this.#connection.destroy())
    await this.#stopping
  }

  async #during<Result>({ doing, signal }: Asking, work: Promise<Result>): Promise<Result> {
    work.catch(() => {})
    signal.throwIfAborted()
    const stopped = Promise.withResolvers<never>()
    const stop = () => {
      stopped.reject(signal.reason)
      void this.stop()
    }
    signal.addEventListener('abort', stop, { once: true })
    try {
      return await Promise.race([work, stopped.promise])
    } catch (error) {
      signal.throwIfAborted()
      throw explainQuery(error, doing)
    } finally {
      signal.removeEventListener('abort', stop)
    }
  }
}

/** The driver's column definitions, as they come. */
interface ColumnDefinition {
  readonly name: string
  readonly columnType: number
  readonly flags: number
  readonly columnLength: number
  readonly decimals: number
  readonly characterSet: number
}

function described(column: ColumnDefinition): MysqlColumn {
  const { name, columnType: code, flags, columnLength: length, decimals, characterSet: charset } = column
  return { name, code, flags, length, decimals, charset }
}

/**
 * Files of ours that a server could ask for, and query attributes, which RowsOut does not send, are not negotiated; nor
 * is anything that would read SQL otherwise than its author meant.
 */
const FLAGS = ['-LOCAL_FILES', '-CLIENT_QUERY_ATTRIBUTES', '-IGNORE_SPACE', '-ODBC', '-FOUND_ROWS', '-SESSION_TRACK']

function connect(settings: MysqlConnection, egress: EgressPolicy): mysql.Connection {
  const { host, port, user, database, password, tls } = settings
  const connection = mysql.createConnection({
    host,
    port,
    user,
    database,
    password: password?.reveal() ?? '',
    // The driver does not connect what it is given
    stream: () =>
      guardedSocket(egress, 'database', tls === 'off' ? borrowingSocket() : undefined)
        .connect(port, host)
        .setNoDelay(true)
        .setKeepAlive(true, 30_000),
    ...(tls === 'off'
      ? {}
      : { ssl: { rejectUnauthorized: tls === 'verify', verifyIdentity: tls === 'verify', minVersion: 'TLSv1.2' } }),
    flags: FLAGS,
    charset: 'utf8mb4',
    connectTimeout: CONNECT_TIMEOUT_MS,
    rowsAsArray: true,
    dateStrings: true,
    supportBigNumbers: true,
    bigNumberStrings: true,
    disableEval: true,
    connectAttributes: { program_name: 'datahub' },
  })
  // A server that dies is heard by the query, and by this event, which nobody must miss.
  connection.on('error', () => {})
  return connection
}

function streamOf(connection: mysql.Connection): Duplex {
  return (connection as unknown as { stream: Duplex }).stream
}

/**
 * One snapshot for all reports, and one way of writing values whatever the server's settings. Its own timeouts would
 * count the pauses of a slow receiver, so they are ours: the server gives up a little after we have.
 */
async function beginSnapshot(connection: mysql.Connection, deadlineMinutes: number): Promise<Date> {
  const db = connection.promise()
  const seconds = Math.ceil(deadlineMinutes * 60) + 60
  const ask = async (sql: string) => ((await db.query(sql))[0] as unknown as string[][])[0] ?? []
  const isMariaDb = /mariadb/i.test(String((await ask('select version()'))[0]))
  const settings = [
    "sql_mode = ''",
    "time_zone = '+00:00'",
    `net_write_timeout = ${seconds}`,
    `net_read_timeout = ${seconds}`,
    `wait_timeout = ${seconds}`,
    isMariaDb ? `max_statement_time = ${seconds}` : `max_execution_time = ${seconds * 1000}`,
    ...(isMariaDb ? ['idle_transaction_timeout = 0', 'idle_readonly_transaction_timeout = 0'] : []),
  ]
  await db.query(`set ${settings.map((setting) => `session ${setting}`).join(', ')}`)
  await db.query('set session transaction isolation level repeatable read')
  // Read before the snapshot is taken, so that whatever was committed by then is in.
  const [at] = await ask('select utc_timestamp(6)')
  await db.query('start transaction with consistent snapshot, read only')
  if (at === undefined) throw new DataHubError('source.interrupted', 'take a snapshot of the database')
  return readInstant(at)
}

/** Best effort, on a connection of its own: a user may end what is his. */
async function kill(settings: MysqlConnection, egress: EgressPolicy, threadId: number): Promise<void> {
  const connection = connect(settings, egress)
  const sent = connection
    .promise()
    .query(`kill ${Math.trunc(threadId)}`)
    .catch(() => undefined)
  await withinMs(FAREWELL_TIMEOUT_MS, sent)
  connection.destroy()
}
