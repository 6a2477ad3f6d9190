import type {
  DeliveredRangePage,
  ExecutionDetail,
  ExecutionPage,
  ExecutionView,
  LogPage,
} from '@datahub/core/api/execution-shapes'
import { codes } from '@datahub/core/error/codes'
import { DataHubError } from '@datahub/core/error/data-hub-error'
import { failureAfter, isFinal, STATUS, type Status } from '@datahub/core/execution/status'
import type { StagedFile } from '@datahub/core/destination/destination'
import { databaseNow, type Connection, type Database } from '../db/database.ts'
import type { FailureRecord, Progress, Trigger } from '../db/schema.ts'
import type { Scope } from '../db/scope.ts'
import { fencedOut, type Claim } from './claim.ts'
import { addEvent } from './event-store.ts'
import {
  announce,
  claimExecution,
  endAttempt,
  endUnclaimed,
  holdsClaim,
  markDelivered,
  markFailed,
  markInterrupted,
  markPending,
  markSealed,
  markSending,
  markWaiting,
  raiseStatus,
  reportProgress,
  type Hold,
  type ReportFacts,
} from './claim-store.ts'
import {
  findExecution,
  findRestated,
  lockExecution,
  OPEN,
  requestCancel,
  type ExecutionRow,
} from './execution-store.ts'
import {
  findNextInLane,
  insertExecutions,
  selectLaneHeads,
  type CreatedExecution,
  type NewExecution,
} from './lane-store.ts'
import {
  listExecutionIds,
  listOfRanges,
  listRanges,
  type ExecutionFilter,
  type ListRequest,
} from './execution-list-store.ts'
import { getExecutionDetail } from './execution-detail-store.ts'
import { getExecutionView, listExecutionViews } from './execution-view-store.ts'
import { readLog } from './log-store.ts'
import { nextRetryAt, recordFailure, recordLastFailure, type RetryPolicy } from './failure.ts'
import type { ExecutionQueue } from './queue.ts'

/** The life of executions, one verb per step (docs/state-machine.md). The row is the truth; every step is one statement, or one transaction. */
export class ExecutionService {
  readonly #db: Database
  readonly #queue: ExecutionQueue
  readonly #retry: RetryPolicy
  readonly #worker: string

  /** `worker`: what this process calls itself in the list of attempts. */
  constructor(db: Database, queue: ExecutionQueue, retry: RetryPolicy, worker: string) {
    this.#db = db
    this.#queue = queue
    this.#retry = retry
    this.#worker = worker
  }

  /** In the caller's transaction: the rows, and jobs for those whose turn it is. Answers those that are new. */
  async create(tx: Connection, executions: readonly NewExecution[]): Promise<CreatedExecution[]> {
    const created = await insertExecutions(tx, executions)
    const heads = await selectLaneHeads(
      tx,
      created.map(({ lane }) => lane),
    )
    await this.#enqueue(
      tx,
      created.filter(({ id }) => heads.has(id)),
    )
    return created
  }

  /** 0 → 1, or the next attempt of one that is under way. Undefined when it is over. */
  async claim(id: number): Promise<Claim | undefined> {
    return claimExecution(this.#db, id, this.#worker)
  }

  /** 1 → 2: the source has accepted. */
  async accepted(claim: Claim): Promise<void> {
    const message = 'The data source accepted the request'
    await raiseStatus(this.#db, claim, STATUS.dispatchSuccess, { step: 'dispatch', message })
  }

  /** 2 → 4: the source is at it, and no worker is. */
  async producing(claim: Claim): Promise<void> {
    const message = 'The data source is producing the reports'
    await raiseStatus(this.#db, claim, STATUS.filePending, { step: 'wait', message })
  }

  /** 2 → 4: reports are being read and packed. */
  async generating(claim: Claim): Promise<void> {
    const message = 'Reports are being read and packed'
    await raiseStatus(this.#db, claim, STATUS.filePending, { step: 'generate', message })
  }

  /**
   * The source produces the reports: the worker lets go, and the execution comes back through the queue. Throws
   * FencedOut, or `execution.cancelled`.
   */
  async pending(claim: Claim, pollAfterMs: number): Promise<void> {
    const { id: executionId, lane, trigger } = claim
    const isPending = await this.#db.transaction().execute(async (tx) => {
      const startAfter = await markPending(tx, claim, pollAfterMs)
      if (startAfter) await this.#queue.enqueue(tx, [{ executionId, lane, trigger, startAfter }])
      // Once: reports may be asked after for hours
      if (startAfter && !claim.isBack) await addEvent(tx, claim, 'wait', 'The data source has not finished the reports')
      return startAfter !== undefined
    })
    if (!isPending) await this.assertMine(claim)
  }

  /** What the source has to say of a report that it has delivered. */
  async remark(claim: Claim, words: string): Promise<void> {
    await addEvent(this.#db, claim, 'generate', words)
  }

  /** The package is whole on disk: what it is, before anything of it is published. */
  async sealed(claim: Claim, staged: StagedFile, files: readonly ReportFacts[], snapshotAt: Date): Promise<void> {
    const supersedes = await findRestated(this.#db, claim, snapshotAt)
    const facts = { sha256: staged.sha256, sizeBytes: staged.sizeBytes, snapshotAt, supersedes }
    const rows = files.reduce((sum, file) => sum + file.rows, 0)
    const message = `Packed ${rows} rows of ${files.length} ${files.length === 1 ? 'report' : 'reports'} into ${staged.sizeBytes} bytes`
    await markSealed(this.#db, claim, facts, files, { step: 'generate', message })
  }

  /** The transfer to the destination begins. */
  async sending(claim: Claim): Promise<void> {
    await markSending(this.#db, claim, { step: 'send', message: 'The package is being stored' })
  }

  /** 4 → 6: stored, verified, manifest written. The commit point of a delivery. */
  async delivered(claim: Claim): Promise<void> {
    await this.#db.transaction().execute(async (tx) => {
      await markDelivered(tx, claim, { step: 'send', message: 'Delivered' })
      await this.#letNextIn(tx, claim.lane)
    })
  }

  /** An attempt failed: again later, or for good. Answers the time of the next attempt, if there is one. */
  async failed(claim: Claim, reason: DataHubError): Promise<Date | undefined> {
    return this.#db.transaction().execute(async (tx) => {
      // Locked, so that who asks to cancel finds it waiting, or is heard here
      const row = await lockExecution(tx, claim.id)
      if (!row || row.fence !== claim.fence || isFinal(row.status)) throw fencedOut(claim)
      const error = row.cancel_requested_at === null ? reason : new DataHubError('execution.cancelled', 'deliver')
      const now = await databaseNow(tx)
      const retryAt = nextRetryAt(
        error,
        claim.attempt,
        // Nobody sits and waits for reports that take hours to produce
        row.reference === null ? row.trigger : 'schedule',
        row.started_at ?? now,
        now,
        this.#retry,
        Math.random(),
      )
      const failure = retryAt ? recordFailure(error) : recordLastFailure(error)
      if (retryAt) {
        await markWaiting(tx, claim, retryAt, failure)
        const { id: executionId, lane, trigger } = claim
        await this.#queue.enqueue(tx, [{ executionId, lane, trigger, startAfter: retryAt }])
      } else {
        // What names no status of its own failed where the execution stood: making the package, or sending it
        const wanted = codes[error.code].status ?? (row.send_started_at === null ? undefined : STATUS.fileSendFail)
        const status = failureAfter(row.status, wanted)
        await markFailed(tx, claim, status, failure)
      }
      await endAttempt(tx, claim, failure)
      await addEvent(
        tx,
        claim,
        'fail',
        `${error.message}${retryAt ? ` Next attempt at ${retryAt.toISOString()}.` : ''}`,
        retryAt ? 'warn' : 'error',
      )
      await this.#letNextIn(tx, claim.lane)
      return retryAt
    })
  }

  /** The worker stops while it holds the claim: the next worker goes on at once. */
  async handBack(claim: Claim): Promise<void> {
    await this.#db.transaction().execute(async (tx) => {
      await markInterrupted(tx, claim)
      await endAttempt(tx, claim, recordFailure(new DataHubError('execution.interrupted', 'finish the attempt')))
      await this.#enqueue(tx, [claim])
    })
  }

  /** All workers that tried it died: the last status it can have. */
  async bury(id: number): Promise<number | undefined> {
    return this.#end(id, OPEN, new DataHubError('execution.abandoned', 'finish the execution'))
  }

  /**
   * Cancels at once what no worker holds; asks the worker that holds it. A conflict when it is over, or when its package
   * is about to be visible: what a reader may have seen is not taken back.
   */
  async cancel(scope: Scope, id: number): Promise<void> {
    const row = await findExecution(this.#db, scope, id)
    if (!row) throw new DataHubError('request.not_found', `cancel execution ${id}`)
    if (isFinal(row.status))
      throw new DataHubError('request.conflict', `cancel execution ${id}`, { hint: 'It is over already.' })
    if (await this.#cancelUnheld(row)) return
    if (!(await requestCancel(this.#db, id))) {
      const hint =
        'It is too late: its package is being published. It ends delivered, or as failed when that cannot be done.'
      throw new DataHubError('request.conflict', `cancel execution ${id}`, { hint })
    }
    // Its worker may have let go of it just before
    const now = await findExecution(this.#db, scope, id)
    if (now) await this.#cancelUnheld(now)
  }

  /** A page, newest first. */
  async list(scope: Scope, filter: ExecutionFilter, request: ListRequest): Promise<ExecutionPage> {
    const { rows, next, previous } = await listExecutionIds(this.#db, scope, filter, request)
    return { items: await listExecutionViews(this.#db, scope, rows), next, previous }
  }

  /** The data ranges of a task, newest first, each with all its executions. */
  async ranges(scope: Scope, taskId: number, request: ListRequest): Promise<DeliveredRangePage> {
    const { rows, next, previous } = await listRanges(this.#db, taskId, request)
    const executions = await listExecutionViews(this.#db, scope, await listOfRanges(this.#db, taskId, rows))
    const items = rows.flatMap(({ from, to }) => {
      const own = executions.filter(
        ({ dataRange }) => Date.parse(dataRange.from) === from.getTime() && Date.parse(dataRange.to) === to.getTime(),
      )
      return own[0] ? [{ dataRange: own[0].dataRange, executions: own }] : []
    })
    return { items, next, previous }
  }

  async get(scope: Scope, id: number): Promise<ExecutionView> {
    return getExecutionView(this.#db, scope, id)
  }

  /** With its files, attempts and log, and what they tell together. */
  async detail(scope: Scope, id: number): Promise<ExecutionDetail> {
    return getExecutionDetail(this.#db, scope, id, this.#retry)
  }

  /** The last lines of its log, or of those before one of them. Throws `request.not_found`. */
  async log(scope: Scope, id: number, part: { before?: number | undefined; limit: number }): Promise<LogPage> {
    await this.get(scope, id)
    return readLog(this.#db, id, part)
  }

  async report(claim: Claim, progress: Progress): Promise<Hold> {
    return reportProgress(this.#db, claim, progress)
  }

  /** Throws FencedOut, or `execution.cancelled`, unless the claim is held still. */
  async assertMine(claim: Claim): Promise<void> {
    this.#requireHold(claim, await holdsClaim(this.#db, claim))
  }

  /** Last thing before a package becomes visible: from here on it is too late to cancel. Throws FencedOut, or `execution.cancelled`. */
  async announce(claim: Claim): Promise<void> {
    this.#requireHold(claim, await announce(this.#db, claim))
  }

  #requireHold(claim: Claim, holds: Hold): void {
    if (holds === 'go on') return
    if (holds === 'cancel') throw new DataHubError('execution.cancelled', 'deliver')
    throw fencedOut(claim)
  }

  /** Whether the execution waited for its turn, its reports or its next attempt, and has been ended. */
  async #cancelUnheld(row: ExecutionRow): Promise<boolean> {
    if (!isUnheld(row)) return false
    const cancelled = new DataHubError('execution.cancelled', 'deliver')
    return (await this.#end(row.id, [row.status], cancelled, isUnheld)) !== undefined
  }

  async #end(
    id: number,
    from: readonly Status[],
    error: DataHubError,
    mayEnd: (row: ExecutionRow) => boolean = () => true,
  ): Promise<number | undefined> {
    return this.#db.transaction().execute(async (tx) => {
      const row = await lockExecution(tx, id)
      if (!row || !from.includes(row.status) || !mayEnd(row)) return undefined
      const failure: FailureRecord = recordFailure(error)
      const ended = await endUnclaimed(tx, id, from, failureAfter(row.status, codes[error.code].status), failure)
      if (ended) await this.#letNextIn(tx, ended.lane)
      return ended?.task_id
    })
  }

  /** Whoever was first in the lane is out of the way. */
  async #letNextIn(tx: Connection, lane: string): Promise<void> {
    const next = await findNextInLane(tx, lane)
    if (next) await this.#enqueue(tx, [next])
  }

  async #enqueue(tx: Connection, executions: readonly { id: number; lane: string; trigger: Trigger }[]): Promise<void> {
    const jobs = executions.map(({ id, lane, trigger }) => ({ executionId: id, lane, trigger }))
    if (jobs.length > 0) await this.#queue.enqueue(tx, jobs)
  }
}

/** Whether it waits for its turn, its reports or its next attempt, and nobody has seen anything of it. */
function isUnheld({ status, retry_at, poll_at, announced_at }: ExecutionRow): boolean {
  const waits = status === STATUS.pending || retry_at !== null || poll_at !== null
  return waits && !isFinal(status) && announced_at === null
}
