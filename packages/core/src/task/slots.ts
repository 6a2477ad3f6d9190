import { addDays, firstOfMonth, weekdayOf } from '../execution/calendar.ts'
import { dayOf, startOfDay, type DataRange } from '../execution/data-range.ts'
import { changeBetween, instantMsOf, localMsAt, offsetMsAt } from '../execution/zone.ts'
import { firesOnceADay, parseCron, timesBack, timesFrom, type Cron } from './cron.ts'
import { WEEKDAYS, type Schedule } from './schedule.ts'

/**
 * A slot is a fire time as the schedule names it; settle delay and jitter come on top. Everything else follows from it.
 *
 * One rule for clock changes: a local time that a change skips is the first valid instant behind the gap, one that comes
 * twice is the first of the two. Hours and minutes are steps of the local clock: those that come twice are two periods,
 * and those that are skipped are none. Periods of one schedule touch each other and never overlap.
 */

const DAY_MS = 86_400_000
const MINUTE_MS = 60_000

export type DaySchedule = Extract<Schedule, { at: string }>
type StepSchedule = Extract<Schedule, { every: 'hour' | 'minutes' }>

/** The first slot after an instant; undefined behind the schedule's last day. */
export function nextSlot(schedule: Schedule, after: Date): Date | undefined {
  const startMs = schedule.startOn === undefined ? -Infinity : startOfDay(schedule.startOn, schedule.timeZone).getTime()
  let slotMs = nextSlotMs(schedule, Math.max(after.getTime(), startMs))
  while (slotMs !== undefined && periodMs(schedule, slotMs).fromMs < startMs) slotMs = nextSlotMs(schedule, slotMs)
  return slotMs === undefined || isBehindEnd(schedule, slotMs) ? undefined : new Date(slotMs)
}

/** The last slot before an instant; undefined where that is before the schedule's first day. */
export function previousSlot(schedule: Schedule, before: Date): Date | undefined {
  const { startOn, endOn, timeZone } = schedule
  // Behind the end there is nothing but one more period, the longest of which is a month
  const endMs = endOn === undefined ? Infinity : startOfDay(addDays(endOn, 63), timeZone).getTime()
  let slotMs = previousSlotMs(schedule, Math.min(before.getTime(), endMs))
  while (slotMs !== undefined && isBehindEnd(schedule, slotMs)) slotMs = previousSlotMs(schedule, slotMs)
  if (slotMs === undefined) return undefined
  if (startOn === undefined) return new Date(slotMs)
  return periodMs(schedule, slotMs).fromMs < startOfDay(startOn, timeZone).getTime() ? undefined : new Date(slotMs)
}

/** The period that a slot completes, such as the day before: its own part of the data, which no other slot has. */
export function periodOf(schedule: Schedule, slot: Date): DataRange {
  const { fromMs, toMs } = periodMs(schedule, slot.getTime())
  return { from: new Date(fromMs), to: new Date(toMs), timeZone: schedule.timeZone }
}

/** The data range of a slot, from the slot alone: its period, or more of the past where the schedule says so. */
export function dataRangeOf(schedule: Schedule, slot: Date): DataRange {
  const { from, to, timeZone } = periodOf(schedule, slot)
  const lastOn = dayOf(new Date(to.getTime() - 1), timeZone)
  const lastDays = (days: number) => startOfDay(addDays(lastOn, 1 - days), timeZone)
  const starts = [schedule.data?.range === 'last-days' ? lastDays(schedule.data.days) : from]
  if (schedule.data?.range === 'month-to-date') starts.push(startOfDay(`${lastOn.slice(0, 7)}-01`, timeZone))
  if (schedule.refreshDays !== undefined) starts.push(lastDays(schedule.refreshDays))
  return { from: new Date(Math.min(...starts.map((start) => start.getTime()))), to, timeZone }
}

/** The newest data range that is complete at an instant, whether its slot has come or not. */
export function latestDataRange(schedule: Schedule, now: Date): DataRange | undefined {
  const next = nextSlot(schedule, now)
  if (next && periodOf(schedule, next).to <= now) return dataRangeOf(schedule, next)
  const last = previousSlot(schedule, new Date(now.getTime() + 1))
  return last && dataRangeOf(schedule, last)
}

/** The first slot whose period ends after an instant: where a changed schedule goes on, so that no data falls in between. */
export function slotCovering(schedule: Schedule, from: Date): Date | undefined {
  let slot = nextSlot(schedule, from)
  while (slot && periodOf(schedule, slot).to <= from) slot = nextSlot(schedule, slot)
  return slot
}

/** How long after its slots a task fires. The same task always gets the same: between 0 and the jitter, by its id. */
export function fireDelayMs(schedule: Schedule, taskId: number): number {
  const jitterSeconds = (schedule.jitterMinutes ?? 0) * 60
  const spread = Math.imul(taskId, 2654435761) >>> 0
  return (schedule.settleDelayMinutes ?? 0) * MINUTE_MS + Math.floor((spread / 2 ** 32) * jitterSeconds) * 1000
}

/** When a slot of the task fires. */
export function fireAtOf(schedule: Schedule, taskId: number, slot: Date): Date {
  return new Date(slot.getTime() + fireDelayMs(schedule, taskId))
}

function isBehindEnd(schedule: Schedule, slotMs: number): boolean {
  const { endOn, timeZone } = schedule
  return endOn !== undefined && periodMs(schedule, slotMs).toMs > startOfDay(addDays(endOn, 1), timeZone).getTime()
}

function nextSlotMs(schedule: Schedule, afterMs: number): number | undefined {
  if (isStep(schedule)) {
    const lagMs = lagOf(schedule)
    return stepAfter(afterMs - lagMs, stepOf(schedule), schedule.timeZone) + lagMs
  }
  const { timeZone } = schedule
  if (schedule.every === 'cron') {
    const localMs = Math.floor(localMsAt(afterMs, timeZone) / MINUTE_MS) * MINUTE_MS
    for (const time of timesFrom(cronOf(schedule.cron), localMs)) {
      const slotMs = instantMsOf(time, timeZone)
      if (slotMs > afterMs) return slotMs
    }
    return undefined
  }
  for (let day = Math.floor(localMsAt(afterMs, timeZone) / DAY_MS); ; day += 1) {
    if (!isSlotDay(schedule, day)) continue
    const slotMs = slotOn(schedule, day)
    if (slotMs > afterMs) return slotMs
  }
}

function previousSlotMs(schedule: Schedule, beforeMs: number): number | undefined {
  if (isStep(schedule)) {
    const lagMs = lagOf(schedule)
    return stepUpTo(beforeMs - lagMs - 1, stepOf(schedule), schedule.timeZone) + lagMs
  }
  const { timeZone } = schedule
  // The clock may have been ahead of where it is now: begin a day later
  const localMs = localMsAt(beforeMs, timeZone) + DAY_MS
  if (schedule.every === 'cron') {
    for (const time of timesBack(cronOf(schedule.cron), localMs)) {
      const slotMs = instantMsOf(time, timeZone)
      if (slotMs < beforeMs) return slotMs
    }
    return undefined
  }
  for (let day = Math.floor(localMs / DAY_MS); ; day -= 1) {
    if (!isSlotDay(schedule, day)) continue
    const slotMs = slotOn(schedule, day)
    if (slotMs < beforeMs) return slotMs
  }
}

function periodMs(schedule: Schedule, slotMs: number): { fromMs: number; toMs: number } {
  const { timeZone } = schedule
  if (isStep(schedule)) {
    const toMs = stepUpTo(slotMs - lagOf(schedule), stepOf(schedule), timeZone)
    return { fromMs: stepUpTo(toMs - 1, stepOf(schedule), timeZone), toMs }
  }
  const startOf = (day: number) => instantMsOf(day * DAY_MS, timeZone)
  const dayAt = (instantMs: number) => Math.floor(localMsAt(instantMs, timeZone) / DAY_MS)
  if (schedule.every === 'cron') {
    const previousMs = previousSlotMs(schedule, slotMs) ?? slotMs - DAY_MS
    if (!firesOnceADay(cronOf(schedule.cron))) return { fromMs: previousMs, toMs: slotMs }
    return { fromMs: startOf(dayAt(previousMs)), toMs: startOf(dayAt(slotMs)) }
  }
  const day = slotDayOf(schedule, slotMs, dayAt(slotMs))
  if (schedule.every === 'week') return { fromMs: startOf(day - 7), toMs: startOf(day) }
  if (schedule.every === 'month') return { fromMs: startOf(firstOfMonth(day, -1)), toMs: startOf(firstOfMonth(day)) }
  return { fromMs: startOf(isDayOfZone(day - 1, timeZone) ? day - 1 : day - 2), toMs: startOf(day) }
}

/** A gap at the end of a day moves its slot into the next one; the slot still belongs to its day. */
function slotDayOf(schedule: DaySchedule, slotMs: number, day: number): number {
  return slotOn(schedule, day) !== slotMs && slotOn(schedule, day - 1) === slotMs ? day - 1 : day
}

function slotOn({ at, timeZone }: DaySchedule, day: number): number {
  const [hour = 0, minute = 0] = at.split(':').map(Number)
  return instantMsOf(day * DAY_MS + (hour * 60 + minute) * MINUTE_MS, timeZone)
}

/** Whether the schedule names a time of that local day. */
export function isSlotDay(schedule: DaySchedule, day: number): boolean {
  if (schedule.every === 'week') return weekdayOf(day) === WEEKDAYS.indexOf(schedule.on)
  if (schedule.every === 'month') {
    const lastDay = firstOfMonth(day, 1) - firstOfMonth(day)
    return day - firstOfMonth(day) + 1 === Math.min(schedule.day, lastDay)
  }
  return isDayOfZone(day, schedule.timeZone)
}

/** Some zones have crossed the date line and left a day out. */
function isDayOfZone(day: number, timeZone: string): boolean {
  return instantMsOf(day * DAY_MS, timeZone) < instantMsOf((day + 1) * DAY_MS, timeZone)
}

function isStep(schedule: Schedule): schedule is StepSchedule {
  return schedule.every === 'hour' || schedule.every === 'minutes'
}

function stepOf(schedule: StepSchedule): number {
  return (schedule.every === 'hour' ? 60 : schedule.minutes) * MINUTE_MS
}

function lagOf(schedule: StepSchedule): number {
  return schedule.every === 'hour' ? schedule.minute * MINUTE_MS : 0
}

/** The last instant up to this one at which the zone's clock shows a multiple of the step. */
function stepUpTo(instantMs: number, stepMs: number, timeZone: string): number {
  const offsetMs = offsetMsAt(instantMs, timeZone)
  const step = Math.floor((instantMs + offsetMs) / stepMs) * stepMs - offsetMs
  if (offsetMsAt(step, timeZone) === offsetMs) return step
  return stepUpTo(changeBetween(step, instantMs, timeZone) - 1, stepMs, timeZone)
}

/** The first instant after this one at which the zone's clock shows a multiple of the step. */
function stepAfter(instantMs: number, stepMs: number, timeZone: string): number {
  const offsetMs = offsetMsAt(instantMs, timeZone)
  const step = (Math.floor((instantMs + offsetMs) / stepMs) + 1) * stepMs - offsetMs
  if (offsetMsAt(step, timeZone) === offsetMs) return step
  const changeMs = changeBetween(instantMs, step, timeZone)
  return localMsAt(changeMs, timeZone) % stepMs === 0 ? changeMs : stepAfter(changeMs, stepMs, timeZone)
}

const crons = new Map<string, Cron>()

/** Parsed once: a dispatcher meets the same expression again and again. */
function cronOf(text: string): Cron {
  const known = crons.get(text)
  if (known) return known
  if (crons.size > 10_000) crons.clear()
  const cron = parseCron(text)
  crons.set(text, cron)
  return cron
}
