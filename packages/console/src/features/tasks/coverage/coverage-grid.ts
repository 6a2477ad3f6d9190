import type { CoveredRange } from '@datahub/core/api/coverage-shapes'
import { dayNumber, dayText } from '@datahub/core/execution/calendar'
import { dayOf } from '@datahub/core/execution/data-range'

/**
 * What stands beside and above each other: days as weekdays × weeks, hours as days × hours, parts of an hour as hours × parts,
 * weeks as years × weeks, months as years × months; all else line by line.
 */
export type Shape = 'days' | 'hours' | 'minutes' | 'weeks' | 'months' | 'lines'

export interface Placed {
  readonly index: number
  readonly range: CoveredRange
  readonly row: number
  readonly column: number
}

export interface Grid {
  readonly shape: Shape
  readonly rows: number
  readonly columns: number
  readonly cells: readonly Placed[]
  /** The index of the range at a place, by `row:column`. */
  readonly at: ReadonlyMap<string, number>
  /** The first range of each row and of each column, where it has one. */
  readonly firstOfRow: ReadonlyMap<number, CoveredRange>
  readonly firstOfColumn: ReadonlyMap<number, CoveredRange>
}

const PER_LINE = 24
const HOURS = 24
const HOUR_MS = 3_600_000

const SHAPES: Readonly<Record<string, Shape>> = {
  day: 'days',
  hour: 'hours',
  minutes: 'minutes',
  week: 'weeks',
  month: 'months',
}

/** `every`: what one range is, as the hub says it. Where two ranges fall onto one place they stand line by line. */
export function toGrid(ranges: readonly CoveredRange[], every: string, timeZone: string): Grid {
  const shape = SHAPES[every] ?? 'lines'
  return gridOf(shape, ranges, timeZone) ?? (gridOf('lines', ranges, timeZone) as Grid)
}

function gridOf(shape: Shape, ranges: readonly CoveredRange[], timeZone: string): Grid | undefined {
  const placeOf = PLACES[shape](ranges, timeZone)
  const at = new Map<string, number>()
  const firstOfRow = new Map<number, CoveredRange>()
  const firstOfColumn = new Map<number, CoveredRange>()
  const cells: Placed[] = []
  for (const [index, range] of ranges.entries()) {
    const place = placeOf(range, index)
    const { row } = place
    // The hour that a clock change brings a second time stands behind the last one of its day
    const column = shape === 'hours' && at.has(keyOf(row, place.column)) ? HOURS : place.column
    if (at.has(keyOf(row, column))) return undefined
    at.set(keyOf(row, column), index)
    cells.push({ index, range, row, column })
    if (!firstOfRow.has(row)) firstOfRow.set(row, range)
    if (!firstOfColumn.has(column)) firstOfColumn.set(column, range)
  }
  const columns = Math.max(shape === 'hours' ? HOURS : 0, ...cells.map(({ column }) => column + 1))
  return {
    shape,
    rows: Math.max(0, ...cells.map(({ row }) => row + 1)),
    columns: shape === 'months' ? 12 : columns,
    cells,
    at,
    firstOfRow,
    firstOfColumn,
  }
}

type PlaceOf = (range: CoveredRange, index: number) => { row: number; column: number }

const PLACES: Readonly<Record<Shape, (ranges: readonly CoveredRange[], timeZone: string) => PlaceOf>> = {
  days: (ranges, timeZone) => {
    const first = mondayOf(dayOfRange(ranges[0], timeZone))
    return (range) => {
      const day = dayOfRange(range, timeZone)
      return { row: weekday(day), column: (mondayOf(day) - first) / 7 }
    }
  },
  hours: (ranges, timeZone) => {
    const first = dayOfRange(ranges[0], timeZone)
    return (range) => ({ row: dayOfRange(range, timeZone) - first, column: Number(range.from.slice(11, 13)) })
  },
  minutes: (ranges) => {
    // With its offset: an hour that comes twice is two
    const hourOf = ({ from }: CoveredRange) => Math.floor((Date.parse(from) - minuteOf(from) * 60_000) / HOUR_MS)
    const hours = new Map([...new Set(ranges.map(hourOf))].map((hour, row) => [hour, row]))
    const step = Math.min(60, ...ranges.map(({ from, to }) => (Date.parse(to) - Date.parse(from)) / 60_000))
    return (range) => ({ row: hours.get(hourOf(range)) ?? 0, column: Math.floor(minuteOf(range.from) / step) })
  },
  weeks: (ranges, timeZone) => {
    // A week is of the year in which most of its days are, as in ISO 8601
    const thursdayOf = (range: CoveredRange | undefined) => mondayOf(dayOfRange(range, timeZone)) + 3
    const yearOf = (day: number) => Number(dayText(day).slice(0, 4))
    const first = yearOf(thursdayOf(ranges[0]))
    return (range) => {
      const day = thursdayOf(range)
      const year = yearOf(day)
      return { row: year - first, column: Math.floor((day - dayNumber(`${year}-01-01`)) / 7) }
    }
  },
  months: (ranges) => {
    const first = Number(ranges[0]?.from.slice(0, 4))
    return ({ from }) => ({ row: Number(from.slice(0, 4)) - first, column: Number(from.slice(5, 7)) - 1 })
  },
  lines: () => (_range, index) => ({ row: Math.floor(index / PER_LINE), column: index % PER_LINE }),
}

function keyOf(row: number, column: number): string {
  return `${row}:${column}`
}

function dayOfRange(range: CoveredRange | undefined, timeZone: string): number {
  return dayNumber(dayOf(new Date(range?.from ?? 0), timeZone))
}

function minuteOf(from: string): number {
  return Number(from.slice(14, 16))
}

/** 0 is Monday; 1970-01-01 was a Thursday. */
function weekday(day: number): number {
  return (((day + 3) % 7) + 7) % 7
}

function mondayOf(day: number): number {
  return day - weekday(day)
}

/** How many hours the local day of an instant has, where it is another number than 24: a clock change makes it 23 or 25. */
export function unusualHours(
  range: CoveredRange,
  ranges: readonly CoveredRange[],
  timeZone: string,
): number | undefined {
  const day = dayOf(new Date(range.from), timeZone)
  const own = ranges.filter(({ from }) => dayOf(new Date(from), timeZone) === day)
  const [first, last] = [own[0], own.at(-1)]
  if (!first || !last) return undefined
  const isWhole = first.from.slice(11, 16) === '00:00' && last.to.slice(11, 16) === '00:00'
  const hours = (Date.parse(last.to) - Date.parse(first.from)) / HOUR_MS
  return isWhole && hours !== HOURS ? hours : undefined
}

const ARROWS: Readonly<Record<string, readonly [row: number, column: number]>> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
}

/** Where a key leads from a range, over places without one; undefined where the key leads nowhere. */
export function follow(grid: Grid, from: number, key: string): number | undefined {
  if (key === 'Home') return 0
  if (key === 'End') return grid.cells.length - 1
  const arrow = ARROWS[key]
  const cell = grid.cells[from]
  if (!arrow || !cell) return undefined
  let [row, column] = [cell.row + arrow[0], cell.column + arrow[1]]
  while (row >= 0 && row < grid.rows && column >= 0 && column < grid.columns) {
    const index = grid.at.get(keyOf(row, column))
    if (index !== undefined) return index
    row += arrow[0]
    column += arrow[1]
  }
  return undefined
}
