import type { CheckStep } from '@datahub/core/check/check-step'
import type { CsvStream, Dispatched, ReportRequest, Source } from '@datahub/core/source/source'
import { connectGuarded, type EgressPolicy } from '../../foundation/egress.ts'
import { tryEach, type Trial } from '../check-steps.ts'
import { Deadline } from '../deadline.ts'
import { requireReport } from '../require-report.ts'
import { explainConnecting } from './errors.ts'
import { planReport, type ReportPlan } from './report-plan.ts'
import { PostgresSession } from './session.ts'
import type { PostgresConnection, PostgresReport } from './settings.ts'

const CHECK_TIMEOUT_MS = 15_000

/** A PostgreSQL database: the reports of one package come from one snapshot, as the bytes that PostgreSQL writes. */
export function openPostgres(
  connection: PostgresConnection,
  reports: readonly PostgresReport[],
  egress: EgressPolicy,
): Source {
  const opened = new Set<PostgresDispatch>()

  return {
    kind: 'postgres',

    async reports() {
      return reports.map(({ table, dateColumn, primaryKey }) => ({
        table,
        ...(dateColumn === undefined ? {} : { dateColumn }),
        ...(primaryKey === undefined ? {} : { primaryKey }),
      }))
    },

    async dispatch(request, signal) {
      const wanted = request.tables.map((table) => requireReport(reports, table))
      const dispatch = await PostgresDispatch.open(connection, egress, request, wanted, signal)
      opened.add(dispatch)
      dispatch.onClosed = () => opened.delete(dispatch)
      return dispatch
    },

    async poll() {
      return 'ready'
    },

    async read(dispatched, table, signal) {
      if (!(dispatched instanceof PostgresDispatch)) throw new TypeError('not dispatched by this source')
      return dispatched.read(table, signal)
    },

    check(signal) {
      return check(connection, reports, egress, signal)
    },

    async close() {
      await Promise.all([...opened].map((dispatch) => dispatch.close()))
    },
  }
}

/** The snapshot of one package, held open until it is read or its deadline has come. */
class PostgresDispatch implements Dispatched {
  readonly snapshotAt: Date
  onClosed = () => {}
  readonly #session: PostgresSession
  readonly #plans: ReadonlyMap<string, ReportPlan>
  readonly #deadline: Deadline

  private constructor(session: PostgresSession, plans: ReadonlyMap<string, ReportPlan>, deadline: Deadline) {
    this.snapshotAt = session.snapshotAt
    this.#session = session
    this.#plans = plans
    this.#deadline = deadline
    // Nobody may be reading when the deadline comes; the snapshot must not be held any longer all the same.
    deadline.signal.addEventListener('abort', () => void session.stop(), { once: true })
  }

  static async open(
    connection: PostgresConnection,
    egress: EgressPolicy,
    request: ReportRequest,
    reports: readonly PostgresReport[],
    caller: AbortSignal,
  ): Promise<PostgresDispatch> {
    const deadline = new Deadline(connection.deadlineMinutes)
    const signal = AbortSignal.any([caller, deadline.signal])
    let session: PostgresSession | undefined
    try {
      session = await PostgresSession.open(connection, egress, signal)
      const plans = new Map<string, ReportPlan>()
      for (const report of reports) plans.set(report.table, await planReport(session, report, request.range, signal))
      return new PostgresDispatch(session, plans, deadline)
    } catch (error) {
      deadline.clear()
      await session?.close()
      throw error
    }
  }

  read(table: string, caller: AbortSignal): CsvStream {
    const plan = requireReport([...this.#plans.values()], table)
    const doing = `read the report "${table}"`
    const signal = AbortSignal.any([caller, this.#deadline.signal])
    signal.throwIfAborted()
    const session = this.#session
    let rows = 0

    async function* chunks(): AsyncGenerator<Uint8Array> {
      signal.throwIfAborted()
      const copy = session.copy(plan.copySql, doing)
      const stop = () => {
        copy.fail(signal.reason as Error)
        void session.stop()
      }
      signal.addEventListener('abort', stop, { once: true })
      let isWhole = false
      try {
        yield* copy
        rows = copy.rows
        isWhole = true
      } finally {
        signal.removeEventListener('abort', stop)
        if (!isWhole) await session.stop()
      }
    }

    return { columns: plan.columns, chunks: chunks(), rowsSent: () => rows }
  }

  async close(): Promise<void> {
    this.#deadline.clear()
    await this.#session.close()
    this.onClosed()
  }
}

async function* check(
  connection: PostgresConnection,
  reports: readonly PostgresReport[],
  egress: EgressPolicy,
  caller: AbortSignal,
): AsyncGenerator<CheckStep> {
  const deadline = new Deadline(CHECK_TIMEOUT_MS / 60_000)
  const signal = AbortSignal.any([caller, deadline.signal])
  let session: PostgresSession | undefined
  const trials: Trial[] = [
    {
      name: 'reach',
      title: 'Reach the database server',
      needs: [],
      async run() {
        const socket = await connectGuarded(egress, connection.host, connection.port, 'database', signal).catch(
          (error) => {
            throw explainConnecting(error)
          },
        )
        socket.destroy()
        return `${connection.host} answers on port ${connection.port}.`
      },
    },
    {
      name: 'sign_in',
      title: 'Sign in',
      needs: ['reach'],
      async run() {
        session = await PostgresSession.open(connection, egress, signal)
        return `${connection.user} may sign in to ${connection.database}.`
      },
    },
    ...reports.map((report) => ({
      name: `report:${report.table}`,
      title: `Read the report ${report.table}`,
      needs: ['sign_in'],
      async run() {
        if (!session) throw new TypeError('signed in without a session')
        return await tryReport(session, report, signal)
      },
    })),
  ]
  try {
    yield* tryEach(trials, caller)
  } finally {
    deadline.clear()
    await session?.close()
  }
}

/** Plans the report for one day. A failure is undone, so that the next report can be tried in the same session. */
async function tryReport(session: PostgresSession, report: PostgresReport, signal: AbortSignal): Promise<string> {
  const asking = { doing: `check the report "${report.table}"`, signal }
  const range = { from: new Date('2024-01-01T00:00:00Z'), to: new Date('2024-01-02T00:00:00Z'), timeZone: 'UTC' }
  await session.query('savepoint report', [], asking)
  try {
    const plan = await planReport(session, report, range, signal)
    return `${plan.columns.length} columns can be read.`
  } finally {
    if (!signal.aborted) await session.query('rollback to savepoint report', [], asking).catch(() => {})
  }
}
