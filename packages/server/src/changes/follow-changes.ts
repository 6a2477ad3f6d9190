import { addDays } from '@datahub/core/execution/calendar'
import { dayOf, startOfDay } from '@datahub/core/execution/data-range'
import type { Source } from '@datahub/core/source/source'
import { decideChanges } from '@datahub/core/task/changed-days'
import { databaseNow, type Database } from '../db/database.ts'
import type { ExecutionService } from '../executions/execution-service.ts'
import { taskLane } from '../executions/lane-store.ts'
import type { Logger } from '../foundation/logger.ts'
import { lockTask } from '../tasks/task-store.ts'
import { listDelivered, listUnderWay, setChangesSince, takeFollowing, type FollowingTask } from './change-store.ts'

const CHECK_EVERY_MS = 5 * 60_000
const CHECKED_AT_ONCE = 20
const ASK_TIMEOUT_MS = 10 * 60_000
/** No transaction of the source may take longer between the time it writes into its rows and its end (docs/060-backfill.md). */
const SETTLE_MS = 15 * 60_000
/** A refresh that failed for good is tried anew after so long. */
const FAILED_WITHIN_MS = 3_600_000

export interface ChangesWorld {
  readonly db: Database
  readonly executions: ExecutionService
  readonly logger: Logger
  openSource(sourceId: number): Promise<Source>
}

/** Asks the sources of tasks that want it which past days have changed, and delivers those again. */
export async function followChanges(world: ChangesWorld): Promise<void> {
  for (const task of await takeFollowing(world.db, CHECK_EVERY_MS, CHECKED_AT_ONCE)) {
    await follow(world, task).catch((error: unknown) =>
      world.logger.warn({ err: error, taskId: task.id }, 'the data source was not asked what has changed'),
    )
  }
}

async function follow({ db, executions, logger, openSource }: ChangesWorld, task: FollowingTask): Promise<void> {
  const { id: taskId, schedule, dataSource } = task
  const { timeZone, refreshChangedDays = 0 } = schedule
  const firstOn = addDays(dayOf(await databaseNow(db), timeZone), -refreshChangedDays)
  const changes = await ask(await openSource(task.sourceId), task, firstOn)
  if (!changes) return
  await db.transaction().execute(async (tx) => {
    // Whoever else makes executions of this task sees ours, and we see his
    await lockTask(tx, taskId)
    const now = await databaseNow(tx)
    const firstAt = startOfDay(firstOn, timeZone)
    const { again, since } = decideChanges(changes, {
      timeZone,
      settleMs: SETTLE_MS,
      delivered: await listDelivered(tx, taskId, firstAt),
      underWay: await listUnderWay(tx, taskId, firstAt, FAILED_WITHIN_MS),
      now,
    })
    const packageDay = dayOf(now, timeZone).replaceAll('-', '')
    await executions.create(
      tx,
      again.map((range) => ({
        taskId,
        trigger: 'refresh',
        slotAt: null,
        range,
        dataSource,
        packageDay,
        lane: taskLane(taskId),
      })),
    )
    await setChangesSince(tx, taskId, since)
    if (again.length > 0) logger.info({ taskId, ranges: again.length }, 'changed days are delivered again')
  })
}

async function ask(source: Source, task: FollowingTask, firstOn: string) {
  const signal = AbortSignal.timeout(ASK_TIMEOUT_MS)
  try {
    const tables = task.tables ?? (await source.reports(signal)).map((report) => report.table)
    const { timeZone } = task.schedule
    return await source.changedSince?.({ tables, since: task.since, firstOn, timeZone, settleMs: SETTLE_MS }, signal)
  } finally {
    await source.close()
  }
}
