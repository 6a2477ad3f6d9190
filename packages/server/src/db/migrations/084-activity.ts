import { sql, type Kysely } from 'kysely'

/** What was done to a task is found by its name; entries of one operation are found by it. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`create index audit_of_subject on audit_entry (workspace_id, subject, id desc)`.execute(db)
  await sql`create index audit_of_action on audit_entry (workspace_id, action, id desc)`.execute(db)
}
