import type { Column } from '@datahub/core/bucket/column'
import type { Manifest } from '@datahub/core/bucket/manifest'
import { Refusal } from '../problem.ts'
import { holdsOf, type CopyColumn, type Dialect, type TableName } from '../targets/target.ts'
import { cutFor, type Cut } from './ranges.ts'
import { columnNames, targetTable, type Mode, type TableMapping, type TableRule } from './table-mapping.ts'

/** One CSV of a package, as the manifest or the file itself describes it. */
export interface Delivered {
  readonly fileName: string
  readonly table: string
  readonly columns: readonly Column[]
  /** What the manifest promises; undefined without one. */
  readonly promised?: { readonly rows: number; readonly sizeBytes: number; readonly sha256: string }
  readonly primaryKey?: readonly string[]
  readonly dateColumn?: string
}

/** What is going to happen to one table, before anything of it has. */
export interface TablePlan {
  readonly delivered: Delivered
  readonly table: TableName
  readonly mode: Mode
  readonly columns: readonly CopyColumn[]
  /** Names of the target's columns. */
  readonly key: readonly string[]
  readonly newColumns: 'add' | 'json' | 'refuse'
  /** With `replace`: the column that the range cuts, and its part of the range. */
  readonly cut?: Cut & { readonly columnIndex: number }
}

export interface Wishes {
  readonly mode?: Mode | undefined
  readonly mapping: TableMapping
}

/** Throws a Refusal when the mode wished for cannot be had with what is known about the report. */
export function planTable(
  delivered: Delivered,
  range: Manifest['dataRange'] | undefined,
  wishes: Wishes,
  dialect: Dialect,
): TablePlan {
  const rule = Object.hasOwn(wishes.mapping, delivered.table) ? wishes.mapping[delivered.table] : undefined
  const fields = delivered.columns.map((column) => column.name)
  const names = columnNames(fields, rule, dialect.nameMaxBytes)
  const columns = delivered.columns.map((column, at) => ({ name: names[at] as string, holds: holdsOf(column) }))
  const key = (rule?.primaryKey ?? delivered.primaryKey ?? []).map((field) => {
    const at = fields.indexOf(field)
    if (at === -1)
      throw new Refusal(
        `the key of ${delivered.table} names the column ${JSON.stringify(field)}, which it does not have`,
      )
    return names[at] as string
  })
  const cut = cutOf(delivered, range)
  const mode = modeOf(delivered, rule, wishes.mode, { hasCut: cut !== undefined, hasKey: key.length > 0 })
  return {
    delivered,
    table: targetTable(delivered.table, rule),
    mode,
    columns,
    key,
    newColumns: rule?.newColumns ?? 'add',
    ...(mode === 'replace' && cut ? { cut } : {}),
  }
}

function cutOf({ columns, dateColumn }: Delivered, range: Manifest['dataRange'] | undefined): TablePlan['cut'] {
  if (dateColumn === undefined || range === undefined) return undefined
  const columnIndex = columns.findIndex((column) => column.name === dateColumn)
  const column = columns[columnIndex]
  if (!column) throw new Refusal(`the manifest replaces by ${JSON.stringify(dateColumn)}, a column that is not there`)
  const cut = cutFor(column.type, range)
  return cut && { ...cut, columnIndex }
}

function modeOf(
  delivered: Delivered,
  rule: TableRule | undefined,
  wished: Mode | undefined,
  has: { hasCut: boolean; hasKey: boolean },
): Mode {
  const mode = rule?.mode ?? wished
  if (mode === undefined) return has.hasCut ? 'replace' : has.hasKey ? 'upsert' : 'append'
  if (mode === 'replace' && !has.hasCut) {
    throw new Refusal(`${delivered.table} cannot be replaced by range: nothing says which column the range cuts`)
  }
  if (mode === 'upsert' && !has.hasKey) {
    throw new Refusal(
      `${delivered.table} cannot be upserted: nothing says its primary key (give primaryKey in the mapping)`,
    )
  }
  return mode
}
