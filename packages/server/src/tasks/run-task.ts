import { DataHubError } from '@datahub/core/error/data-hub-error'
import { dayOf, type DataRange } from '@datahub/core/execution/data-range'
import { isFinal } from '@datahub/core/execution/status'
import { cutRange } from '@datahub/core/task/chunks'
import { DEFAULT_PARALLEL, type OneTime } from '@datahub/core/task/definition'
import { latestDataRange } from '@datahub/core/task/slots'
import { findOpenPush, listRanges } from '../backfills/push-store.ts'
import { startPush } from '../backfills/push.ts'
import type { Connection } from '../db/database.ts'
import type { Trigger } from '../db/schema.ts'
import type { ExecutionService } from '../executions/execution-service.ts'
import { findOpenExecution } from '../executions/execution-store.ts'
import type { NewExecution } from '../executions/lane-store.ts'
import { requestedRange } from './requested-range.ts'
import type { TaskRecord } from './task-store.ts'

/** Days that somebody asked for; one alone is both. */
export interface RequestedDays {
  readonly from?: string | undefined
  readonly to?: string | undefined
}

/**
 * Delivers the days given, or the latest data range; of a one-time push in chunks, all of it. Answers the execution, or the
 * one that is under way for the same range. The task is locked by the caller.
 */
export async function runTask(
  tx: Connection,
  executions: ExecutionService,
  task: TaskRecord,
  days: RequestedDays,
  now: Date,
): Promise<number> {
  if (task.one_time && isChunked(task.one_time) && days.from === undefined && days.to === undefined)
    return runOneTime(tx, executions, task, task.one_time, now)
  return startUnlessOpen(tx, executions, task, 'manual', rangeToRun(task, days, now), now)
}

export async function startUnlessOpen(
  tx: Connection,
  executions: ExecutionService,
  task: TaskRecord,
  trigger: Trigger,
  range: DataRange,
  now: Date,
): Promise<number> {
  const open = await findOpenExecution(tx, task.id, range)
  if (open) return open.id
  const [created] = await executions.create(tx, [executionOf(task, trigger, range, now)])
  if (!created) throw new DataHubError('request.conflict', `run the task "${task.name}"`)
  return created.id
}

/** A one-time task is a push over its range, cut as it says. Answers the id of the push. */
export async function startOneTime(
  tx: Connection,
  executions: ExecutionService,
  task: TaskRecord,
  oneTime: OneTime,
  now: Date,
): Promise<number> {
  const chunk = oneTime.chunk ?? 'whole'
  return startPush(
    tx,
    executions,
    {
      workspaceId: task.workspace_id,
      taskId: task.id,
      trigger: 'one-time',
      fromOn: oneTime.from,
      toOn: oneTime.to,
      timeZone: oneTime.timeZone,
      chunk,
      only: 'all',
      newestFirst: false,
      parallel: oneTime.parallel ?? DEFAULT_PARALLEL,
    },
    cutRange(oneTimeRange(task, now), chunk),
  )
}

/** The first execution that is under way of the push; a push that is over is started again. */
async function runOneTime(
  tx: Connection,
  executions: ExecutionService,
  task: TaskRecord,
  oneTime: OneTime,
  now: Date,
): Promise<number> {
  const push = (await findOpenPush(tx, task.id, 'one-time')) ?? (await startOneTime(tx, executions, task, oneTime, now))
  const ranges = await listRanges(tx, push)
  const open = ranges.find(({ status }) => status !== null && !isFinal(status))
  if (open?.executionId) return open.executionId
  throw new DataHubError('request.conflict', `run the task "${task.name}"`, {
    hint: `Its push is paused: "datahub backfill resume ${push}".`,
  })
}

export function executionOf(task: TaskRecord, trigger: Trigger, range: DataRange, now: Date): NewExecution {
  const packageDay = dayOf(now, task.time_zone).replaceAll('-', '')
  return { taskId: task.id, trigger, slotAt: null, range, dataSource: task.source, packageDay }
}

function rangeToRun(task: TaskRecord, days: RequestedDays, now: Date): DataRange {
  const { from = days.to, to = days.from } = days
  if (from !== undefined && to !== undefined)
    return requestedRange({ from, to }, task.time_zone, task.max_range_days, now, '')
  if (!task.schedule) return oneTimeRange(task, now)
  const latest = latestDataRange(task.schedule, now)
  if (latest) return latest
  throw new DataHubError('request.conflict', `run the task "${task.name}"`, {
    hint: 'No data range of its schedule is complete yet; ask for days with from and to.',
  })
}

function oneTimeRange(task: TaskRecord, now: Date): DataRange {
  if (!task.one_time) throw new DataHubError('request.conflict', `run the task "${task.name}"`)
  return requestedRange(task.one_time, task.one_time.timeZone, task.max_range_days, now, 'oneTime')
}

function isChunked(oneTime: OneTime): boolean {
  return oneTime.chunk !== undefined && oneTime.chunk !== 'whole'
}
