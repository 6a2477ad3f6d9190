import type { HomeView, TaskDaysPage } from '@datahub/core/api/live-shapes'
import { codes } from '@datahub/core/error/codes'
import { databaseNow, type Database } from '../db/database.ts'
import type { Scope } from '../db/scope.ts'
import { countShownTasks, listRangesSince, listShownTasks } from './days-store.ts'
import { findNextFire, listFailing, readCounts, type FailingTask } from './home-store.ts'
import { DAYS, daysOf, taskDays } from './last-days.ts'
import { rootCauses, type RootCause } from './root-cause.ts'
import { SentToday } from './sent-today.ts'

/** Of one cause; who wants them all has a list of tasks for that. */
const MOST_TASKS = 20

type Cause = HomeView['needsAction'][number]

/** What an operator looks at in the morning. */
export class HomeService {
  readonly #db: Database
  readonly #sentToday: SentToday

  constructor(db: Database) {
    this.#db = db
    this.#sentToday = new SentToday(db)
  }

  async home(scope: Scope): Promise<HomeView> {
    const now = await databaseNow(this.#db)
    const [failing, counts, next, sentToday] = await Promise.all([
      listFailing(this.#db, scope),
      readCounts(this.#db, scope),
      findNextFire(this.#db, scope),
      this.#sentToday.read(scope, now),
    ])
    return {
      needsAction: rootCauses(failing).map(viewOf),
      counts: {
        tasks: counts.tasks,
        onTime: Math.max(0, counts.tasks - counts.paused - failing.length),
        failing: failing.length,
        paused: counts.paused,
        withGaps: counts.with_gaps,
      },
      sentToday,
      queue: { waiting: counts.waiting, running: counts.running, retrying: counts.retrying },
      next: next ? { taskId: next.id, task: next.name, fireAt: next.at.toISOString() } : null,
    }
  }

  /** How the last days of the recurring tasks stand, the worst of them first. */
  async days(
    scope: Scope,
    { text, ...request }: { text?: string | undefined; cursor?: string | undefined; limit: number },
  ): Promise<TaskDaysPage> {
    const [now, total, { rows: tasks, next, previous }] = await Promise.all([
      databaseNow(this.#db),
      countShownTasks(this.#db, scope, text),
      listShownTasks(this.#db, scope, text, request),
    ])
    // Two days more: where days begin differs by zone, and ranges may be longer than one
    const since = new Date(now.getTime() - (DAYS + 2) * 86_400_000)
    const ids = tasks.map(({ id }) => id)
    const ranges = Map.groupBy(await listRangesSince(this.#db, ids, since), ({ taskId }) => taskId)
    const days = new Map([...new Set(tasks.map(({ timeZone }) => timeZone))].map((zone) => [zone, daysOf(zone, now)]))
    const items = tasks.map((task) => taskDays(task, ranges.get(task.id) ?? [], days.get(task.timeZone) ?? []))
    return { items, next, previous, total }
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
    taskCount: tasks.length,
    tasks: tasks.slice(0, MOST_TASKS).map(({ id, name, executionId, gaps }) => ({ id, name, executionId, gaps })),
  }
}
