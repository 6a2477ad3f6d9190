import type { ErrorCode } from '@datahub/core/error/codes'
import type { Status } from '@datahub/core/execution/status'
import { sql } from 'kysely'
import type { Connection } from '../db/database.ts'
import type { FailureRecord } from '../db/schema.ts'
import { isWithin, type Scope, type Within } from '../db/scope.ts'

/** A task whose newest finished execution failed, and since when they do. */
export interface FailingTask {
  readonly id: number
  readonly workspaceId: number
  readonly name: string
  readonly source: string
  readonly destination: string
  readonly gaps: number
  /** Null: nobody has paused it, and it has not paused by itself. */
  readonly pausedBy: 'somebody' | 'itself' | null
  readonly executionId: number
  readonly status: Status
  readonly from: Date
  readonly to: Date
  readonly timeZone: string
  readonly failure: FailureRecord & { readonly code: ErrorCode }
  readonly since: Date
}

export async function listFailing(db: Connection, within: Within): Promise<FailingTask[]> {
  const { rows } = await sql<FailingTask>`
    select task.id, task.workspace_id as "workspaceId", task.name, source.name as source,
      destination.name as destination, coalesce(task.gaps, 0) as gaps,
      case when not task.paused then null when task.pause_reason is null then 'somebody' else 'itself' end as "pausedBy",
      last.id as "executionId", last.status, last.failure, outcome.failing_since as since,
      last.range_from as "from", last.range_to as "to", last.time_zone as "timeZone"
    from task_outcome outcome
    join task on task.id = outcome.task_id
    join execution last on last.id = outcome.execution_id
    join source on source.id = task.source_id
    join destination on destination.id = task.destination_id
    where ${isWithin(within, 'task')} and outcome.failing_since is not null
    order by task.id`.execute(db)
  return rows
}

export interface HomeCounts {
  readonly tasks: number
  readonly paused: number
  readonly with_gaps: number
  readonly waiting: number
  readonly running: number
  readonly retrying: number
}

export async function readCounts(db: Connection, scope: Scope): Promise<HomeCounts> {
  const { rows } = await sql<HomeCounts>`
    select tasks.*, open.* from
      (select count(*) as tasks, count(*) filter (where paused) as paused, count(*) filter (where gaps > 0) as with_gaps
        from task where ${isWithin(scope, 'task')}) tasks,
      (select count(*) filter (where status = 0) as waiting, count(*) filter (where retry_at is not null) as retrying,
        count(*) filter (where status > 0 and retry_at is null) as running
        from execution where status in (0, 1, 2, 4) and ${isWithin(scope, 'execution')}) open`.execute(db)
  const [row] = rows
  if (!row) throw new Error('counts are one row')
  return row
}

export async function findNextFire(
  db: Connection,
  scope: Scope,
): Promise<{ id: number; name: string; at: Date } | undefined> {
  const row = await db
    .selectFrom('task')
    .select(['id', 'name', 'next_fire_at'])
    .where(isWithin(scope, 'task'))
    .where('paused', '=', false)
    .where('next_fire_at', 'is not', null)
    .orderBy('next_fire_at')
    .limit(1)
    .executeTakeFirst()
  return row?.next_fire_at ? { id: row.id, name: row.name, at: row.next_fire_at } : undefined
}
