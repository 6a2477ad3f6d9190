import type { Cut } from '../tables/ranges.ts'
import type { Mode } from '../tables/table-mapping.ts'
import { join, sql, text, type Sql } from '../targets/sql.ts'
import type { Row, Target } from '../targets/target.ts'
import { newerThan, type Age } from './age.ts'
import { hasLedger, LEDGER, TABLES } from './ledger-tables.ts'
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

/** Every entry of a task, oldest first; none when nothing was ever loaded here. */
export async function entriesOf(target: Target, taskId: number): Promise<LedgerEntry[]> {
  if (!(await hasLedger(target))) return []
  const rows = await target.query(sql`select * from ${LEDGER} where task_id = ${taskId} order by id`)
  return rows.map(toEntry)
}

/** What a package is known by. */
export interface Identity {
  readonly instance: string
  readonly taskId: number
  readonly packageName: string
  readonly sha256: string | null
  /** Absent without a manifest: then its hub is not known either. */
  readonly manifest?: object | undefined
}

/**
 * The package's line, if it has one, and the number for a new one; `exclusively` keeps it free. A package is known by its
 * hub and name. Where one of the two has no manifest, nothing says its hub: then a loaded one of the same task, name and
 * content is the same, from wherever it came.
 */
export function entryOf({
  instance,
  taskId,
  packageName,
  sha256,
  manifest,
}: Identity): Question<{ readonly entry: LedgerEntry | undefined; readonly nextId: number }> {
  const isWithout = manifest ? text('l.snapshot_at is null') : text('1 = 1')
  return question(
    sql`select (select coalesce(max(id), 0) + 1 from ${LEDGER}) as next_id, l.* from (select 1 as one) as one
        left join ${LEDGER} l on l.package = ${packageName} and (l.instance = ${instance}
          or (l.sha256 = ${sha256} and l.task_id = ${taskId} and l.state = 'loaded' and ${isWithout}))
        order by case when l.instance = ${instance} then 0 else 1 end`,
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
