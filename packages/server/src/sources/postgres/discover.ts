import type { DiscoveredReport, Discovery, DiscoveryRequest } from '@datahub/core/source/discovery'
import { proposeDateColumn, proposeTable } from '../propose.ts'
import { resolveDomains } from './catalog.ts'
import { describeColumn } from './column-types.ts'
import { formatRelationName } from './relation-name.ts'
import type { PostgresSession } from './session.ts'

/** Tables and views that the user may read at least a column of, by their names; not the partitions of a table. */
const RELATIONS = `
  select c.oid, n.nspname, c.relname, c.relkind::text, c.reltuples
  from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
  where c.relkind in ('r', 'p', 'v', 'm', 'f') and not c.relispartition
    and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
    and pg_catalog.has_schema_privilege(n.oid, 'usage') and pg_catalog.has_any_column_privilege(c.oid, 'select')
    and pg_catalog.strpos(pg_catalog.lower(n.nspname || '.' || c.relname), pg_catalog.lower($1)) > 0
  order by 2, 3 limit $2`

const COLUMNS = `
  select attrelid, attname, atttypid, atttypmod, not attnotnull, pg_catalog.format_type(atttypid, atttypmod)
  from pg_catalog.pg_attribute
  where attrelid = any($1::oid[]) and attnum > 0 and not attisdropped
    and pg_catalog.has_column_privilege(attrelid, attnum, 'select')
  order by attrelid, attnum`

/** The primary key, or else a unique key without NULLs, whole rows only. */
const KEYS = `
  select distinct on (i.indrelid) i.indrelid, keys.columns
  from pg_catalog.pg_index i cross join lateral (
    select pg_catalog.array_agg(a.attname::text order by k.position) as columns, pg_catalog.bool_and(a.attnotnull) as certain
    from pg_catalog.unnest(i.indkey::int2[]) with ordinality as k(attnum, position)
      join pg_catalog.pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.attnum
    where k.position <= i.indnkeyatts) keys
  where i.indrelid = any($1::oid[]) and i.indisunique and i.indisvalid and i.indpred is null and i.indexprs is null
    and keys.certain
  order by i.indrelid, i.indisprimary desc, i.indnkeyatts`

/** What could become a report. Row counts are the planner's, as of the last ANALYZE. */
export async function discoverRelations(
  session: PostgresSession,
  { match, limit }: DiscoveryRequest,
  signal: AbortSignal,
): Promise<Discovery> {
  const asking = { doing: 'list the tables', signal }
  const found = await session.query<[number, string, string, string, number]>(RELATIONS, [match, limit + 1], asking)
  const relations = found.rows.slice(0, limit)
  const oids = relations.map(([oid]) => oid)
  const { rows } = await session.query<[number, string, number, number, boolean, string]>(COLUMNS, [oids], asking)
  const described = rows.map(([relation, name, typeOid, modifier, nullable, sourceType]) => ({
    relation,
    name,
    typeOid,
    modifier,
    nullable,
    sourceType,
  }))
  const resolved = await resolveDomains(session, described, asking)
  const columns = resolved.map((column, index) => ({
    relation: described[index]?.relation,
    column: { ...describeColumn(column), sourceType: described[index]?.sourceType ?? '' },
  }))
  const keys = new Map((await session.query<[number, string[]]>(KEYS, [oids], asking)).rows)
  const reports = relations.map(([oid, schema, name, kind, tuples]): DiscoveredReport => {
    const own = columns.filter(({ relation }) => relation === oid).map(({ column }) => column)
    const primaryKey = keys.get(oid)?.filter((key) => own.some((column) => column.name === key))
    const dateColumn = proposeDateColumn(own, primaryKey)
    const from = formatRelationName({ schema, name })
    const isWhole = primaryKey !== undefined && primaryKey.length === keys.get(oid)?.length
    return {
      title: from,
      kind: kind === 'v' || kind === 'm' ? 'view' : 'table',
      report: {
        table: proposeTable(name),
        from,
        ...(dateColumn === undefined ? {} : { dateColumn }),
        ...(isWhole ? { primaryKey } : {}),
      },
      columns: own,
      rows: kind === 'v' || tuples < 0 ? null : Math.round(tuples),
      note: null,
    }
  })
  return { reports, isCut: found.rows.length > limit }
}
