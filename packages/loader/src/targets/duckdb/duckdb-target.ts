import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join as joinPath } from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { DuckDBAppender, DuckDBConnection } from '@duckdb/node-api'
import { readRecords } from '../../csv/read-records.ts'
import { Refusal, wordsOf } from '../../problem.ts'
import type { Cut } from '../../tables/ranges.ts'
import { LOAD_COLUMN } from '../../tables/table-mapping.ts'
import { join, sql, text, type Sql } from '../sql.ts'
import { quoteTable, type Copy, type HeldType, type Row, type TableName, type Target } from '../target.ts'
import { duckdbDialect as dialect, heldBy } from './dialect.ts'
import { openFile, type OpenFile } from './open-file.ts'
import { isIt, RowRemoval } from './remove-rows.ts'
import { Room } from './room.ts'
import { change, judge, query } from './statement.ts'

/**
 * What DuckDB may hold in its buffers, in bytes; what does not fit goes into temporary files, but not the blocks of columns
 * that are being written, nor the notes of rows that have gone. A staging table has columns of its own, in blocks of the usual
 * size. It uses all that it may: what is not needed it keeps of what it has read.
 */
const MEMORY = { least: 24e6, besideColumns: 2e6, blocksPerColumn: 3, stagedColumn: 2e6 }
/**
 * Half-empty row groups that are joined when what was committed goes into its place in the file: all of those at once are in
 * memory, and by itself DuckDB would join a hundred.
 */
const JOINED_AT_ONCE = 4
/** What may wait in the appender; its own limit of 204,800 rows would take more memory than all the rest. */
const WAITING = { rows: 2048, values: 300_000 }

/**
 * A DuckDB file of the receiver's, by its whole path. Rows go in by its appender, value by value. `read_csv` would take a third less
 * processor time, but wants all of the CSV in a file first, and half as much memory again.
 */
export async function openDuckdb(path: string): Promise<Target> {
  const scratch = await mkdtemp(joinPath(tmpdir(), 'datahub-loader-duckdb-'))
  const room = new Room(MEMORY.least)
  const file = await open(path, scratch, room).catch(async (error: unknown) => {
    await rm(scratch, { recursive: true, force: true })
    throw error
  })
  const { connection } = file
  const blockBytes = await blockSize(connection)

  /** For the rows that have gone in last, which the transaction may still hold. */
  let allowed = room.bytes
  const ask = (statement: Sql) => query(connection, statement)
  const limit = () => ask(text(`set memory_limit = '${bytes(allowed + removal.notes)}'`))
  const removal = new RowRemoval(ask, limit)

  const target: Target = {
    kind: 'duckdb',
    dialect,
    ddlRollsBack: true,
    picksRows: true,
    byScan: {
      async takesDuplicates(table: TableName) {
        const [unique] = await ask(sql`select 1 as found from duckdb_constraints() where ${isIt(table)}
            and constraint_type in ('PRIMARY KEY', 'UNIQUE') limit 1`)
        return unique === undefined
      },
      beginMarking: (table) => removal.begin(table),
      mark: (table, key, which, beside) => removal.mark(table, key, which, beside),
      removeMarked: (table) => removal.removeMarked(table),
      removeWhere: (table, condition) => removal.removeWhere(table, condition),
      keySize: (key) =>
        join(
          key.map((column) => sql`strlen(cast(${column} as varchar))`),
          ' + ',
        ),
      isInPart: (key, part, parts) => sql`hash(${join(key, ', ')}) % ${text(String(parts))} = ${text(String(part))}`,
    },
    query: ask,
    async queryAll(statements) {
      const answers: Row[][] = []
      for (const statement of statements) answers.push(await ask(statement))
      return answers
    },
    run: (statement) => change(ask, statement),
    async exclusively(questions, work) {
      await ask(text('begin transaction'))
      removal.reset()
      try {
        const result = await work(await target.queryAll(questions))
        await ask(text('commit'))
        return result
      } catch (error) {
        await connection.run('rollback').catch(() => {})
        throw error
      }
    },
    atomically: (work) => work(),
    async columnsOf(table: TableName) {
      const rows = await ask(
        sql`select column_name as name, data_type as declared from duckdb_columns() where ${isIt(table)} order by column_index`,
      )
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
    async copyIn({ table, columns, loadId, first = [], only }: Copy, records: AsyncIterable<Uint8Array>) {
      await target.queryAll(first)
      // The staging table is in another catalogue; its columns are those of the report.
      const found = await target.columnsOf(table)
      const there = found ?? columns
      const fieldOf = new Map(columns.map(({ name }, at) => [name.toLowerCase(), at]))
      const places = there.map(({ name, holds }) => ({
        name,
        field: fieldOf.get(name.toLowerCase()),
        isBytes: holds.type === 'bytes',
        isLoad: name === LOAD_COLUMN,
      }))
      const perColumn = MEMORY.blocksPerColumn * blockBytes + (found ? 0 : MEMORY.stagedColumn)
      let longest = 0
      const allow = (length: number) => {
        longest = length
        allowed = Math.max(room.bytes, MEMORY.besideColumns + perColumn * there.length) + 4 * length
        return limit()
      }
      await allow(0)
      const flushRows = Math.min(WAITING.rows, Math.ceil(WAITING.values / there.length))
      let rows = 0
      let appender: DuckDBAppender | undefined
      try {
        appender = await connection.createAppender(table.name, table.schema ?? null)
        for await (const batch of readRecords(records)) {
          let longestHere = longest
          for (const record of batch) {
            if (record.length !== columns.length)
              throw new Refusal(`a row of the CSV has ${record.length} fields instead of ${columns.length}`)
            if (only && !isWithin(record[only.field], only.cuts)) continue
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
            if (rows % flushRows === 0) appender.flushSync()
          }
          // A value is in memory whole, more than once; short ones are lost in the rest.
          if (longestHere > longest && longestHere > 1e6) await allow(longestHere)
          // Appending never waits: without this, nothing else would get a turn.
          await nextTurn()
        }
        appender.closeSync()
        return rows
      } catch (error) {
        // What waits in it would go into the table when the collector finds it, whatever became of the transaction
        appender?.clear()
        throw judge(error)
      }
    },
    async makeRoom(error) {
      if (!room.grow(error, allowed)) return false
      allowed = room.bytes
      await limit()
      return file.reopen().then(
        () => true,
        (again: unknown) => target.makeRoom?.(again) ?? false,
      )
    },
    async close() {
      await file.close()
      await rm(scratch, { recursive: true, force: true })
    },
  }
  return target
}

/** Opening a file takes memory as well, where much was committed and is not in its place yet. */
async function open(path: string, scratch: string, room: Room): Promise<OpenFile> {
  for (;;) {
    try {
      return await openFile(path, {
        memory_limit: bytes(room.bytes),
        temp_directory: scratch,
        threads: '1',
        preserve_insertion_order: 'false',
        write_buffer_row_group_count: '1',
        max_vacuum_tasks: String(JOINED_AT_ONCE),
        // It guesses how many rows a condition lets through, and would hold the table in place of a part of its keys
        disabled_optimizers: 'build_side_probe_side',
      })
    } catch (error) {
      if (!room.grow(error)) throw error
    }
  }
}

function isWithin(value: string | null | undefined, cuts: readonly Cut[]): boolean {
  return typeof value === 'string' && cuts.some(({ from, to }) => value >= from && value < to)
}

/** The size of the file's blocks, which whoever made it has chosen. */
async function blockSize(connection: DuckDBConnection): Promise<number> {
  const [row] = await query(
    connection,
    sql`select block_size from pragma_database_size() where database_name = current_database()`,
  )
  return Number(row?.block_size)
}

function bytes(count: number): string {
  return `${Math.ceil(count)}B`
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
