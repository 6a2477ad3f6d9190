import type { CoverageView } from '@datahub/core/api/coverage-shapes'
import type { SchedulePreview, TaskSchedule } from '@datahub/core/api/task-shapes'
import { DataHubError } from '@datahub/core/error/data-hub-error'
import { formatInstant, rangeOfDays, startOfDay, type DataRange } from '@datahub/core/execution/data-range'
import { cutRange } from '@datahub/core/task/chunks'
import { classify, expectedPeriods, gapsIn, type Covered } from '@datahub/core/task/coverage'
import { scheduleWords, type Schedule } from '@datahub/core/task/schedule'
import { previousSlot } from '@datahub/core/task/slots'
import { databaseNow, type Connection, type Database } from '../db/database.ts'
import { EVERYWHERE, type Scope } from '../db/scope.ts'
import type { FindTask } from '../tasks/task-service.ts'
import { fireTimes, previewSchedule } from '../tasks/fire-times.ts'
import { findTask, type TaskRecord } from '../tasks/task-store.ts'
import { countStates, coveredView } from './covered-view.ts'
import { listCovering, listUnchecked, setGaps } from './coverage-store.ts'

/** More than a year of hours; who wants to see more asks for a part. */
const MOST_RANGES = 10_000
const CHECK_EVERY_MS = 10 * 60_000
const CHECKED_AT_ONCE = 200

/** What should have been delivered against what was: the past of a task, and its next fire times. */
export class CoverageService {
  readonly #db: Database
  readonly #findTask: FindTask

  constructor(db: Database, find: FindTask) {
    this.#db = db
    this.#findTask = find
  }

  /** `from` and `to`: days, the last one included; absent: from the task's start until now. */
  async coverage(
    scope: Scope,
    reference: string,
    days: { from?: string | undefined; to?: string | undefined } = {},
  ): Promise<CoverageView> {
    const task = await this.#findTask(scope, reference)
    const all = expectedRanges(task, await databaseNow(this.#db), days)
    const ranges = all.slice(-MOST_RANGES)
    const covered = await cover(this.#db, task.id, ranges)
    return {
      taskId: task.id,
      task: task.name,
      timeZone: task.time_zone,
      every: task.schedule?.every ?? task.one_time?.chunk ?? 'whole',
      counts: countStates(covered),
      gaps: gapsIn(covered).map(({ from, to, timeZone }) => ({
        from: formatInstant(from, timeZone),
        to: formatInstant(to, timeZone),
        timeZone,
      })),
      ranges: covered.map(coveredView),
      isCut: ranges.length < all.length,
    }
  }

  /** The next fire times of a recurring task, from where it stands. */
  async schedule(scope: Scope, reference: string, count: number): Promise<TaskSchedule> {
    const task = await this.#findTask(scope, reference)
    const { schedule, time_zone: timeZone } = task
    if (!schedule)
      throw new DataHubError('request.conflict', `tell when the task "${task.name}" fires`, {
        hint: 'It is a one-time push: it has no schedule.',
      })
    const now = await databaseNow(this.#db)
    return {
      id: task.id,
      task: task.name,
      words: scheduleWords(schedule),
      timeZone,
      fireTimes: fireTimes(schedule, task.id, now, count),
    }
  }

  /** The same of a schedule that is not saved, for a task or for none. */
  async previewSchedule(
    scope: Scope,
    schedule: Schedule,
    reference: string | undefined,
    count: number,
  ): Promise<SchedulePreview> {
    const task = reference === undefined ? undefined : await this.#findTask(scope, reference)
    return previewSchedule(schedule, task?.id, await databaseNow(this.#db), count)
  }

  /** Counts the gaps of tasks that nobody has asked about for a while. Answers those that have some. */
  async findGaps(): Promise<{ taskId: number; gaps: number }[]> {
    const found: { taskId: number; gaps: number }[] = []
    const now = await databaseNow(this.#db)
    for (const taskId of await listUnchecked(this.#db, CHECK_EVERY_MS, CHECKED_AT_ONCE)) {
      const task = await findTask(this.#db, EVERYWHERE, { id: taskId })
      if (!task) continue
      const covered = await cover(this.#db, taskId, expectedRanges(task, now, {}).slice(-MOST_RANGES))
      const { failed, missing } = countStates(covered)
      await setGaps(this.#db, taskId, failed + missing, now)
      if (failed + missing > 0) found.push({ taskId, gaps: failed + missing })
    }
    return found
  }
}

/** Oldest first. */
function expectedRanges(
  task: TaskRecord,
  now: Date,
  days: { from?: string | undefined; to?: string | undefined },
): DataRange[] {
  const fromAt = days.from === undefined ? undefined : startOfDay(days.from, task.time_zone)
  const toAt = days.to === undefined ? undefined : rangeOfDays(days.to, days.to, task.time_zone).to
  const { schedule, one_time: push } = task
  const createdAt = task.created_at
  const ranges = schedule
    ? expectedPeriods(schedule, { id: task.id, createdAt }, now, fromAt ?? oldestWorthwhile(schedule, now))
    : push
      ? cutRange(rangeOfDays(push.from, push.to, push.timeZone), push.chunk ?? 'whole')
      : []
  const wanted: DataRange[] = []
  for (const range of ranges) {
    if (toAt && range.from >= toAt) break
    if (!fromAt || range.to > fromAt) wanted.push(range)
  }
  return wanted
}

/** Where a schedule of short periods has more of them than anybody looks at, the older ones are not even computed. */
function oldestWorthwhile(schedule: Schedule, now: Date): Date {
  const last = previousSlot(schedule, now)
  const before = last && previousSlot(schedule, last)
  const stepMs = last && before ? last.getTime() - before.getTime() : 86_400_000
  return new Date(now.getTime() - stepMs * (MOST_RANGES + 1))
}

async function cover(db: Connection, taskId: number, ranges: readonly DataRange[]): Promise<Covered[]> {
  const [first, last] = [ranges[0], ranges.at(-1)]
  if (!first || !last) return []
  return classify(ranges, await listCovering(db, taskId, first.from, last.to))
}
