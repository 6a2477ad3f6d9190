import type { CoverageView } from '@datahub/core/api/coverage-shapes'
import { Check, LoaderCircle, X } from 'lucide-react'
import { useLayoutEffect, useRef, useState, type KeyboardEvent } from 'react'
import { usePreferences } from '../../../app/preferences.ts'
import { CoverageStatus } from '../../../components/status/status.tsx'
import { dayText, rangeText } from '../../../components/time/format-time.ts'
import { cx } from '../../../components/ui/class-names.ts'
import { useMessages } from '../../../i18n/messages.tsx'
import { follow, toGrid, type Grid } from './coverage-grid.ts'

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
}

const looks = {
  delivered: 'bg-good-soft text-good border-good/40',
  running: 'bg-busy-soft text-busy border-busy/50',
  failed: 'bg-bad text-white dark:text-[#2b0b0b] border-bad',
  missing: 'bg-surface text-warn border-warn border-dashed',
} as const

/** One square per expected range: colour and mark say what became of it, arrow keys lead from one to the next. */
export function CoverageCalendar({ coverage, choice, onChoose, onOpen, onBackfill }: CoverageCalendarProps) {
  const m = useMessages()
  const { locale } = usePreferences()
  const grid = toGrid(coverage.ranges, coverage.every, coverage.timeZone)
  const [active, setActive] = useState(coverage.ranges.length - 1)
  const box = useRef<HTMLDivElement>(null)
  // The newest days are what one looks for, and they are at the right
  useLayoutEffect(() => {
    const frame = box.current?.parentElement
    if (frame) frame.scrollLeft = frame.scrollWidth
  }, [coverage.ranges.length])
  const [from, to] = choice ? [Math.min(choice.anchor, choice.focus), Math.max(choice.anchor, choice.focus)] : [-1, -1]

  const goTo = (index: number, isExtending: boolean) => {
    setActive(index)
    onChoose({ anchor: isExtending && choice ? choice.anchor : index, focus: index })
    box.current?.querySelector<HTMLElement>(`[data-index="${index}"]`)?.focus()
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Enter') onOpen(active)
    else if (event.key.toLowerCase() === 'b' && !event.metaKey && !event.ctrlKey) onBackfill()
    else {
      const next = follow(grid, active, event.key)
      if (next === undefined) return
      goTo(next, event.shiftKey)
    }
    event.preventDefault()
  }
  return (
    <div className="relative scroll-pl-14 overflow-x-auto pb-1">
      <div
        ref={box}
        role="grid"
        tabIndex={-1}
        aria-label={m.coverage.title}
        aria-multiselectable
        onKeyDown={onKeyDown}
        className="w-max"
      >
        <Months grid={grid} timeZone={coverage.timeZone} />
        {Array.from({ length: grid.rows }, (_, row) => (
          <div key={row} role="row" className="flex h-6 items-center">
            <RowTitle grid={grid} row={row} timeZone={coverage.timeZone} />
            {Array.from({ length: grid.columns }, (_, column) => {
              const index = grid.at.get(`${row}:${column}`)
              const range = index === undefined ? undefined : coverage.ranges[index]
              if (index === undefined || !range) return <span key={column} role="presentation" className="size-6" />
              const label = `${rangeText(new Date(range.from), new Date(range.to), coverage.timeZone, locale)}: ${m.status.coverage[range.state]}`
              const isChosen = index >= from && index <= to
              return (
                <div key={column} role="gridcell" aria-selected={isChosen} className="size-6 p-0.5">
                  <button
                    type="button"
                    data-index={index}
                    tabIndex={index === active ? 0 : -1}
                    aria-label={label}
                    title={label}
                    onClick={(event) => goTo(index, event.shiftKey)}
                    onDoubleClick={() => onOpen(index)}
                    className={cx(
                      'grid size-5 place-items-center rounded-[4px] border outline-offset-1!',
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

function Glyph({ state }: { state: keyof typeof looks }) {
  if (state === 'delivered') return <Check aria-hidden size={12} strokeWidth={3} />
  if (state === 'failed') return <X aria-hidden size={13} strokeWidth={3} />
  if (state === 'running') return <LoaderCircle aria-hidden size={12} strokeWidth={3} />
  return null
}

/** Above days: the month in which a week begins, where it is another one than that of the week before. */
function Months({ grid, timeZone }: { grid: Grid; timeZone: string }) {
  const { locale } = usePreferences()
  if (grid.shape === 'lines') return null
  const format = new Intl.DateTimeFormat(locale === 'zh' ? 'zh-CN' : 'en', { month: 'short', timeZone })
  const titles = Array.from({ length: grid.columns }, (_, column) => {
    if (grid.shape === 'hours') return column % 3 === 0 ? String(column).padStart(2, '0') : ''
    const month = (column: number) => {
      const first = grid.cells.find((cell) => cell.column === column)
      return first ? format.format(new Date(first.range.from)) : ''
    }
    return column === 0 || month(column) !== month(column - 1) ? month(column) : ''
  })
  // A month that began in the last days of a column would run into the next title
  if (grid.shape === 'days' && titles[1] !== '' && titles[0] !== '') titles[0] = ''
  return (
    <div aria-hidden className="ml-14 flex h-5 text-xs text-faint">
      {titles.map((title, column) => (
        <span key={column} className="w-6 pl-0.5 whitespace-nowrap">
          {title}
        </span>
      ))}
    </div>
  )
}

function RowTitle({ grid, row, timeZone }: { grid: Grid; row: number; timeZone: string }) {
  const { locale } = usePreferences()
  const first = grid.cells.find((cell) => cell.row === row)
  const weekday = new Intl.DateTimeFormat(locale === 'zh' ? 'zh-CN' : 'en', { weekday: 'short', timeZone })
  const at = first && new Date(first.range.from)
  const title = !at ? '' : grid.shape === 'days' ? weekday.format(at) : dayText(at, timeZone, locale)
  return (
    <span
      role="rowheader"
      className="sticky left-0 z-1 w-14 shrink-0 truncate bg-surface pr-2 text-xs leading-6 text-faint"
    >
      {title}
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
