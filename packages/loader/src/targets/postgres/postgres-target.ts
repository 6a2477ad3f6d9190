import { EXIT } from '@datahub/core/error/codes'
import { formatRecord } from '@datahub/core/bucket/csv'
import pg from 'pg'
import { readRecords } from '../../csv/read-records.ts'
import { LoaderError, Refusal, wordsOf } from '../../problem.ts'
import { render, sql, text, type Sql } from '../sql.ts'
import { quoteTable, type Copy, type HeldType, type Row, type TableName, type Target } from '../target.ts'
import { copyIn } from './copy-in.ts'
import { heldBy, postgresDialect as dialect } from './dialect.ts'

/** One lock for all loaders of a database: 'datahub-loader' in ASCII, as far as it fits. */
const LOCK = 0x64617461687562n

/** Of each connection, in the server's memory. */
const MAX_PREPARED = 100

/** A PostgreSQL of the receiver's; rows go in by COPY, as they are inflated. */
export async function openPostgres(url: string): Promise<Target> {
  const client = new pg.Client({
    connectionString: url,
    application_name: 'datahub-loader',
    connectionTimeoutMillis: 15_000,
    // What is asked is sent, whether or not what was asked before has been answered.
    pipeline: true,
  })
  // Everything stays text: what we read is compared, not computed with.
  const types = { getTypeParser: () => (value: string) => value }
  // A connection that breaks between two statements is told by the next one.
  client.on('error', () => {})
  try {
    await client.connect()
    await client.query(`set datestyle = 'ISO'; set timezone = 'UTC'; set standard_conforming_strings = on`)
  } catch (error) {
    await client.end().catch(() => {})
    throw new LoaderError(
      `Could not connect to PostgreSQL: ${wordsOf(error)}.`,
      'Check the address after --into, user, password and firewall.',
      {
        exitCode: EXIT.unreachable,
      },
    )
  }

  /** Statements with values come again and again: the server parses each of them once. */
  const names = new Map<string, string>()
  const nameOf = (statement: string) => {
    const name = names.get(statement) ?? `datahub_${names.size + 1}`
    if (names.size < MAX_PREPARED) names.set(statement, name)
    return names.has(statement) ? { name } : {}
  }

  /** What is asked in one turn leaves in one packet. */
  const oneWrite = () => {
    const { stream } = client.connection
    stream.cork()
    setImmediate(() => stream.uncork())
  }

  async function ask({ texts, values }: Sql): Promise<pg.QueryResult<Row>> {
    const statement = render({ texts, values }, (at) => `$${at}`)
    oneWrite()
    try {
      return await client.query<Row>({
        text: statement,
        ...(values.length > 0 && { values: [...values], ...nameOf(statement) }),
        types,
      })
    } catch (error) {
      throw judge(error)
    }
  }

  async function copyStraight(copy: Copy, records: AsyncIterable<Uint8Array>): Promise<number> {
    const { table, columns, loadId, first = [] } = copy
    const before = first.map(ask)
    if (loadId !== undefined) before.push(ask(sql`select set_config('datahub.load', ${String(loadId)}, true)`))
    const names = columns.map(({ name }) => dialect.quote(name)).join(', ')
    const statement = `copy ${quoteTable(dialect, table)} (${names}) from stdin with (format csv, encoding 'UTF8')`
    const rows = copyIn(client, statement, columns.length === 1 ? withQuotedEnd(records) : records).catch(
      (error: unknown) => {
        throw judge(error)
      },
    )
    await answersOf<unknown>([...before, rows])
    return rows
  }

  /** COPY does not read hexadecimal bytes: those columns arrive as text and are decoded on the way into the table. */
  async function copyDecoding(copy: Copy, records: AsyncIterable<Uint8Array>): Promise<number> {
    await answersOf((copy.first ?? []).map(ask))
    const arriving = copy.columns.map(({ name, holds }) => ({
      name,
      holds: holds.type === 'bytes' ? ({ type: 'text' } as const) : holds,
    }))
    const stage = '"_datahub_hex"'
    const lines = arriving.map(({ name, holds }) => `${dialect.quote(name)} ${dialect.declare(holds, false)}`)
    await ask(text(`create temp table ${stage} (${lines.join(', ')}) on commit drop`))
    await copyStraight({ table: { name: '_datahub_hex' }, columns: arriving }, records)
    const names = copy.columns.map(({ name }) => dialect.quote(name))
    const decoded = copy.columns.map(({ name, holds }) =>
      holds.type === 'bytes' ? `decode(${dialect.quote(name)}, 'hex')` : dialect.quote(name),
    )
    if (copy.loadId !== undefined) await ask(sql`select set_config('datahub.load', ${String(copy.loadId)}, true)`)
    const table = quoteTable(dialect, copy.table)
    const { rowCount } = await ask(
      text(`insert into ${table} (${names.join(', ')}) select ${decoded.join(', ')} from ${stage}`),
    )
    await ask(text(`drop table ${stage}`))
    return rowCount ?? 0
  }

  return {
    kind: 'postgres',
    dialect,
    ddlRollsBack: true,
    picksRows: false,
    query: async (statement) => (await ask(statement)).rows,
    queryAll: async (statements) => (await answersOf(statements.map(ask))).map(({ rows }) => rows),
    run: async (statement) => (await ask(statement)).rowCount ?? 0,
    async exclusively(questions, work) {
      try {
        // Each statement sees what was committed before it began: the questions, all that earlier holders of the lock did.
        const [, ...answers] = await answersOf(
          [text(`begin isolation level read committed; select pg_advisory_xact_lock(${LOCK})`), ...questions].map(ask),
        )
        const result = await work(answers.map(({ rows }) => rows))
        await ask(text('commit'))
        return result
      } catch (error) {
        await client.query('rollback').catch(() => {})
        throw error
      }
    },
    atomically: (work) => work(),
    async columnsOf(table: TableName) {
      const rows = (
        await ask(sql`select a.attname as name, pg_catalog.format_type(a.atttypid, a.atttypmod) as declared
          from pg_catalog.pg_attribute a where a.attrelid = to_regclass(${quoteTable(dialect, table)}) and a.attnum > 0 and not a.attisdropped
          order by a.attnum`)
      ).rows
      if (rows.length === 0) return undefined
      return rows.map(({ name, declared }) => ({
        name: name ?? '',
        declared: declared ?? '',
        holds: heldBy(declared ?? ''),
      }))
    },
    async widen(table: TableName, column: string, to: HeldType) {
      await ask(
        text(
          `alter table ${quoteTable(dialect, table)} alter column ${dialect.quote(column)} type ${dialect.declare(to, false)}`,
        ),
      )
    },
    copyIn: (copy, records) =>
      copy.columns.some(({ holds }) => holds.type === 'bytes')
        ? copyDecoding(copy, records)
        : copyStraight(copy, records),
    close: () => client.end(),
  }
}

/** All of them have ended, however they do, before the first that failed is thrown: nothing is under way any more. */
async function answersOf<T>(asked: readonly Promise<T>[]): Promise<T[]> {
  await Promise.allSettled(asked)
  return Promise.all(asked)
}

/** Before PostgreSQL 18, a line that is nothing but `\\.` ends the data even in CSV; in quotes it is a value. */
async function* withQuotedEnd(records: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  for await (const batch of readRecords(records)) {
    yield Buffer.from(batch.map((record) => (record[0] === '\\.' ? '"\\."\n' : formatRecord(record))).join(''))
  }
}

/** Values that do not fit are the package's fault; everything else is the database's, and passes or has to be mended. */
function judge(error: unknown): Error {
  if (error instanceof Refusal || error instanceof LoaderError) return error
  const { code = '', routine } = error as { code?: string; routine?: string }
  if (/^(22|23)/.test(code)) return new Refusal(`PostgreSQL does not take it: ${wordsOf(error)}`)
  const cure =
    code === '42501'
      ? 'Grant the user CREATE on the schema, and what the message names.'
      : 'Mend what the database says, and run it again: nothing was half loaded.'
  return new LoaderError(`PostgreSQL failed: ${wordsOf(error)}${code && routine ? ` (${code})` : ''}.`, cure)
}
