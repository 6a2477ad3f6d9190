import { dayOf } from '@datahub/core/execution/data-range'
import { decideDue, type DueDecision } from '@datahub/core/task/catch-up'
import { dataRangeOf, fireAtOf, fireDelayMs } from '@datahub/core/task/slots'
import { databaseNow, type Connection, type Database } from '../db/database.ts'
import { lockDueTasks, setNextFireTimes, type DueTask } from '../tasks/task-store.ts'
import type { ExecutionService } from './execution-service.ts'
import { countOpenInLanes, taskLane, type NewExecution } from './lane-store.ts'

const BATCH = 200

interface DueSlot extends DueDecision {
  readonly task: DueTask
}

/**
 * Turns due tasks into executions and jobs, in one transaction, any number of dispatchers at once. The database's clock
 * decides what is due; the next slot follows from this one and not from the clock, so that no slot is left out or comes
 * twice whatever happens to the clock or to the dispatchers. One slot of each task at a time: a task with many missed
 * ones does not hold up the others. Answers how many tasks were due.
 */
export async function dispatchDue(db: Database, executions: ExecutionService): Promise<number> {
  return db.transaction().execute(async (tx) => {
    const due = await lockDueTasks(tx, BATCH)
    if (due.length === 0) return 0
    const now = await databaseNow(tx)
    const slots = due.map((task) => {
      const slot = new Date(task.fireAt.getTime() - fireDelayMs(task.schedule, task.id))
      return { task, ...decideDue(task.schedule, task.id, slot, now, task.owedUntil) }
    })
    await executions.create(tx, await toExecutions(tx, slots, now))
    await setNextFireTimes(
      tx,
      slots.map(({ task, next }) => ({
        id: task.id,
        nextFireAt: next ? fireAtOf(task.schedule, task.id, next) : null,
      })),
    )
    return due.length
  })
}

/** What the schedules say is delivered now, less what their overlap policies leave out. */
async function toExecutions(tx: Connection, slots: readonly DueSlot[], now: Date): Promise<NewExecution[]> {
  const limited = slots.filter(({ task, isLate }) => !isLate && mostOpen(task) < Infinity)
  const open = await countOpenInLanes(
    tx,
    limited.map(({ task }) => taskLane(task.id)),
  )
  return slots.flatMap(({ task, run, isLate }) => {
    if (!run) return []
    // A slot that was missed is owed by the catch-up policy: it waits for its turn
    if (!isLate && (open.get(taskLane(task.id)) ?? 0) >= mostOpen(task)) return []
    const { id: taskId, schedule, dataSource } = task
    const execution: NewExecution = {
      taskId,
      trigger: 'schedule',
      slotAt: run,
      range: dataRangeOf(schedule, run),
      dataSource,
      packageDay: dayOf(now, schedule.timeZone).replaceAll('-', ''),
      lane: schedule.overlap === 'allow' ? `slot/${taskId}/${run.getTime()}` : taskLane(taskId),
    }
    return [execution]
  })
}

/** How many executions of the task may be open for one more to be made. */
function mostOpen({ schedule }: DueTask): number {
  if (schedule.overlap === 'skip') return 1
  return schedule.overlap === 'queue-one' ? 2 : Infinity
}
