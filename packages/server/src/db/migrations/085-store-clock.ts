import { sql, type Kysely } from 'kysely'

/** What stores say of the time, as each process has heard it. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table process add column store text, add column store_off_ms bigint`.execute(db)
}
