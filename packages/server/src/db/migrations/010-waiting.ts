import { sql, type Kysely } from 'kysely'

/** Executions that wait for their reports hold no worker; who holds one is told apart by a number of its own. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table execution
    add column fence integer not null default 0,
    add column poll_at timestamptz,
    add column reference text`.execute(db)
}
