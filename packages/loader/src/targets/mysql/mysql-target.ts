import { randomUUID } from 'node:crypto'
import { Readable } from 'node:stream'
import { EXIT } from '@datahub/core/error/codes'
import mysql from 'mysql2/promise'
import { LoaderError, Refusal, wordsOf } from '../../problem.ts'
import { render, sql, text, type Sql } from '../sql.ts'
import {
  quoteTable,
  type Copy,
  type CopyColumn,
  type HeldType,
  type Row,
  type TableName,
  type Target,
} from '../target.ts'
import { heldBy, mysqlDialect } from './dialect.ts'
import { withNullWords } from './null-words.ts'

const LOCK = 'datahub-loader'
const LOCK_WAIT_SECONDS = 86_400

/** Without strictness MySQL would cut values to fit. With NO_BACKSLASH_ESCAPES the driver's escaping would be wrong. */
const SESSION = `set session sql_mode = 'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION', time_zone = '+00:00'`

/**
 * A MySQL or MariaDB of the receiver's. Rows go in by LOAD DATA LOCAL, streamed from us: the server may ask for the one
 * stream we announce, and gets no file whatever it asks for. DDL commits by itself, so tables are made before the
 * transaction that fills them: an interruption leaves at most an empty table or a new empty column.
 */
export async function openMysql(url: string): Promise<Target> {
  const connection = await connect(url)
  connection.on('error', () => {})
  const [[version]] = (await connection.query('select version() as v, database() as d')) as unknown as [
    [{ v: string; d: string | null }],
  ]
  if (version.d === null) {
    await connection.end()
    throw new LoaderError(
      'The address of the database names no database.',
      'Add it at the end: mysql://user@host/database.',
      { exitCode: EXIT.usage },
    )
  }
  const dialect = mysqlDialect(/mariadb/i.test(version.v))

  async function ask(statement: Sql): Promise<unknown> {
    try {
      const [result] = await connection.query(
        render(statement, () => '?'),
        [...statement.values],
      )
      return result
    } catch (error) {
      throw judge(error)
    }
  }

  async function copyIn(copy: Copy, records: AsyncIterable<Uint8Array>): Promise<number> {
    const { table, columns, loadId, first = [] } = copy
    for (const statement of first) await ask(statement)
    const announced = randomUUID()
    const fields = columns.map((column, at) => (needsConversion(column) ? `@v${at}` : dialect.quote(column.name)))
    const sets = columns.flatMap((column, at) =>
      needsConversion(column) ? [`${dialect.quote(column.name)} = ${converted(column, `@v${at}`)}`] : [],
    )
    if (loadId !== undefined) sets.push(`_datahub_load = ${loadId}`)
    const statement =
      `load data local infile '${announced}' into table ${quoteTable(dialect, table)} character set utf8mb4 ` +
      `fields terminated by ',' optionally enclosed by '"' escaped by '' lines terminated by '\n' ` +
      `(${fields.join(', ')})${sets.length === 0 ? '' : ` set ${sets.join(', ')}`}`
    let failure: unknown
    const source = Readable.from(guarded(), { objectMode: false, highWaterMark: 1024 * 1024 })

    /** What goes wrong on our side ends the stream; the error itself is thrown when the server has answered. */
    async function* guarded(): AsyncGenerator<Buffer> {
      try {
        yield* withNullWords(records)
      } catch (error) {
        failure = error
      }
    }

    try {
      const [result] = await connection.query<mysql.ResultSetHeader>({
        sql: statement,
        infileStreamFactory: (path: string) => {
          if (path !== announced)
            throw new LoaderError(
              'The database asked for a file of this machine.',
              'Do not use this database: it tries to read what is not its own.',
            )
          return source
        },
      } as mysql.QueryOptions)
      if (failure !== undefined) throw judge(failure)
      // With LOCAL a wrong value is only a warning.
      if (result.warningStatus > 0) {
        const [[first]] = (await connection.query('show warnings limit 1')) as unknown as [
          [{ Message: string } | undefined],
        ]
        throw new Refusal(`MySQL does not take it: ${first?.Message ?? 'it warns'}`)
      }
      return result.affectedRows
    } catch (error) {
      throw judge(failure ?? error)
    }
  }

  const target: Target = {
    kind: 'mysql',
    dialect,
    ddlRollsBack: false,
    picksRows: false,
    query: async (statement) => (await ask(statement)) as Row[],
    async queryAll(statements) {
      const answers: Row[][] = []
      for (const statement of statements) answers.push((await ask(statement)) as Row[])
      return answers
    },
    run: async (statement) => ((await ask(statement)) as mysql.ResultSetHeader).affectedRows,
    async exclusively(questions, work) {
      const [taken] = (await ask(
        sql`select get_lock(concat(database(), ${`.${LOCK}`}), ${LOCK_WAIT_SECONDS}) as taken`,
      )) as { taken: string }[]
      if (String(taken?.taken) !== '1')
        throw new LoaderError('Another loader has held the database for a day.', 'Look what it does, and run again.')
      try {
        return await work(await target.queryAll(questions))
      } finally {
        await connection.query(`select release_lock(concat(database(), '.${LOCK}'))`).catch(() => {})
      }
    },
    async atomically(work) {
      await ask(text('start transaction'))
      try {
        const result = await work()
        await ask(text('commit'))
        return result
      } catch (error) {
        await connection.query('rollback').catch(() => {})
        throw error
      }
    },
    async columnsOf(table: TableName) {
      const schema = table.schema === undefined ? text('database()') : sql`${table.schema}`
      const rows =
        (await ask(sql`select column_name as name, column_type as declared, column_comment as comment from information_schema.columns
        where table_schema = ${schema} and table_name = ${table.name} order by ordinal_position`)) as Row[]
      if (rows.length === 0) return undefined
      return rows.map(({ name, declared, comment }) => ({
        name: name ?? '',
        declared: declared ?? '',
        holds:
          comment === 'UTC' && declared === 'datetime(6)' ? { type: 'timestamptz' as const } : heldBy(declared ?? ''),
      }))
    },
    async widen(table: TableName, column: string, to: HeldType) {
      await ask(
        text(
          `alter table ${quoteTable(dialect, table)} modify column ${dialect.quote(column)} ${dialect.declare(to, false)}`,
        ),
      )
    },
    copyIn,
    close: () => connection.end(),
  }
  return target
}

async function connect(url: string): Promise<mysql.Connection> {
  try {
    const address = new URL(url)
    const connection = await mysql.createConnection({
      host: address.hostname,
      port: Number(address.port || 3306),
      user: decodeURIComponent(address.username),
      password: decodeURIComponent(address.password),
      ...(address.pathname.length > 1 && { database: decodeURIComponent(address.pathname.slice(1)) }),
      ...(address.searchParams.get('ssl') === 'true' && { ssl: {} }),
      charset: 'utf8mb4',
      connectTimeout: 15_000,
      // Everything stays text: what we read is compared, not computed with.
      typeCast: (field: { string(): string | null }) => field.string(),
    })
    await connection.query(SESSION)
    return connection
  } catch (error) {
    throw new LoaderError(
      `Could not connect to MySQL: ${wordsOf(error)}.`,
      'Check the address after --into, user, password and firewall.',
      { exitCode: EXIT.unreachable },
    )
  }
}

function needsConversion({ holds: { type } }: CopyColumn): boolean {
  return type === 'boolean' || type === 'bytes' || type === 'timestamptz'
}

function converted({ holds: { type } }: CopyColumn, variable: string): string {
  if (type === 'boolean')
    return `case ${variable} when 'true' then 1 when 'false' then 0 else nullif(${variable}, 'NULL') end`
  if (type === 'bytes') return `unhex(${variable})`
  return `substring_index(${variable}, '+', 1)`
}

/** Values that do not fit are the package's fault; everything else is the database's, and passes or has to be mended. */
function judge(error: unknown): Error {
  if (error instanceof Refusal || error instanceof LoaderError) return error
  const { sqlState = '', code = '' } = error as { sqlState?: string; code?: string }
  if (/^2[23]/.test(sqlState)) return new Refusal(`MySQL does not take it: ${wordsOf(error)}`)
  const cure =
    code === 'ER_NOT_ALLOWED_COMMAND' ||
    code === 'ER_LOAD_DATA_LOCAL_DISABLED' ||
    code === 'ER_CLIENT_LOCAL_FILES_DISABLED'
      ? 'Switch LOAD DATA LOCAL on at the server: set global local_infile = 1.'
      : 'Mend what the database says, and run it again: no row was half loaded.'
  return new LoaderError(`MySQL failed: ${wordsOf(error)}${code ? ` (${code})` : ''}.`, cure)
}
