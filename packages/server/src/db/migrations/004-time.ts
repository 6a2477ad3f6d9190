import { sql, type Kysely } from 'kysely'

/** Lanes, pushes over a past range, where a paused task stood, what is owed and what is missing. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db)
}

const STATEMENTS = [
  `alter table task
    add column paused_fire_at timestamptz,
    add column owed_until timestamptz,
    add column gaps integer,
    add column gaps_checked_at timestamptz`,
  `create index task_gaps_due on task (gaps_checked_at nulls first)`,
  `create index task_with_gaps on task (id) where gaps > 0`,
  `create table backfill (
    id bigint generated always as identity primary key,
    task_id bigint not null references task on delete cascade,
    trigger text not null,
    from_on text not null,
    to_on text not null,
    time_zone text not null,
    chunk text not null,
    only_states text not null,
    newest_first boolean not null,
    parallel integer not null check (parallel > 0),
    state text not null,
    created_at timestamptz not null default now(),
    ended_at timestamptz
  )`,
  `create index backfill_of_task on backfill (task_id, id desc)`,
  `create index backfill_running on backfill (id) where state = 'running'`,
  `alter table execution
    add column lane text,
    add column backfill_id bigint references backfill`,
  `update execution set lane = 'task/' || task_id`,
  `alter table execution alter column lane set not null`,
  `create index execution_lane on execution (lane, id) where status in (0, 1, 2, 4)`,
  `create index execution_ranges on execution (task_id, range_to, range_from)`,
  `create unique index execution_pushed_once on execution (task_id, range_from, range_to)
    where trigger in ('backfill', 'one-time') and status in (0, 1, 2, 4)`,
  `create table backfill_range (
    backfill_id bigint not null references backfill on delete cascade,
    position integer not null,
    range_from timestamptz not null,
    range_to timestamptz not null check (range_to > range_from),
    execution_id bigint references execution,
    primary key (backfill_id, position)
  )`,
  `create index backfill_range_of_execution on backfill_range (execution_id) where execution_id is not null`,
]
