import type { CheckStep } from '@datahub/core/check/check-step'
import type { CsvStream, Dispatched, ReportRequest, Source } from '@datahub/core/source/source'
import { tryEach, type Trial } from '../check-steps.ts'
import { Deadline } from '../deadline.ts'
import { requireReport } from '../require-report.ts'
import type { SourceWorld } from '../kind.ts'
import { DuckdbEngine } from './engine-process.ts'
import { assertUnchanged } from './files.ts'
import { admitFolder } from './folder.ts'
import { planReport, type ReportPlan } from './report-plan.ts'
import type { DuckdbConnection, DuckdbReport } from './settings.ts'

const CHECK_TIMEOUT_MS = 15_000

/** Files in a folder, read by DuckDB: the reports of one package see the files as they were when it was begun. */
export function openDuckdb(connection: DuckdbConnection, reports: readonly DuckdbReport[], world: SourceWorld): Source {
  const opened = new Set<DuckdbDispatch>()

  return {
    kind: 'duckdb',

    async reports() {
      return reports.map(({ table, dateColumn, primaryKey }) => ({
        table,
        ...(dateColumn === undefined ? {} : { dateColumn }),
        ...(primaryKey === undefined ? {} : { primaryKey }),
      }))
    },

    async dispatch(request, signal) {
      signal.throwIfAborted()
      const wanted = request.tables.map((table) => requireReport(reports, table))
      const dispatch = await DuckdbDispatch.open(connection, world, request, wanted, signal)
      opened.add(dispatch)
      dispatch.onClosed = () => opened.delete(dispatch)
      return dispatch
    },

    async poll() {
      return 'ready'
    },

    async read(dispatched, table, signal) {
      if (!(dispatched instanceof DuckdbDispatch)) throw new TypeError('not dispatched by this source')
      return dispatched.read(table, signal)
    },

    check(signal) {
      return check(connection, reports, world, signal)
    },

    async close() {
      await Promise.all([...opened].map((dispatch) => dispatch.close()))
    },
  }
}

/** One package: its files are listed, its engine runs until it is read or its deadline has come. */
class DuckdbDispatch implements Dispatched {
  readonly snapshotAt: Date
  onClosed = () => {}
  readonly #engine: DuckdbEngine
  readonly #plans: ReadonlyMap<string, ReportPlan>
  readonly #deadline: Deadline

  private constructor(
    engine: DuckdbEngine,
    plans: ReadonlyMap<string, ReportPlan>,
    snapshotAt: Date,
    deadline: Deadline,
  ) {
    this.#engine = engine
    this.#plans = plans
    this.snapshotAt = snapshotAt
    this.#deadline = deadline
    deadline.signal.addEventListener('abort', () => void engine.stop(), { once: true })
  }

  static async open(
    connection: DuckdbConnection,
    world: SourceWorld,
    request: ReportRequest,
    reports: readonly DuckdbReport[],
    caller: AbortSignal,
  ): Promise<DuckdbDispatch> {
    const folder = admitFolder(connection.folder, world.folders)
    const deadline = new Deadline(connection.deadlineMinutes)
    const signal = AbortSignal.any([caller, deadline.signal])
    let engine: DuckdbEngine | undefined
    try {
      engine = await DuckdbEngine.start(folder, world.temporaryDir)
      const snapshotAt = new Date()
      const plans = new Map<string, ReportPlan>()
      for (const report of reports) {
        plans.set(report.table, await planReport(engine, folder, report, request.range, signal))
      }
      return new DuckdbDispatch(engine, plans, snapshotAt, deadline)
    } catch (error) {
      deadline.clear()
      await engine?.stop()
      throw error
    }
  }

  read(table: string, caller: AbortSignal): CsvStream {
    const { columns, files, selectSql } = requireReport([...this.#plans.values()], table)
    const doing = `read the report "${table}"`
    const signal = AbortSignal.any([caller, this.#deadline.signal])
    signal.throwIfAborted()
    const engine = this.#engine
    let rows = 0

    async function* chunks(): AsyncGenerator<Uint8Array> {
      await assertUnchanged(files, doing)
      let isWhole = false
      try {
        rows = yield* engine.copy(selectSql, doing, signal)
        isWhole = true
      } catch (error) {
        signal.throwIfAborted()
        // A file that is being rewritten looks damaged.
        await assertUnchanged(files, doing)
        throw error
      } finally {
        if (!isWhole) await engine.stop()
      }
      await assertUnchanged(files, doing)
    }

    return { columns, chunks: chunks(), rowsSent: () => rows }
  }

  async close(): Promise<void> {
    this.#deadline.clear()
    await this.#engine.stop()
    this.onClosed()
  }
}

async function* check(
  connection: DuckdbConnection,
  reports: readonly DuckdbReport[],
  world: SourceWorld,
  caller: AbortSignal,
): AsyncGenerator<CheckStep> {
  const deadline = new Deadline(CHECK_TIMEOUT_MS / 60_000)
  const signal = AbortSignal.any([caller, deadline.signal])
  const range = { from: new Date('2024-01-01T00:00:00Z'), to: new Date('2024-01-02T00:00:00Z'), timeZone: 'UTC' }
  let engine: DuckdbEngine | undefined
  const trials: Trial[] = [
    {
      name: 'reach',
      title: 'Open the folder',
      needs: [],
      async run() {
        engine = await DuckdbEngine.start(admitFolder(connection.folder, world.folders), world.temporaryDir)
        return `${connection.folder} is allowed and there.`
      },
    },
    ...reports.map((report) => ({
      name: `report:${report.table}`,
      title: `Read the report ${report.table}`,
      needs: ['reach'],
      async run() {
        if (!engine) throw new TypeError('the folder was opened without an engine')
        const folder = admitFolder(connection.folder, world.folders)
        const plan = await planReport(engine, folder, report, range, signal)
        return `${plan.files.length} files, ${plan.columns.length} columns can be read.`
      },
    })),
  ]
  try {
    yield* tryEach(trials, caller)
  } finally {
    deadline.clear()
    await engine?.stop()
  }
}
