import { sql, type Kysely } from 'kysely'

/** Executions of a data day over all tasks, however long ago; the few long ranges, which end long after it, by themselves. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db)
}

const STATEMENTS = [
  `create index execution_by_range on execution (workspace_id, range_to, range_from, id)`,
  `create index execution_of_long_range on execution (workspace_id, range_to, range_from, id)
    where range_to - range_from > interval '31 days'`,
]
