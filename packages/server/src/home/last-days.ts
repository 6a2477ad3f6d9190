import type { TaskDaysPage } from '@datahub/core/api/live-shapes'
import { addDays } from '@datahub/core/execution/calendar'
import { dayOf, startOfDay } from '@datahub/core/execution/data-range'
import type { ShownTask, WorkedRange } from './days-store.ts'

export const DAYS = 14

type TaskDays = TaskDaysPage['items'][number]

interface DataDay {
  readonly on: string
  readonly from: Date
  readonly to: Date
}

/** The days of a zone that are over, the newest last; the same for every task in it. */
export function daysOf(timeZone: string, now: Date): DataDay[] {
  const today = dayOf(now, timeZone)
  return Array.from({ length: DAYS }, (_, index) => {
    const on = addDays(today, index - DAYS)
    return { on, from: startOfDay(on, timeZone), to: startOfDay(addDays(on, 1), timeZone) }
  })
}

export function taskDays(
  { id, name, timeZone }: ShownTask,
  ranges: readonly WorkedRange[],
  days: readonly DataDay[],
): TaskDays {
  const delivered = ranges.filter(({ status }) => status === 6)
  const fresh = Math.max(...delivered.map(({ to }) => to.getTime()))
  return {
    taskId: id,
    task: name,
    timeZone,
    freshUntil: Number.isFinite(fresh) ? new Date(fresh).toISOString() : null,
    days: days.map((day) => ({ on: day.on, state: stateOf(day, ranges) })),
  }
}

/** What was delivered once stays delivered. */
function stateOf({ from, to }: DataDay, ranges: readonly WorkedRange[]): TaskDays['days'][number]['state'] {
  const touching = ranges.filter((range) => range.from < to && range.to > from)
  const isDone = (range: WorkedRange) =>
    touching.some((other) => other.status === 6 && other.from <= range.from && other.to >= range.to)
  const open = touching.filter((range) => !isDone(range))
  if (open.some(({ status }) => [3, 5, 7, 8].includes(status))) return 'failed'
  if (open.length > 0) return 'running'
  return touching.length > 0 ? 'delivered' : 'none'
}
