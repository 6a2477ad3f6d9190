import type { DataRange } from '@datahub/core/execution/data-range'
import { STATUS } from '@datahub/core/execution/status'
import { sql } from 'kysely'
import type { Connection } from '../db/database.ts'
import type { Trigger } from '../db/schema.ts'
import { OPEN } from './execution-store.ts'

export interface NewExecution {
  readonly taskId: number
  readonly trigger: Trigger
  /** The fire time it belongs to; null when a person asked. Unique per task. */
  readonly slotAt: Date | null
  readonly range: DataRange
  readonly dataSource: string
  readonly packageDay: string
  /** Absent: the task's own, so that it never overlaps itself. */
  readonly lane?: string
  readonly backfillId?: number
}

export interface CreatedExecution {
  readonly id: number
  readonly taskId: number
  readonly trigger: Trigger
  readonly lane: string
  readonly from: Date
  readonly to: Date
}

/** Where the executions of a task wait for each other. */
export function taskLane(taskId: number): string {
  return `task/${taskId}`
}

/**
 * Inserts those whose slot is new, and of pushed ranges those that are not under way already; marks their tasks' sync
 * logs, which also holds the lanes of the tasks still. Answers what came into being, in the order given.
 */
export async function insertExecutions(
  db: Connection,
  executions: readonly NewExecution[],
): Promise<CreatedExecution[]> {
  if (executions.length === 0) return []
  const tasks = [...new Set(executions.map((execution) => execution.taskId))].sort((a, b) => a - b)
  await sql`
    insert into sync_log as log (task_id, wanted, kept) select unnest(${tasks}::bigint[]), 1, '[]'
    on conflict (task_id) do update set wanted = log.wanted + 1`.execute(db)
  const column = <Value>(value: (execution: NewExecution) => Value) => executions.map(value)
  const { rows } = await sql<{
    id: number
    task_id: number
    trigger: Trigger
    lane: string
    range_from: Date
    range_to: Date
  }>`
    insert into execution (workspace_id, task_id, trigger, slot_at, range_from, range_to, time_zone, data_source, package_day,
      lane, backfill_id, destination_id, log_wanted, turn)
    select task.workspace_id, task_id, trigger, slot_at, range_from, range_to, new.time_zone, data_source, package_day,
      lane, backfill_id, task.destination_id, log.wanted,
      case when trigger in ('manual', 'retry') then hub.turn + 1 + asked.open
        else greatest(hub.turn, coalesce(asked.last, 0)) + row_number() over (partition by task.workspace_id order by position)
      end
    from unnest(
      ${column((one) => one.taskId)}::bigint[], ${column((one) => one.trigger)}::text[],
      ${column((one) => one.slotAt)}::timestamptz[], ${column((one) => one.range.from)}::timestamptz[],
      ${column((one) => one.range.to)}::timestamptz[], ${column((one) => one.range.timeZone)}::text[],
      ${column((one) => one.dataSource)}::text[], ${column((one) => one.packageDay)}::text[],
      ${column((one) => one.lane ?? taskLane(one.taskId))}::text[], ${column((one) => one.backfillId ?? null)}::bigint[]
    ) with ordinality as new (task_id, trigger, slot_at, range_from, range_to, time_zone, data_source, package_day, lane,
      backfill_id, position)
    join sync_log log using (task_id) join task on task.id = task_id cross join hub
    join (${turnsGiven(tasks)}) asked on asked.workspace_id = task.workspace_id
    order by new.position
    on conflict do nothing
    returning id, task_id, trigger, lane, range_from, range_to`.execute(db)
  return rows.map((row) => ({
    id: row.id,
    taskId: row.task_id,
    trigger: row.trigger,
    lane: row.lane,
    from: row.range_from,
    to: row.range_to,
  }))
}

/**
 * Of the workspaces of these tasks: the last turn given, and how many executions that people wait for are open. Several
 * processes may find the same last turn; the order is as fair without a lock.
 */
function turnsGiven(tasks: readonly number[]) {
  return sql`
    select workspace_id,
      (select max(turn) from execution e where e.workspace_id = of.workspace_id) as last,
      (select count(*) from execution e where e.workspace_id = of.workspace_id
        and e.status in (0, 1, 2, 4) and e.trigger in ('manual', 'retry')) as open
    from (select distinct workspace_id from task where id = any(${tasks}::bigint[])) of`
}

/** The ids of the first of each lane; one that waits for its retry lets others pass. */
export async function selectLaneHeads(db: Connection, lanes: readonly string[]): Promise<Set<number>> {
  // A lookup per lane, in the order of its index: a join would look at all open executions while the table is young
  const { rows } = await sql<{ id: number }>`
    select head.id from unnest(${lanes}::text[]) as wanted (lane), lateral (
      select id from execution
      where lane = wanted.lane and status in (0, 1, 2, 4) and retry_at is null
      order by lane, id limit 1
    ) head`.execute(db)
  return new Set(rows.map((row) => row.id))
}

/** The first of a lane, if nobody works on it yet. */
export async function findNextInLane(
  db: Connection,
  lane: string,
): Promise<{ id: number; trigger: Trigger; lane: string } | undefined> {
  const head = await db
    .selectFrom('execution')
    .select(['id', 'trigger', 'lane', 'status'])
    .where('lane', '=', lane)
    .where('status', 'in', OPEN)
    .where('retry_at', 'is', null)
    .orderBy('id')
    .limit(1)
    .executeTakeFirst()
  return head?.status === STATUS.pending ? head : undefined
}

/** How many executions of each lane are open; lanes without any are not in it. */
export async function countOpenInLanes(db: Connection, lanes: readonly string[]): Promise<Map<string, number>> {
  if (lanes.length === 0) return new Map()
  const { rows } = await sql<{ lane: string; open: number }>`
    select lane, count(*) as open from execution
    where lane = any(${lanes}::text[]) and status in (0, 1, 2, 4) group by lane`.execute(db)
  return new Map(rows.map((row) => [row.lane, row.open]))
}
