import type { Column } from '@datahub/core/bucket/column'
import type { CheckStep } from '@datahub/core/check/check-step'
import type { DataRange } from '@datahub/core/execution/data-range'
import type { ChangedDay, ChangeRequest, Changes } from '@datahub/core/source/changes'
import type { Discovery, DiscoveryRequest } from '@datahub/core/source/discovery'
import type { CsvStream, Dispatched, ReportRequest, Source } from '@datahub/core/source/source'
import { tryEach, type Trial } from '../foundation/try-each.ts'
import { Deadline } from './deadline.ts'
import { requireReport } from './require-report.ts'
import { nameInCsv, type ReportShape } from './shape-report.ts'

const CHECK_TIMEOUT_MS = 15_000

/** How one report is read: all checks are behind us. */
export interface ReportPlan {
  readonly table: string
  readonly columns: readonly Column[]
}

/** What an engine holds open while the reports of one package are read: they all show its instant. */
export interface Snapshot<Report, Plan> {
  readonly at: Date
  /** Checks that what the definition names is there. Errors are `source.*` and name its field. */
  plan(report: Report, range: DataRange, signal: AbortSignal): Promise<Plan>
  /** The same for a connection test: what it says is shown, and the next report can be tried after a failure. */
  try(report: Report, range: DataRange, signal: AbortSignal): Promise<string>
  /** The rows as CSV, header first; returns their count. Throws the signal's reason when it aborts. */
  read(plan: Plan, doing: string, signal: AbortSignal): AsyncGenerator<Uint8Array, number>
  estimate(plan: Plan, signal: AbortSignal): Promise<number | null>
  discover(request: DiscoveryRequest, signal: AbortSignal): Promise<Discovery>
  /** The days of a report in which rows changed after the request's `since` and up to `until`; absent: it cannot tell. */
  changedDays?(report: Report, request: ChangeRequest, until: Date, signal: AbortSignal): Promise<readonly ChangedDay[]>
  /** Has the engine give up what it is doing, and lets go of it. Never throws, and may be called again. */
  stop(): Promise<void>
  /** Lets go of everything. Never throws, and may be called again. */
  close(): Promise<void>
}

/** An engine that can show several reports as of one instant: a database, or files. */
export interface SnapshotEngine<Report extends ReportShape, Plan extends ReportPlan> {
  readonly kind: string
  readonly reports: readonly Report[]
  readonly deadlineMinutes: number
  open(signal: AbortSignal): Promise<Snapshot<Report, Plan>>
  /** What a connection test tries before the reports; the last of them opens the snapshot. */
  trials(open: () => Promise<unknown>, signal: AbortSignal): readonly Trial[]
}

/** A source of such an engine: dispatch, deadline, aborts and the connection test are the same for all of them. */
export function openSnapshotSource<Report extends ReportShape, Plan extends ReportPlan>(
  engine: SnapshotEngine<Report, Plan>,
): Source {
  const { kind, reports } = engine
  const opened = new Set<SnapshotDispatch<Report, Plan>>()

  async function dispatch(request: Omit<ReportRequest, 'requestId'>, signal: AbortSignal) {
    signal.throwIfAborted()
    const wanted = request.tables.map((table) => requireReport(reports, table))
    const dispatched = await SnapshotDispatch.open(engine, wanted, request.range, signal)
    opened.add(dispatched)
    dispatched.onClosed = () => opened.delete(dispatched)
    return dispatched
  }

  return {
    kind,

    async reports() {
      return reports.map(({ table, dateColumn, primaryKey, rename }) => ({
        table,
        ...(dateColumn === undefined ? {} : { dateColumn: nameInCsv({ rename }, dateColumn) }),
        ...(primaryKey === undefined ? {} : { primaryKey: primaryKey.map((name) => nameInCsv({ rename }, name)) }),
      }))
    },

    dispatch,

    async poll() {
      return 'ready'
    },

    async read(dispatched, table, signal) {
      if (!(dispatched instanceof SnapshotDispatch)) throw new TypeError('not dispatched by this source')
      return dispatched.read(table, signal)
    },

    check(signal) {
      return check(engine, signal)
    },

    async discover(request, signal) {
      const snapshot = await engine.open(signal)
      try {
        return await snapshot.discover(request, signal)
      } finally {
        await snapshot.close()
      }
    },

    async estimate(table, range, signal) {
      const dispatched = await dispatch({ range, tables: [table] }, signal)
      try {
        return await dispatched.estimate(table, signal)
      } finally {
        await dispatched.close()
      }
    },

    ...(reports.some(({ changedColumn }) => changedColumn !== undefined)
      ? { changedSince: (request: ChangeRequest, signal: AbortSignal) => changedSince(engine, request, signal) }
      : {}),

    async close() {
      await Promise.all([...opened].map((dispatched) => dispatched.close()))
    },
  }
}

/** Of all reports that tell their changes: each day once, with its last change. */
async function changedSince<Report extends ReportShape, Plan extends ReportPlan>(
  engine: SnapshotEngine<Report, Plan>,
  request: ChangeRequest,
  signal: AbortSignal,
): Promise<Changes> {
  const snapshot = await engine.open(signal)
  const stop = () => void snapshot.stop()
  signal.addEventListener('abort', stop, { once: true })
  try {
    const until = new Date(snapshot.at.getTime() - request.settleMs)
    const latest = new Map<string, Date>()
    for (const table of request.tables) {
      const report = requireReport(engine.reports, table)
      if (report.changedColumn === undefined) continue
      for (const { on, changedAt } of (await snapshot.changedDays?.(report, request, until, signal)) ?? []) {
        const known = latest.get(on)
        if (!known || known < changedAt) latest.set(on, changedAt)
      }
    }
    return { until, days: [...latest].map(([on, changedAt]) => ({ on, changedAt })) }
  } finally {
    signal.removeEventListener('abort', stop)
    await snapshot.close()
  }
}

/** The snapshot of one package, held open until it is read or its deadline has come. */
class SnapshotDispatch<Report extends ReportShape, Plan extends ReportPlan> implements Dispatched {
  readonly snapshotAt: Date
  readonly columns: ReadonlyMap<string, readonly Column[]>
  onClosed = () => {}
  readonly #snapshot: Snapshot<Report, Plan>
  readonly #plans: readonly Plan[]
  readonly #deadline: Deadline

  private constructor(snapshot: Snapshot<Report, Plan>, plans: readonly Plan[], deadline: Deadline) {
    this.snapshotAt = snapshot.at
    this.columns = new Map(plans.map((plan) => [plan.table, plan.columns]))
    this.#snapshot = snapshot
    this.#plans = plans
    this.#deadline = deadline
    // Nobody may be reading when the deadline comes; the snapshot must not be held any longer all the same.
    deadline.signal.addEventListener('abort', () => void snapshot.stop(), { once: true })
  }

  static async open<Report extends ReportShape, Plan extends ReportPlan>(
    engine: SnapshotEngine<Report, Plan>,
    reports: readonly Report[],
    range: DataRange,
    caller: AbortSignal,
  ): Promise<SnapshotDispatch<Report, Plan>> {
    const deadline = new Deadline(engine.deadlineMinutes)
    const signal = AbortSignal.any([caller, deadline.signal])
    let snapshot: Snapshot<Report, Plan> | undefined
    try {
      snapshot = await engine.open(signal)
      const plans: Plan[] = []
      for (const report of reports) plans.push(await snapshot.plan(report, range, signal))
      return new SnapshotDispatch(snapshot, plans, deadline)
    } catch (error) {
      deadline.clear()
      await snapshot?.close()
      throw error
    }
  }

  read(table: string, caller: AbortSignal): CsvStream {
    const plan = requireReport(this.#plans, table)
    const signal = AbortSignal.any([caller, this.#deadline.signal])
    signal.throwIfAborted()
    const snapshot = this.#snapshot
    let rows = 0

    async function* chunks(): AsyncGenerator<Uint8Array> {
      signal.throwIfAborted()
      let isWhole = false
      try {
        rows = yield* snapshot.read(plan, `read the report "${table}"`, signal)
        isWhole = true
      } finally {
        if (!isWhole) await snapshot.stop()
      }
    }

    return { columns: plan.columns, chunks: chunks(), rowsSent: () => rows }
  }

  async estimate(table: string, signal: AbortSignal): Promise<number | null> {
    return await this.#snapshot.estimate(requireReport(this.#plans, table), signal)
  }

  async close(): Promise<void> {
    this.#deadline.clear()
    await this.#snapshot.close()
    this.onClosed()
  }
}

async function* check<Report extends ReportShape, Plan extends ReportPlan>(
  engine: SnapshotEngine<Report, Plan>,
  caller: AbortSignal,
): AsyncGenerator<CheckStep> {
  const deadline = new Deadline(CHECK_TIMEOUT_MS / 60_000)
  const signal = AbortSignal.any([caller, deadline.signal])
  const range = { from: new Date('2024-01-01T00:00:00Z'), to: new Date('2024-01-02T00:00:00Z'), timeZone: 'UTC' }
  let snapshot: Snapshot<Report, Plan> | undefined
  const before = engine.trials(async () => (snapshot = await engine.open(signal)), signal)
  const last = before.at(-1)?.name
  const trials: Trial[] = engine.reports.map((report) => ({
    name: `report:${report.table}`,
    title: `Read the report ${report.table}`,
    needs: last === undefined ? [] : [last],
    async run() {
      if (!snapshot) throw new TypeError('nothing was opened')
      return await snapshot.try(report, range, signal)
    },
  }))
  try {
    yield* tryEach([...before, ...trials], caller)
  } finally {
    deadline.clear()
    await snapshot?.close()
  }
}
