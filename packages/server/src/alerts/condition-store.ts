import type { Status } from '@datahub/core/execution/status'
import { sql } from 'kysely'
import type { Connection } from '../db/database.ts'
import type { FailureRecord, PauseReason } from '../db/schema.ts'

/** What the database says of tasks that somebody should hear of, in all workspaces. */

interface TaskAtPlace {
  readonly id: number
  readonly workspaceId: number
  readonly name: string
  readonly source: string
  readonly destination: string
}

interface ItsExecution {
  readonly executionId: number
  readonly status: Status
  readonly from: Date
  readonly to: Date
  readonly timeZone: string
}

export interface LateTask extends TaskAtPlace {
  /** Null: not even begun. */
  readonly execution: ItsExecution | null
  /** Of its last attempt; null: none has failed. */
  readonly failure: FailureRecord | null
  readonly since: Date
}

/**
 * Scheduled executions that are under way for longer than their task allows, the oldest of each task, unless their range
 * is there already; and tasks whose time has passed as long ago without an execution.
 */
export async function listLate(db: Connection, defaultMinutes: number): Promise<LateTask[]> {
  const allowed = sql`coalesce(task.late_after_minutes, ${defaultMinutes}::int)`
  const isOver = (due: string) =>
    sql<boolean>`${allowed} > 0 and ${sql.ref(due)} + make_interval(mins => ${allowed}) <= now()`
  const { rows } = await sql<
    Omit<LateTask, 'execution'> & { [Field in keyof ItsExecution]: ItsExecution[Field] | null }
  >`
    select late.*, source.name as source, destination.name as destination from (
      (select distinct on (task.id) task.id, task.workspace_id as "workspaceId", task.name, task.source_id,
        task.destination_id, execution.id as "executionId", execution.status, execution.range_from as "from",
        execution.range_to as "to", execution.time_zone as "timeZone", execution.failure, execution.triggered_at as since
        from execution join task on task.id = execution.task_id
        where execution.status in (0, 1, 2, 4) and execution.trigger = 'schedule'
          and ${isOver('execution.triggered_at')}
          and not exists (
            select from execution sent where sent.task_id = task.id and sent.status = 6
              and sent.range_from <= execution.range_from and sent.range_to >= execution.range_to
          )
        order by task.id, execution.id)
      union all (select task.id, task.workspace_id, task.name, task.source_id, task.destination_id, null, null, null, null,
        null, null, task.next_fire_at
        from task where not task.paused and task.schedule is not null and task.next_fire_at <= now()
          and ${isOver('task.next_fire_at')})
    ) late
    join source on source.id = late.source_id join destination on destination.id = late.destination_id
    order by late.id, "executionId"`.execute(db)
  return rows.map(({ executionId, status, from, to, timeZone, ...task }) => {
    const isBegun = executionId !== null && status !== null && from !== null && to !== null && timeZone !== null
    return { ...task, execution: isBegun ? { executionId, status, from, to, timeZone } : null }
  })
}

export interface HopelessTask extends TaskAtPlace {
  readonly failures: number
  readonly firstExecutionId: number
  readonly lastExecutionId: number
  readonly failure: FailureRecord
}

/**
 * Of these tasks those whose newest scheduled executions since they were resumed have all failed with one of the codes, as
 * many of them as it takes. `firstExecutionId`: the first that failed since it last delivered.
 */
export async function listHopeless(
  db: Connection,
  taskIds: readonly number[],
  codes: readonly string[],
  defaultFailures: number,
): Promise<HopelessTask[]> {
  if (taskIds.length === 0) return []
  const { rows } = await sql<HopelessTask>`
    select task.id, task.workspace_id as "workspaceId", task.name, source.name as source, destination.name as destination,
      run.failures, (
        select min(id) from execution failed
        where failed.task_id = task.id and failed.trigger = 'schedule' and failed.status in (3, 5, 7, 8) and failed.id >
          coalesce((select max(id) from execution sent where sent.task_id = task.id and sent.status = 6), 0)
      ) as "firstExecutionId", run.last_id as "lastExecutionId", last.failure
    from task join source on source.id = task.source_id join destination on destination.id = task.destination_id
    cross join lateral (select coalesce(task.pause_after_failures, ${defaultFailures}::int) as failures) most
    cross join lateral (
      select count(*)::int as failures, max(id) as last_id,
        count(*) filter (where failure->>'code' = any(${codes}::text[])) as hopeless
      from (
        select id, failure from execution
        where task_id = task.id and trigger = 'schedule' and status in (3, 5, 6, 7, 8)
          and (task.resumed_at is null or triggered_at > task.resumed_at)
        order by id desc limit most.failures
      ) newest
    ) run
    join execution last on last.id = run.last_id
    where task.id = any(${taskIds}::bigint[]) and task.schedule is not null and not task.paused
      and most.failures > 0 and run.failures = most.failures and run.hopeless = run.failures
    order by task.id`.execute(db)
  return rows
}

export interface SelfPausedTask extends TaskAtPlace, ItsExecution {
  readonly reason: PauseReason
}

export async function listSelfPaused(db: Connection): Promise<SelfPausedTask[]> {
  const { rows } = await sql<SelfPausedTask>`
    select task.id, task.workspace_id as "workspaceId", task.name, source.name as source, destination.name as destination,
      task.pause_reason as reason, last.id as "executionId", last.status, last.range_from as "from",
      last.range_to as "to", last.time_zone as "timeZone"
    from task join source on source.id = task.source_id join destination on destination.id = task.destination_id
    join execution last on last.id = (task.pause_reason->>'lastExecutionId')::bigint
    where task.paused and task.pause_reason is not null
    order by task.id`.execute(db)
  return rows
}

/** Of these tasks those that have delivered something since an instant. */
export async function listDelivering(db: Connection, taskIds: readonly number[], since: Date): Promise<Set<number>> {
  if (taskIds.length === 0) return new Set()
  const rows = await db
    .selectFrom('execution')
    .select('task_id')
    .distinct()
    .where('task_id', 'in', taskIds)
    .where('status', '=', 6)
    .where('ended_at', '>=', since)
    .execute()
  return new Set(rows.map((row) => row.task_id))
}

export async function listWorkspaceNames(db: Connection): Promise<Map<number, string>> {
  const rows = await db.selectFrom('workspace').select(['id', 'name']).execute()
  return new Map(rows.map((row) => [row.id, row.name]))
}
