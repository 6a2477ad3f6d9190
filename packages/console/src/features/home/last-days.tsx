import type { TaskDaysPage } from '@datahub/core/api/live-shapes'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { Check, LoaderCircle, X } from 'lucide-react'
import { query } from '../../api/hub.ts'
import { watched } from '../../app/live/live.ts'
import { usePreferences } from '../../app/preferences.ts'
import { homeSearch } from '../../app/search.ts'
import { FreshRows } from '../../components/fresh-rows.tsx'
import { useHeldRows, type Answered } from '../../components/held-rows.ts'
import { Card } from '../../components/page.tsx'
import { Pager } from '../../components/pager.tsx'
import { Answer, Empty } from '../../components/states.tsx'
import { dayText } from '../../components/time/format-time.ts'
import { Instant } from '../../components/time/time.tsx'
import { Button, TextLink } from '../../components/ui/button.tsx'
import { cx } from '../../components/ui/class-names.ts'
import { SearchBox } from '../../components/ui/search-box.tsx'
import { useMessages } from '../../i18n/messages.tsx'

type Row = TaskDaysPage['items'][number]
type DayState = Row['days'][number]['state']

const STATES = ['delivered', 'running', 'failed', 'none'] as const

/**
 * The last 14 data days of each task, the newest at the right, and up to when its data is delivered: the worst tasks first,
 * in pages, and what is searched for by its name.
 */
export function LastDays() {
  const m = useMessages()
  const search = useSearch({ from: '/signed-in/' })
  const navigate = useNavigate({ from: '/' })
  const { q, cursor } = search
  const days = useQuery(
    query.live.days.queryOptions({
      input: { ...(q ? { text: q } : {}), ...(cursor ? { cursor } : {}) },
      refetchInterval: watched,
      placeholderData: keepPreviousData,
    }),
  )
  const find = (text: string | undefined) => void navigate({ search: homeSearch({ q: text }), replace: true })
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
      <Answer of={days}>
        {(page) => (
          <>
            {(isLong(page) || q !== undefined) && (
              <div className="flex flex-wrap items-center gap-x-4 gap-y-2 border-b border-line px-4 py-2.5">
                <span className="flex max-w-md min-w-0 flex-1 basis-60">
                  <SearchBox label={m.task.searchLabel} value={q ?? ''} onChange={find} />
                </span>
                <p role="status" className="text-sm text-soft">
                  {m.task.found(page.total)}
                </p>
              </div>
            )}
            {page.items.length === 0 ? (
              <Empty
                isFiltered={q !== undefined}
                title={q === undefined ? m.home.noneRecurring : m.task.noMatch(q)}
                action={q !== undefined && <Button onPress={() => find(undefined)}>{m.common.clearSearch}</Button>}
              />
            ) : (
              <Rows answer={days} list={JSON.stringify(search)} page={page} />
            )}
            <Pager
              page={page}
              goTo={(next) => void navigate({ search: homeSearch({ q, cursor: next }), resetScroll: false })}
              words={[m.common.previousPage, m.common.nextPage]}
            />
          </>
        )}
      </Answer>
    </Card>
  )
}

function isLong({ total, items }: TaskDaysPage): boolean {
  return total > items.length
}

/** In the places in which they came: a task that fails from now on is told above, and does not jump here. */
function Rows({ answer, list, page }: { answer: Answered; list: string; page: TaskDaysPage }) {
  const m = useMessages()
  const { shown, fresh, showFresh } = useHeldRows(answer, list, page.items, ({ taskId }) => taskId)
  return (
    <>
      <FreshRows count={fresh.length} words={m.common.changes} onShow={showFresh} />
      <ul className="divide-y divide-line/70">
        {shown.map((row) => (
          <TaskDays key={row.taskId} row={row} />
        ))}
      </ul>
    </>
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
    <span aria-hidden className={cx('grid size-4 place-items-center sm:size-4.5 rounded-[4px] border', looks[state])}>
      {state === 'delivered' && <Check size={11} strokeWidth={3} />}
      {state === 'failed' && <X size={12} strokeWidth={3} />}
      {state === 'running' && <LoaderCircle size={11} strokeWidth={3} />}
    </span>
  )
}
