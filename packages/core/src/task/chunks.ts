import { addDays, dayNumber, dayText, firstOfMonth, weekdayOf } from '../execution/calendar.ts'
import { daysOf, startOfDay, type DataRange } from '../execution/data-range.ts'

export const CHUNKS = ['day', 'week', 'month', 'whole'] as const

export type Chunk = (typeof CHUNKS)[number]

/** Cuts whole days into ranges that touch: by day, by week from Monday on, by calendar month, or not at all. */
export function cutRange(range: DataRange, chunk: Chunk): DataRange[] {
  const { fromOn, toOn } = daysOf(range)
  const { timeZone } = range
  const ranges: DataRange[] = []
  for (let on = fromOn; on < toOn;) {
    const next = chunk === 'whole' ? toOn : earlier(nextBound(on, chunk), toOn)
    const [from, to] = [startOfDay(on, timeZone), startOfDay(next, timeZone)]
    // A day that the zone has left out has no data
    if (from < to) ranges.push({ from, to, timeZone })
    on = next
  }
  return ranges
}

function nextBound(day: string, chunk: Exclude<Chunk, 'whole'>): string {
  if (chunk === 'day') return addDays(day, 1)
  const number = dayNumber(day)
  if (chunk === 'month') return dayText(firstOfMonth(number, 1))
  return dayText(number + 7 - ((weekdayOf(number) + 6) % 7))
}

function earlier(a: string, b: string): string {
  return a < b ? a : b
}
