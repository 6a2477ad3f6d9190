import type { Column } from '@datahub/core/bucket/column'
import { formatRecord } from '@datahub/core/bucket/csv'
import { DataHubError } from '@datahub/core/error/data-hub-error'
import type { DataRange } from '@datahub/core/execution/data-range'
import { cureFor } from '../near-names.ts'
import { fillQuery, type QueryTemplate } from '../query-template.ts'
import { filterSql, shapeReport, type ColumnFilter, type ShapedReport } from '../shape-report.ts'
import type { RangeType } from '../sql.ts'
import { describeColumn, encodingOf, rangeTypeOf, selectColumn, type MysqlColumn } from './column-types.ts'
import { readQuery } from './query-template.ts'
import type { Encoding } from './row-encoder.ts'
import type { Asking, MysqlSession } from './session.ts'
import type { MysqlReport } from './settings.ts'
import { formatTableName, parseTableName, quoteName, rangeLiterals, type TableName } from './sql-text.ts'

/** How one report is read: all checks are behind us. */
export interface MysqlPlan {
  readonly table: string
  readonly columns: readonly Column[]
  /** The rows as they are delivered; with `?` for the values of its filters. */
  readonly selectSql: string
  readonly values: readonly string[]
  readonly header: string
  readonly encodings: readonly Encoding[]
  /** The engine of the table, where it has no transactions: what it shows is of no instant. */
  readonly plainEngine: string | undefined
}

/** What the rows come from, before columns are picked. */
interface Rows {
  /** What stands before `select`. */
  readonly with: string
  readonly from: string
  readonly columns: readonly MysqlColumn[]
  reference(index: number): string
  /** Whether the data range is already applied. */
  readonly isCut: boolean
}

/**
 * Checks that what the definition names is there and readable, and locks it against changes of its shape, as reading a
 * row would. `source.report_missing`, `source.permission` and `source.query_failed` name the field.
 */
export async function planReport(
  session: MysqlSession,
  report: MysqlReport,
  range: DataRange,
  signal: AbortSignal,
): Promise<MysqlPlan> {
  const asking = { doing: `prepare the report "${report.table}"`, signal }
  const { rows, from, values, picked, name } = await prepareRows(session, report, range, asking)
  const columnAt = (index: number) => rows.columns[index] as MysqlColumn
  const list = picked.map(
    ({ index, name }) => `${selectColumn(columnAt(index), rows.reference(index))} as ${quoteName(name)}`,
  )
  const selectSql = `${rows.with}select ${list.join(', ')} from ${from}`
  await session.query(`${selectSql} limit 0`, values, asking)
  return {
    table: report.table,
    columns: picked.map(({ index, name }) => ({ ...describeColumn(columnAt(index)), name })),
    selectSql,
    values,
    header: formatRecord(picked.map(({ name }) => name)),
    encodings: picked.map(({ index }) => encodingOf(columnAt(index))),
    plainEngine: name && (await plainEngineOf(session, name, asking)),
  }
}

/** A report's rows in a range: what stands behind FROM to read them, with `?` for `values`. */
interface PreparedRows extends ShapedReport {
  readonly rows: Rows
  readonly from: string
  readonly values: readonly string[]
  /** Of the table that they come from, unless they come from a query. */
  readonly name: TableName | undefined
}

export async function prepareRows(
  session: MysqlSession,
  report: MysqlReport,
  range: DataRange,
  asking: Asking,
): Promise<PreparedRows> {
  const name = report.from === undefined ? undefined : parseTableName(report.from)
  const rows = name ? await rowsOfTable(session, name, asking) : await rowsOfQuery(session, report, range, asking)
  const shape = shapeReport(report, rows.columns.map(describeColumn), asking.doing)
  const { dateIndex, changedIndex, filters } = shape
  if (changedIndex !== undefined) assertTells(rows.columns[changedIndex] as MysqlColumn, asking.doing)
  const values: string[] = []
  const conditions = [
    ...(dateIndex === undefined ? [] : cutBy(rows, dateIndex, range, asking.doing)),
    ...filters.map((filter) => filterBy(filter, rows.reference(filter.index), values)),
  ]
  const where = conditions.length > 0 ? ` where ${conditions.join(' and ')}` : ''
  return { ...shape, rows, from: `${rows.from}${where}`, values, name }
}

async function rowsOfTable(session: MysqlSession, name: TableName, asking: Asking): Promise<Rows> {
  const from = [name.database, name.name]
    .filter((part) => part !== null)
    .map(quoteName)
    .join('.')
  const columns = await session.describe(`select * from ${from}`, asking).catch(async (error: unknown) => {
    if (!(error instanceof DataHubError) || error.code !== 'source.report_missing') throw error
    throw await missingTable(session, name, asking)
  })
  const quoted = columns.map((column) => quoteName(column.name))
  return { with: '', from, columns, isCut: false, reference: (index) => quoted[index] ?? '' }
}

/** A query as a common table whose columns are known by number, because two of them may have one name. */
async function rowsOfQuery(
  session: MysqlSession,
  report: MysqlReport,
  range: DataRange,
  asking: Asking,
): Promise<Rows> {
  const template = readQuery(report.query ?? '')
  if ('problem' in template) throw new TypeError(`the query ${template.problem}`)
  const instants = fillIn(template, range, 'timestamp')
  const described = await session.describe(instants, asking)
  const date = described.find((column) => column.name === report.dateColumn)
  const filled = date && rangeTypeOf(date) === 'date' ? fillIn(template, range, 'date') : instants
  const columns = filled === instants ? described : await session.describe(filled, asking)
  const reference = (index: number) => `c${index + 1}`
  const names = columns.map((_, index) => reference(index)).join(', ')
  // The line feed ends a comment that the query may end with.
  const common = `with report (${names}) as (\n${filled}\n) `
  return { with: common, from: 'report', columns, isCut: template.ends.length > 0, reference }
}

function fillIn(template: QueryTemplate, range: DataRange, type: RangeType): string {
  const literals = rangeLiterals(range, type)
  return fillQuery(template, (end) => literals[end])
}

function cutBy(rows: Rows, index: number, range: DataRange, doing: string): string[] {
  const type = rangeTypeOf(rows.columns[index] as MysqlColumn)
  if (!type) {
    const cure = 'Name a column of type DATE, DATETIME or TIMESTAMP, or leave dateColumn out.'
    const fields = [{ field: 'dateColumn', problem: 'it is neither a date nor a timestamp', cure }]
    throw new DataHubError('source.query_failed', doing, { hint: cure, fields })
  }
  if (rows.isCut) return []
  const { from, to } = rangeLiterals(range, type)
  const column = rows.reference(index)
  return [`${column} >= ${from}`, `${column} < ${to}`]
}

function assertTells(column: MysqlColumn, doing: string): void {
  const type = rangeTypeOf(column)
  if (type === 'timestamp' || type === 'timestamptz') return
  const cure = 'Name a column of type DATETIME or TIMESTAMP that every change of a row sets.'
  const fields = [{ field: 'changedColumn', problem: 'it is no timestamp', cure }]
  throw new DataHubError('source.query_failed', doing, { hint: cure, fields })
}

/** The condition; its values are added to those that are bound. Text is compared as the column's collation does. */
function filterBy(filter: ColumnFilter, reference: string, values: string[]): string {
  const value = (text: string) => {
    const isInstant = filter.type === 'timestamptz' || filter.type === 'timestamp'
    values.push(isInstant ? inUtc(text) : text)
    return '?'
  }
  return filterSql(filter, reference, value, {
    startsWith: (text, start) => `locate(${start}, ${text}) = 1`,
    contains: (text, part) => `locate(${part}, ${text}) > 0`,
  })
}

/** MySQL does not read every ISO 8601 text; a text with an offset is shown by the clock of the session, which is UTC. */
function inUtc(text: string): string {
  const plain = text.replace('T', ' ')
  const offset = /(Z|[+-]\d\d:\d\d)$/.exec(plain)?.[0]
  if (offset === undefined) return plain
  const [, clock = '', fraction = ''] = /^(.*?)(\.\d+)?$/.exec(plain.slice(0, -offset.length)) ?? []
  return `${new Date(`${clock.replace(' ', 'T')}${offset}`).toISOString().slice(0, 19).replace('T', ' ')}${fraction}`
}

/** MyISAM, Aria, MEMORY and their like: undefined where the engine can show one instant, and for views. */
async function plainEngineOf(session: MysqlSession, name: TableName, asking: Asking): Promise<string | undefined> {
  const [row] = await session.query(
    `select t.engine from information_schema.tables t join information_schema.engines e on e.engine = t.engine
     where t.table_schema = coalesce(?, database()) and t.table_name = ? and e.transactions = 'NO'`,
    [name.database, name.name],
    asking,
  )
  return row?.[0] ?? undefined
}

async function missingTable(session: MysqlSession, name: TableName, asking: Asking): Promise<DataHubError> {
  const rows = await session.query(
    `select if(table_schema = database(), table_name, concat(table_schema, '.', table_name)) from information_schema.tables
     where table_schema not in ('information_schema', 'mysql', 'performance_schema', 'sys') order by 1 limit 5000`,
    [],
    asking,
  )
  const wanted = formatTableName(name)
  const near = cureFor(
    wanted,
    rows.map(([table]) => table ?? ''),
  )
  return new DataHubError('source.report_missing', asking.doing, {
    hint: near,
    fields: [{ field: 'from', problem: `there is no table or view ${wanted}`, cure: near }],
  })
}
