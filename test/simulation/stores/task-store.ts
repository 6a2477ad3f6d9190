import type * as real from '@datahub/server/tasks/task-store'
import { OPEN } from '@datahub/server/executions/execution-store'
import { statement, type Rows, type Transaction } from '../database.ts'

export * from '@datahub/server/tasks/task-store'

function recordOf(tx: Transaction, task: Rows['task'] | undefined): real.TaskRecord | undefined {
  if (!task) return undefined
  const executions = tx.select('execution', (row) => row.task_id === task.id)
  const last = executions.sort((a, b) => a.id - b.id).at(-1)
  return {
    ...task,
    source: 'ads',
    destination: 'store',
    max_range_days: 3660,
    status: executions.some(({ status }) => OPEN.includes(status)) ? 'running' : task.paused ? 'paused' : 'scheduled',
    last_id: last?.id ?? null,
    last_status: last?.status ?? null,
    last_ended_at: last?.ended_at ?? null,
    schema_change: null,
  }
}

export const findTask: typeof real.findTask = (db, _within, key) =>
  statement(db, (tx) =>
    recordOf(tx, 'id' in key ? tx.find('task', key.id) : tx.select('task', ({ name }) => name === key.name)[0]),
  )

export const setPaused: typeof real.setPaused = (db, id, paused, nextFireAt, owedUntil) =>
  statement(db, async (tx) => {
    await tx.update(
      'task',
      () => true,
      (row) => ({
        paused,
        next_fire_at: nextFireAt,
        paused_fire_at: row.next_fire_at ?? row.paused_fire_at,
        owed_until: owedUntil ?? null,
        updated_at: tx.now,
      }),
      id,
    )
  })

export const lockTask: typeof real.lockTask = (db, id) => statement(db, (tx) => tx.lock('task', id))

export const setDestination: typeof real.setDestination = (db, id, destination_id) =>
  statement(db, async (tx) => {
    await tx.update(
      'task',
      () => true,
      () => ({ destination_id, updated_at: tx.now }),
      id,
    )
  })

export const lockDueTasks: typeof real.lockDueTasks = (db, limit) =>
  statement(db, async (tx) => {
    const isDue = (row: Rows['task']) =>
      !row.paused && row.next_fire_at !== null && row.next_fire_at <= tx.now && row.schedule !== null
    const due: real.DueTask[] = []
    const candidates = tx.select('task', isDue)
    for (const { id } of candidates.sort((a, b) => Number(a.next_fire_at) - Number(b.next_fire_at)).slice(0, limit)) {
      if (tx.isLockedByOther('task', id)) continue
      await tx.lock('task', id)
      const row = tx.find('task', id)
      if (!row || !isDue(row) || !row.schedule || !row.next_fire_at) continue
      due.push({ id, schedule: row.schedule, fireAt: row.next_fire_at, owedUntil: row.owed_until, dataSource: 'ads' })
    }
    return due
  })

export const setNextFireTimes: typeof real.setNextFireTimes = (db, times) =>
  statement(db, async (tx) => {
    for (const { id, nextFireAt } of times)
      await tx.update(
        'task',
        () => true,
        () => ({ next_fire_at: nextFireAt }),
        id,
      )
  })
