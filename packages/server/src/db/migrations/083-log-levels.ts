import { sql, type Kysely } from 'kysely'

/** How grave a line of an execution's log is; of the lines that there are, it follows from what they say. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db)
}

const STATEMENTS = [
  `alter table execution_event
    add column level text not null default 'info' check (level in ('info', 'warn', 'error'))`,
  `update execution_event set level = case when message like '% Next attempt at %' then 'warn' else 'error' end
    where step = 'fail'`,
  `update execution_event set level = case when message like '%does not allow that' then 'error' else 'warn' end
    where step = 'generate' and message like 'The columns of %'`,
  `alter table execution_event alter column level drop default`,
]
