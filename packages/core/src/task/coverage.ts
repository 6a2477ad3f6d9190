import type { DataRange } from '../execution/data-range.ts'
import { isFailed, STATUS, type Status } from '../execution/status.ts'
import type { Schedule } from './schedule.ts'
import { fireAtOf, nextSlot, periodOf, slotCovering } from './slots.ts'
import { startOfDay } from '../execution/data-range.ts'

export const COVERAGE_STATES = ['delivered', 'running', 'failed', 'missing'] as const

/** What has become of a range of data that should be delivered. */
export type CoverageState = (typeof COVERAGE_STATES)[number]

/** What coverage needs to know of an execution. */
export interface CoveringExecution {
  readonly id: number
  readonly from: Date
  readonly to: Date
  readonly status: Status
}

export interface Covered {
  readonly range: DataRange
  readonly state: CoverageState
  /** The newest execution that made it so; null where there is none. */
  readonly executionId: number | null
  /** Its status, where it says what has become of the range; null where the range is missing. */
  readonly status: Status | null
}

/**
 * The periods that a recurring task should have delivered by now, oldest first: from its first day, or from its creation
 * where the schedule names none. Those that end before `since` are left out.
 */
export function* expectedPeriods(
  schedule: Schedule,
  task: { id: number; createdAt: Date },
  now: Date,
  since?: Date,
): Generator<DataRange> {
  const bornAt = schedule.startOn === undefined ? task.createdAt : startOfDay(schedule.startOn, schedule.timeZone)
  let slot = schedule.startOn === undefined ? nextSlot(schedule, bornAt) : slotCovering(schedule, bornAt)
  if (since && slot && periodOf(schedule, slot).to <= since) slot = slotCovering(schedule, since)
  for (; slot && fireAtOf(schedule, task.id, slot) <= now; slot = nextSlot(schedule, slot))
    yield periodOf(schedule, slot)
}

/**
 * What has become of each range. Delivered is what delivered executions cover wholly, however they were cut; else what is
 * under way counts as running, then a failure, and what nothing of this touches is missing. Ranges come oldest first.
 */
export function classify(ranges: readonly DataRange[], executions: readonly CoveringExecution[]): Covered[] {
  const delivered = executions.filter(({ status }) => status === STATUS.fileSendSuccess)
  const open = executions.filter(({ status }) => status !== STATUS.fileSendSuccess && !isFailed(status))
  const failed = executions.filter(({ status }) => isFailed(status))
  const statuses = new Map(executions.map(({ id, status }) => [id, status]))
  const [isDelivered, isUnderWay] = [coveredBy(delivered), coveredBy([...delivered, ...open])]
  const [deliveredBy, openFor, failedFor] = [newest(ranges, delivered), newest(ranges, open), newest(ranges, failed)]
  return ranges.map((range, index) => {
    const found = (state: CoverageState, executionId = 0): Covered => ({
      range,
      state,
      executionId: executionId || null,
      status: state === 'missing' ? null : (statuses.get(executionId) ?? null),
    })
    if (isDelivered(range)) return found('delivered', deliveredBy[index])
    if (openFor[index] && isUnderWay(range)) return found('running', openFor[index])
    return failedFor[index] ? found('failed', failedFor[index]) : found('missing', openFor[index])
  })
}

/** Neighbouring ranges that are not delivered and not under way, as one range each. */
export function gapsIn(covered: readonly Covered[]): DataRange[] {
  const gaps: { from: Date; to: Date; timeZone: string }[] = []
  for (const { range, state } of covered) {
    if (state === 'delivered' || state === 'running') continue
    const last = gaps.at(-1)
    if (last && last.to.getTime() === range.from.getTime()) last.to = range.to
    else gaps.push({ ...range })
  }
  return gaps
}

type Interval = Pick<DataRange, 'from' | 'to'>

/** Answers whether a range lies wholly in the union of others. */
export function coveredBy(intervals: readonly Interval[]): (range: Interval) => boolean {
  const union: { fromMs: number; toMs: number }[] = []
  for (const { from, to } of intervals.toSorted((a, b) => a.from.getTime() - b.from.getTime())) {
    const last = union.at(-1)
    if (last && from.getTime() <= last.toMs) last.toMs = Math.max(last.toMs, to.getTime())
    else union.push({ fromMs: from.getTime(), toMs: to.getTime() })
  }
  return ({ from, to }) => {
    const after = firstIndex(union, (one) => one.fromMs > from.getTime())
    return (union[after - 1]?.toMs ?? -Infinity) >= to.getTime()
  }
}

/** For each range the highest id of the executions that touch it; 0 where none does. */
function newest(ranges: readonly DataRange[], executions: readonly CoveringExecution[]): number[] {
  const ids = ranges.map(() => 0)
  for (const { id, from, to } of executions) {
    for (let index = firstIndex(ranges, (range) => range.to > from); index < ranges.length; index += 1) {
      const range = ranges[index]
      if (!range || range.from >= to) break
      ids[index] = Math.max(ids[index] ?? 0, id)
    }
  }
  return ids
}

/** The index of the first item that passes, in a list whose passing items are all at its end. */
function firstIndex<Item>(items: readonly Item[], passes: (item: Item) => boolean): number {
  let [low, high] = [0, items.length]
  while (low < high) {
    const middle = (low + high) >> 1
    const item = items[middle]
    if (item !== undefined && passes(item)) high = middle
    else low = middle + 1
  }
  return low
}
