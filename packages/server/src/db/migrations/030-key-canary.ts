import { sql, type Kysely } from 'kysely'

/** A sealed text that opens with the right key only: a hub with another one is told so when it starts. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table hub add column key_canary text`.execute(db)
}
