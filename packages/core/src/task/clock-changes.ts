import { changeBetween, instantMsOf, offsetMsAt } from '../execution/zone.ts'
import { parseCron, timesFrom } from './cron.ts'
import type { Schedule } from './schedule.ts'
import { isSlotDay } from './slots.ts'

const DAY_MS = 86_400_000

/** A time of a schedule that a change of the clock leaves out or shows twice. */
export interface ClockChange {
  /** As the schedule names it: `2026-03-08T02:30`. */
  readonly localTime: string
  readonly kind: 'skipped' | 'twice'
  /** The slot it has instead: the first instant behind the gap, or the first of the two. */
  readonly slotAt: Date
}

/**
 * The named times that changes of the clock touch, in so many days from an instant on. Schedules of hours and minutes
 * name none: what comes twice are two periods, and what is left out is none.
 */
export function clockChangesIn(schedule: Schedule, from: Date, days: number): ClockChange[] {
  const { timeZone } = schedule
  if (timeZone === 'UTC') return []
  const found: ClockChange[] = []
  for (let dayMs = from.getTime(); dayMs < from.getTime() + days * DAY_MS; dayMs += DAY_MS) {
    const [before, after] = [offsetMsAt(dayMs, timeZone), offsetMsAt(dayMs + DAY_MS, timeZone)]
    if (before === after) continue
    const changeMs = changeBetween(dayMs, dayMs + DAY_MS, timeZone)
    const [first, end] = [changeMs + Math.min(before, after), changeMs + Math.max(before, after)]
    for (const localMs of namedTimes(schedule, first, end)) {
      found.push({
        localTime: new Date(localMs).toISOString().slice(0, 16),
        kind: after > before ? 'skipped' : 'twice',
        slotAt: new Date(instantMsOf(localMs, timeZone)),
      })
    }
  }
  return found
}

/** The local times that the schedule names, from one local time up to another. */
function namedTimes(schedule: Schedule, first: number, end: number): number[] {
  const times: number[] = []
  if (schedule.every === 'cron') {
    for (const time of timesFrom(parseCron(schedule.cron), first)) {
      if (time >= end) break
      times.push(time)
    }
  } else if (schedule.every !== 'hour' && schedule.every !== 'minutes') {
    const [hour = 0, minute = 0] = schedule.at.split(':').map(Number)
    for (let day = Math.floor(first / DAY_MS); day * DAY_MS < end; day += 1) {
      const time = day * DAY_MS + (hour * 60 + minute) * 60_000
      if (time >= first && time < end && isSlotDay(schedule, day)) times.push(time)
    }
  }
  return times
}
