import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { TriangleAlert } from 'lucide-react'
import { query } from '../../../api/hub.ts'
import { asProblem } from '../../../api/problem.ts'
import { clockText, myTimeZone, offsetOf } from '../../../components/time/format-time.ts'
import { DataRange, Instant } from '../../../components/time/time.tsx'
import { usePreferences } from '../../../app/preferences.ts'
import { useTaskFormWords } from '../../../i18n/task-form.ts'
import { useAfterPause } from '../../../components/after-pause.ts'
import { toSchedule, type TaskValues } from './task-values.ts'

interface FireTimesProps {
  values: TaskValues
  /** The id of the task that is edited, which has a jitter of its own. */
  taskId: number | undefined
}

/** When the schedule in the form fires next, by the task's clock and by the reader's, and where a clock change is in the way. */
export function FireTimes({ values, taskId }: FireTimesProps) {
  const w = useTaskFormWords()
  const settled = useAfterPause(JSON.stringify(toSchedule(values)))
  const preview = useQuery({
    ...query.task.previewSchedule.queryOptions({
      input: {
        schedule: JSON.parse(settled) as ReturnType<typeof toSchedule>,
        ...(taskId === undefined ? {} : { task: String(taskId) }),
      },
      retry: false,
    }),
    placeholderData: keepPreviousData,
  })
  if (preview.isError) {
    const { status } = asProblem(preview.error)
    return status === 422 ? <p className="mt-3 text-sm text-faint">{w.invalidYet}</p> : null
  }
  if (!preview.data) return null
  const { timeZone, fireTimes, clockChanges } = preview.data
  return (
    <section className="mt-4 border-t border-line pt-3">
      <h3 className="mb-1.5 text-sm font-medium">{w.nextFive}</h3>
      <ol className="flex flex-col gap-2">
        {fireTimes.map(({ slotAt, fireAt, dataRange }) => (
          <li key={slotAt} className="num">
            <Instant at={fireAt} zone={timeZone} />
            <Mine at={fireAt} zone={timeZone} />
            <span className="block text-sm text-faint">
              {w.covers} <DataRange range={dataRange} />
            </span>
          </li>
        ))}
      </ol>
      {clockChanges.length > 0 && (
        <ul className="mt-3 flex flex-col gap-1.5 rounded-md bg-warn-soft px-3 py-2 text-sm">
          {clockChanges.map(({ localTime, kind, fireAt }) => (
            <li key={localTime} className="flex gap-2">
              <TriangleAlert aria-hidden size={15} className="mt-0.5 shrink-0 text-warn" />
              <span>
                {(kind === 'skipped' ? w.clockSkipped : w.clockTwice)(localTime.replace('T', ' '))}; {w.firesInstead}{' '}
                <Instant at={fireAt} zone={timeZone} />
              </span>
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}

/** The same instant by the reader's clock, where that shows something else. */
function Mine({ at, zone }: { at: string; zone: string }) {
  const w = useTaskFormWords()
  const { locale, timeMode } = usePreferences()
  const instant = new Date(at)
  const mine = myTimeZone()
  if (timeMode !== 'task' || offsetOf(instant, mine) === offsetOf(instant, zone)) return null
  return (
    <span className="block text-sm text-soft">
      {w.yours(`${clockText(instant, mine, locale)} ${offsetOf(instant, mine)}`)}
    </span>
  )
}
