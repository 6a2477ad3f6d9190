import type { Source } from '@datahub/core/source/source'
import type { EgressPolicy } from '../../foundation/egress.ts'
import { databaseTrials } from '../database-trials.ts'
import { openSnapshotSource, type Snapshot } from '../snapshot-source.ts'
import { changedDays } from './changed-days.ts'
import { discoverRelations } from './discover.ts'
import { explainConnecting } from './errors.ts'
import { planReport, type PostgresPlan } from './report-plan.ts'
import { PostgresSession } from './session.ts'
import type { PostgresConnection, PostgresReport } from './settings.ts'

/** A PostgreSQL database: the reports of one package come from one snapshot, as the bytes that PostgreSQL writes. */
export function openPostgres(
  connection: PostgresConnection,
  reports: readonly PostgresReport[],
  egress: EgressPolicy,
): Source {
  return openSnapshotSource<PostgresReport, PostgresPlan>({
    kind: 'postgres',
    reports,
    deadlineMinutes: connection.deadlineMinutes,
    open: async (signal) => snapshotOf(await PostgresSession.open(connection, egress, signal)),
    trials: (open, signal) => databaseTrials(connection, egress, explainConnecting, open, signal),
  })
}

function snapshotOf(session: PostgresSession): Snapshot<PostgresReport, PostgresPlan> {
  return {
    at: session.snapshotAt,

    plan: (report, range, signal) => planReport(session, report, range, signal),

    async try(report, range, signal) {
      const asking = { doing: `check the report "${report.table}"`, signal }
      await session.query('savepoint report', [], asking)
      try {
        const plan = await planReport(session, report, range, signal)
        return `${plan.columns.length} columns can be read.`
      } finally {
        if (!signal.aborted) await session.query('rollback to savepoint report', [], asking).catch(() => {})
      }
    },

    async *read({ selectSql }, doing, signal) {
      const copy = session.copy(`copy (${selectSql}) to stdout (format csv, header true)`, doing)
      const stop = () => {
        copy.fail(signal.reason as Error)
        void session.stop()
      }
      signal.addEventListener('abort', stop, { once: true })
      try {
        yield* copy
        return copy.rows
      } finally {
        signal.removeEventListener('abort', stop)
      }
    },

    async estimate({ table, selectSql }, signal) {
      const asking = { doing: `estimate the report "${table}"`, signal }
      const { rows } = await session.query<[[{ Plan: { 'Plan Rows': number } }]]>(
        `explain (format json) ${selectSql}`,
        [],
        asking,
      )
      return rows[0]?.[0][0].Plan['Plan Rows'] ?? null
    },

    changedDays: (report, request, until, signal) => changedDays(session, report, request, until, signal),
    discover: (request, signal) => discoverRelations(session, request, signal),
    stop: () => session.stop(),
    close: () => session.close(),
  }
}
