import { sql } from 'kysely'
import type { Connection } from '../db/database.ts'

/**
 * All that the gate goes by, for each of the callers, as a mark that differs whenever something of it has changed. Callers
 * are `user/<id>` and `token/<id>`; whoever is not there any more has no mark. What it means is for the gate to say.
 */
export async function marksOfCallers(db: Connection, callers: ReadonlySet<string>): Promise<Map<string, string>> {
  const idsOf = (kind: string) =>
    [...callers].flatMap((caller) => (caller.startsWith(`${kind}/`) ? [Number(caller.slice(kind.length + 1))] : []))
  const { rows } = await sql<{ caller: string; mark: string }>`
    select 'user/' || id as caller, concat_ws('|', disabled_at,
      (select string_agg(id::text, ',' order by id) from user_session where user_id = "user".id),
      (select string_agg(workspace_id || role, ',' order by workspace_id) from member where user_id = "user".id)) as mark
      from "user" where id = any(${idsOf('user')}::bigint[])
    union all select 'token/' || id, concat_ws('|', revoked_at, expires_at, role)
      from token where id = any(${idsOf('token')}::bigint[])`.execute(db)
  return new Map(rows.map(({ caller, mark }) => [caller, mark]))
}
