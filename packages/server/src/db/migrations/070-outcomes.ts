import { sql, type Kysely } from 'kysely'

/**
 * How the newest ended execution of each task ended, kept: asking the history of all tasks takes too long for a page. One
 * that somebody has cancelled tells nothing of the task: then the one before it counts.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db)
}

const FAILED_AT = (row: string) =>
  `case when ${row}.status <> 6 and ${row}.failure is not null then ${row}.ended_at end`
const NOT_CANCELLED = (failure: string) => `${failure}->>'code' is distinct from 'execution.cancelled'`

const STATEMENTS = [
  `create table task_outcome (
    task_id bigint primary key references task on delete cascade,
    execution_id bigint not null,
    failing_since timestamptz
  )`,
  `create index task_outcome_failing on task_outcome (task_id) where failing_since is not null`,
  `insert into task_outcome
    select task.id, last.id, case when ${FAILED_AT('last')} is not null then (
      select min(failed.ended_at) from execution failed
      where failed.task_id = task.id and failed.status in (3, 5, 7, 8) and failed.id > coalesce((
        select max(sent.id) from execution sent where sent.task_id = task.id and sent.status = 6 and sent.id < last.id
      ), 0)
    ) end
    from task cross join lateral (
      select id, status, failure, ended_at from execution
      where task_id = task.id and status in (3, 5, 6, 7, 8) and ${NOT_CANCELLED('failure')}
      order by id desc limit 1
    ) last`,
  // What ends out of turn does not take the place of a newer one
  `create function note_outcome() returns trigger language plpgsql as $$
  begin
    insert into task_outcome as known values (new.task_id, new.id, ${FAILED_AT('new')})
    on conflict (task_id) do update set execution_id = excluded.execution_id,
      failing_since = case when excluded.failing_since is not null
        then coalesce(known.failing_since, excluded.failing_since) end
    where known.execution_id <= excluded.execution_id;
    return null;
  end $$`,
  // At the end of the transaction, so that nobody holds the row of a task while waiting for an execution
  `create constraint trigger note_outcome after update on execution deferrable initially deferred
    for each row
    when (new.status in (3, 5, 6, 7, 8) and old.status <> new.status and ${NOT_CANCELLED('new.failure')})
    execute function note_outcome()`,
]
