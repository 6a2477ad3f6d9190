import type { Source } from '@datahub/core/source/source'
import type { SourceWorld } from '../kind.ts'
import { openSnapshotSource, type Snapshot } from '../snapshot-source.ts'
import { discoverFiles } from './discover.ts'
import { DuckdbEngine } from './engine-process.ts'
import { assertUnchanged } from './files.ts'
import { admitFolder } from './folder.ts'
import { planReport, type DuckdbPlan } from './report-plan.ts'
import type { DuckdbConnection, DuckdbReport } from './settings.ts'

/** Files in a folder, read by DuckDB: the reports of one package see the files as they were when it was begun. */
export function openDuckdb(connection: DuckdbConnection, reports: readonly DuckdbReport[], world: SourceWorld): Source {
  return openSnapshotSource<DuckdbReport, DuckdbPlan>({
    kind: 'duckdb',
    reports,
    deadlineMinutes: connection.deadlineMinutes,

    async open() {
      const folder = admitFolder(connection.folder, world.folders)
      return snapshotOf(await DuckdbEngine.start(folder, world.temporaryDir), folder)
    },

    trials: (open) => [
      {
        name: 'reach',
        title: 'Open the folder',
        needs: [],
        async run() {
          await open()
          return `${connection.folder} is allowed and there.`
        },
      },
    ],
  })
}

function snapshotOf(engine: DuckdbEngine, folder: string): Snapshot<DuckdbReport, DuckdbPlan> {
  return {
    at: new Date(),

    plan(report, range, signal) {
      void engine.preparePipe()
      return planReport(engine, folder, report, range, signal)
    },

    async try(report, range, signal) {
      const plan = await planReport(engine, folder, report, range, signal)
      return `${plan.files.length} files, ${plan.columns.length} columns can be read.`
    },

    async *read({ files, selectSql, values }, doing, signal) {
      await assertUnchanged(files, doing)
      let rows: number
      try {
        rows = yield* engine.copy(selectSql, values, doing, signal)
      } catch (error) {
        signal.throwIfAborted()
        // A file that is being rewritten looks damaged.
        await assertUnchanged(files, doing)
        throw error
      }
      await assertUnchanged(files, doing)
      return rows
    },

    async estimate({ table, selectSql, values }, signal) {
      const doing = `estimate the report "${table}"`
      const [row] = await engine.query(`explain (format json) ${selectSql}`, doing, signal, values)
      const [plan] = JSON.parse(String(row?.[1])) as { extra_info?: { 'Estimated Cardinality'?: string } }[]
      const rows = Number(plan?.extra_info?.['Estimated Cardinality'])
      return Number.isSafeInteger(rows) ? rows : null
    },

    discover: (request, signal) => discoverFiles(engine, folder, request, signal),
    stop: () => engine.stop(),
    close: () => engine.stop(),
  }
}
