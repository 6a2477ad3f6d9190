import { sql, type Kysely } from 'kysely'

/** Up to when the changes of a task's source have been delivered, and when it was last asked. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table task add column changes_since timestamptz, add column changes_checked_at timestamptz`.execute(
    db,
  )
  await sql`create index task_following on task (changes_checked_at nulls first) where schedule ? 'refreshChangedDays'`.execute(
    db,
  )
}
