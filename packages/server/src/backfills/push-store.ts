import type { DataRange } from '@datahub/core/execution/data-range'
import type { Status } from '@datahub/core/execution/status'
import type { BackfillOnly, Pace } from '@datahub/core/task/backfill'
import type { Chunk } from '@datahub/core/task/chunks'
import { sql, type Selectable } from 'kysely'
import type { Connection } from '../db/database.ts'
import type { BackfillState, Schema, Trigger } from '../db/schema.ts'
import { isWithin, type Scope, type Within } from '../db/scope.ts'

/** A push over a past range: a backfill, or a one-time task. Its ranges become executions one after the other. */
export interface PushRecord extends Selectable<Schema['backfill']> {
  readonly task: string
}

export interface PushValues {
  readonly workspaceId: number
  readonly taskId: number
  readonly trigger: Trigger
  readonly fromOn: string
  readonly toOn: string
  readonly timeZone: string
  readonly chunk: Chunk
  readonly only: BackfillOnly
  readonly newestFirst: boolean
  readonly parallel: number
}

/** In the order in which they are delivered. */
export async function insertPush(db: Connection, values: PushValues, ranges: readonly DataRange[]): Promise<number> {
  const { id } = await db
    .insertInto('backfill')
    .values({
      workspace_id: values.workspaceId,
      task_id: values.taskId,
      trigger: values.trigger,
      from_on: values.fromOn,
      to_on: values.toOn,
      time_zone: values.timeZone,
      chunk: values.chunk,
      only_states: values.only,
      newest_first: values.newestFirst,
      parallel: values.parallel,
      state: 'running',
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  await sql`
    insert into backfill_range (backfill_id, position, range_from, range_to)
    select ${id}, range.position, range.range_from, range.range_to
    from unnest(${ranges.map((range) => range.from)}::timestamptz[], ${ranges.map((range) => range.to)}::timestamptz[])
      with ordinality as range (range_from, range_to, position)`.execute(db)
  return id
}

export async function listPushes(db: Connection, scope: Scope, filter: { taskId?: number | undefined; limit: number }) {
  const all = records(db, scope)
  const query = filter.taskId === undefined ? all : all.where('backfill.task_id', '=', filter.taskId)
  return query.orderBy('backfill.id', 'desc').limit(filter.limit).execute()
}

export async function findPush(db: Connection, within: Within, id: number): Promise<PushRecord | undefined> {
  return records(db, within).where('backfill.id', '=', id).executeTakeFirst()
}

/** Holds the push still until the transaction ends; its feeder passes over it. */
export async function lockPush(
  db: Connection,
  scope: Scope,
  id: number,
): Promise<Selectable<Schema['backfill']> | undefined> {
  return db
    .selectFrom('backfill')
    .selectAll()
    .where(isWithin(scope, 'backfill'))
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst()
}

/** One that runs, held for this transaction; undefined where another process feeds it. */
export async function lockPushToFeed(db: Connection, id: number): Promise<Selectable<Schema['backfill']> | undefined> {
  return db
    .selectFrom('backfill')
    .selectAll()
    .where('id', '=', id)
    .where('state', '=', 'running')
    .forUpdate()
    .skipLocked()
    .executeTakeFirst()
}

export async function listRunningPushes(db: Connection): Promise<number[]> {
  const rows = await db.selectFrom('backfill').select('id').where('state', '=', 'running').orderBy('id').execute()
  return rows.map((row) => row.id)
}

/** The push of a task that is neither finished nor cancelled, if there is one. */
export async function findOpenPush(db: Connection, taskId: number, trigger: Trigger): Promise<number | undefined> {
  const row = await db
    .selectFrom('backfill')
    .select('id')
    .where('task_id', '=', taskId)
    .where('trigger', '=', trigger)
    .where('state', 'in', ['running', 'paused'])
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row?.id
}

export async function setPushState(db: Connection, id: number, state: BackfillState): Promise<void> {
  const isOver = state === 'cancelled' || state === 'finished'
  await db
    .updateTable('backfill')
    .set({ state, ended_at: isOver ? sql<Date>`now()` : null })
    .where('id', '=', id)
    .execute()
}

export interface PushRange {
  readonly position: number
  readonly from: Date
  readonly to: Date
  readonly executionId: number | null
  /** Of the execution; null until it has one. */
  readonly status: Status | null
  readonly startedAt: Date | null
  readonly endedAt: Date | null
  readonly sizeBytes: number | null
  readonly rows: number | null
}

/** In the order in which they are delivered. */
export async function listRanges(db: Connection, id: number): Promise<PushRange[]> {
  const rows = await db
    .selectFrom('backfill_range')
    .leftJoin('execution', 'execution.id', 'backfill_range.execution_id')
    .select([
      'backfill_range.position',
      'backfill_range.range_from as from',
      'backfill_range.range_to as to',
      'backfill_range.execution_id as executionId',
      'execution.status',
      'execution.started_at as startedAt',
      'execution.ended_at as endedAt',
      'execution.size_bytes as sizeBytes',
    ])
    .select((query) =>
      query
        .selectFrom('execution_file')
        .select((sum) => sum.cast<number | null>(sum.fn.sum('execution_file.rows'), 'bigint').as('rows'))
        .whereRef('execution_file.execution_id', '=', 'backfill_range.execution_id')
        .as('rows'),
    )
    .where('backfill_range.backfill_id', '=', id)
    .orderBy('backfill_range.position')
    .execute()
  return rows
}

export async function assignExecutions(
  db: Connection,
  id: number,
  assigned: readonly { position: number; executionId: number }[],
): Promise<void> {
  await sql`
    update backfill_range range set execution_id = given.execution_id
    from unnest(${assigned.map((one) => one.position)}::integer[], ${assigned.map((one) => one.executionId)}::bigint[])
      as given (position, execution_id)
    where range.backfill_id = ${id} and range.position = given.position`.execute(db)
}

/** Ranges whose execution failed get another one; answers how many. */
export async function forgetFailed(db: Connection, id: number): Promise<number> {
  const result = await db
    .updateTable('backfill_range')
    .set({ execution_id: null })
    .where('backfill_id', '=', id)
    .where('execution_id', 'in', (query) =>
      query.selectFrom('execution').select('id').where('status', 'in', [3, 5, 7, 8]),
    )
    .executeTakeFirst()
  return Number(result.numUpdatedRows)
}

const PACE_OF = 30

/** What the task's last deliveries took. */
export async function readPace(db: Connection, taskId: number): Promise<Pace> {
  const { rows } = await sql<{ days: number; rows: number; size_bytes: number; work_ms: number }>`
    select coalesce(sum(extract(epoch from range_to - range_from)), 0)::float8 / 86400 as days,
      coalesce(sum((select sum(file.rows) from execution_file file where file.execution_id = last.id)), 0)::float8 as rows,
      coalesce(sum(size_bytes), 0)::float8 as size_bytes,
      coalesce(sum(extract(epoch from ended_at - started_at)), 0)::float8 * 1000 as work_ms
    from (
      select id, range_from, range_to, size_bytes, started_at, ended_at from execution
      where task_id = ${taskId} and status = 6 order by id desc limit ${PACE_OF}
    ) last`.execute(db)
  const [row] = rows
  return { days: row?.days ?? 0, rows: row?.rows ?? 0, sizeBytes: row?.size_bytes ?? 0, workMs: row?.work_ms ?? 0 }
}

function records(db: Connection, within: Within) {
  return db
    .selectFrom('backfill')
    .where(isWithin(within, 'backfill'))
    .innerJoin('task', 'task.id', 'backfill.task_id')
    .selectAll('backfill')
    .select('task.name as task')
}
