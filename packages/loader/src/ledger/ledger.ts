import type { Cut } from '../tables/ranges.ts'
import type { Mode } from '../tables/table-mapping.ts'
import { join, sql, text, type Sql } from '../targets/sql.ts'
import type { Row, Target } from '../targets/target.ts'
import { newerThan, type Age } from './age.ts'
import { answerOf, question, type Question } from './question.ts'

/** What became of a package. `superseded`: newer packages had delivered all of its range before it came. */
const LEDGER_STATES = ['loaded', 'superseded', 'refused'] as const
export type LedgerState = (typeof LEDGER_STATES)[number]

/** One line of the ledger: one package, in the same database and the same transaction as its rows. */
export interface LedgerEntry extends Age {
  readonly id: number
  /** The hub that made it, by the manifest; the bucket's address without one. */
  readonly instance: string
  readonly taskId: number
  readonly packageName: string
  readonly location: string
  readonly state: LedgerState
  readonly reason: string | null
  readonly sha256: string | null
  readonly sizeBytes: number | null
  readonly rows: number
  readonly supersedes: readonly number[]
  readonly recordedAt: string
}

/** What one table got from a package. */
export interface LedgerTable {
  readonly table: string
  readonly fileName: string
  readonly mode: Mode
  readonly rows: number
  readonly cut: Cut | null
  /** The target's column that the cut is of. */
  readonly column: string | null
}

const LEDGER = text('_datahub_ledger')
const TABLES = text('_datahub_ledger_table')

/** Connections that have seen a ledger that was committed. */
const seen = new WeakSet<Target>()

/** Creates the two tables of the ledger, unless they are there. */
export async function ensureLedger(target: Target): Promise<void> {
  if (seen.has(target)) return
  const isThere = async () => (await target.columnsOf({ name: '_datahub_ledger_table' })) !== undefined
  // Two loaders at once would both try.
  if (!(await isThere()))
    await target.exclusively([], async () => ((await isThere()) ? undefined : createLedger(target)))
  seen.add(target)
}

async function createLedger(target: Target): Promise<void> {
  const { bigint, text: long, shortText, tableOptions } = target.dialect
  const columns = (lines: readonly string[]) => text(`(${lines.join(', ')})${tableOptions}`)
  await target.run(
    sql`create table if not exists ${LEDGER} ${columns([
      `id ${bigint} not null primary key`,
      `instance ${shortText} not null`,
      `task_id ${bigint} not null`,
      `package ${shortText} not null`,
      `location ${long} not null`,
      `execution_id ${bigint}`,
      `state ${shortText} not null`,
      `reason ${long}`,
      `sha256 ${long}`,
      `size_bytes ${bigint}`,
      `row_count ${bigint} not null`,
      `supersedes ${long} not null`,
      `snapshot_at ${shortText}`,
      `recorded_at ${long} not null`,
      'unique (instance, package)',
    ])}`,
  )
  await target.run(
    sql`create table if not exists ${TABLES} ${columns([
      `load_id ${bigint} not null`,
      `table_name ${shortText} not null`,
      `file_name ${long} not null`,
      `mode ${shortText} not null`,
      `row_count ${bigint} not null`,
      `range_column ${long}`,
      `range_from ${long}`,
      `range_to ${long}`,
      'primary key (load_id, table_name)',
    ])}`,
  )
  if (!target.dialect.createsIndexes) return
  await target.run(text('create index _datahub_ledger_execution on _datahub_ledger (instance, execution_id)'))
  await target.run(text('create index _datahub_ledger_snapshot on _datahub_ledger (snapshot_at)'))
}

/** Every entry of a task, oldest first; none when nothing was ever loaded here. */
export async function entriesOf(target: Target, taskId: number): Promise<LedgerEntry[]> {
  if ((await target.columnsOf({ name: '_datahub_ledger' })) === undefined) return []
  const rows = await target.query(sql`select * from ${LEDGER} where task_id = ${taskId} order by id`)
  return rows.map(toEntry)
}

/** The package's line, if it has one, and the number for a new one; `exclusively` keeps it free. */
export function entryOf(
  instance: string,
  packageName: string,
): Question<{ readonly entry: LedgerEntry | undefined; readonly nextId: number }> {
  return question(
    sql`select (select coalesce(max(id), 0) + 1 from ${LEDGER}) as next_id, l.* from (select 1 as one) as one
        left join ${LEDGER} l on l.instance = ${instance} and l.package = ${packageName}`,
    ([row = {}]) => ({ entry: row.id === null ? undefined : toEntry(row), nextId: Number(row.next_id) }),
  )
}

export async function record(target: Target, entry: LedgerEntry, tables: readonly LedgerTable[]): Promise<void> {
  const supersedes = `,${entry.supersedes.join(',')},`
  const statements = [
    sql`insert into ${LEDGER} (id, instance, task_id, package, location, execution_id, state, reason, sha256, size_bytes, row_count, supersedes, snapshot_at, recorded_at)
        values (${entry.id}, ${entry.instance}, ${entry.taskId}, ${entry.packageName}, ${entry.location}, ${entry.executionId}, ${entry.state},
        ${entry.reason}, ${entry.sha256}, ${entry.sizeBytes}, ${entry.rows}, ${supersedes}, ${entry.snapshotAt}, ${entry.recordedAt})`,
  ]
  const rows = tables.map(
    ({ table, fileName, mode, rows: count, cut, column }) =>
      sql`(${entry.id}, ${table}, ${fileName}, ${mode}, ${count}, ${column}, ${cut?.from ?? null}, ${cut?.to ?? null})`,
  )
  if (rows.length > 0)
    statements.push(
      sql`insert into ${TABLES} (load_id, table_name, file_name, mode, row_count, range_column, range_from, range_to) values ${join(rows, ', ')}`,
    )
  await target.queryAll(statements)
}

/** Takes an entry out, for a package that is going to be loaded again in the same transaction. */
export async function forget(target: Target, id: number): Promise<void> {
  await target.run(sql`delete from ${TABLES} where load_id = ${id}`)
  await target.run(sql`delete from ${LEDGER} where id = ${id}`)
}

export interface LoadedTable extends LedgerTable, Age {
  readonly loadId: number
}

/** Tables of loaded packages, in the order in which they were loaded. */
export function loadedTables(target: Target, narrow: Sql): Promise<LoadedTable[]> {
  return answerOf(target, tablesOfLoads(narrow))
}

export function tablesOfLoads(narrow: Sql): Question<LoadedTable[]> {
  return question(
    sql`select l.id, l.instance, l.execution_id, l.snapshot_at, t.table_name, t.file_name, t.mode, t.row_count, t.range_column, t.range_from, t.range_to
        from ${LEDGER} l join ${TABLES} t on t.load_id = l.id where l.state = 'loaded' and ${narrow} order by l.id`,
    (rows) => rows.map(toLoadedTable),
  )
}

/**
 * Whether a newer package of the same hub, loaded or itself superseded, restates this one: what is restated is gone for
 * good, in whatever order they came.
 */
export function isRestated(one: Age): Question<boolean> {
  return question(
    sql`select 1 as found from ${LEDGER} l where l.instance = ${one.instance} and l.state <> 'refused' and ${newerThan(one)} and l.supersedes like ${`%,${one.executionId},%`} limit 1`,
    ([row]) => row !== undefined,
  )
}

function toEntry(row: Row): LedgerEntry {
  return {
    id: Number(row.id),
    instance: row.instance ?? '',
    taskId: Number(row.task_id),
    packageName: row.package ?? '',
    location: row.location ?? '',
    executionId: numberOf(row.execution_id),
    state: row.state as LedgerState,
    reason: row.reason ?? null,
    sha256: row.sha256 ?? null,
    sizeBytes: numberOf(row.size_bytes),
    rows: Number(row.row_count),
    supersedes: (row.supersedes ?? '').split(',').filter(Boolean).map(Number),
    snapshotAt: row.snapshot_at ?? null,
    recordedAt: row.recorded_at ?? '',
  }
}

function toLoadedTable(row: Row): LoadedTable {
  return {
    loadId: Number(row.id),
    instance: row.instance ?? '',
    executionId: numberOf(row.execution_id),
    snapshotAt: row.snapshot_at ?? null,
    table: row.table_name ?? '',
    fileName: row.file_name ?? '',
    mode: row.mode as Mode,
    rows: Number(row.row_count),
    column: row.range_column ?? null,
    cut: row.range_from && row.range_to ? { from: row.range_from, to: row.range_to } : null,
  }
}

function numberOf(value: string | null | undefined): number | null {
  return value === null || value === undefined ? null : Number(value)
}
