import { type CalendarDate, CalendarDateTime, fromAbsolute, toCalendarDate, toZoned } from '@internationalized/date'
import { z } from 'zod'
import { isTimeZone, type DataRange } from '../execution/data-range.ts'

export const TimeZone = z
  .string()
  .refine(isTimeZone, { error: 'is not a time zone; use an IANA name such as America/Los_Angeles or UTC' })

const At = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time of day such as "03:00" (in quotes)')

/** When a recurring task fires, and so which data it delivers: the whole local day, or hour, before the one it fires in. */
export const Schedule = z.discriminatedUnion('every', [
  z.strictObject({ every: z.literal('day'), at: At, timeZone: TimeZone }),
  z.strictObject({ every: z.literal('hour'), minute: z.number().int().min(0).max(59).default(0), timeZone: TimeZone }),
])

export type Schedule = z.output<typeof Schedule>

const HOUR_MS = 3_600_000

/**
 * The first instant after `after` at which the schedule fires. A local time that a clock change skips fires at the first
 * valid instant behind the gap; one that comes twice fires at the first of the two. Each local day fires exactly once.
 */
export function nextFireAt(schedule: Schedule, after: Date): Date {
  if (schedule.every === 'hour') {
    const minuteMs = schedule.minute * 60_000
    return new Date(Math.floor((after.getTime() - minuteMs) / HOUR_MS + 1) * HOUR_MS + minuteMs)
  }
  let day = toCalendarDate(fromAbsolute(after.getTime(), schedule.timeZone))
  for (;;) {
    const fireAt = instantOf(day, schedule.at, schedule.timeZone)
    if (fireAt > after) return fireAt
    day = day.add({ days: 1 })
  }
}

/** The data range that belongs to a slot: derived from the slot alone, so live runs and backfill share their bounds. */
export function dataRangeOf(schedule: Schedule, slot: Date): DataRange {
  const { timeZone } = schedule
  if (schedule.every === 'hour') {
    const to = new Date(Math.floor(slot.getTime() / HOUR_MS) * HOUR_MS)
    return { from: new Date(to.getTime() - HOUR_MS), to, timeZone }
  }
  const day = toCalendarDate(fromAbsolute(slot.getTime(), timeZone))
  return { from: toZoned(day.subtract({ days: 1 }), timeZone).toDate(), to: toZoned(day, timeZone).toDate(), timeZone }
}

/** `Every day at 03:00 America/Los_Angeles` */
export function scheduleWords(schedule: Schedule): string {
  return schedule.every === 'hour'
    ? `Every hour at minute ${schedule.minute} ${schedule.timeZone}`
    : `Every day at ${schedule.at} ${schedule.timeZone}`
}

function instantOf(day: CalendarDate, at: string, timeZone: string): Date {
  const [hour = 0, minute = 0] = at.split(':').map(Number)
  const local = new CalendarDateTime(day.year, day.month, day.day, hour, minute)
  const zoned = toZoned(local, timeZone)
  if (zoned.hour === hour && zoned.minute === minute) return zoned.toDate()
  return endOfGap(toZoned(local, timeZone, 'earlier').toDate(), zoned.toDate(), timeZone)
}

/** The first instant with the new offset, between two instants that a clock change lies between. */
function endOfGap(before: Date, behind: Date, timeZone: string): Date {
  const offsetAt = (ms: number) => fromAbsolute(ms, timeZone).offset
  let [low, high] = [before.getTime(), behind.getTime()]
  const newOffset = offsetAt(high)
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2)
    if (offsetAt(middle) === newOffset) high = middle
    else low = middle
  }
  return new Date(high)
}
