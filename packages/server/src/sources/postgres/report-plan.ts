import type { Column } from '@datahub/core/bucket/column'
import { DataHubError } from '@datahub/core/error/data-hub-error'
import type { DataRange } from '@datahub/core/execution/data-range'
import { cureFor } from '../near-names.ts'
import { findRelation, resolveDomains, type Asking } from './catalog.ts'
import { describeColumn, rangeTypeOf, selectColumn, type PostgresColumn } from './column-types.ts'
import { fillQuery, readQuery, type QueryTemplate } from './query-template.ts'
import { parseRelationName } from './relation-name.ts'
import type { PostgresSession } from './session.ts'
import type { PostgresReport } from './settings.ts'
import { quoteName, rangeLiterals } from '../sql.ts'

/** How one report is read: all checks are behind us. */
export interface ReportPlan {
  readonly table: string
  readonly columns: readonly Column[]
  /** `COPY (…) TO STDOUT` in our dialect. */
  readonly copySql: string
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
): Promise<ReportPlan> {
  const asking = { doing: `prepare the report "${report.table}"`, signal }
  const rows =
    report.query === undefined
      ? await rowsOfRelation(session, report, asking)
      : await rowsOfQuery(session, report.query, range, asking)
  const at = (field: string, name: string) => indexOfColumn(rows.columns, field, name, asking.doing)
  report.primaryKey?.forEach((name, index) => at(`primaryKey[${index}]`, name))
  const picked = report.columns?.map((name, index) => at(`columns[${index}]`, name)) ?? [...rows.columns.keys()]
  const cut =
    report.dateColumn === undefined ? '' : cutBy(rows, at('dateColumn', report.dateColumn), range, asking.doing)
  const columns = picked.map((index) => rows.columns[index]).filter((column) => column !== undefined)
  const list = picked.map((index, place) => selectColumn(columns[place] as PostgresColumn, rows.reference(index)))
  const select = `select ${list.join(', ')} from ${rows.sql}${cut}`
  await session.query(`${select} limit 0`, [], asking)
  return {
    table: report.table,
    columns: columns.map(describeColumn),
    copySql: `copy (${select}) to stdout (format csv, header true)`,
  }
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

function cutBy(rows: Rows, index: number, range: DataRange, doing: string): string {
  const type = rangeTypeOf(rows.columns[index]?.typeOid ?? 0)
  if (!type) {
    const cure = 'Name a column of type date, timestamp or timestamptz, or leave dateColumn out.'
    const fields = [{ field: 'dateColumn', problem: 'it is neither a date nor a timestamp', cure }]
    throw new DataHubError('source.query_failed', doing, { hint: cure, fields })
  }
  if (rows.isCut) return ''
  const { from, to } = rangeLiterals(range, type)
  const column = rows.reference(index)
  return ` where ${column} >= ${from} and ${column} < ${to}`
}

function indexOfColumn(columns: readonly PostgresColumn[], field: string, name: string, doing: string): number {
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
