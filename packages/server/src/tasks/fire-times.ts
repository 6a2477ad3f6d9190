import type { SchedulePreview, TaskSchedule } from '@datahub/core/api/task-shapes'
import { formatInstant } from '@datahub/core/execution/data-range'
import { clockChangesIn } from '@datahub/core/task/clock-changes'
import { scheduleWords, type Schedule } from '@datahub/core/task/schedule'
import { dataRangeOf, fireAtOf, nextSlot } from '@datahub/core/task/slots'

const LOOK_AHEAD_DAYS = 366

/** The next fire times, and what is delivered then. A task that has no id yet has no jitter. */
export function fireTimes(
  schedule: Schedule,
  taskId: number | undefined,
  after: Date,
  count: number,
): TaskSchedule['fireTimes'] {
  const { timeZone } = schedule
  const text = (instant: Date) => formatInstant(instant, timeZone)
  const times: TaskSchedule['fireTimes'] = []
  for (let slot = nextSlot(schedule, after); slot && times.length < count; slot = nextSlot(schedule, slot)) {
    const { from, to } = dataRangeOf(schedule, slot)
    times.push({
      slotAt: text(slot),
      fireAt: text(fireAtOf(schedule, taskId ?? 0, slot)),
      dataRange: { from: text(from), to: text(to), timeZone },
    })
  }
  return times
}

/** What a schedule means, whether it is saved or not. */
export function previewSchedule(
  schedule: Schedule,
  taskId: number | undefined,
  now: Date,
  count: number,
): SchedulePreview {
  return {
    words: scheduleWords(schedule),
    timeZone: schedule.timeZone,
    fireTimes: fireTimes(schedule, taskId, now, count),
    clockChanges: clockChangesIn(schedule, now, LOOK_AHEAD_DAYS).map(({ localTime, kind, slotAt }) => ({
      localTime,
      kind,
      fireAt: formatInstant(fireAtOf(schedule, taskId ?? 0, slotAt), schedule.timeZone),
    })),
  }
}
