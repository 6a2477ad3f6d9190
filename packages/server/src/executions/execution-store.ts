import type { DataRange } from '@datahub/core/execution/data-range'
import { STATUS, type Status } from '@datahub/core/execution/status'
import { sql, type Selectable } from 'kysely'
import type { Connection } from '../db/database.ts'
import type { Schema } from '../db/schema.ts'
import { isWithin, type Scope, type Within } from '../db/scope.ts'
import type { Claim } from './claim.ts'
import { restatedBy, type DeliveredRow } from './restated.ts'

export type ExecutionRow = Selectable<Schema['execution']>

export const OPEN: readonly Status[] = [STATUS.pending, STATUS.running, STATUS.dispatchSuccess, STATUS.filePending]

/** False when it is too late: the package is visible already, or may be. */
export async function requestCancel(db: Connection, id: number): Promise<boolean> {
  const row = await db
    .updateTable('execution')
    .set({ cancel_requested_at: sql`now()` })
    .where('id', '=', id)
    .where('announced_at', 'is', null)
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}

export async function lockExecution(db: Connection, id: number): Promise<ExecutionRow | undefined> {
  return db.selectFrom('execution').selectAll().where('id', '=', id).forUpdate().executeTakeFirst()
}

/** Executions that failed and wait for another attempt. */
export async function countWaiting(db: Connection, scope: Scope): Promise<number> {
  const { count } = await db
    .selectFrom('execution')
    .select((query) => query.fn.countAll<number>().as('count'))
    .where(isWithin(scope, 'execution'))
    .where('status', 'in', OPEN)
    .where('retry_at', 'is not', null)
    .executeTakeFirstOrThrow()
  return count
}

/** What this execution restates, of what is delivered by now. */
export async function findRestated(db: Connection, claim: Claim, snapshotAt: Date): Promise<number[]> {
  return restatedBy({ ...claim, snapshotAt }, (from, to) => deliveredWithin(db, claim, from, to))
}

async function deliveredWithin(db: Connection, claim: Claim, from: Date, to: Date): Promise<DeliveredRow[]> {
  return (
    db
      .selectFrom('execution')
      .select(['id', 'range_from', 'range_to', 'snapshot_at'])
      .where('task_id', '=', claim.taskId)
      .where('status', '=', STATUS.fileSendSuccess)
      // What the task has delivered elsewhere stands there still: nobody who sees it sees what takes its place here
      .where('destination_id', '=', claim.destinationId)
      .where('range_to', '>', from)
      .where('range_from', '<', to)
      .where('snapshot_at', 'is not', null)
      .orderBy('id')
      .$narrowType<{ snapshot_at: Date }>()
      .execute()
  )
}

export async function findExecution(db: Connection, within: Within, id: number): Promise<ExecutionRow | undefined> {
  return db
    .selectFrom('execution')
    .selectAll()
    .where(isWithin(within, 'execution'))
    .where('id', '=', id)
    .executeTakeFirst()
}

export async function findOpenExecution(
  db: Connection,
  taskId: number,
  range?: DataRange,
): Promise<ExecutionRow | undefined> {
  let query = db.selectFrom('execution').selectAll().where('task_id', '=', taskId).where('status', 'in', OPEN)
  if (range) query = query.where('range_from', '=', range.from).where('range_to', '=', range.to)
  return query.orderBy('id', 'desc').limit(1).executeTakeFirst()
}

/** Executions of the task that deliver exactly one of these ranges, or have since then, whoever asked for them. */
export async function findServing(
  db: Connection,
  taskId: number,
  ranges: readonly { from: Date; to: Date }[],
  since: Date,
): Promise<{ id: number; from: Date; to: Date }[]> {
  if (ranges.length === 0) return []
  const { rows } = await sql<{ id: number; from: Date; to: Date }>`
    select e.id, e.range_from as from, e.range_to as to from execution e
    join unnest(${ranges.map((range) => range.from)}::timestamptz[], ${ranges.map((range) => range.to)}::timestamptz[])
      as wanted (range_from, range_to) using (range_from, range_to)
    where e.task_id = ${taskId} and (e.status in (0, 1, 2, 4) or (e.status = 6 and e.ended_at > ${since}))
    order by e.id desc`.execute(db)
  return rows
}
