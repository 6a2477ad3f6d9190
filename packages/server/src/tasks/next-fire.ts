import type { Schedule } from '@datahub/core/task/schedule'
import { fireAtOf, fireDelayMs, nextSlot, periodOf, previousSlot, slotCovering } from '@datahub/core/task/slots'
import { isDeepStrictEqual } from 'node:util'
import type { TaskRecord } from './task-store.ts'

type Standing = Pick<TaskRecord, 'id' | 'schedule' | 'paused' | 'next_fire_at' | 'paused_fire_at'>

/**
 * When a task that has just been defined fires next. An unchanged schedule keeps its place: applying a file again neither
 * skips nor repeats a slot. A changed one goes on with the data that the old one would have delivered next.
 */
export function fireAfterSave(
  schedule: Schedule | undefined,
  taskId: number,
  existing: Standing | undefined,
  now: Date,
): Date | null {
  if (!schedule) return null
  const before = existing?.paused ? undefined : existing
  if (!before?.schedule) return fireAt(schedule, taskId, nextSlot(schedule, now))
  if (isDeepStrictEqual(before.schedule, schedule)) return before.next_fire_at
  if (!before.next_fire_at) return fireAt(schedule, taskId, nextSlot(schedule, now))
  const pending = new Date(before.next_fire_at.getTime() - fireDelayMs(before.schedule, taskId))
  return fireAt(schedule, taskId, slotCovering(schedule, periodOf(before.schedule, pending).from))
}

/** From where a paused recurring task goes on. */
export function resumeAt(task: Standing, now: Date, missed: 'none' | 'last' | 'all'): Date | null {
  const { schedule, paused_fire_at: stoodAt } = task
  if (!schedule) return null
  const isMissed = stoodAt !== null && stoodAt <= now
  if (missed === 'all' && isMissed) return stoodAt
  const last = previousSlot(schedule, new Date(now.getTime() - fireDelayMs(schedule, task.id) + 1))
  if (missed === 'last' && isMissed && last) return fireAtOf(schedule, task.id, last)
  return fireAt(schedule, task.id, nextSlot(schedule, now))
}

function fireAt(schedule: Schedule, taskId: number, slot: Date | undefined): Date | null {
  return slot ? fireAtOf(schedule, taskId, slot) : null
}
