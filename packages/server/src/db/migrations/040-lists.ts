import { sql, type Kysely } from 'kysely'

/** Lists of a million executions by status and trigger, and which tasks have executions under way. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db)
}

const STATEMENTS = [
  `create index execution_by_status on execution (workspace_id, status, trigger, id)`,
  `create index execution_open_of_task on execution (task_id) where status in (0, 1, 2, 4)`,
]
