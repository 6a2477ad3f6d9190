import { sql, type Kysely } from 'kysely'

/** A destination is called broken after two failed tests in a row; channels may be about some tasks only. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table connection_test add column failures integer not null default 0`.execute(db)
  await sql`update connection_test set failures = 2 where not ok`.execute(db)
  await sql`alter table alert_channel add column tasks text[]`.execute(db)
}
