import { sql, type Kysely } from 'kysely'

/** Where the log of a task that delivers elsewhere now begins anew. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table sync_log add column begins_after bigint not null default 0`.execute(db)
}
