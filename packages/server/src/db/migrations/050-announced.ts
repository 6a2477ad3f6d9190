import { sql, type Kysely } from 'kysely'

/** When the package was about to become visible: from then on it is too late to cancel. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table execution add column announced_at timestamptz`.execute(db)
}
