import { sql, type Kysely } from 'kysely'

/** Keys whose secrets were given up, and the way to what is sealed among many executions. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table hub add column lost_keys jsonb not null default '[]'`.execute(db)
  await sql`create index execution_reference on execution (id) where reference is not null`.execute(db)
}
