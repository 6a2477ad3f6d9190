import { addDays, dayNumber } from '@datahub/core/execution/calendar'
import { DataHubError } from '@datahub/core/error/data-hub-error'
import { dayOf, daysOf, formatInstant, startOfDay, type DataRange } from '@datahub/core/execution/data-range'
import { localMsAt } from '@datahub/core/execution/zone'

const HOUR_MS = 3_600_000

/** What one report is of: days, or hours, of an account, in its zone. */
export interface Span {
  /** The first instant that is in. */
  readonly from: Date
  /** The first instant of its last day, or hour. */
  readonly to: Date
  /** The first instant that is out. */
  readonly until: Date
}

/** What the service counts in, and how much one report may have. */
interface Limits {
  readonly grain: 'day' | 'hour'
  readonly maxDays?: number | undefined
  readonly maxHours?: number | undefined
}

/**
 * The range in whole days or hours of the account, as the service counts, cut into as many as one report may have.
 * `source.range_unsupported` for a range that is none.
 *
 * Days go by their names: the days of the range's zone are the account's days of the same names. Hours are instants: the
 * one that comes twice when clocks are set back is two, and the one that is skipped is none.
 */
export function spansOf(range: DataRange, limits: Limits, timeZone: string): Span[] {
  return limits.grain === 'hour'
    ? spansOfHours(range, limits.maxHours ?? Infinity, timeZone)
    : spansOfDays(range, limits.maxDays ?? Infinity, timeZone)
}

/** `2024-01-01 to 2024-01-31`, or instants in the account's zone, of which the second is out. */
export function spanWords({ from, to, until }: Span, { grain }: Limits, timeZone: string): string {
  if (grain === 'hour') return `${formatInstant(from, timeZone)} to ${formatInstant(until, timeZone)}`
  return `${dayOf(from, timeZone)} to ${dayOf(to, timeZone)}`
}

function spansOfDays(range: DataRange, most: number, timeZone: string): Span[] {
  const { fromOn, toOn } = daysOf(range)
  const isWhole =
    startOfDay(fromOn, range.timeZone).getTime() === range.from.getTime() &&
    startOfDay(toOn, range.timeZone).getTime() === range.to.getTime()
  if (!isWhole) throw unsupported('The service counts days: use a schedule of days, weeks or months.')
  const spans: Span[] = []
  for (let firstOn = fromOn; firstOn < toOn;) {
    const next = addDays(firstOn, Math.min(dayNumber(toOn) - dayNumber(firstOn), most))
    const [from, to, until] = [firstOn, addDays(next, -1), next].map((day) => startOfDay(day, timeZone))
    spans.push({ from, to, until } as Span)
    firstOn = next
  }
  return spans
}

function spansOfHours(range: DataRange, most: number, timeZone: string): Span[] {
  const [start, end] = [range.from.getTime(), range.to.getTime()]
  if (![start, end].every((instantMs) => localMsAt(instantMs, timeZone) % HOUR_MS === 0))
    throw unsupported(`The service counts hours, in ${timeZone}: use a schedule of hours, days, weeks or months.`)
  const spans: Span[] = []
  for (let from = start; from < end;) {
    const until = Math.min(from + most * HOUR_MS, end)
    spans.push({ from: new Date(from), to: new Date(until - HOUR_MS), until: new Date(until) })
    from = until
  }
  return spans
}

function unsupported(hint: string): DataHubError {
  return new DataHubError('source.range_unsupported', 'ask for the reports', { hint })
}
