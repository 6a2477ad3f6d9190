import { existsSync } from 'node:fs'
import { link, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join as joinPath } from 'node:path'
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises'
import { DuckDBInstance, type DuckDBAppender, type DuckDBConnection } from '@duckdb/node-api'
import { readRecords } from '../../csv/read-records.ts'
import { LoaderError, Refusal, wordsOf } from '../../problem.ts'
import { LOAD_COLUMN } from '../../tables/table-mapping.ts'
import { render, sql, text, type Sql } from '../sql.ts'
import { quoteTable, type Copy, type HeldType, type Row, type TableName, type Target } from '../target.ts'
import { duckdbDialect as dialect, heldBy } from './dialect.ts'

/** A DuckDB file belongs to one process at a time; how long we wait for the one before us. */
const LOCK_WAIT_MS = 600_000
/**
 * For DuckDB's own buffers; what does not fit goes into temporary files, but not what it holds of each column that it
 * writes. With a staging table, it reads one while it writes another, and compares keys besides.
 */
const MEMORY_MB = { straight: { all: 16, column: 1 }, staged: { all: 32, column: 2 } }
/** What it has freed it keeps for itself, 30 MB and more, until the limit is set: so it is, now and then. */
const RELEASE_ROWS = 10_240
/** Rows that wait in the appender; its own limit of 204,800 would take more memory than all the rest. */
const FLUSH_ROWS = 2048
const ROW_GROUP_ROWS = 30_720

/**
 * A DuckDB file of the receiver's, by its whole path. Rows go in by its appender, value by value. `read_csv` would take a third less
 * processor time, but wants all of the CSV in a file first, and half as much memory again.
 */
export async function openDuckdb(path: string): Promise<Target> {
  const scratch = await mkdtemp(joinPath(tmpdir(), 'datahub-loader-duckdb-'))
  const instance = await open(path, scratch).catch(async (error: unknown) => {
    await rm(scratch, { recursive: true, force: true })
    throw error
  })
  const connection = await instance.connect()
  await connection.run('use receiver')
  await connection.run(`set TimeZone = 'UTC'`).catch(() => {})

  const target: Target = {
    kind: 'duckdb',
    dialect,
    ddlRollsBack: true,
    query: (statement) => query(connection, statement),
    async queryAll(statements) {
      const answers: Row[][] = []
      for (const statement of statements) answers.push(await query(connection, statement))
      return answers
    },
    async run(statement) {
      const [row] = await query(connection, statement)
      return Number(row?.Count ?? 0)
    },
    async exclusively(questions, work) {
      await query(connection, text('begin transaction'))
      try {
        const result = await work(await target.queryAll(questions))
        await query(connection, text('commit'))
        return result
      } catch (error) {
        await connection.run('rollback').catch(() => {})
        throw error
      }
    },
    atomically: (work) => work(),
    async columnsOf(table: TableName) {
      const schema = table.schema === undefined ? text('current_schema()') : sql`${table.schema}`
      const rows = await query(
        connection,
        sql`select column_name as name, data_type as declared from duckdb_columns()
          where schema_name = ${schema} and lower(table_name) = lower(${table.name}) and database_name = current_database() order by column_index`,
      )
      if (rows.length === 0) return undefined
      return rows.map(({ name, declared }) => ({
        name: name ?? '',
        declared: declared ?? '',
        holds: heldBy(declared ?? ''),
      }))
    },
    async widen(table: TableName, column: string, to: HeldType) {
      await query(
        connection,
        text(
          `alter table ${quoteTable(dialect, table)} alter column ${dialect.quote(column)} type ${dialect.declare(to, false)}`,
        ),
      )
    },
    async copyIn({ table, columns, loadId, first = [] }: Copy, records: AsyncIterable<Uint8Array>) {
      await target.queryAll(first)
      // The staging table is in another catalogue; its columns are those of the report.
      const found = await target.columnsOf(table)
      const there = found ?? columns
      const needs = found ? MEMORY_MB.straight : MEMORY_MB.staged
      const fieldOf = new Map(columns.map(({ name }, at) => [name.toLowerCase(), at]))
      const places = there.map(({ name, holds }) => ({
        name,
        field: fieldOf.get(name.toLowerCase()),
        isBytes: holds.type === 'bytes',
        isLoad: name === LOAD_COLUMN,
      }))
      let longest = 0
      const allow = (bytes: number) => {
        longest = bytes
        const limit = needs.all + needs.column * there.length + Math.ceil((4 * bytes) / 1e6)
        return query(connection, text(`set memory_limit = '${limit}MB'`))
      }
      await allow(0)
      let rows = 0
      let releaseAt = RELEASE_ROWS
      try {
        const appender = await connection.createAppender(table.name, table.schema ?? null)
        for await (const batch of readRecords(records)) {
          let longestHere = longest
          for (const record of batch) {
            if (record.length !== columns.length)
              throw new Refusal(`a row of the CSV has ${record.length} fields instead of ${columns.length}`)
            for (const { name, field, isBytes, isLoad } of places) {
              const value = field === undefined ? null : (record[field] ?? null)
              if (value !== null) {
                append(appender, name, value, isBytes)
                if (value.length > longestHere) longestHere = value.length
              } else if (isLoad && loadId !== undefined) appender.appendBigInt(BigInt(loadId))
              else appender.appendNull()
            }
            appender.endRow()
            rows += 1
            if (rows % FLUSH_ROWS === 0) appender.flushSync()
          }
          // A value is in memory whole, more than once; short ones are lost in the rest.
          if (longestHere > longest && longestHere > 1e6) await allow(longestHere)
          if (rows >= releaseAt) {
            await allow(longest)
            releaseAt = rows + RELEASE_ROWS
          }
          // Appending never waits: without this, nothing else would get a turn.
          await nextTurn()
        }
        appender.closeSync()
        return rows
      } catch (error) {
        throw judge(error)
      }
    },
    async close() {
      connection.closeSync()
      instance.closeSync()
      await rm(scratch, { recursive: true, force: true })
    },
  }
  return target
}

/** The engine turns the text into a value of the column; what it cannot turn is the package's fault. */
function append(appender: DuckDBAppender, name: string, value: string, isBytes: boolean): void {
  if (isBytes) {
    if (!/^([0-9a-f]{2})*$/i.test(value)) throw new Refusal(`${name} is bytes, and one value is not hexadecimal`)
    appender.appendBlob(Buffer.from(value, 'hex'))
    return
  }
  try {
    appender.appendVarchar(value)
  } catch (error) {
    throw new Refusal(`DuckDB does not take it: ${name}: ${wordsOf(error)}`)
  }
}

/**
 * The file, attached to a database of nothing: only so can the size of its new row groups be said. One of the usual size
 * is kept whole in memory, for each column, until it is written.
 */
async function open(path: string, scratch: string): Promise<DuckDBInstance> {
  const instance = await DuckDBInstance.create(':memory:', {
    memory_limit: `${MEMORY_MB.staged.all}MB`,
    temp_directory: scratch,
    threads: '1',
    preserve_insertion_order: 'false',
    write_buffer_row_group_count: '1',
  })
  const connection = await instance.connect()
  const deadline = Date.now() + LOCK_WAIT_MS
  for (;;) {
    try {
      if (!existsSync(path)) await create(connection, path)
      await connection.run(attach(path, 'receiver'))
      connection.closeSync()
      return instance
    } catch (error) {
      const words = wordsOf(error)
      if (/lock/i.test(words) && Date.now() < deadline) {
        await sleep(100)
        continue
      }
      connection.closeSync()
      instance.closeSync()
      if (!/lock/i.test(words))
        throw new LoaderError(`Could not open ${path}: ${words}.`, 'Check the path after duckdb: and its rights.')
      throw new LoaderError(
        `Could not open ${path}: another program has it open.`,
        'Close the other program, and run it again.',
      )
    }
  }
}

/** Whole or not at all: a file that was begun when its process was killed is not a database, and is never mended. */
async function create(connection: DuckDBConnection, path: string): Promise<void> {
  const apart = `${path}.${process.pid}.new`
  await rm(apart, { force: true })
  try {
    await connection.run(attach(apart, 'fresh'))
    await connection.run('detach fresh')
    await link(apart, path).catch((error: NodeJS.ErrnoException) => {
      // Another loader was faster: it is the same file.
      if (error.code !== 'EEXIST') throw error
    })
  } finally {
    await rm(apart, { force: true })
  }
}

function attach(path: string, name: string): string {
  return `attach ${quoted(path)} as ${name} (row_group_size ${ROW_GROUP_ROWS})`
}

function quoted(value: string): string {
  return `'${value.replaceAll("'", "''")}'`
}

async function query(connection: DuckDBConnection, statement: Sql): Promise<Row[]> {
  try {
    const values = statement.values.map((value) => (typeof value === 'number' ? BigInt(Math.trunc(value)) : value))
    const reader = await connection.runAndReadAll(
      render(statement, (at) => `$${at}`),
      values,
    )
    return reader
      .getRowObjects()
      .map((row) =>
        Object.fromEntries(Object.entries(row).map(([name, value]) => [name, value === null ? null : String(value)])),
      )
  } catch (error) {
    throw judge(error)
  }
}

function judge(error: unknown): Error {
  if (error instanceof Refusal || error instanceof LoaderError) return error
  const words = wordsOf(error)
  if (/^(Conversion|Constraint|Out of Range|Invalid Input) Error/.test(words))
    return new Refusal(`DuckDB does not take it: ${words}`)
  return new LoaderError(`DuckDB failed: ${words}.`, 'Mend what it says, and run it again: nothing was half loaded.')
}
