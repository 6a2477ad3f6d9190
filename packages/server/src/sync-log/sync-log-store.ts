import type { SyncLogRow } from '@datahub/core/bucket/sync-log'
import { sql, type Selectable } from 'kysely'
import type { Connection } from '../db/database.ts'
import type { FailureRecord, Schema } from '../db/schema.ts'
import { isWithin, type Scope } from '../db/scope.ts'
import { LOG_FACTS, toLogRow, type LogFacts } from './log-row.ts'

/** What a publisher holds while it writes: nobody else writes this log until it lets go or its lease runs out. */
export interface SyncLogLease {
  readonly taskId: number
  readonly token: string
  /** Where the log stands: a task that moves while somebody holds the lease takes him nowhere else. */
  readonly destinationId: number
  /** What the store called the log when this hub wrote it last; null: never, as far as we know. */
  readonly version: string | null
  readonly kept: readonly SyncLogRow[]
}

export const LEASE_SECONDS = 60
const LONGEST_PAUSE_SECONDS = 300
const VERIFY_EVERY_SECONDS = 3600

/** Takes the lease if it is free. Undefined when somebody holds it, who will then write our change too. */
export async function takeLease(db: Connection, taskId: number): Promise<SyncLogLease | undefined> {
  const row = await db
    .updateTable('sync_log')
    .set({ lease_token: sql`gen_random_uuid()`, lease_until: sql`now() + make_interval(secs => ${LEASE_SECONDS})` })
    .where('task_id', '=', taskId)
    .where((test) => test.or([test('lease_until', 'is', null), test('lease_until', '<', sql<Date>`now()`)]))
    .returning(['lease_token', 'version', 'kept'])
    .returning(sql<number>`(select destination_id from task where id = task_id)`.as('at'))
    .executeTakeFirst()
  return row?.lease_token
    ? { taskId, token: row.lease_token, destinationId: row.at, version: row.version, kept: reviveRows(row.kept) }
    : undefined
}

export interface TaskLog {
  /** The number of the change that the rows include. */
  readonly wanted: number
  readonly rows: SyncLogRow[]
  /** Those of executions that the task has delivered elsewhere. */
  readonly elsewhere: SyncLogRow[]
}

/** The rows of the log at a destination and the number of the change they include: one statement, which sees one instant. */
export async function readLog(db: Connection, taskId: number, destinationId: number): Promise<TaskLog> {
  const found = await db
    .selectFrom('sync_log')
    .leftJoin('execution', 'execution.task_id', 'sync_log.task_id')
    .select('wanted')
    .select(LOG_FACTS.map((column) => `execution.${column}` as const))
    .where('sync_log.task_id', '=', taskId)
    .orderBy('execution.id')
    // Of a task without executions the join has one row, with nothing of them in it
    .$castTo<Pick<Selectable<Schema['sync_log']>, 'wanted'> & (LogFacts | { id: null })>()
    .execute()
  const [log] = found
  if (!log) throw new Error(`task ${taskId} has no sync log`)
  const rows = found.filter((row) => row.id !== null)
  const isHere = (row: LogFacts) => row.destination_id === destinationId
  return {
    wanted: log.wanted,
    rows: rows.filter(isHere).map(toLogRow),
    elsewhere: rows.filter((row) => !isHere(row)).map(toLogRow),
  }
}

/** Frees what processes that are gone have held, for a hub that knows it is the only one. */
export async function freeLeases(db: Connection): Promise<void> {
  await db
    .updateTable('sync_log')
    .set({ lease_token: null, lease_until: null })
    .where('lease_until', 'is not', null)
    .execute()
}

/** What a writer finds when it is done: nothing more to write, newer changes, or that somebody else wrote meanwhile. */
export type Outcome = 'done' | 'behind' | 'overtaken'

/** Lets go after a successful write. */
export async function releasePublished(
  db: Connection,
  lease: SyncLogLease,
  written: { wanted: number; version: string; kept: readonly SyncLogRow[] },
): Promise<Outcome> {
  const row = await db
    .updateTable('sync_log')
    .set({
      published: written.wanted,
      version: written.version,
      kept: JSON.stringify(written.kept),
      lease_token: null,
      lease_until: null,
      failure: null,
      failures: 0,
      retry_at: null,
      verified_at: sql`now()`,
    })
    .where('task_id', '=', lease.taskId)
    .where('lease_token', '=', lease.token)
    .returning(['wanted', 'published'])
    .executeTakeFirst()
  if (!row) return 'overtaken'
  return row.wanted > row.published ? 'behind' : 'done'
}

/** Lets go after a failure; the sweep comes back later, and later again. */
export async function releaseFailed(db: Connection, lease: SyncLogLease, failure: FailureRecord): Promise<void> {
  await db
    .updateTable('sync_log')
    .set({
      lease_token: null,
      lease_until: null,
      failure: JSON.stringify(failure),
      failures: sql`failures + 1`,
      retry_at: sql`now() + make_interval(secs => least(${LONGEST_PAUSE_SECONDS}, power(2, least(failures, 12))))`,
    })
    .where('task_id', '=', lease.taskId)
    .where('lease_token', '=', lease.token)
    .execute()
}

/** Tasks whose log is behind and due for another try. */
export async function findBehind(db: Connection, limit: number): Promise<number[]> {
  const rows = await db
    .selectFrom('sync_log')
    .select('task_id')
    .whereRef('published', '<', 'wanted')
    .where((test) => test.or([test('retry_at', 'is', null), test('retry_at', '<=', sql<Date>`now()`)]))
    .where((test) => test.or([test('lease_until', 'is', null), test('lease_until', '<', sql<Date>`now()`)]))
    .orderBy('retry_at', (order) => order.asc().nullsFirst())
    .limit(limit)
    .execute()
  return rows.map((row) => row.task_id)
}

/**
 * Tasks whose log should be looked at, because their storage keeps no two writers apart: one that was held up may have
 * written an old log over a newer one.
 */
export async function findUnverified(
  db: Connection,
  limit: number,
): Promise<{ taskId: number; destinationId: number }[]> {
  const rows = await db
    .selectFrom('sync_log')
    .innerJoin('task', 'task.id', 'sync_log.task_id')
    .innerJoin('destination', 'destination.id', 'task.destination_id')
    .select(['sync_log.task_id', 'task.destination_id'])
    .where('sync_log.version', 'is not', null)
    .where(sql<boolean>`destination.capabilities->>'conditions' <> 'honoured'`)
    .where(sql<boolean>`coalesce(verified_at, '-infinity') < now() - make_interval(secs => ${VERIFY_EVERY_SECONDS})`)
    .orderBy(sql`verified_at asc nulls first`)
    .limit(limit)
    .execute()
  return rows.map((row) => ({ taskId: row.task_id, destinationId: row.destination_id }))
}

/** The log was looked at: it is what was published, or, with `changed`, it is to be written again. */
export async function markVerified(db: Connection, taskId: number, changed: boolean): Promise<void> {
  await db
    .updateTable('sync_log')
    .set({ verified_at: sql`now()`, ...(changed ? { wanted: sql`wanted + 1` } : {}) })
    .where('task_id', '=', taskId)
    .execute()
}

/** What the store called the log when this hub wrote it last. */
export async function publishedVersion(db: Connection, taskId: number): Promise<string | null> {
  const row = await db.selectFrom('sync_log').select('version').where('task_id', '=', taskId).executeTakeFirst()
  return row?.version ?? null
}

/** Logs whose last write failed. */
export async function countFailing(db: Connection, scope: Scope): Promise<number> {
  const { count } = await db
    .selectFrom('sync_log')
    .innerJoin('task', 'task.id', 'sync_log.task_id')
    .select((query) => query.fn.countAll<number>().as('count'))
    .where(isWithin(scope, 'task'))
    .where('failures', '>', 0)
    .executeTakeFirstOrThrow()
  return count
}

/**
 * The task delivers elsewhere from now on, where its log tells of nothing but what is delivered there. Answers whether
 * that could be: not while the log here is written, nor before it shows all, unless it cannot be written at all.
 */
export async function moveLog(db: Connection, taskId: number): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('sync_log')
    .set({
      version: null,
      published: 0,
      kept: '[]',
      // A writer that was held up there for longer than its lease says nothing of the new place when it goes on
      lease_token: null,
      lease_until: null,
      failure: null,
      failures: 0,
      retry_at: null,
      verified_at: null,
    })
    .where('task_id', '=', taskId)
    .where((test) => test.or([test('lease_until', 'is', null), test('lease_until', '<', sql<Date>`now()`)]))
    .where((test) =>
      test.or([test('published', '>=', test.ref('wanted')), test('failures', '>', 0), test('version', 'is', null)]),
    )
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

/** The settings of the destination have changed: the log there is to be found or made anew. */
export async function forgetVersion(db: Connection, taskIds: readonly number[]): Promise<void> {
  if (taskIds.length === 0) return
  await db
    .updateTable('sync_log')
    .set({ version: null, published: 0, retry_at: null })
    .where('task_id', 'in', taskIds)
    .execute()
}

/** After a restore from an older backup: the ids that the bucket's log has used are never given out again. */
export async function skipIdsUpTo(db: Connection, id: number): Promise<void> {
  await sql`select setval(pg_get_serial_sequence('execution', 'id'), greatest(${id}, (select last_value from execution_id_seq)))`.execute(
    db,
  )
}

/** JSON has no dates: kept rows come back with texts. */
function reviveRows(rows: readonly SyncLogRow[]): SyncLogRow[] {
  const date = (value: Date | string | null) => (value === null ? null : new Date(value))
  return rows.map((row) => ({
    ...row,
    triggeredAt: new Date(row.triggeredAt),
    startedAt: date(row.startedAt),
    endedAt: date(row.endedAt),
    sendStartedAt: date(row.sendStartedAt),
  }))
}
