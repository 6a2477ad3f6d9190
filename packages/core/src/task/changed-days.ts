import { addDays } from '../execution/calendar.ts'
import { startOfDay, type DataRange } from '../execution/data-range.ts'
import type { Changes } from '../source/changes.ts'
import { coveredBy } from './coverage.ts'

/** Longer ones are delivered in parts. */
const MOST_DAYS = 31

type Interval = Pick<DataRange, 'from' | 'to'>

export interface ChangeContext {
  readonly timeZone: string
  readonly settleMs: number
  /** What the task has delivered, each with the instant that it shows, by the source's clock. */
  readonly delivered: readonly (Interval & { readonly snapshotAt: Date })[]
  /** Deliveries that are under way, or failed a little while ago. */
  readonly underWay: readonly Interval[]
  readonly now: Date
}

export interface ChangeDecision {
  /** Ranges to deliver again, oldest first; they touch nobody else's. */
  readonly again: readonly DataRange[]
  /** From when on changes are to be looked at the next time: nothing before it is still to be delivered. */
  readonly since: Date
}

/**
 * Which days that a source says have changed are delivered again. A delivery has a change for sure only when its snapshot
 * is younger than the change by `settleMs`: the change may have been committed late. So a change that is close to a
 * delivery may be delivered once too often, and none is lost. Days that were never delivered are not our business.
 */
export function decideChanges(changes: Changes, context: ChangeContext): ChangeDecision {
  const { timeZone, delivered, underWay, settleMs, now } = context
  const isDelivered = coveredBy(delivered)
  let sinceMs = changes.until.getTime()
  const again: DataRange[] = []
  const days = changes.days.toSorted((a, b) => (a.on < b.on ? -1 : 1))
  for (const { on, changedAt } of days) {
    const range = { from: startOfDay(on, timeZone), to: startOfDay(addDays(on, 1), timeZone), timeZone }
    const touches = (one: Interval) => one.from < range.to && one.to > range.from
    const isUnderWay = underWay.some(touches)
    // Its first delivery is to come, and will show all of it
    if (!isUnderWay && !delivered.some(touches)) continue
    const settledAt = changedAt.getTime() + settleMs
    if (coveredBy(delivered.filter(({ snapshotAt }) => snapshotAt.getTime() >= settledAt))(range)) continue
    // Instants are cut to milliseconds: one before it is surely before the change
    sinceMs = Math.min(sinceMs, changedAt.getTime() - 1)
    // One that is not over, or has gaps, waits until it is whole
    if (!isUnderWay && isDelivered(range) && range.to <= now) add(again, range)
  }
  return { again, since: new Date(sinceMs) }
}

/** Neighbouring days become one range. */
function add(ranges: DataRange[], day: DataRange): void {
  const last = ranges.at(-1)
  const days = last ? Math.round((day.to.getTime() - last.from.getTime()) / 86_400_000) : 0
  if (last && last.to.getTime() === day.from.getTime() && days <= MOST_DAYS)
    ranges[ranges.length - 1] = { ...last, to: day.to }
  else ranges.push(day)
}
