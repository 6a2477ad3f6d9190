import type { HomeView } from '@datahub/core/api/live-shapes'
import { codes } from '@datahub/core/error/codes'
import { addDays } from '@datahub/core/execution/calendar'
import { dayOf, startOfDay } from '@datahub/core/execution/data-range'
import { databaseNow, type Database } from '../db/database.ts'
import type { Scope } from '../db/scope.ts'
import {
  findNextFire,
  listFailing,
  listGridTasks,
  listRangesSince,
  readCounts,
  type FailingTask,
  type GridRange,
  type GridTask,
} from './home-store.ts'
import { rootCauses, type RootCause } from './root-cause.ts'

const DAYS = 14
const MOST_TASKS = 100

type Cause = HomeView['needsAction'][number]
type GridRow = HomeView['grid'][number]

interface GridDay {
  readonly on: string
  readonly from: Date
  readonly to: Date
}

/** What an operator looks at in the morning. */
export class HomeService {
  readonly #db: Database

  constructor(db: Database) {
    this.#db = db
  }

  async home(scope: Scope): Promise<HomeView> {
    const now = await databaseNow(this.#db)
    const [failing, counts, next, tasks] = await Promise.all([
      listFailing(this.#db, scope),
      readCounts(this.#db, scope, startOfDay(dayOf(now, 'UTC'), 'UTC')),
      findNextFire(this.#db, scope),
      listGridTasks(this.#db, scope, MOST_TASKS),
    ])
    const since = new Date(now.getTime() - (DAYS + 2) * 86_400_000)
    const ids = tasks.map(({ id }) => id)
    const ranges = Map.groupBy(await listRangesSince(this.#db, ids, since), ({ taskId }) => taskId)
    const days = new Map([...new Set(tasks.map(({ timeZone }) => timeZone))].map((zone) => [zone, daysOf(zone, now)]))
    return {
      needsAction: rootCauses(failing).map(viewOf),
      counts: {
        tasks: counts.tasks,
        onTime: Math.max(0, counts.tasks - counts.paused - failing.length),
        failing: failing.length,
        paused: counts.paused,
        withGaps: counts.with_gaps,
      },
      sentToday: { packages: counts.packages, sizeBytes: counts.size_bytes, rows: counts.rows },
      queue: { waiting: counts.waiting, running: counts.running, retrying: counts.retrying },
      next: next ? { taskId: next.id, task: next.name, fireAt: next.at.toISOString() } : null,
      grid: tasks.map((task) => gridRow(task, ranges.get(task.id) ?? [], days.get(task.timeZone) ?? [])),
    }
  }
}

function viewOf({ code, failure, place, since, tasks }: RootCause<FailingTask>): Cause {
  return {
    code,
    message: failure.message,
    cure: failure.cure,
    fault: codes[code].fault,
    place,
    since: since.toISOString(),
    tasks: tasks.map(({ id, name, executionId, gaps }) => ({ id, name, executionId, gaps })),
  }
}

/** The days of a zone that are over, the newest last; the same for every task in it. */
function daysOf(timeZone: string, now: Date): GridDay[] {
  const today = dayOf(now, timeZone)
  return Array.from({ length: DAYS }, (_, index) => {
    const on = addDays(today, index - DAYS)
    return { on, from: startOfDay(on, timeZone), to: startOfDay(addDays(on, 1), timeZone) }
  })
}

function gridRow({ id, name, timeZone }: GridTask, ranges: readonly GridRange[], days: readonly GridDay[]): GridRow {
  const delivered = ranges.filter(({ status }) => status === 6)
  const fresh = Math.max(...delivered.map(({ to }) => to.getTime()))
  return {
    taskId: id,
    task: name,
    timeZone,
    freshUntil: Number.isFinite(fresh) ? new Date(fresh).toISOString() : null,
    days: days.map((day) => ({ on: day.on, state: stateOf(day, ranges) })),
  }
}

/** What was delivered once stays delivered. */
function stateOf({ from, to }: GridDay, ranges: readonly GridRange[]): GridRow['days'][number]['state'] {
  const touching = ranges.filter((range) => range.from < to && range.to > from)
  const isDone = (range: GridRange) =>
    touching.some((other) => other.status === 6 && other.from <= range.from && other.to >= range.to)
  const open = touching.filter((range) => !isDone(range))
  if (open.some(({ status }) => [3, 5, 7, 8].includes(status))) return 'failed'
  if (open.length > 0) return 'running'
  return touching.length > 0 ? 'delivered' : 'none'
}
