import type { BackfillDetail, BackfillPlan, BackfillRequest, BackfillView } from '@datahub/core/api/backfill-shapes'
import { DataHubError } from '@datahub/core/error/data-hub-error'
import { countDays } from '@datahub/core/execution/data-range'
import { isFinal } from '@datahub/core/execution/status'
import { estimate, isWanted } from '@datahub/core/task/backfill'
import { cutRange } from '@datahub/core/task/chunks'
import { classify, type Covered } from '@datahub/core/task/coverage'
import { countStates, coveredView } from '../coverage/covered-view.ts'
import { listCovering } from '../coverage/coverage-store.ts'
import { databaseNow, type Connection, type Database } from '../db/database.ts'
import type { Scope } from '../db/scope.ts'
import type { ExecutionService } from '../executions/execution-service.ts'
import { requestedRange } from '../tasks/requested-range.ts'
import type { FindTask } from '../tasks/task-service.ts'
import { lockTask, type TaskRecord } from '../tasks/task-store.ts'
import { backfillDetail, backfillView } from './backfill-view.ts'
import { feedPush, startPush } from './push.ts'
import {
  findPush,
  forgetFailed,
  listPushes,
  listRanges,
  listRunningPushes,
  lockPush,
  readPace,
  setPushState,
  type PushRecord,
} from './push-store.ts'

/** Pushes over past ranges: planned, started, held up and ended. One-time tasks are the same object. */
export class BackfillService {
  readonly #db: Database
  readonly #executions: ExecutionService
  readonly #findTask: FindTask

  constructor(db: Database, executions: ExecutionService, findTask: FindTask) {
    this.#db = db
    this.#executions = executions
    this.#findTask = findTask
  }

  /** Preview and start are this one function: with `dryRun` it ends before anything is written. */
  async start(scope: Scope, request: BackfillRequest): Promise<BackfillPlan> {
    const task = await this.#findTask(scope, request.task)
    return this.#db.transaction().execute(async (tx) => {
      // Two starts at once see each other's ranges as under way
      if (!request.dryRun) await lockTask(tx, task.id)
      const now = await databaseNow(tx)
      const whole = requestedRange(request, task.time_zone, task.max_range_days, now, '')
      const ranges = classify(cutRange(whole, request.chunk), await listCovering(tx, task.id, whole.from, whole.to))
      const wanted = ranges.filter(({ state }) => isWanted(state, request.only)).map(({ range }) => range)
      const id =
        request.dryRun || wanted.length === 0
          ? undefined
          : await startPush(
              tx,
              this.#executions,
              {
                workspaceId: scope.workspaceId,
                taskId: task.id,
                trigger: 'backfill',
                fromOn: request.from,
                toOn: request.to,
                timeZone: task.time_zone,
                chunk: request.chunk,
                only: request.only,
                newestFirst: request.newestFirst,
                parallel: request.parallel,
              },
              wanted,
            )
      return this.#plan(tx, scope, task, request, ranges, id)
    })
  }

  async list(scope: Scope, filter: { task?: string | undefined; limit: number }): Promise<BackfillView[]> {
    const taskId = filter.task === undefined ? undefined : (await this.#findTask(scope, filter.task)).id
    const pushes = await listPushes(this.#db, scope, { taskId, limit: filter.limit })
    const now = await databaseNow(this.#db)
    return Promise.all(pushes.map(async (push) => backfillView(push, await listRanges(this.#db, push.id), now)))
  }

  async get(scope: Scope, id: number): Promise<BackfillDetail> {
    const push = await this.#find(this.#db, scope, id)
    return backfillDetail(push, await listRanges(this.#db, id), await databaseNow(this.#db))
  }

  /** Those under way go on; no other begins. */
  async pause(scope: Scope, id: number): Promise<BackfillView> {
    return this.#change(scope, id, 'pause', ['running'], (tx) => setPushState(tx, id, 'paused'))
  }

  async resume(scope: Scope, id: number): Promise<BackfillView> {
    return this.#change(scope, id, 'resume', ['paused'], async (tx) => {
      await setPushState(tx, id, 'running')
      await feedPush(tx, this.#executions, id)
    })
  }

  /** No other begins, and those under way are cancelled: each ends cancelled or delivered, never half. */
  async cancel(scope: Scope, id: number): Promise<BackfillView> {
    await this.#change(scope, id, 'cancel', ['running', 'paused'], (tx) => setPushState(tx, id, 'cancelled'))
    for (const { executionId, status } of await listRanges(this.#db, id)) {
      if (executionId === null || status === null || isFinal(status)) continue
      await this.#executions.cancel(scope, executionId).catch((error: unknown) => {
        // It was over in the meantime
        if (!(error instanceof DataHubError) || error.code !== 'request.conflict') throw error
      })
    }
    return this.get(scope, id)
  }

  /** What failed, or was cancelled, is delivered again; so is what had not begun when the backfill was cancelled. */
  async retry(scope: Scope, id: number): Promise<BackfillView> {
    return this.#change(scope, id, 'retry', ['running', 'paused', 'finished', 'cancelled'], async (tx) => {
      const failed = await forgetFailed(tx, id)
      const waiting = (await listRanges(tx, id)).some(({ executionId }) => executionId === null)
      if (failed === 0 && !waiting)
        throw new DataHubError('request.conflict', `retry backfill ${id}`, { hint: 'Nothing of it has failed.' })
      await setPushState(tx, id, 'running')
      await feedPush(tx, this.#executions, id)
    })
  }

  /** Lets every running push go on as far as it may. Answers how many are under way. */
  async feed(): Promise<number> {
    const ids = await listRunningPushes(this.#db)
    let underWay = 0
    for (const id of ids) {
      const goesOn = await this.#db.transaction().execute((tx) => feedPush(tx, this.#executions, id))
      if (goesOn) underWay += 1
    }
    return underWay
  }

  async #plan(
    tx: Connection,
    scope: Scope,
    task: TaskRecord,
    request: BackfillRequest,
    ranges: readonly Covered[],
    id: number | undefined,
  ): Promise<BackfillPlan> {
    const selected = ranges.filter(({ state }) => isWanted(state, request.only))
    const days = selected.reduce((sum, { range }) => sum + countDays(range), 0)
    const atOnce = Math.min(request.parallel, Math.max(1, selected.length))
    const push = id === undefined ? undefined : await this.#find(tx, scope, id)
    return {
      task: task.name,
      timeZone: task.time_zone,
      ranges: ranges.map((one) => ({ ...coveredView(one), selected: isWanted(one.state, request.only) })),
      counts: countStates(ranges),
      selected: selected.length,
      days,
      estimate: estimate(days, atOnce, await readPace(tx, task.id)) ?? null,
      backfill: push ? backfillView(push, await listRanges(tx, push.id), await databaseNow(tx)) : null,
    }
  }

  async #change(
    scope: Scope,
    id: number,
    verb: string,
    from: readonly PushRecord['state'][],
    change: (tx: Connection) => Promise<void>,
  ): Promise<BackfillView> {
    return this.#db.transaction().execute(async (tx) => {
      const locked = await lockPush(tx, scope, id)
      if (!locked) throw notFound(id)
      if (!from.includes(locked.state))
        throw new DataHubError('request.conflict', `${verb} backfill ${id}`, { hint: `It is ${locked.state}.` })
      await change(tx)
      return backfillView(await this.#find(tx, scope, id), await listRanges(tx, id), await databaseNow(tx))
    })
  }

  async #find(db: Connection, scope: Scope, id: number): Promise<PushRecord> {
    const push = await findPush(db, scope, id)
    if (!push) throw notFound(id)
    return push
  }
}

function notFound(id: number): DataHubError {
  return new DataHubError('request.not_found', `find backfill ${id}`)
}
