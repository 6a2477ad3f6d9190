import type { Schedule } from './schedule.ts'
import { fireDelayMs, nextSlot, previousSlot } from './slots.ts'

/** What becomes of a task whose time has come. */
export interface DueDecision {
  /** The slot to deliver; undefined: none, they were missed and the schedule leaves them out. */
  readonly run: Date | undefined
  /** Whether that slot was missed when it was due: it is caught up with, whatever else is under way. */
  readonly isLate: boolean
  /** The slot that comes next; undefined: there is none any more. */
  readonly next: Date | undefined
}

/** Busy dispatchers are behind by minutes; only what is later than this was missed. */
const LATE_MS = 15 * 60_000

/**
 * Which slot a due task delivers, and which one is next: from the slot that it stands at, never from the clock alone, so
 * whatever the clock does, no slot comes twice. `owedUntil`: slots up to then are delivered whatever the schedule says.
 */
export function decideDue(
  schedule: Schedule,
  taskId: number,
  slot: Date,
  now: Date,
  owedUntil: Date | null = null,
): DueDecision {
  const delayMs = fireDelayMs(schedule, taskId)
  const isLate = (one: Date) => now.getTime() - one.getTime() - delayMs > LATE_MS
  const isOwed = owedUntil !== null && slot <= owedUntil
  const windowMs = (schedule.catchUpDays ?? Infinity) * 86_400_000
  const isTooOld = (one: Date) => now.getTime() - one.getTime() - delayMs > windowMs

  if (isOwed || ((schedule.catchUp ?? 'all') === 'all' && !isTooOld(slot)))
    return { run: slot, isLate: isLate(slot), next: nextSlot(schedule, slot) }
  if ((schedule.catchUp ?? 'all') === 'all')
    return { run: undefined, isLate: true, next: nextSlot(schedule, new Date(now.getTime() - windowMs - delayMs - 1)) }

  const last = latest(slot, previousSlot(schedule, new Date(now.getTime() - delayMs + 1)))
  const isLeftOut = schedule.catchUp === 'none' ? isLate(last) : isTooOld(last)
  return { run: isLeftOut ? undefined : last, isLate: isLate(last), next: nextSlot(schedule, last) }
}

function latest(slot: Date, other: Date | undefined): Date {
  return other && other > slot ? other : slot
}
