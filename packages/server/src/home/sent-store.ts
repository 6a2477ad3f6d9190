import { sql } from 'kysely'
import type { Connection } from '../db/database.ts'
import { isWithin, type Scope } from '../db/scope.ts'

export interface Sent {
  readonly packages: number
  readonly sizeBytes: number
  readonly rows: number
}

/** What was delivered from an instant on: up to a second one, which is told by `isSettled`, and since then. */
export async function listSent(
  db: Connection,
  scope: Scope,
  since: Date,
  until: Date,
): Promise<(Sent & { readonly isSettled: boolean })[]> {
  const { rows } = await sql<Sent & { isSettled: boolean }>`
    select ended_at < ${until} as "isSettled", count(*) as packages,
      coalesce(sum(size_bytes), 0)::bigint as "sizeBytes",
      coalesce(sum((select sum(rows) from execution_file file where file.execution_id = execution.id)), 0)::bigint as rows
    from execution where status = 6 and ended_at >= ${since} and ${isWithin(scope, 'execution')}
    group by 1`.execute(db)
  return rows
}
