import type pg from 'pg'

/**
 * A history as the hub itself would have written it: each task daily, all of a day one after the other, the newest day
 * yesterday; every 50th execution failed for good, and every 100th task fails now. `days` executions per task.
 */
export async function seedHistory(client: pg.Client, tasks: number, days: number): Promise<void> {
  await client.query('alter table execution disable trigger all')
  await client.query(`insert into source (workspace_id, name, kind, connection, max_range_days, reports)
    values (1, 'ads', 'sample', '{}', 1, '[]')`)
  await client.query(`insert into destination (workspace_id, name, kind, settings) values (1, 'acme', 'memory', '{}')`)
  await client.query(
    `insert into task (workspace_id, name, source_id, destination_id, schedule, time_zone, paused, next_fire_at, gaps)
    select 1, 'Report ' || md5(n::text), 1, 1, '{"every": "day", "at": "03:00", "timeZone": "UTC"}', 'UTC', n % 20 = 0,
      now() + interval '1 day', n % 7 from generate_series(1, $1::int) n`,
    [tasks],
  )
  await client.query(`insert into sync_log (task_id, wanted, published) select id, 1, 1 from task`)
  await client.query(
    `insert into execution (workspace_id, task_id, trigger, slot_at, range_from, range_to, time_zone, data_source,
      package_day, lane, status, triggered_at, started_at, ended_at, size_bytes, failure, log_wanted)
    select 1, task, case when bad then 'retry' else 'schedule' end, day + interval '27 hours', day, day + interval '1 day',
      'UTC', 'ads', to_char(day, 'YYYYMMDD'), 'task/' || task, case when bad then 7 else 6 end, day + interval '27 hours',
      day + interval '27 hours', day + interval '27 hours 1 minute', 1000000,
      case when bad then '{"code": "destination.bucket_missing", "message": "m", "cure": "c", "facts": {}}'::jsonb end, 1
    from (
      select task, date_trunc('day', now(), 'UTC') - make_interval(days => $2::int - n + 1) as day,
        (task + n) % 50 = 0 or (n = $2::int and task % 100 = 0) as bad
      from generate_series(1, $2::int) n, generate_series(1, $1::int) task order by n, task
    ) known`,
    [tasks, days],
  )
  await client.query('alter table execution enable trigger all')
  await client.query(`insert into execution_file (execution_id, position, table_name, file_name, rows, size_bytes, sha256, columns)
    select id, 0, 'asin', 'asin.csv', 17360, 2000000, 'ab', '[]' from execution where status = 6`)
  await client.query(`insert into task_outcome select distinct on (task_id) task_id, id, case when status = 7 then ended_at end
    from execution order by task_id, id desc`)
  await client.query('vacuum analyze execution')
  await client.query('vacuum analyze execution_file')
  await client.query('vacuum analyze task')
}
