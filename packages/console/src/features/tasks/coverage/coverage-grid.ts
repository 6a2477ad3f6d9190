import type { CoveredRange } from '@datahub/core/api/coverage-shapes'
import { dayNumber } from '@datahub/core/execution/calendar'
import { dayOf } from '@datahub/core/execution/data-range'

/** Where each range stands in the grid: days as weeks × weekdays, hours as days × hours, all else line by line. */
export interface Placed {
  readonly index: number
  readonly range: CoveredRange
  readonly row: number
  readonly column: number
}

export interface Grid {
  readonly rows: number
  readonly columns: number
  readonly cells: readonly Placed[]
  /** The index of the range at a place, by `row:column`. */
  readonly at: ReadonlyMap<string, number>
  readonly shape: 'days' | 'hours' | 'lines'
}

const PER_LINE = 24

export function toGrid(ranges: readonly CoveredRange[], every: string, timeZone: string): Grid {
  const shape = every === 'day' ? 'days' : every === 'hour' ? 'hours' : 'lines'
  const days = ranges.map((range) => dayNumber(dayOf(new Date(range.from), timeZone)))
  const first = days[0] ?? 0
  // Monday is the first row; 1970-01-01 was a Thursday
  const weekday = (day: number) => (((day + 3) % 7) + 7) % 7
  const monday = first - weekday(first)
  const cells = ranges.map((range, index): Placed => {
    const day = days[index] ?? 0
    if (shape === 'days') return { index, range, row: weekday(day), column: Math.floor((day - monday) / 7) }
    if (shape === 'hours') return { index, range, row: day - first, column: Number(range.from.slice(11, 13)) }
    return { index, range, row: Math.floor(index / PER_LINE), column: index % PER_LINE }
  })
  return {
    shape,
    rows: Math.max(0, ...cells.map(({ row }) => row + 1)),
    columns: shape === 'hours' ? 24 : Math.max(0, ...cells.map(({ column }) => column + 1)),
    cells,
    at: new Map(cells.map(({ index, row, column }) => [`${row}:${column}`, index])),
  }
}

const ARROWS: Readonly<Record<string, readonly [row: number, column: number]>> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
}

/** Where a key leads from a range; undefined where the key leads nowhere. */
export function follow(grid: Grid, from: number, key: string): number | undefined {
  if (key === 'Home') return 0
  if (key === 'End') return grid.cells.length - 1
  const arrow = ARROWS[key]
  const cell = grid.cells[from]
  if (!arrow || !cell) return undefined
  return grid.at.get(`${cell.row + arrow[0]}:${cell.column + arrow[1]}`)
}
