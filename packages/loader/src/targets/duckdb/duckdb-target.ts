import { createWriteStream } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join as joinPath, resolve } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api'
import { LoaderError, Refusal, wordsOf } from '../../problem.ts'
import { render, sql, text, type Sql } from '../sql.ts'
import { quoteTable, type Copy, type HeldType, type Row, type TableName, type Target } from '../target.ts'
import { duckdbDialect as dialect, heldBy } from './dialect.ts'

/** A DuckDB file belongs to one process at a time; how long we wait for the one before us. */
const LOCK_WAIT_MS = 600_000
const MEMORY_LIMIT = '128MB'
const BUFFER_BYTES = 4 * 1024 * 1024

/**
 * A DuckDB file of the receiver's. Rows go by way of a private temporary CSV, which DuckDB reads faster than anything we
 * could hand it row by row.
 */
export async function openDuckdb(path: string): Promise<Target> {
  const scratch = await mkdtemp(joinPath(tmpdir(), 'datahub-loader-duckdb-'))
  const instance = await open(resolve(path), scratch).catch(async (error: unknown) => {
    await rm(scratch, { recursive: true, force: true })
    throw error
  })
  const connection = await instance.connect()
  await connection.run(`set TimeZone = 'UTC'`).catch(() => {})

  const target: Target = {
    kind: 'duckdb',
    dialect,
    ddlRollsBack: true,
    query: (statement) => query(connection, statement),
    async run(statement) {
      const [row] = await query(connection, statement)
      return Number(row?.Count ?? 0)
    },
    async exclusively(work) {
      await query(connection, text('begin transaction'))
      try {
        const result = await work()
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
    async copyIn({ table, columns, loadId }: Copy, records: AsyncIterable<Uint8Array>) {
      const file = joinPath(scratch, 'records.csv')
      try {
        const longest = new LongestRecord()
        await pipeline(longest.watch(records), createWriteStream(file, { mode: 0o600 }))
        const lineBytes = Math.max(longest.bytes + 16, 64 * 1024)
        const read = columns.map(
          ({ holds }, at) => `'c${at}': '${holds.type === 'bytes' ? 'VARCHAR' : dialect.declare(holds, false)}'`,
        )
        const values = columns.map(({ holds }, at) => (holds.type === 'bytes' ? `unhex(c${at})` : `c${at}`))
        const names = columns.map(({ name }) => dialect.quote(name))
        if (loadId !== undefined) {
          names.push('_datahub_load')
          values.push(String(loadId))
        }
        return await target.run(
          sql`insert into ${text(quoteTable(dialect, table))} (${text(names.join(', '))}) select ${text(values.join(', '))}
            from read_csv(${file}, auto_detect = false, header = false, delim = ',', quote = '"', escape = '"', nullstr = '', allow_quoted_nulls = false,
            new_line = '\\n', max_line_size = ${text(String(lineBytes))}, buffer_size = ${text(String(Math.max(4 * lineBytes, BUFFER_BYTES)))}, parallel = false, columns = {${text(read.join(', '))}})`,
        )
      } finally {
        await rm(file, { force: true })
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

/** DuckDB sets aside memory for the longest record it may meet, so we tell it how long that is. */
class LongestRecord {
  bytes = 0

  async *watch(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    let quoted = false
    let length = 0
    for await (const chunk of chunks) {
      let startAt = -length
      for (let at = 0; at < chunk.length; at += 1) {
        const byte = chunk[at] as number
        if (byte === 0x22) quoted = !quoted
        else if (byte === 0x0a && !quoted) {
          if (at + 1 - startAt > this.bytes) this.bytes = at + 1 - startAt
          startAt = at + 1
        }
      }
      length = chunk.length - startAt
      if (length > this.bytes) this.bytes = length
      yield chunk
    }
  }
}

async function open(path: string, scratch: string): Promise<DuckDBInstance> {
  const deadline = Date.now() + LOCK_WAIT_MS
  for (;;) {
    try {
      return await DuckDBInstance.create(path, {
        memory_limit: MEMORY_LIMIT,
        temp_directory: scratch,
        threads: '1',
        preserve_insertion_order: 'false',
      })
    } catch (error) {
      const words = wordsOf(error)
      if (!/lock/i.test(words))
        throw new LoaderError(`Could not open ${path}: ${words}.`, 'Check the path after duckdb: and its rights.')
      if (Date.now() > deadline)
        throw new LoaderError(
          `Could not open ${path}: another program has it open.`,
          'Close the other program, and run it again.',
        )
      await sleep(100)
    }
  }
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
