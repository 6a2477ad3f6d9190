import { sql, type Kysely } from 'kysely'

/**
 * Each execution says where it delivers, so that a task which comes back to a destination finds there what it knows of
 * it. Null: elsewhere, before its task last moved; nobody has written down where.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table execution add column destination_id bigint`.execute(db)
  await sql`
    update execution set destination_id = task.destination_id from task join sync_log on sync_log.task_id = task.id
    where task.id = execution.task_id and execution.id > sync_log.begins_after`.execute(db)
  await sql`alter table sync_log drop column begins_after`.execute(db)
}
