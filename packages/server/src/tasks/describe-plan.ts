import type { TaskValidation } from '@datahub/core/api/task-shapes'
import { normalizePrefix } from '@datahub/core/destination/prefix'
import { countDays, dayOf, formatInstant, rangeOfDays, type DataRange } from '@datahub/core/execution/data-range'
import { cutRange } from '@datahub/core/task/chunks'
import type { TaskDefinition } from '@datahub/core/task/definition'
import { dataRangeOf, fireDelayMs } from '@datahub/core/task/slots'
import { fireAfterSave } from './next-fire.ts'
import type { PreparedTask } from './prepared-task.ts'

/** What saving a task that was found to be right would do. */
export function describePlan(
  { definition, existing, changed }: PreparedTask,
  now: Date,
  surroundings: { maxRangeDays: number; prefix: string },
): TaskValidation {
  const { schedule, oneTime, source } = definition
  const isPaused = definition.paused ?? existing?.paused ?? false
  const nextFireAt = isPaused ? null : fireAfterSave(schedule, existing?.id ?? 0, existing, now)
  const ranges = oneTime && cutRange(rangeOfDays(oneTime.from, oneTime.to, oneTime.timeZone), oneTime.chunk ?? 'whole')
  const first = ranges?.[0] ?? firstRange(definition, existing?.id ?? 0, nextFireAt)
  const timeZone = (schedule ?? oneTime)?.timeZone ?? 'UTC'
  const task = existing?.id ?? '<task>'
  const day = dayOf(nextFireAt ?? now, timeZone).replaceAll('-', '')
  return {
    changes: [...changed],
    nextFireAt: nextFireAt?.toISOString() ?? null,
    dataRange: first
      ? { from: formatInstant(first.from, timeZone), to: formatInstant(first.to, timeZone), timeZone }
      : null,
    packages: ranges?.length ?? null,
    days: oneTime ? countDays(rangeOfDays(oneTime.from, oneTime.to, oneTime.timeZone)) : null,
    maxRangeDays: surroundings.maxRangeDays,
    folder: `${normalizePrefix(surroundings.prefix)}reports/${task}/`,
    fileName: `${source}_${task}_${day}_<execution>.zip`,
  }
}

function firstRange({ schedule }: TaskDefinition, taskId: number, nextFireAt: Date | null): DataRange | undefined {
  if (!schedule || !nextFireAt) return undefined
  return dataRangeOf(schedule, new Date(nextFireAt.getTime() - fireDelayMs(schedule, taskId)))
}
