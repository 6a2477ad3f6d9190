import type { Source } from '@datahub/core/source/source'
import type { EgressPolicy } from '../../foundation/egress.ts'
import { databaseTrials } from '../database-trials.ts'
import { openSnapshotSource, type Snapshot } from '../snapshot-source.ts'
import { changedDays } from './changed-days.ts'
import { discoverTables } from './discover.ts'
import { explainConnecting, explainQuery } from './errors.ts'
import { planReport, type MysqlPlan } from './report-plan.ts'
import { MysqlSession } from './session.ts'
import type { MysqlConnection, MysqlReport } from './settings.ts'

/** A MySQL or MariaDB database: the reports of one package come from one snapshot, made CSV as the bytes arrive. */
export function openMysql(connection: MysqlConnection, reports: readonly MysqlReport[], egress: EgressPolicy): Source {
  return openSnapshotSource<MysqlReport, MysqlPlan>({
    kind: 'mysql',
    reports,
    deadlineMinutes: connection.deadlineMinutes,
    open: async (signal) => snapshotOf(await MysqlSession.open(connection, egress, signal)),
    trials: (open, signal) => databaseTrials(connection, egress, explainConnecting, open, signal),
  })
}

function snapshotOf(session: MysqlSession): Snapshot<MysqlReport, MysqlPlan> {
  return {
    at: session.snapshotAt,

    plan: (report, range, signal) => planReport(session, report, range, signal),

    async try(report, range, signal) {
      const { columns, plainEngine } = await planReport(session, report, range, signal)
      const readable = `${columns.length} columns can be read.`
      return plainEngine === undefined
        ? readable
        : `${readable} Its engine ${plainEngine} has no transactions: rows that change while it is read may be of different instants.`
    },

    async *read(plan, doing, signal) {
      const asking = { doing, signal }
      const sql = await runnable(session, plan, asking)
      const explain = (error: unknown) => explainQuery(error, doing, (index) => plan.columns[index]?.name)
      const rows = session.rows(sql, plan.header, plan.encodings, explain)
      const stop = () => {
        rows.fail(signal.reason as Error)
        void session.stop()
      }
      signal.addEventListener('abort', stop, { once: true })
      try {
        yield* rows
      } finally {
        signal.removeEventListener('abort', stop)
      }
      // The server's own count of what it sent
      const [counted] = await session.query('select found_rows()', [], asking)
      return Number(counted?.[0])
    },

    async estimate({ table, selectSql, values }, signal) {
      const asking = { doing: `estimate the report "${table}"`, signal }
      return await session.estimate(selectSql, values, asking)
    },

    changedDays: (report, request, until, signal) => changedDays(session, report, request, until, signal),
    discover: (request, signal) => discoverTables(session, request, signal),
    stop: () => session.stop(),
    close: () => session.close(),
  }
}

/** Rows come as text only from a statement without values of its own: they are bound to variables of the session. */
async function runnable(
  session: MysqlSession,
  { selectSql, values }: MysqlPlan,
  asking: { doing: string; signal: AbortSignal },
): Promise<string> {
  if (values.length === 0) return selectSql
  const [statement = '', ...names] = await session.bind([selectSql, ...values], asking)
  await session.run(`prepare datahub_report from ${statement}`, asking)
  return `execute datahub_report using ${names.join(', ')}`
}
