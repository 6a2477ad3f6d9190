import type { TaskView } from '@datahub/core/api/task-shapes'
import { scheduleWords } from '@datahub/core/task/schedule'
import { visible, type Paint } from '../../style.ts'
import { block } from '../../table.ts'
import { timeIn } from '../../time.ts'

/** The zone in which a task's days are cut, and its times shown. */
export function zoneOf(task: TaskView): string {
  return task.schedule?.timeZone ?? task.oneTime?.timeZone ?? 'UTC'
}

/** `Every day at 03:00 America/Los_Angeles`, or `Once, 2024-01-01 to 2024-06-30 UTC` */
export function timingWords(task: TaskView): string {
  if (task.schedule) return scheduleWords(task.schedule)
  return task.oneTime ? `Once, ${task.oneTime.from} to ${task.oneTime.to} ${task.oneTime.timeZone}` : '-'
}

/** `6 file send success`, as everywhere: consumers know the number. */
export function lastWords(task: TaskView): string | null {
  return task.lastExecution && `${task.lastExecution.statusWords} (${task.lastExecution.status})`
}

/** `sales: added color (text), 2026-03-08 04:05`, and what to do when deliveries fail by it. */
function schemaWords({ schemaChange: change, source }: TaskView, zone: string): string | undefined {
  if (!change) return undefined
  const words = `${visible(change.table)}: ${visible(change.words)}, ${timeIn(zone, change.at)}`
  return change.isRefused ? `${words}; refused: datahub source accept-schema ${source}` : words
}

/** Why it has paused by itself, and what to do about it. */
function pauseWords({ id, pauseReason }: TaskView, zone: string): string | undefined {
  if (!pauseReason) return undefined
  const { failures, code, at, cure } = pauseReason
  return `${timeIn(zone, at)}, after ${failures} failures in a row with ${code}. ${cure} Then: datahub task resume ${id}`
}

/** A task as a readable block. */
export function taskBlock(task: TaskView, paint: Paint): string {
  const zone = zoneOf(task)
  const last = task.lastExecution
  return `${paint('bold', visible(task.name))} #${task.id}\n${block(
    [
      ['Status', task.status],
      ['Paused by itself', pauseWords(task, zone)],
      ['When', timingWords(task)],
      ['Next', timeIn(zone, task.nextFireAt) ?? undefined],
      ['Gaps', task.gaps ? `${task.gaps}: datahub task coverage ${task.id}` : undefined],
      ['Schema change', schemaWords(task, zone)],
      ['Source', task.source],
      ['Reports', task.reports?.join(', ') ?? 'all'],
      ['Destination', visible(task.destination)],
      [
        'Last execution',
        last
          ? `#${last.id} ${lastWords(task)}${last.endedAt ? `, ended ${timeIn(zone, last.endedAt)}` : ''}`
          : 'none yet',
      ],
      ['Created', timeIn(zone, task.createdAt) ?? undefined],
      ['Updated', timeIn(zone, task.updatedAt) ?? undefined],
    ],
    paint,
  )}`
}
