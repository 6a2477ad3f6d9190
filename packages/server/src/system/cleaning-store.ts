import { sql } from 'kysely'
import type { Connection } from '../db/database.ts'
import type { Cleaned, Removed } from './retention.ts'

/** That a cleaner has looked, and how many it has removed. */
export async function noteCleaned(db: Connection, what: Removed, removed: number): Promise<void> {
  const at = removed > 0 ? sql<Date>`now()` : null
  await db
    .insertInto('cleaning')
    .values({ what, removed, removed_at: at })
    .onConflict((conflict) =>
      conflict.column('what').doUpdateSet({
        looked_at: sql`now()`,
        removed_at: sql`coalesce(excluded.removed_at, cleaning.removed_at)`,
        removed: sql`cleaning.removed + excluded.removed`,
      }),
    )
    .execute()
}

export async function listCleaned(db: Connection): Promise<Cleaned[]> {
  const { rows } = await sql<Cleaned>`
    select what, looked_at as "lookedAt", removed_at as "removedAt", removed from cleaning`.execute(db)
  return rows
}
