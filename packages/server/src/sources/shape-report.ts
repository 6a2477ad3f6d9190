import type { Column, ColumnType } from '@datahub/core/bucket/column'
import { DataHubError, invalid } from '@datahub/core/error/data-hub-error'
import { readFilter, type Filter } from '@datahub/core/source/filter'
import type { Operator } from '@datahub/core/source/operators'
import { cureFor } from './near-names.ts'

/** What a definition says of a report's columns, in the words of every kind. */
export interface ReportShape {
  readonly table: string
  readonly dateColumn?: string | undefined
  readonly changedColumn?: string | undefined
  readonly primaryKey?: readonly string[] | undefined
  readonly columns?: readonly string[] | undefined
  readonly rename?: Readonly<Record<string, string>> | undefined
  readonly where?: readonly Filter[] | undefined
}

/** A condition on the column at `index`; the values are text that its type can be made of. */
export interface ColumnFilter {
  readonly index: number
  readonly type: ColumnType
  readonly operator: Operator
  readonly values: readonly string[]
}

/** The definition, applied to the columns that are there. Columns are known by their index, as names may stand twice. */
export interface ShapedReport {
  /** What is delivered, in this order, by its name in the CSV. */
  readonly picked: readonly { readonly index: number; readonly name: string }[]
  readonly dateIndex: number | undefined
  readonly changedIndex: number | undefined
  readonly filters: readonly ColumnFilter[]
}

/** `source.report_missing` for a column that is not there and `request.invalid` for a filter that does not fit, by field. */
export function shapeReport(report: ReportShape, columns: readonly Column[], doing: string): ShapedReport {
  const at = (field: string, name: string) => indexOf(columns, field, name, doing)
  report.primaryKey?.forEach((name, index) => at(`primaryKey[${index}]`, name))
  for (const name of Object.keys(report.rename ?? {})) at(`rename.${name}`, name)
  const indexes = report.columns?.map((name, index) => at(`columns[${index}]`, name)) ?? [...columns.keys()]
  const picked = indexes.map((index) => ({ index, name: nameInCsv(report, columns[index]?.name ?? '') }))
  for (const [column, name] of Object.entries(report.rename ?? {})) {
    if (picked.filter((one) => one.name === name).length < 2) continue
    const cure = 'Choose a name that no other column has.'
    throw invalid(doing, [{ field: `rename.${column}`, problem: `gives two columns the name ${name}`, cure }])
  }
  return {
    picked,
    dateIndex: report.dateColumn === undefined ? undefined : at('dateColumn', report.dateColumn),
    changedIndex: report.changedColumn === undefined ? undefined : at('changedColumn', report.changedColumn),
    filters: (report.where ?? []).map((filter, place) => {
      const index = at(`where[${place}].column`, filter.column)
      const type = columns[index]?.type ?? 'text'
      const read = readFilter(filter, type)
      if ('values' in read) return { index, type, operator: filter.operator, values: read.values }
      throw invalid(doing, [{ ...read, field: `where[${place}].${read.field}` }])
    }),
  }
}

/** What the receiver knows the column as. */
export function nameInCsv({ rename }: Pick<ReportShape, 'rename'>, column: string): string {
  return rename && Object.hasOwn(rename, column) ? (rename[column] ?? column) : column
}

/** The condition as SQL. `value` gives the expression of a bound value; `reference` is the column's. */
export function filterSql(
  { operator, values }: ColumnFilter,
  reference: string,
  value: (text: string) => string,
  text: { startsWith(reference: string, value: string): string; contains(reference: string, value: string): string },
): string {
  const [first = ''] = values
  if (operator === 'is null' || operator === 'is not null') return `${reference} ${operator}`
  if (operator === 'in' || operator === 'not in') return `${reference} ${operator} (${values.map(value).join(', ')})`
  if (operator === 'starts with') return text.startsWith(reference, value(first))
  if (operator === 'contains') return text.contains(reference, value(first))
  return `${reference} ${operator === '!=' ? '<>' : operator} ${value(first)}`
}

function indexOf(columns: readonly Column[], field: string, name: string, doing: string): number {
  const index = columns.findIndex((column) => column.name === name)
  if (index !== -1) return index
  const cure = cureFor(
    name,
    columns.map((column) => column.name),
  )
  throw new DataHubError('source.report_missing', doing, {
    hint: cure,
    fields: [{ field, problem: `there is no column ${name}`, cure }],
  })
}
