import { sql } from 'kysely'
import type { Connection } from '../db/database.ts'

/** What the metrics tell of the whole hub, over all workspaces: numbers only, no names. */

export interface EndedExecution {
  readonly id: number
  readonly status: number
  readonly kind: string
  readonly sizeBytes: number
  readonly rows: number
  readonly endedAt: Date
  /** Null where it never came so far. */
  readonly waitSeconds: number | null
  readonly packageSeconds: number | null
  readonly sendSeconds: number | null
}

/** Executions that ended after an instant, by the index of ends. */
export async function listEndedAfter(db: Connection, instant: Date): Promise<EndedExecution[]> {
  const { rows } = await sql<EndedExecution>`
    select execution.id, status, source.kind, ended_at as "endedAt",
      case when status = 6 then coalesce(size_bytes, 0) else 0 end as "sizeBytes",
      case when status = 6
        then coalesce((select sum(file.rows) from execution_file file where file.execution_id = execution.id), 0) else 0
      end::bigint as rows,
      extract(epoch from started_at - triggered_at)::float8 as "waitSeconds",
      extract(epoch from coalesce(send_started_at, ended_at) - started_at)::float8 as "packageSeconds",
      extract(epoch from ended_at - send_started_at)::float8 as "sendSeconds"
    from execution join task on task.id = execution.task_id join source on source.id = task.source_id
    where ended_at > ${instant}`.execute(db)
  return rows
}

export interface EndedTest {
  readonly key: string
  readonly noun: string
  readonly ok: boolean
  readonly testedAt: Date
}

export async function listTestsAfter(db: Connection, instant: Date): Promise<EndedTest[]> {
  const { rows } = await sql<EndedTest>`
    select workspace_id || '/' || noun || '/' || name || '/' || fingerprint || '/' || extract(epoch from tested_at) as key,
      noun, ok, tested_at as "testedAt"
    from connection_test where tested_at > ${instant}`.execute(db)
  return rows
}

export interface Standing {
  readonly waiting: number
  readonly retrying: number
  readonly running: number
  /** Of the one that has been due longest; 0 when none is. */
  readonly oldest_seconds: number
  readonly missing_ranges: number
  readonly failing_tasks: number
  readonly logs_behind: number
}

export async function readStanding(db: Connection): Promise<Standing> {
  const { rows } = await sql<Standing>`
    select open.*, tasks.*, (select count(*) from sync_log where published < wanted) as logs_behind from
      (select count(*) filter (where status = 0 and retry_at is null) as waiting,
        count(*) filter (where retry_at is not null) as retrying,
        count(*) filter (where status > 0 and retry_at is null) as running,
        coalesce(extract(epoch from now() - min(triggered_at) filter (where status = 0 and retry_at is null)), 0)::float8
          as oldest_seconds
        from execution where status in (0, 1, 2, 4)) open,
      (select coalesce((select sum(gaps) from task where gaps > 0), 0)::bigint as missing_ranges,
        (select count(*) from task_outcome where failing_since is not null) as failing_tasks) tasks`.execute(db)
  const [row] = rows
  if (!row) throw new Error('the standing is one row')
  return row
}

/** How old the newest delivered data is, of recurring tasks that fail or miss ranges: whoever is in order is not listed. */
export async function listBehind(db: Connection, limit: number): Promise<{ taskId: number; seconds: number }[]> {
  const { rows } = await sql<{ taskId: number; seconds: number }>`
    select behind.id as "taskId", extract(epoch from now() - coalesce(sent.range_to, behind.created_at))::float8 as seconds
    from (
      select id, created_at from task where schedule is not null and not paused and (gaps > 0
        or id in (select task_id from task_outcome where failing_since is not null)) order by id limit ${limit}
    ) behind left join lateral (
      select range_to from execution where task_id = behind.id and status = 6 order by range_to desc limit 1
    ) sent on true order by 1`.execute(db)
  return rows
}
