import type { Column } from '@datahub/core/bucket/column'
import { DataHubError } from '@datahub/core/error/data-hub-error'
import type { DataRange } from '@datahub/core/execution/data-range'
import { filterSql, shapeReport, type ColumnFilter, type ShapedReport } from '../shape-report.ts'
import { findRelation, resolveDomains, type Asking } from './catalog.ts'
import { castOf, describeColumn, rangeTypeOf, selectColumn, type PostgresColumn } from './column-types.ts'
import { fillQuery, type QueryTemplate } from '../query-template.ts'
import { readQuery } from './query-template.ts'
import { parseRelationName } from './relation-name.ts'
import type { PostgresSession } from './session.ts'
import type { PostgresReport } from './settings.ts'
import { quoteName, quoteText, rangeLiterals } from '../sql.ts'

/** How one report is read: all checks are behind us. */
export interface PostgresPlan {
  readonly table: string
  readonly columns: readonly Column[]
  /** The rows as they are delivered. */
  readonly selectSql: string
}

/** What the rows come from, before columns are picked. */
interface Rows {
  readonly sql: string
  readonly columns: readonly PostgresColumn[]
  /** The name by which the n-th column is known in `sql`. */
  reference(index: number): string
  /** Whether the data range is already applied. */
  readonly isCut: boolean
}

/**
 * Checks that what the definition names is there and readable, and locks it against changes of its shape, as reading a
 * row would. `source.report_missing`, `source.permission` and `source.query_failed` name the field.
 */
export async function planReport(
  session: PostgresSession,
  report: PostgresReport,
  range: DataRange,
  signal: AbortSignal,
): Promise<PostgresPlan> {
  const asking = { doing: `prepare the report "${report.table}"`, signal }
  const { rows, from, picked } = await prepareRows(session, report, range, asking)
  const columnAt = (index: number) => rows.columns[index] as PostgresColumn
  const list = picked.map(({ index, name }) => selectColumn(columnAt(index), rows.reference(index), name))
  const select = `select ${list.join(', ')} from ${from}`
  await session.query(`${select} limit 0`, [], asking)
  return {
    table: report.table,
    columns: picked.map(({ index, name }) => ({ ...describeColumn(columnAt(index)), name })),
    selectSql: select,
  }
}

/** The rows of a report in a range, with what stands behind FROM to read them. */
export async function prepareRows(
  session: PostgresSession,
  report: PostgresReport,
  range: DataRange,
  asking: Asking,
): Promise<ShapedReport & { rows: Rows; from: string }> {
  const rows =
    report.query === undefined
      ? await rowsOfRelation(session, report, asking)
      : await rowsOfQuery(session, report.query, range, asking)
  const shape = shapeReport(report, rows.columns.map(describeColumn), asking.doing)
  const { dateIndex, changedIndex, filters } = shape
  const columnAt = (index: number) => rows.columns[index] as PostgresColumn
  if (dateIndex !== undefined) assertCuts(columnAt(dateIndex), asking.doing)
  if (changedIndex !== undefined) assertTells(columnAt(changedIndex), asking.doing)
  const conditions = [
    ...(dateIndex === undefined || rows.isCut ? [] : [cutBy(rows, dateIndex, range)]),
    ...(await Promise.all(filters.map((filter) => filterBy(session, rows, filter, asking)))),
  ]
  const where = conditions.length > 0 ? ` where ${conditions.join(' and ')}` : ''
  return { ...shape, rows, from: `${rows.sql}${where}` }
}

async function rowsOfRelation(session: PostgresSession, report: PostgresReport, asking: Asking): Promise<Rows> {
  const name = parseRelationName(report.from ?? '')
  if (!name) throw new TypeError(`not the name of a relation: ${report.from}`)
  const { sql, columns, forbidden } = await findRelation(session, name, asking)
  const hidden = forbidden.find((column) => report.columns === undefined || report.columns.includes(column))
  if (hidden !== undefined) {
    const cure = `Grant SELECT on ${report.from} to the user, or list the columns to deliver under columns.`
    const fields = [{ field: report.columns ? 'columns' : 'from', problem: `${hidden} may not be read`, cure }]
    throw new DataHubError('source.permission', asking.doing, { hint: cure, fields })
  }
  const quoted = columns.map((column) => quoteName(column.name))
  return { sql, columns, isCut: false, reference: (index) => quoted[index] ?? '' }
}

/** A query as a derived table whose columns are known by number, because two of them may have one name. */
async function rowsOfQuery(session: PostgresSession, query: string, range: DataRange, asking: Asking): Promise<Rows> {
  const template = readQuery(query)
  if ('problem' in template) throw new TypeError(`the query ${template.problem}`)
  const filled = await fillIn(session, template, range, asking)
  // The line feed ends a comment that the query may end with.
  const derived = `(\n${filled}\n) as report`
  const { fields } = await session.query(`select * from ${derived} limit 0`, [], asking)
  const described = fields.map((field) => ({
    name: field.name,
    typeOid: field.dataTypeID,
    modifier: field.dataTypeModifier,
    nullable: true,
  }))
  const columns = await resolveDomains(session, described, asking)
  const reference = (index: number) => `c${index + 1}`
  const names = columns.map((_, index) => reference(index))
  return { sql: `${derived}(${names.join(', ')})`, columns, isCut: template.ends.length > 0, reference }
}

/**
 * The query with a literal for every placeholder, of the type that PostgreSQL says its place asks for. Preparing it also
 * makes sure that it is one statement and complete, so that nothing in it can leave the parentheses we put it in.
 */
async function fillIn(
  session: PostgresSession,
  template: QueryTemplate,
  range: DataRange,
  asking: Asking,
): Promise<string> {
  const prepare = 'prepare datahub_report as '
  // As wide as what it replaces, so that the server's positions are those of the author's text.
  const numbered = fillQuery(template, (end, index) => `$${index + 1}`.padEnd(end.length + 1))
  await session.query(prepare + numbered, [], { ...asking, queryAt: prepare.length })
  const { rows } = await session.query<[number, number]>(
    `select place, type::oid from pg_catalog.pg_prepared_statements,
       unnest(parameter_types) with ordinality as parameters(type, place) where name = 'datahub_report' order by place`,
    [],
    asking,
  )
  await session.query('deallocate datahub_report', [], asking)
  return fillQuery(template, (end, index) => {
    const type = rangeTypeOf(rows[index]?.[1] ?? 0)
    if (type) return rangeLiterals(range, type)[end]
    const hint = `Compare :${end} with a date or a timestamp, or write :${end}::date or :${end}::timestamptz.`
    const problem = `the place of :${end} asks for something else than a date or a timestamp`
    throw new DataHubError('source.query_failed', asking.doing, {
      hint,
      fields: [{ field: 'query', problem, cure: hint }],
    })
  })
}

function assertCuts(column: PostgresColumn, doing: string): void {
  if (rangeTypeOf(column.typeOid)) return
  const cure = 'Name a column of type date, timestamp or timestamptz, or leave dateColumn out.'
  const fields = [{ field: 'dateColumn', problem: 'it is neither a date nor a timestamp', cure }]
  throw new DataHubError('source.query_failed', doing, { hint: cure, fields })
}

function assertTells(column: PostgresColumn, doing: string): void {
  const type = rangeTypeOf(column.typeOid)
  if (type === 'timestamp' || type === 'timestamptz') return
  const cure = 'Name a column of type timestamp or timestamptz that every change of a row sets.'
  const fields = [{ field: 'changedColumn', problem: 'it is no timestamp', cure }]
  throw new DataHubError('source.query_failed', doing, { hint: cure, fields })
}

function cutBy(rows: Rows, index: number, range: DataRange): string {
  const { from, to } = rangeLiterals(range, rangeTypeOf(rows.columns[index]?.typeOid ?? 0) ?? 'date')
  const column = rows.reference(index)
  return `${column} >= ${from} and ${column} < ${to}`
}

/**
 * COPY takes no parameters, so the values of a filter are bound to settings of this transaction, which the condition
 * reads. None of them ever is part of a statement's text.
 */
async function filterBy(session: PostgresSession, rows: Rows, filter: ColumnFilter, asking: Asking): Promise<string> {
  const names = await session.bind(filter.values, asking)
  const { typeOid } = rows.columns[filter.index] as PostgresColumn
  const setting = new Map(filter.values.map((value, index) => [value, names[index] ?? '']))
  const { reference, value } = castOf(typeOid, rows.reference(filter.index))
  return filterSql(
    filter,
    reference,
    (text) => value(`pg_catalog.current_setting(${quoteText(setting.get(text) ?? '')})`),
    {
      startsWith: (text, start) => `pg_catalog.starts_with(${text}, ${start})`,
      contains: (text, part) => `pg_catalog.strpos(${text}, ${part}) > 0`,
    },
  )
}
