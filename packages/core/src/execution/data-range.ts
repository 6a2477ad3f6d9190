import { addDays, dayNumber, dayText } from './calendar.ts'
import { instantMsOf, localMsAt, offsetMsAt } from './zone.ts'

const DAY_MS = 86_400_000

/** What an execution delivers: half-open, cut in the task's zone. */
export interface DataRange {
  /** The first instant that is in. */
  readonly from: Date
  /** The first instant that is out. */
  readonly to: Date
  /** IANA name of the zone in which the range was cut, and in which its days are read. */
  readonly timeZone: string
}

/** Whole days, both included as people say it: `2024-01-01` to `2024-06-30` are 182 days. */
export function rangeOfDays(firstOn: string, lastOn: string, timeZone: string): DataRange {
  return {
    from: startOfDay(firstOn, timeZone),
    to: startOfDay(addDays(lastOn, 1), timeZone),
    timeZone,
  }
}

/** The first instant of a local day (`YYYY-MM-DD`), which is not midnight where a clock change skips it. */
export function startOfDay(day: string, timeZone: string): Date {
  return new Date(instantMsOf(dayNumber(day) * DAY_MS, timeZone))
}

/** The local day (`YYYY-MM-DD`) in which an instant falls. */
export function dayOf(instant: Date, timeZone: string): string {
  return dayText(Math.floor(localMsAt(instant.getTime(), timeZone) / DAY_MS))
}

/** The range as local days, the last one excluded: what a DATE column is compared with. */
export function daysOf(range: DataRange): { fromOn: string; toOn: string } {
  const lastOn = dayOf(new Date(range.to.getTime() - 1), range.timeZone)
  return { fromOn: dayOf(range.from, range.timeZone), toOn: addDays(lastOn, 1) }
}

/** How many local days the range touches. */
export function countDays(range: DataRange): number {
  const { fromOn, toOn } = daysOf(range)
  return dayNumber(toOn) - dayNumber(fromOn)
}

/** ISO 8601 with the zone's offset at that instant, such as `2024-01-01T00:00:00-08:00`; milliseconds only where there are any. */
export function formatInstant(instant: Date, timeZone: string): string {
  const offsetMs = offsetMsAt(instant.getTime(), timeZone)
  const local = new Date(instant.getTime() + offsetMs).toISOString().replace(/(\.000)?Z$/, '')
  const minutes = Math.round(offsetMs / 60_000)
  if (minutes === 0) return `${local}Z`
  const pad = (value: number) => String(value).padStart(2, '0')
  const [hours, rest] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60]
  return `${local}${minutes < 0 ? '-' : '+'}${pad(hours)}:${pad(rest)}`
}

/** Names that the runtime knows: asking it costs tens of microseconds, and a list of tasks asks for each of its rows. */
const known = new Set<string>()
/** More than there are, whichever way they are written. */
const MOST_KNOWN = 2_000

/** Whether the runtime knows the zone; only names, no offsets such as `+08:00`. */
export function isTimeZone(name: string): boolean {
  if (known.has(name)) return true
  if (!/^[A-Za-z]/.test(name)) return false
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    if (known.size < MOST_KNOWN) known.add(name)
    return true
  } catch {
    return false
  }
}

/** Whether the text is a day that exists, `YYYY-MM-DD`. */
export function isDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false
  const instant = new Date(`${text}T00:00:00Z`)
  return !Number.isNaN(instant.getTime()) && instant.toISOString().startsWith(text)
}
