import type { CoverageView } from '@datahub/core/api/coverage-shapes'
import { addDays } from '@datahub/core/execution/calendar'
import { daysOf, startOfDay } from '@datahub/core/execution/data-range'
import { COVERAGE_STATES, type CoverageState } from '@datahub/core/task/coverage'
import { visible, type Paint, type Tone } from '../../style.ts'
import { rangeWords } from '../../time.ts'

/** A shape for each state: colour only helps. */
const GLYPHS: Readonly<Record<CoverageState, readonly [glyph: string, tone: Tone]>> = {
  delivered: ['■', 'green'],
  running: ['◐', 'yellow'],
  failed: ['✕', 'red'],
  missing: ['□', 'red'],
}
const NOT_EXPECTED = '·'
/** Of the ranges of one day the worst is what counts. */
const WORST_FIRST: readonly CoverageState[] = ['missing', 'failed', 'running', 'delivered']
const DAYS_ABOVE = `${' '.repeat(9)}1   5    10   15   20   25   30`

/** A line per month, a character per day; days that are not 24 hours long are named behind it. */
export function coveragePage(coverage: CoverageView, paint: Paint): string {
  const { timeZone, counts, gaps } = coverage
  const states = statesByDay(coverage)
  const days = [...states.keys()].sort()
  const [first, last] = [days[0], days.at(-1)]
  const head = `${paint('bold', visible(coverage.task))} #${coverage.taskId}, ${timeZone}`
  if (first === undefined || last === undefined) return `${head}\n\nNothing is expected yet.`

  const lines: string[] = []
  for (let month = first.slice(0, 7); month <= last.slice(0, 7); month = addDays(`${month}-28`, 4).slice(0, 7))
    lines.push(monthLine(month, states, timeZone, paint))
  const legend = COVERAGE_STATES.map((state) => `${painted(state, paint)} ${counts[state]} ${state}`)
  const parts = [
    head,
    '',
    paint('dim', DAYS_ABOVE),
    ...lines,
    '',
    `${legend.join('   ')}   ${NOT_EXPECTED} not expected`,
  ]
  if (coverage.isCut) parts.push('There is more before this: ask for it with --from and --to.')
  if (gaps.length > 0) parts.push('', paint('bold', 'Gaps'), ...gaps.slice(0, 20).map((gap) => `  ${rangeWords(gap)}`))
  if (gaps.length > 20) parts.push(`  and ${gaps.length - 20} more`)
  return parts.join('\n')
}

/** The one command that fills all gaps; undefined where there are none. */
export function fillCommand({ taskId, gaps, timeZone }: CoverageView): string | undefined {
  const [first, last] = [gaps[0], gaps.at(-1)]
  if (!first || !last) return undefined
  const { fromOn, toOn } = daysOf({ from: new Date(first.from), to: new Date(last.to), timeZone })
  return `datahub backfill start ${taskId} --from ${fromOn} --to ${addDays(toOn, -1)}`
}

function statesByDay({ ranges, timeZone }: CoverageView): Map<string, CoverageState> {
  const states = new Map<string, CoverageState>()
  for (const { from, to, state } of ranges) {
    const { fromOn, toOn } = daysOf({ from: new Date(from), to: new Date(to), timeZone })
    for (let day = fromOn; day < toOn; day = addDays(day, 1)) {
      const known = states.get(day)
      if (known === undefined || WORST_FIRST.indexOf(state) < WORST_FIRST.indexOf(known)) states.set(day, state)
    }
  }
  return states
}

function monthLine(month: string, states: ReadonlyMap<string, CoverageState>, timeZone: string, paint: Paint): string {
  let glyphs = ''
  let length = 0
  const odd: string[] = []
  for (let day = `${month}-01`; day.startsWith(month); day = addDays(day, 1)) {
    const state = states.get(day)
    glyphs += state ? painted(state, paint) : paint('dim', NOT_EXPECTED)
    length += 1
    const hours = (startOfDay(addDays(day, 1), timeZone).getTime() - startOfDay(day, timeZone).getTime()) / 3_600_000
    if (hours !== 24) odd.push(`${Number(day.slice(8))}: ${hours} h`)
  }
  return `${month}  ${glyphs}${' '.repeat(31 - length)}  ${odd.join(', ')}`.trimEnd()
}

function painted(state: CoverageState, paint: Paint): string {
  const [glyph, tone] = GLYPHS[state]
  return paint(tone, glyph)
}
