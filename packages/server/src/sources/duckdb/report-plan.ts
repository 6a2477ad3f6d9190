import type { Column } from '@datahub/core/bucket/column'
import { DataHubError } from '@datahub/core/error/data-hub-error'
import type { DataRange } from '@datahub/core/execution/data-range'
import { cureFor } from '../near-names.ts'
import { quoteName, quoteText, rangeLiterals } from '../sql.ts'
import { describeColumn, rangeTypeOf, selectColumn, type DuckdbColumn } from './column-types.ts'
import type { DuckdbEngine } from './engine-process.ts'
import { listFiles, type ListedFile } from './files.ts'
import { formatOf, type DuckdbReport } from './settings.ts'

/** How one report is read: all checks are behind us. */
export interface ReportPlan {
  readonly table: string
  readonly columns: readonly Column[]
  readonly files: readonly ListedFile[]
  readonly selectSql: string
}

/** Lists the files and finds out their columns. Errors are `source.*` and name the field of the definition. */
export async function planReport(
  engine: DuckdbEngine,
  folder: string,
  report: DuckdbReport,
  range: DataRange,
  signal: AbortSignal,
): Promise<ReportPlan> {
  const doing = `prepare the report "${report.table}"`
  const files = await listFiles(folder, report.files, doing, signal)
  const columns = await describe(engine, scan(report, files), doing, signal)
  const find = (field: string, name: string) => findColumn(columns, field, name, doing)
  report.primaryKey?.forEach((name, index) => find(`primaryKey[${index}]`, name))
  const picked = report.columns?.map((name, index) => find(`columns[${index}]`, name)) ?? columns
  const date = report.dateColumn === undefined ? undefined : find('dateColumn', report.dateColumn)
  const typed = date?.type === 'VARCHAR' ? await typeDates(engine, scan(report, files), date, doing, signal) : date
  const delivered = picked.map((column) => (column.name === typed?.name ? typed : column))
  const value = (column: DuckdbColumn) =>
    column === date || column !== typed ? quoteName(column.name) : `cast(${quoteName(column.name)} as ${column.type})`
  const list = delivered.map((column) => selectColumn(column, value(column)))
  const cut = typed ? cutBy(typed, value(typed), range, doing) : ''
  return {
    table: report.table,
    columns: delivered.map(describeColumn),
    files,
    selectSql: `select ${list.join(', ')} from ${scan(report, files)}${cut}`,
  }
}

/**
 * All files as one table, their columns brought together by name. A CSV file says nothing about types, and guessing
 * changes values (007 becomes 7, 1.10 becomes 1.1), so its columns are text; quoted empty fields are not NULL.
 */
function scan(report: DuckdbReport, files: readonly ListedFile[]): string {
  const list = `[${files.map((file) => quoteText(file.path)).join(', ')}]`
  const format = formatOf(report)
  if (format === 'parquet') return `read_parquet(${list}, union_by_name = true)`
  if (format === 'json') return `read_json(${list}, union_by_name = true, sample_size = -1)`
  return `read_csv(${list}, union_by_name = true, header = true, allow_quoted_nulls = false, all_varchar = true)`
}

async function describe(
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

/** Dates that are stored as text are read as what the first of them looks like. Later ones that differ are errors. */
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
  return ` where ${value} >= ${from} and ${value} < ${to}`
}

function findColumn(columns: readonly DuckdbColumn[], field: string, name: string, doing: string): DuckdbColumn {
  const column = columns.find((candidate) => candidate.name === name)
  if (column) return column
  const cure = cureFor(
    name,
    columns.map((candidate) => candidate.name),
  )
  throw new DataHubError('source.report_missing', doing, {
    hint: cure,
    fields: [{ field, problem: `there is no column ${name}`, cure }],
  })
}
