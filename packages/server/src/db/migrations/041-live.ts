import { sql, type Kysely } from 'kysely'

/** What has ended or changed lately, for those who look on, and what was sent today. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db)
}

const STATEMENTS = [
  `create index execution_ended on execution (ended_at) where ended_at is not null`,
  `create index task_updated on task (updated_at)`,
  `create index backfill_ended on backfill (ended_at) where ended_at is not null`,
]
