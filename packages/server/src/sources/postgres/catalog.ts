import { DataHubError } from '@datahub/core/error/data-hub-error'
import { cureFor } from '../near-names.ts'
import type { PostgresColumn } from './column-types.ts'
import type { RelationName } from './relation-name.ts'
import type { PostgresSession } from './session.ts'
import { quoteName } from '../sql.ts'

/** What is asked for, for error messages, and the signal that ends the asking. */
export interface Asking {
  readonly doing: string
  readonly signal: AbortSignal
}

/** A table or view as it stands in SQL, with the columns that the user may read. */
export interface Relation {
  readonly sql: string
  readonly columns: readonly PostgresColumn[]
  readonly forbidden: readonly string[]
}

/** Looks the relation up. `source.report_missing` names those with a similar name. */
export async function findRelation(session: PostgresSession, name: RelationName, asking: Asking): Promise<Relation> {
  const sql = name.schema === null ? quoteName(name.name) : `${quoteName(name.schema)}.${quoteName(name.name)}`
  const found = await session.query<[number]>(
    `select oid from pg_catalog.pg_class where oid = pg_catalog.to_regclass($1) and relkind in ('r', 'p', 'v', 'm', 'f')`,
    [sql],
    asking,
  )
  const oid = found.rows[0]?.[0]
  if (oid === undefined) throw await missingRelation(session, name, asking)
  const { rows } = await session.query<[string, number, number, boolean, boolean]>(
    `select attname, atttypid, atttypmod, not attnotnull, pg_catalog.has_column_privilege(attrelid, attnum, 'select')
     from pg_catalog.pg_attribute where attrelid = $1 and attnum > 0 and not attisdropped order by attnum`,
    [oid],
    asking,
  )
  const columns = rows.map(([column, typeOid, modifier, nullable]) => ({ name: column, typeOid, modifier, nullable }))
  const forbidden = rows.filter(([, , , , readable]) => !readable).map(([column]) => column)
  return { sql, columns: await resolveDomains(session, columns, asking), forbidden }
}

/** The columns with a domain's own type in the place of the domain. */
export async function resolveDomains(
  session: PostgresSession,
  columns: readonly PostgresColumn[],
  asking: Asking,
): Promise<PostgresColumn[]> {
  const { rows } = await session.query<[number, number, number]>(
    `with recursive base as (
       select oid as domain, typbasetype, typtypmod from pg_catalog.pg_type where oid = any($1::oid[]) and typtype = 'd'
       union all
       select domain, t.typbasetype, t.typtypmod
       from base join pg_catalog.pg_type t on t.oid = base.typbasetype where t.typtype = 'd'
     )
     select domain, base.typbasetype, base.typtypmod
     from base join pg_catalog.pg_type t on t.oid = base.typbasetype where t.typtype <> 'd'`,
    [columns.map((column) => column.typeOid)],
    asking,
  )
  const bases = new Map(rows.map(([domain, typeOid, modifier]) => [domain, { typeOid, modifier }]))
  return columns.map((column) => ({ ...column, ...bases.get(column.typeOid) }))
}

async function missingRelation(session: PostgresSession, name: RelationName, asking: Asking): Promise<DataHubError> {
  const { rows } = await session.query<[string]>(
    `select case when pg_catalog.pg_table_is_visible(c.oid) then '' else n.nspname || '.' end || c.relname
     from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
     where c.relkind in ('r', 'p', 'v', 'm', 'f') and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
       and pg_catalog.has_schema_privilege(n.oid, 'usage')
     order by 1 limit 5000`,
    [],
    asking,
  )
  const known = rows.map(([relation]) => relation)
  const wanted = name.schema === null ? name.name : `${name.schema}.${name.name}`
  const near = cureFor(wanted, [
    ...known,
    ...known.filter((relation) => !relation.includes('.')).map((relation) => `public.${relation}`),
  ])
  return new DataHubError('source.report_missing', asking.doing, {
    hint: near,
    fields: [{ field: 'from', problem: `there is no table or view ${wanted}`, cure: near }],
  })
}
