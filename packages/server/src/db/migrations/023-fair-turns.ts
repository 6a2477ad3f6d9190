import { sql, type Kysely } from 'kysely'

/** Whose turn it is: workspaces share the workers, however much one of them has to deliver. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db)
}

const STATEMENTS = [
  `alter table hub add column turn bigint not null default 0`,
  `alter table execution add column turn bigint not null default 0`,
  `alter table workspace add column parallel integer check (parallel > 0)`,
  `create index execution_turn on execution (workspace_id, turn desc)`,
  `create index task_due_of_workspace on task (workspace_id, next_fire_at)
    where not paused and next_fire_at is not null and schedule is not null`,
]
