import type { Schedule } from '@datahub/core/task/schedule'
import { sql } from 'kysely'
import type { Connection } from '../db/database.ts'

/** A task that follows the changes of its source. */
export interface FollowingTask {
  readonly id: number
  readonly schedule: Schedule
  readonly sourceId: number
  readonly dataSource: string
  /** null: all of the source. */
  readonly tables: string[] | null
  /** Everything before it has been delivered; null: nothing has been looked at yet. */
  readonly since: Date | null
}

/** Tasks whose source nobody has asked for so long, taken for this process: others pass over them. */
export async function takeFollowing(db: Connection, everyMs: number, limit: number): Promise<FollowingTask[]> {
  const { rows } = await sql<FollowingTask>`
    update task set changes_checked_at = now() from source
    where source.id = task.source_id and task.id in (
      select id from task
      where schedule ? 'refreshChangedDays' and not paused
        and coalesce(changes_checked_at, '-infinity') < now() - make_interval(secs => ${everyMs / 1000})
      order by changes_checked_at nulls first limit ${limit} for update skip locked
    )
    returning task.id, task.schedule, task.source_id as "sourceId", source.name as "dataSource",
      task.reports as tables, task.changes_since as since`.execute(db)
  return rows
}

export interface DeliveredRange {
  readonly from: Date
  readonly to: Date
  readonly snapshotAt: Date
}

export async function listDelivered(db: Connection, taskId: number, from: Date): Promise<DeliveredRange[]> {
  return db
    .selectFrom('execution')
    .select(['range_from as from', 'range_to as to', 'snapshot_at as snapshotAt'])
    .where('task_id', '=', taskId)
    .where('status', '=', 6)
    .where('range_to', '>', from)
    .where('snapshot_at', 'is not', null)
    .$narrowType<{ snapshotAt: Date }>()
    .execute()
}

/** What is under way, and refreshes that failed so lately that nothing will be different yet. */
export async function listUnderWay(
  db: Connection,
  taskId: number,
  from: Date,
  failedWithinMs: number,
): Promise<{ from: Date; to: Date }[]> {
  const { rows } = await sql<{ from: Date; to: Date }>`
    select range_from as from, range_to as to from execution
    where task_id = ${taskId} and range_to > ${from} and (status in (0, 1, 2, 4) or (
      trigger = 'refresh' and status in (3, 5, 7, 8)
      and ended_at > now() - make_interval(secs => ${failedWithinMs / 1000})))`.execute(db)
  return rows
}

export async function setChangesSince(db: Connection, taskId: number, since: Date): Promise<void> {
  await db.updateTable('task').set({ changes_since: since }).where('id', '=', taskId).execute()
}
