import type { Column } from '@datahub/core/bucket/column'
import { DataHubError } from '@datahub/core/error/data-hub-error'
import type { DataRange } from '@datahub/core/execution/data-range'
import { filterSql, shapeReport, type ColumnFilter } from '../shape-report.ts'
import { quoteName, quoteText, rangeLiterals } from '../sql.ts'
import { castOf, describeColumn, rangeTypeOf, selectColumn, type DuckdbColumn } from './column-types.ts'
import type { DuckdbEngine } from './engine-process.ts'
import { listFiles, type ListedFile } from './files.ts'
import { formatOf, type DuckdbReport, type Format } from './settings.ts'

/** How one report is read: all checks are behind us. */
export interface DuckdbPlan {
  readonly table: string
  readonly columns: readonly Column[]
  readonly files: readonly ListedFile[]
  readonly selectSql: string
  /** For its $1, $2 … */
  readonly values: readonly string[]
}

/** Lists the files and finds out their columns. Errors are `source.*` and name the field of the definition. */
export async function planReport(
  engine: DuckdbEngine,
  folder: string,
  report: DuckdbReport,
  range: DataRange,
  signal: AbortSignal,
): Promise<DuckdbPlan> {
  const doing = `prepare the report "${report.table}"`
  const files = await listFiles(folder, report.files, doing, signal)
  const from = scan(formatOf(report), files)
  const described = await describe(engine, from, doing, signal)
  const dateAt = described.findIndex((column) => column.name === report.dateColumn)
  const date = described[dateAt]
  const columns =
    date?.type === 'VARCHAR' ? described.with(dateAt, await typeDates(engine, from, date, doing, signal)) : described
  const { picked, dateIndex, filters } = shapeReport(report, columns.map(describeColumn), doing)
  const columnAt = (index: number) => columns[index] as DuckdbColumn
  const reference = (index: number) => {
    const [name, type] = [quoteName(columnAt(index).name), columnAt(index).type]
    return type === described[index]?.type ? name : `cast(${name} as ${type})`
  }
  const values: string[] = []
  const conditions = [
    ...(dateIndex === undefined ? [] : [cutBy(columnAt(dateIndex), reference(dateIndex), range, doing)]),
    ...filters.map((filter) => filterBy(filter, columnAt(filter.index), reference(filter.index), values)),
  ]
  const list = picked.map(({ index, name }) => selectColumn(columnAt(index), reference(index), name))
  return {
    table: report.table,
    columns: picked.map(({ index, name }) => ({ ...describeColumn(columnAt(index)), name })),
    files,
    selectSql: `select ${list.join(', ')} from ${from}${conditions.length > 0 ? ` where ${conditions.join(' and ')}` : ''}`,
    values,
  }
}

/**
 * All files as one table, their columns brought together by name. A CSV file says nothing about types, and guessing
 * changes values (007 becomes 7, 1.10 becomes 1.1), so its columns are text; quoted empty fields are not NULL.
 */
export function scan(format: Format | undefined, files: readonly ListedFile[]): string {
  const list = `[${files.map((file) => quoteText(file.path)).join(', ')}]`
  if (format === 'parquet') return `read_parquet(${list}, union_by_name = true)`
  if (format === 'json') return `read_json(${list}, union_by_name = true, sample_size = -1)`
  return `read_csv(${list}, union_by_name = true, header = true, allow_quoted_nulls = false, all_varchar = true)`
}

export async function describe(
  engine: DuckdbEngine,
  from: string,
  doing: string,
  signal: AbortSignal,
): Promise<DuckdbColumn[]> {
  const rows = await engine.query(`describe select * from ${from}`, doing, signal)
  return rows.map(([name, type]) => ({ name: String(name), type: String(type) }))
}

const DATE_SHAPES: readonly (readonly [RegExp, string])[] = [
  [/^\d{4}-\d{2}-\d{2}$/, 'DATE'],
  [/^\d{4}-\d{2}-\d{2}[ T][\d:.]+$/, 'TIMESTAMP'],
  [/^\d{4}-\d{2}-\d{2}[ T][\d:.]+ ?(Z|[+-]\d{2}(:?\d{2})?)$/i, 'TIMESTAMP WITH TIME ZONE'],
]

/** Dates that are stored as text are read as what one of them looks like. Others that differ are errors. */
async function typeDates(
  engine: DuckdbEngine,
  from: string,
  date: DuckdbColumn,
  doing: string,
  signal: AbortSignal,
): Promise<DuckdbColumn> {
  const name = quoteName(date.name)
  const [row] = await engine.query(`select ${name} from ${from} where ${name} is not null limit 1`, doing, signal)
  const type = row ? DATE_SHAPES.find(([shape]) => shape.test(String(row[0])))?.[1] : 'DATE'
  return type ? { name: date.name, type } : date
}

function cutBy(column: DuckdbColumn, value: string, range: DataRange, doing: string): string {
  const type = rangeTypeOf(column.type)
  if (!type) {
    const cure = 'Name a column of dates or timestamps (YYYY-MM-DD …), or leave dateColumn out.'
    const fields = [{ field: 'dateColumn', problem: 'it is neither a date nor a timestamp', cure }]
    throw new DataHubError('source.query_failed', doing, { hint: cure, fields })
  }
  const { from, to } = rangeLiterals(range, type)
  return `${value} >= ${from} and ${value} < ${to}`
}

/** The condition; its values are added to those that are bound. */
function filterBy(filter: ColumnFilter, column: DuckdbColumn, reference: string, values: string[]): string {
  const cast = castOf(column, reference)
  return filterSql(filter, cast.reference, (text) => cast.value(`$${values.push(text)}`), {
    startsWith: (text, start) => `starts_with(${text}, ${start})`,
    contains: (text, part) => `contains(${text}, ${part})`,
  })
}
