import type { BackfillDetail, BackfillPlan, BackfillRequest, BackfillView } from '@datahub/core/api/shapes'
import { DataHubError } from '@datahub/core/error/data-hub-error'
import { countDays } from '@datahub/core/execution/data-range'
import { isFinal } from '@datahub/core/execution/status'
import { estimate, isWanted } from '@datahub/core/task/backfill'
import { cutRange } from '@datahub/core/task/chunks'
import { classify, type Covered } from '@datahub/core/task/coverage'
import { countStates, coveredView } from '../coverage/covered-view.ts'
import { listCovering } from '../coverage/coverage-store.ts'
import { databaseNow, type Connection, type Database } from '../db/database.ts'
import type { ExecutionService } from '../executions/execution-service.ts'
import { requestedRange } from '../tasks/requested-range.ts'
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
  readonly #findTask: (reference: string) => Promise<TaskRecord>

  constructor(db: Database, executions: ExecutionService, findTask: (reference: string) => Promise<TaskRecord>) {
    this.#db = db
    this.#executions = executions
    this.#findTask = findTask
  }

  /** Preview and start are this one function: with `dryRun` it ends before anything is written. */
  async start(request: BackfillRequest): Promise<BackfillPlan> {
    const task = await this.#findTask(request.task)
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
      return this.#plan(tx, task, request, ranges, id)
    })
  }

  async list(filter: { task?: string | undefined; limit: number }): Promise<BackfillView[]> {
    const taskId = filter.task === undefined ? undefined : (await this.#findTask(filter.task)).id
    const pushes = await listPushes(this.#db, { taskId, limit: filter.limit })
    const now = await databaseNow(this.#db)
    return Promise.all(pushes.map(async (push) => backfillView(push, await listRanges(this.#db, push.id), now)))
  }

  async get(id: number): Promise<BackfillDetail> {
    const push = await this.#find(this.#db, id)
    return backfillDetail(push, await listRanges(this.#db, id), await databaseNow(this.#db))
  }

  /** Those under way go on; no other begins. */
  async pause(id: number): Promise<BackfillView> {
    return this.#change(id, 'pause', ['running'], (tx) => setPushState(tx, id, 'paused'))
  }

  async resume(id: number): Promise<BackfillView> {
    return this.#change(id, 'resume', ['paused'], async (tx) => {
      await setPushState(tx, id, 'running')
      await feedPush(tx, this.#executions, id)
    })
  }

  /** No other begins, and those under way are cancelled: each ends cancelled or delivered, never half. */
  async cancel(id: number): Promise<BackfillView> {
    await this.#change(id, 'cancel', ['running', 'paused'], (tx) => setPushState(tx, id, 'cancelled'))
    for (const { executionId, status } of await listRanges(this.#db, id)) {
      if (executionId === null || status === null || isFinal(status)) continue
      await this.#executions.cancel(executionId).catch((error: unknown) => {
        // It was over in the meantime
        if (!(error instanceof DataHubError) || error.code !== 'request.conflict') throw error
      })
    }
    return this.get(id)
  }

  /** What failed, or was cancelled, is delivered again; so is what had not begun when the backfill was cancelled. */
  async retry(id: number): Promise<BackfillView> {
    return this.#change(id, 'retry', ['running', 'paused', 'finished', 'cancelled'], async (tx) => {
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
    task: TaskRecord,
    request: BackfillRequest,
    ranges: readonly Covered[],
    id: number | undefined,
  ): Promise<BackfillPlan> {
    const selected = ranges.filter(({ state }) => isWanted(state, request.only))
    const days = selected.reduce((sum, { range }) => sum + countDays(range), 0)
    const atOnce = Math.min(request.parallel, Math.max(1, selected.length))
    const push = id === undefined ? undefined : await this.#find(tx, id)
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
    id: number,
    verb: string,
    from: readonly PushRecord['state'][],
    change: (tx: Connection) => Promise<void>,
  ): Promise<BackfillView> {
    return this.#db.transaction().execute(async (tx) => {
      const locked = await lockPush(tx, id)
      if (!locked) throw notFound(id)
      if (!from.includes(locked.state))
        throw new DataHubError('request.conflict', `${verb} backfill ${id}`, { hint: `It is ${locked.state}.` })
      await change(tx)
      return backfillView(await this.#find(tx, id), await listRanges(tx, id), await databaseNow(tx))
    })
  }

  async #find(db: Connection, id: number): Promise<PushRecord> {
    const push = await findPush(db, id)
    if (!push) throw notFound(id)
    return push
  }
}

function notFound(id: number): DataHubError {
  return new DataHubError('request.not_found', `find backfill ${id}`)
}
