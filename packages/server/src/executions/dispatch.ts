import { dayOf } from '@datahub/core/execution/data-range'
import { dataRangeOf, nextFireAt } from '@datahub/core/task/schedule'
import { databaseNow, type Database } from '../db/database.ts'
import { lockDueTasks, setNextFireTimes } from '../tasks/task-store.ts'
import type { ExecutionService } from './execution-service.ts'

const BATCH = 200

/**
 * Turns due tasks into executions and jobs, in one transaction, any number of dispatchers at once. Each slot becomes one
 * execution; the next slot follows from this one and not from the clock, so after an outage every missed data range is
 * delivered, once. Answers how many there were.
 */
export async function dispatchDue(db: Database, executions: ExecutionService): Promise<number> {
  return db.transaction().execute(async (tx) => {
    const due = await lockDueTasks(tx, BATCH)
    if (due.length === 0) return 0
    const now = await databaseNow(tx)
    await executions.create(
      tx,
      due.map((task) => ({
        taskId: task.id,
        trigger: 'schedule' as const,
        slotAt: task.slotAt,
        range: dataRangeOf(task.schedule, task.slotAt),
        dataSource: task.dataSource,
        packageDay: dayOf(now, task.schedule.timeZone).replaceAll('-', ''),
      })),
    )
    await setNextFireTimes(
      tx,
      due.map((task) => ({ id: task.id, nextFireAt: nextFireAt(task.schedule, task.slotAt) })),
    )
    return due.length
  })
}
