import type { HomeView } from '@datahub/core/api/live-shapes'
import { Check, LoaderCircle, X } from 'lucide-react'
import { usePreferences } from '../../app/preferences.ts'
import { Card } from '../../components/page.tsx'
import { dayText } from '../../components/time/format-time.ts'
import { Instant } from '../../components/time/time.tsx'
import { TextLink } from '../../components/ui/button.tsx'
import { cx } from '../../components/ui/class-names.ts'
import { useMessages } from '../../i18n/messages.tsx'

type Row = HomeView['grid'][number]
type DayState = Row['days'][number]['state']

/** The hub sends no more. */
const MOST = 100

const STATES = ['delivered', 'running', 'failed', 'none'] as const

/** The last 14 data days of each task, the newest at the right, and up to when its data is delivered. */
export function LastDays({ grid }: { grid: readonly Row[] }) {
  const m = useMessages()
  return (
    <Card
      flush
      title={m.home.lastDays}
      actions={
        <ul aria-label={m.coverage.legend} className="flex flex-wrap gap-x-4 gap-y-1 text-sm text-soft">
          {STATES.map((state) => (
            <li key={state} className="flex items-center gap-1.5">
              <Mark state={state} />
              {m.home.day[state]}
            </li>
          ))}
        </ul>
      }
    >
      <ul className="divide-y divide-line/70">
        {grid.map((row) => (
          <TaskDays key={row.taskId} row={row} />
        ))}
      </ul>
      {grid.length >= MOST && (
        <p className="border-t border-line px-4 py-2.5 text-sm text-soft">
          {m.home.shown(grid.length)} <TextLink to="/tasks">{m.home.seeTasks}</TextLink>
        </p>
      )}
    </Card>
  )
}

function TaskDays({ row: { taskId, task, timeZone, freshUntil, days } }: { row: Row }) {
  const m = useMessages()
  const { locale } = usePreferences()
  return (
    <li className="grid items-center gap-x-6 gap-y-1.5 px-4 py-2.5 md:grid-cols-[minmax(8rem,1fr)_auto_14rem]">
      <TextLink to="/tasks/$id" params={{ id: String(taskId) }} className="min-w-0 justify-self-start break-words">
        {task}
      </TextLink>
      <ol aria-label={m.home.daysOf(task)} className="flex gap-[2px] sm:gap-1">
        {days.map(({ on, state }) => {
          const words = `${dayText(new Date(`${on}T12:00:00Z`), 'UTC', locale)}: ${m.home.day[state]}`
          return (
            <li key={on} title={words} className="flex">
              <Mark state={state} />
              <span className="sr-only">{words}</span>
            </li>
          )
        })}
      </ol>
      <p className="text-sm text-soft">
        {freshUntil === null ? (
          m.home.nothingYet
        ) : (
          <>
            {m.home.freshUntil} <Instant at={freshUntil} zone={timeZone} />
          </>
        )}
      </p>
    </li>
  )
}

const looks: Record<DayState, string> = {
  delivered: 'border-good/40 bg-good-soft text-good',
  running: 'border-busy/50 bg-busy-soft text-busy',
  failed: 'border-bad bg-bad-soft text-bad',
  none: 'border-dashed border-edge/60 bg-surface',
}

function Mark({ state }: { state: DayState }) {
  return (
    <span aria-hidden className={cx('grid size-4.5 place-items-center rounded-[4px] border', looks[state])}>
      {state === 'delivered' && <Check size={11} strokeWidth={3} />}
      {state === 'failed' && <X size={12} strokeWidth={3} />}
      {state === 'running' && <LoaderCircle size={11} strokeWidth={3} />}
    </span>
  )
}
