import { Refusal } from '../problem.ts'
import { join, sql, text, type Sql } from '../targets/sql.ts'
import {
  quoteTable,
  wordsOfTable,
  type CopyColumn,
  type Dialect,
  type HeldType,
  type TableColumn,
  type Target,
} from '../targets/target.ts'
import { EXTRA_COLUMN, LOAD_COLUMN } from './table-mapping.ts'
import type { TablePlan } from './table-plan.ts'
import { isSame, widened } from './widening.ts'

/** The table as it is now: which columns take a field each, and which fields go into the JSON column. */
export interface Layout {
  /** By the place in the CSV; `undefined` for a field that goes into the JSON column. */
  readonly columns: readonly (CopyColumn | undefined)[]
}

const LOAD_HELD: HeldType = { type: 'bigint' }

/** Tables that were found able to take a report as they were, by what the report has. */
const seen = new WeakMap<Target, Map<string, Layout>>()

/**
 * Makes the table able to take the report without loss: creates it, adds columns, widens types. Anything else is a Refusal
 * that shows the difference. Rows that are there stay as they are. A table that needed nothing is not looked at again
 * until something fails.
 */
export async function ensureTable(target: Target, plan: TablePlan): Promise<Layout> {
  const layouts = seen.get(target) ?? new Map<string, Layout>()
  seen.set(target, layouts)
  const shape = JSON.stringify([plan.table, plan.mode, plan.key, plan.newColumns, plan.columns])
  const known = layouts.get(shape)
  if (known) return known
  const { layout, isChanged } = await adaptTable(target, plan)
  if (!isChanged) layouts.set(shape, layout)
  return layout
}

export function forgetLayouts(target: Target): void {
  seen.delete(target)
}

async function adaptTable(target: Target, plan: TablePlan): Promise<{ layout: Layout; isChanged: boolean }> {
  const existing = await target.columnsOf(plan.table)
  if (existing === undefined) {
    for (const statement of createStatements(target.dialect, plan)) await target.run(statement)
    return { layout: { columns: plan.columns }, isChanged: true }
  }
  const find = finder(target, existing)
  const changes = judge(plan, find)
  if (plan.mode === 'upsert') requireKey(plan, find)
  const table = text(quoteTable(target.dialect, plan.table))
  for (const { name, holds } of changes.added) {
    await target.run(sql`alter table ${table} add column ${text(columnDefinition(target.dialect, name, holds, false))}`)
  }
  for (const { name, holds } of changes.widened) await target.widen(plan.table, name, holds)
  const [needsLoad, needsExtra] = [
    plan.mode !== 'replace' && !find(LOAD_COLUMN),
    changes.gathered.size > 0 && !find(EXTRA_COLUMN),
  ]
  if (needsLoad) {
    await target.run(sql`alter table ${table} add column ${text(loadColumn(target.dialect))}`)
  }
  if (needsExtra) {
    const { quote, jsonType } = target.dialect
    await target.run(sql`alter table ${table} add column ${text(`${quote(EXTRA_COLUMN)} ${jsonType}`)}`)
  }
  const settled = new Map([...changes.widened, ...changes.added].map((column) => [column.name, column]))
  const columns = plan.columns.map((column) => {
    if (changes.gathered.has(column.name)) return undefined
    const now = find(column.name)
    return (
      settled.get(now?.name ?? column.name) ?? { name: now?.name ?? column.name, holds: now?.holds ?? column.holds }
    )
  })
  return { layout: { columns }, isChanged: settled.size > 0 || needsLoad || needsExtra }
}

type Find = (name: string) => TableColumn | undefined

/** PostgreSQL tells `Asin` and `asin` apart; the others do not. */
function finder(target: Target, columns: readonly TableColumn[]): Find {
  const fold = (name: string) => (target.kind === 'postgres' ? name : name.toLowerCase())
  const byName = new Map(columns.map((column) => [fold(column.name), column]))
  return (name) => byName.get(fold(name))
}

function judge(plan: TablePlan, find: Find) {
  const added: CopyColumn[] = []
  const toWiden: CopyColumn[] = []
  const gathered = new Set<string>()
  const differences: string[] = []
  for (const { name, holds } of plan.columns) {
    const there = find(name)
    if (there) {
      const wider = widened(there.holds, holds)
      if (wider === undefined)
        differences.push(`${name}: the table has ${there.declared}, the package ${wordsOfType(holds)}`)
      else if (!isSame(wider, there.holds)) toWiden.push({ name: there.name, holds: wider })
    } else if (plan.newColumns === 'add') added.push({ name, holds })
    else if (plan.newColumns === 'json') gathered.add(name)
    else differences.push(`${name}: the table does not have it, the package ${wordsOfType(holds)}`)
  }
  if (differences.length > 0) throw new Refusal(`${wordsOfTable(plan.table)} does not fit: ${differences.join('; ')}`)
  return { added, widened: toWiden, gathered }
}

function requireKey(plan: TablePlan, find: Find): void {
  const missing = plan.key.filter((name) => !find(name))
  if (missing.length > 0) throw new Refusal(`${wordsOfTable(plan.table)} does not have the key: ${missing.join(', ')}`)
}

function createStatements(dialect: Dialect, plan: TablePlan): Sql[] {
  const keyed = plan.mode === 'upsert'
  const lines = plan.columns.map(({ name, holds }) =>
    columnDefinition(dialect, name, holds, keyed && plan.key.includes(name)),
  )
  if (plan.mode !== 'replace') lines.push(loadColumn(dialect))
  if (keyed && dialect.createsIndexes) lines.push(`primary key (${plan.key.map(dialect.quote).join(', ')})`)
  const table = quoteTable(dialect, plan.table)
  const statements = [text(`create table ${table} (${lines.join(', ')})${dialect.tableOptions}`)]
  const indexed =
    plan.mode === 'replace' ? plan.columns[plan.cut?.columnIndex ?? -1]?.name : keyed ? undefined : LOAD_COLUMN
  if (indexed !== undefined && dialect.createsIndexes) {
    // Named by the engine where it can: a name of ours may be taken by another table.
    const name = dialect.indexName(plan.table, indexed)
    statements.push(text(`create index ${name} on ${table} (${dialect.quote(indexed)})`))
  }
  return statements
}

function columnDefinition(dialect: Dialect, name: string, holds: HeldType, isKey: boolean): string {
  return `${dialect.quote(name)} ${dialect.declare(holds, isKey)}${isKey ? ' not null' : ''}`
}

function loadColumn(dialect: Dialect): string {
  return `${dialect.quote(LOAD_COLUMN)} ${dialect.declare(LOAD_HELD, false)}${dialect.loadDefault}`
}

function wordsOfType({ type, precision, scale }: HeldType): string {
  return precision === undefined ? type : `${type}(${precision},${scale ?? 0})`
}

/** A table like the report, gone with the transaction: for rows that have to be looked at before they count. */
export function stageStatement(dialect: Dialect, name: string, columns: readonly CopyColumn[]): Sql {
  const lines = columns.map(({ name: column, holds }) => text(columnDefinition(dialect, column, holds, false)))
  return sql`create ${text(dialect.temporary)} table ${text(dialect.quote(name))} (${join(lines, ', ')})${text(dialect.stageOptions)}`
}
