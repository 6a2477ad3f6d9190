import type { DiscoveredReport, Discovery, DiscoveryRequest } from '@datahub/core/source/discovery'
import { proposeDateColumn, proposeTable } from '../propose.ts'
import { describeColumn, type MysqlColumn } from './column-types.ts'
import type { MysqlSession, Row } from './session.ts'
import { formatTableName, quoteName } from './sql-text.ts'

const OF_THE_SERVER = `('information_schema', 'mysql', 'performance_schema', 'sys')`

const TABLES = `
  select t.table_schema, t.table_name, t.table_type, cast(t.table_rows as char), t.engine, e.transactions,
    t.table_schema = database()
  from information_schema.tables t left join information_schema.engines e on e.engine = t.engine
  where t.table_schema not in ${OF_THE_SERVER} and t.table_type in ('BASE TABLE', 'VIEW')
    and locate(lower(?), lower(concat(t.table_schema, '.', t.table_name))) > 0
  order by t.table_schema <> database(), 1, 2 limit ?`

/** The columns of the primary key of one table, in its order. */
const KEY = `
  select column_name from information_schema.key_column_usage
  where table_schema = ? and table_name = ? and constraint_name = 'PRIMARY' order by ordinal_position`

const TYPES = `
  select column_name, column_type from information_schema.columns where table_schema = ? and table_name = ?`

/** What could become a report. Row counts are those of the engine's statistics. */
export async function discoverTables(
  session: MysqlSession,
  { match, limit }: DiscoveryRequest,
  signal: AbortSignal,
): Promise<Discovery> {
  const asking = { doing: 'list the tables', signal }
  const found = await session.query(TABLES, [match, String(limit + 1)], asking)
  const reports: DiscoveredReport[] = []
  for (const table of found.slice(0, limit)) reports.push(await describeTable(session, table, signal))
  return { reports, isCut: found.length > limit }
}

async function describeTable(session: MysqlSession, table: Row, signal: AbortSignal): Promise<DiscoveredReport> {
  const [database = '', name = '', kind, rows, engine, transactions, isOurs] = table.map((value) => value ?? '')
  const asking = { doing: `look at the table ${name}`, signal }
  // A view may name tables that are gone
  const columns = await session
    .describe(`select * from ${quoteName(database)}.${quoteName(name)}`, asking)
    .catch((): MysqlColumn[] => [])
  signal.throwIfAborted()
  const key = (await session.query(KEY, [database, name], asking)).map(([column]) => column ?? '')
  const types = new Map((await session.query(TYPES, [database, name], asking)).map(([of, type]) => [of ?? '', type]))
  const described = columns.map((column) => ({ ...describeColumn(column), sourceType: types.get(column.name) ?? '' }))
  const dateColumn = proposeDateColumn(described, key)
  const from = formatTableName({ database: String(isOurs) === '1' ? null : database, name })
  const isView = kind === 'VIEW'
  return {
    title: from,
    kind: isView ? 'view' : 'table',
    report: {
      table: proposeTable(name),
      from,
      ...(dateColumn === undefined ? {} : { dateColumn }),
      ...(key.length > 0 ? { primaryKey: key } : {}),
    },
    columns: described,
    rows: isView || rows === '' ? null : Number(rows),
    note: noteOf(columns.length, isView, engine ?? '', transactions ?? ''),
  }
}

function noteOf(columns: number, isView: boolean, engine: string, transactions: string): string | null {
  if (columns === 0) return 'It cannot be read.'
  if (isView || transactions !== 'NO') return null
  return `Its engine ${engine} has no transactions: rows that change while it is read may be of different instants.`
}
