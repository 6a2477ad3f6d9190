import { dayOf, type DataRange } from '@datahub/core/execution/data-range'
import { isFinal } from '@datahub/core/execution/status'
import { databaseNow, type Connection } from '../db/database.ts'
import { EVERYWHERE } from '../db/scope.ts'
import type { ExecutionService } from '../executions/execution-service.ts'
import { findServing } from '../executions/execution-store.ts'
import { findTask } from '../tasks/task-store.ts'
import {
  assignExecutions,
  insertPush,
  listRanges,
  lockPushToFeed,
  setPushState,
  type PushValues,
} from './push-store.ts'

/** Begins a push over these ranges: its first executions are made in the caller's transaction. Answers its id. */
export async function startPush(
  tx: Connection,
  executions: ExecutionService,
  values: PushValues,
  ranges: readonly DataRange[],
): Promise<number> {
  const id = await insertPush(tx, values, values.newestFirst ? ranges.toReversed() : ranges)
  await feedPush(tx, executions, id)
  return id
}

/**
 * Makes executions for the next ranges of a push, as many as may be under way at a time, and ends it when all are over.
 * One failed range does not stop the rest. A range that somebody delivers, or has delivered since the push began, is left to them. Answers whether
 * the push is still under way; where another process feeds it at this moment it is left to that one.
 */
export async function feedPush(tx: Connection, executions: ExecutionService, id: number): Promise<boolean> {
  const push = await lockPushToFeed(tx, id)
  if (!push) return true
  const ranges = await listRanges(tx, id)
  const open = ranges.filter(({ status }) => status !== null && !isFinal(status)).length
  const waiting = ranges.filter(({ executionId }) => executionId === null)
  if (waiting.length === 0 && open === 0) {
    await setPushState(tx, id, 'finished')
    return false
  }
  const next = waiting.slice(0, Math.max(0, push.parallel - open))
  const task = next.length > 0 ? await findTask(tx, EVERYWHERE, { id: push.task_id }) : undefined
  if (!task) return true
  const packageDay = dayOf(await databaseNow(tx), task.time_zone).replaceAll('-', '')
  const foreign = await findServing(tx, push.task_id, next, push.created_at)
  const isSame = (range: { from: Date; to: Date }) => (one: { from: Date; to: Date }) =>
    one.from.getTime() === range.from.getTime() && one.to.getTime() === range.to.getTime()
  const created = await executions.create(
    tx,
    next
      .filter((range) => !foreign.some(isSame(range)))
      .map((range) => ({
        taskId: task.id,
        trigger: push.trigger,
        slotAt: null,
        range: { from: range.from, to: range.to, timeZone: push.time_zone },
        dataSource: task.source,
        packageDay,
        lane: laneOf(id, range.position),
        backfillId: id,
      })),
  )
  const made = [...foreign, ...created]
  await assignExecutions(
    tx,
    id,
    next.flatMap((range) => {
      const execution = made.find(isSame(range))
      return execution ? [{ position: range.position, executionId: execution.id }] : []
    }),
  )
  return true
}

/** How many are under way at a time is the feeder's business: in the queue they do not wait for each other. */
function laneOf(id: number, position: number): string {
  return `push/${id}/${position}`
}
