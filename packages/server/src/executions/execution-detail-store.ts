import type { ExecutionDetail } from '@datahub/core/api/execution-shapes'
import { diagnose } from '@datahub/core/error/diagnosis'
import { paceOf, type Pace } from '@datahub/core/execution/pace'
import { isFinal, STATUS } from '@datahub/core/execution/status'
import { timelineOf } from '@datahub/core/execution/timeline'
import { sql } from 'kysely'
import { databaseNow, type Connection } from '../db/database.ts'
import type { Scope } from '../db/scope.ts'
import type { ExecutionRow } from './execution-store.ts'
import { findExecutionView } from './execution-view-store.ts'
import { givenUpAt, type RetryPolicy } from './failure.ts'
import { listMilestones, readLog } from './log-store.ts'
import { listReports } from './sealed-store.ts'

/** With files, attempts and log, and what they tell together. Throws `request.not_found`. */
export async function getExecutionDetail(
  db: Connection,
  scope: Scope,
  id: number,
  retry: RetryPolicy,
): Promise<ExecutionDetail> {
  const { view, row } = await findExecutionView(db, scope, id)
  const [reports, attempts, log, milestones, now] = await Promise.all([
    listReports(db, id),
    db.selectFrom('execution_attempt').selectAll().where('execution_id', '=', id).orderBy('attempt').execute(),
    readLog(db, id),
    listMilestones(db, id),
    databaseNow(db),
  ])
  return {
    ...view,
    timeline: timelineOf(
      {
        triggeredAt: row.triggered_at,
        endedAt: row.ended_at,
        isDelivered: row.status === STATUS.fileSendSuccess,
        attempts: attempts.map(({ attempt, started_at, ended_at }) => ({
          attempt,
          startedAt: started_at,
          endedAt: ended_at,
        })),
        events: milestones,
      },
      now,
    ),
    diagnosis: row.failure && diagnose(row.failure),
    pace: (await readPace(db, row, milestones, now)) ?? null,
    staged: stagedOf(row, now, retry),
    files: reports.map(({ fileName, table, rows, sizeBytes, sha256 }) => ({
      fileName,
      table,
      rows,
      sizeBytes,
      sha256,
    })),
    attempts: attempts.map((attempt) => ({
      attempt: attempt.attempt,
      startedAt: attempt.started_at.toISOString(),
      endedAt: attempt.ended_at?.toISOString() ?? null,
      worker: attempt.worker,
      failure: attempt.failure,
    })),
    log,
  }
}

/** A sealed package stays on disk as long as the execution is open: it is sent again, not made again. */
function stagedOf(row: ExecutionRow, now: Date, retry: RetryPolicy): ExecutionDetail['staged'] {
  if (isFinal(row.status) || row.size_bytes === null || row.started_at === null) return null
  const until = givenUpAt(row, row.started_at, retry)
  return { sizeBytes: row.size_bytes, keptUntil: until > now ? until.toISOString() : null }
}

async function readPace(
  db: Connection,
  row: ExecutionRow,
  milestones: Awaited<ReturnType<typeof listMilestones>>,
  now: Date,
): Promise<Pace | undefined> {
  if (isFinal(row.status) || row.progress?.step !== 'generate') return undefined
  // The next one of the attempt says that all is packed
  const begun = milestones.find(({ attempt, step }) => attempt === row.attempt && step === 'generate')
  if (!begun) return undefined
  const elapsedMs = now.getTime() - begun.at.getTime()
  return paceOf(row.progress.sizeBytes, elapsedMs, await expectedBytes(db, row))
}

/** CSV of the last delivery of the task, as if it had been of a range as long as this one. */
async function expectedBytes(db: Connection, row: ExecutionRow): Promise<number | null> {
  const { rows } = await sql<{ size_bytes: number | null; ms: number }>`
    select (select sum(size_bytes) from execution_file file where file.execution_id = last.id)::float8 as size_bytes,
      (extract(epoch from range_to - range_from) * 1000)::float8 as ms
    from (select id, range_from, range_to from execution
      where task_id = ${row.task_id} and status = 6 and id < ${row.id} order by id desc limit 1) last`.execute(db)
  const [last] = rows
  if (!last || last.size_bytes === null) return null
  return last.size_bytes * ((row.range_to.getTime() - row.range_from.getTime()) / last.ms)
}
