import type { CoveredRange, CoverageView } from '@datahub/core/api/coverage-shapes'
import { dayOf } from '@datahub/core/execution/data-range'
import { Check, LoaderCircle, X } from 'lucide-react'
import { useLayoutEffect, useMemo, useRef, useState, type KeyboardEvent } from 'react'
import { usePreferences } from '../../../app/preferences.ts'
import { CoverageStatus, statusText } from '../../../components/status/status.tsx'
import { dayText, offsetOf, rangeText } from '../../../components/time/format-time.ts'
import { cx } from '../../../components/ui/class-names.ts'
import type { Messages } from '../../../i18n/en/index.ts'
import { useMessages, type Locale } from '../../../i18n/messages.tsx'
import { follow, toGrid, unusualHours, type Grid } from './coverage-grid.ts'

/** Two indices of ranges, both included, in the order in which they were chosen. */
export interface Choice {
  readonly anchor: number
  readonly focus: number
}

interface CoverageCalendarProps {
  coverage: CoverageView
  choice: Choice | undefined
  onChoose(choice: Choice): void
  onOpen(index: number): void
  onBackfill(): void
  /** To the part of the calendar before or behind this one. */
  onTurn(where: 'earlier' | 'later'): void
}

const looks = {
  delivered: 'bg-good-soft text-good border-good/40',
  running: 'bg-busy-soft text-busy border-busy/50',
  failed: 'bg-bad text-white dark:text-[#2b0b0b] border-bad',
  missing: 'bg-surface text-warn border-warn border-dashed',
} as const

/** One square per expected range: colour and mark say what became of it, arrow keys lead from one to the next. */
export function CoverageCalendar({ coverage, choice, onChoose, onOpen, onBackfill, onTurn }: CoverageCalendarProps) {
  const m = useMessages()
  const { locale } = usePreferences()
  const { ranges, timeZone } = coverage
  const grid = useMemo(() => toGrid(ranges, coverage.every, timeZone), [ranges, coverage.every, timeZone])
  const [wanted, setWanted] = useState(ranges.length - 1)
  // Another part of the calendar may have fewer
  const active = Math.min(wanted, ranges.length - 1)
  const box = useRef<HTMLDivElement>(null)
  const newest = ranges.at(-1)?.from
  // The newest days are what one looks for, and they are at the right or below
  useLayoutEffect(() => {
    const frame = box.current?.parentElement
    if (!frame) return
    frame.scrollLeft = frame.scrollWidth
    frame.scrollTop = frame.scrollHeight
  }, [newest])
  const [from, to] = choice ? [Math.min(choice.anchor, choice.focus), Math.max(choice.anchor, choice.focus)] : [-1, -1]

  const goTo = (index: number, isExtending: boolean) => {
    setWanted(index)
    onChoose({ anchor: isExtending && choice ? choice.anchor : index, focus: index })
    box.current?.querySelector<HTMLElement>(`[data-index="${index}"]`)?.focus()
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Enter') onOpen(active)
    else if (event.key.toLowerCase() === 'b' && !event.metaKey && !event.ctrlKey) onBackfill()
    else if (event.key === 'PageUp' || event.key === 'PageDown') onTurn(event.key === 'PageUp' ? 'earlier' : 'later')
    else {
      const next = follow(grid, active, event.key)
      if (next === undefined) return
      goTo(next, event.shiftKey)
    }
    event.preventDefault()
  }
  const width = grid.shape === 'months' ? 'w-9' : 'w-6'
  const titleWidth = ['days', 'weeks', 'months'].includes(grid.shape) ? 'w-14' : 'w-28'
  return (
    <div className="relative max-h-[34rem] scroll-pl-14 overflow-auto pb-1">
      <div
        ref={box}
        role="grid"
        tabIndex={-1}
        aria-label={m.coverage.title}
        aria-multiselectable
        aria-rowcount={grid.rows}
        aria-colcount={grid.columns}
        onKeyDown={onKeyDown}
        className="w-max"
      >
        <ColumnTitles grid={grid} timeZone={timeZone} width={width} titleWidth={titleWidth} />
        {Array.from({ length: grid.rows }, (_, row) => (
          <div key={row} role="row" aria-rowindex={row + 1} className="flex h-6 items-center">
            <RowTitle grid={grid} row={row} ranges={ranges} timeZone={timeZone} width={titleWidth} />
            {Array.from({ length: grid.columns }, (_, column) => {
              const index = grid.at.get(`${row}:${column}`)
              const range = index === undefined ? undefined : ranges[index]
              if (index === undefined || !range)
                return <span key={column} role="presentation" className={cx('h-6', width)} />
              const label = `${labelOf(range, timeZone, locale, m)}: ${stateText(range, m)}`
              const isChosen = index >= from && index <= to
              return (
                <div
                  key={column}
                  role="gridcell"
                  aria-colindex={column + 1}
                  aria-selected={isChosen}
                  className={cx('h-6 p-0.5', width)}
                >
                  <button
                    type="button"
                    data-index={index}
                    tabIndex={index === active ? 0 : -1}
                    aria-label={label}
                    title={label}
                    onClick={(event) => goTo(index, event.shiftKey)}
                    onDoubleClick={() => onOpen(index)}
                    className={cx(
                      'grid h-5 w-full place-items-center rounded-[4px] border outline-offset-1!',
                      looks[range.state],
                      isChosen && 'ring-2 ring-accent',
                    )}
                  >
                    <Glyph state={range.state} />
                  </button>
                </div>
              )
            })}
          </div>
        ))}
      </div>
    </div>
  )
}

function stateText({ state, status }: CoveredRange, m: Messages): string {
  return status === null ? m.status.coverage[state] : statusText(status, m)
}

/** `Nov 1 GMT-7 (25 h)`, `Nov 20, 03:00–04:00 GMT-8`: never without its offset. */
function labelOf(range: CoveredRange, timeZone: string, locale: Locale, m: Messages): string {
  const [from, to] = [new Date(range.from), new Date(range.to)]
  const hours = (to.getTime() - from.getTime()) / 3_600_000
  const isUnusualDay = (hours === 23 || hours === 25) && range.from.slice(11, 16) === '00:00'
  return `${rangeText(from, to, timeZone, locale)} ${offsetOf(from, timeZone)}${isUnusualDay ? ` (${m.coverage.hours(hours)})` : ''}`
}

function Glyph({ state }: { state: keyof typeof looks }) {
  if (state === 'delivered') return <Check aria-hidden size={12} strokeWidth={3} />
  if (state === 'failed') return <X aria-hidden size={13} strokeWidth={3} />
  if (state === 'running') return <LoaderCircle aria-hidden size={12} strokeWidth={3} />
  return null
}

interface TitlesProps {
  grid: Grid
  timeZone: string
}

/** Months above weeks and years, hours above days, minutes above hours; cells tell all of it themselves. */
function ColumnTitles({ grid, timeZone, width, titleWidth }: TitlesProps & { width: string; titleWidth: string }) {
  const m = useMessages()
  const { locale } = usePreferences()
  const month = new Intl.DateTimeFormat(locale === 'zh' ? 'zh-CN' : 'en', { month: 'short', timeZone })
  const monthOf = (column: number) => {
    const first = grid.firstOfColumn.get(column)
    return first ? month.format(new Date(first.from)) : ''
  }
  const titleOf = (column: number): string => {
    const first = grid.firstOfColumn.get(column)
    switch (grid.shape) {
      case 'days':
        return column === 0 || monthOf(column) !== monthOf(column - 1) ? monthOf(column) : ''
      case 'hours':
        return column === 24 ? '+1' : column % 3 === 0 ? String(column).padStart(2, '0') : ''
      case 'minutes':
        return first && (grid.columns <= 12 || column % 5 === 0) ? `:${first.from.slice(14, 16)}` : ''
      case 'weeks':
        return column % 4 === 0 ? m.coverage.week(column + 1) : ''
      case 'months':
        return month.format(new Date(Date.UTC(2026, column, 15)))
      default:
        return ''
    }
  }
  const titles = Array.from({ length: grid.columns }, (_, column) => titleOf(column))
  // A month that began in the last days of a column would run into the next title
  if (grid.shape === 'days' && titles[1] !== '' && titles[0] !== '') titles[0] = ''
  if (grid.shape === 'lines') return null
  return (
    <div aria-hidden className="sticky top-0 z-2 flex h-5 bg-surface text-xs text-faint">
      <span className={cx('sticky left-0 z-1 shrink-0 bg-surface', titleWidth)} />
      {titles.map((title, column) => (
        <span key={column} className={cx('pl-0.5 whitespace-nowrap', width)}>
          {title}
        </span>
      ))}
    </div>
  )
}

function RowTitle({
  grid,
  row,
  ranges,
  timeZone,
  width,
}: TitlesProps & { row: number; ranges: readonly CoveredRange[]; width: string }) {
  const m = useMessages()
  const { locale } = usePreferences()
  const first = grid.firstOfRow.get(row)
  const titleOf = ({ from }: CoveredRange): string => {
    const at = new Date(from)
    switch (grid.shape) {
      case 'days':
        return new Intl.DateTimeFormat(locale === 'zh' ? 'zh-CN' : 'en', { weekday: 'short', timeZone }).format(at)
      case 'weeks':
        // Its first week may begin in the year before
        return dayOf(new Date(at.getTime() + 3.5 * 86_400_000), timeZone).slice(0, 4)
      case 'months':
        return from.slice(0, 4)
      case 'minutes':
        return `${dayText(at, timeZone, locale)}, ${from.slice(11, 13)}:00`
      default:
        return dayText(at, timeZone, locale)
    }
  }
  const hours = first && grid.shape === 'hours' ? unusualHours(first, ranges, timeZone) : undefined
  return (
    <span
      role="rowheader"
      className={cx('sticky left-0 z-1 shrink-0 truncate bg-surface pr-2 text-xs leading-6 text-faint', width)}
    >
      {first && titleOf(first)}
      {hours !== undefined && ` · ${m.coverage.hours(hours)}`}
    </span>
  )
}

export function CoverageLegend({ counts }: { counts: CoverageView['counts'] }) {
  const m = useMessages()
  const states = ['delivered', 'running', 'failed', 'missing'] as const
  return (
    <ul aria-label={m.coverage.legend} className="flex flex-wrap gap-x-5 gap-y-1 text-sm">
      {states.map((state) => (
        <li key={state}>
          <CoverageStatus state={state} count={String(counts[state])} />
        </li>
      ))}
    </ul>
  )
}
