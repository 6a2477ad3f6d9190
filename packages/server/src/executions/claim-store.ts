import type { Column } from '@datahub/core/bucket/column'
import { STATUS, type Status } from '@datahub/core/execution/status'
import { sql, type Selectable, type UpdateObject } from 'kysely'
import type { Connection } from '../db/database.ts'
import type { FailureRecord, Progress, Schema } from '../db/schema.ts'
import { fencedOut, type Claim, type SealedFacts } from './claim.ts'
import { OPEN, type ExecutionRow } from './execution-store.ts'

/** Takes the execution for a new attempt, or to go on after waiting. Undefined when it is over already. */
export async function claimExecution(db: Connection, id: number, worker: string): Promise<Claim | undefined> {
  const back = await comeBack(db, id, worker)
  const row =
    back ??
    (await change(db, id, (query) => query.where('status', 'in', OPEN), {
      attempt: sql`attempt + 1`,
      fence: sql`fence + 1`,
      status: sql`greatest(status, ${STATUS.running})`,
      started_at: sql`coalesce(started_at, now())`,
      retry_at: null,
      progress: null,
    }))
  if (!row) return undefined
  await db.updateTable('hub').set({ turn: row.turn }).where('turn', '<', row.turn).execute()
  if (!back)
    await db.insertInto('execution_attempt').values({ execution_id: id, attempt: row.attempt, worker }).execute()
  const task = await db
    .selectFrom('task')
    .select(['source_id', 'destination_id', 'reports'])
    .where('id', '=', row.task_id)
    .executeTakeFirstOrThrow()
  return claimOf(row, task, back !== undefined)
}

type TaskFacts = Pick<Selectable<Schema['task']>, 'source_id' | 'destination_id' | 'reports'>

/** `row`: as the claim left it. */
export function claimOf(row: ExecutionRow, task: TaskFacts, isBack: boolean): Claim {
  return {
    id: row.id,
    attempt: row.attempt,
    fence: row.fence,
    isBack,
    taskId: row.task_id,
    requestId: row.request_id,
    trigger: row.trigger,
    range: { from: row.range_from, to: row.range_to, timeZone: row.time_zone },
    dataSource: row.data_source,
    packageDay: row.package_day,
    triggeredAt: row.triggered_at,
    sourceId: task.source_id,
    destinationId: task.destination_id,
    tables: task.reports,
    status: row.status,
    lane: row.lane,
    sealed: row.sha256 !== null && row.size_bytes !== null ? { sha256: row.sha256, sizeBytes: row.size_bytes } : null,
  }
}

/** One that waits goes on with the attempt that it was at; the sync log has nothing new to show. */
async function comeBack(db: Connection, id: number, worker: string): Promise<ExecutionRow | undefined> {
  const row = await db
    .updateTable('execution')
    .set({ fence: sql`fence + 1`, poll_at: null })
    .where('id', '=', id)
    .where('status', 'in', OPEN)
    .where('poll_at', 'is not', null)
    .returningAll()
    .executeTakeFirst()
  if (row)
    await db
      .updateTable('execution_attempt')
      .set({ worker })
      .where('execution_id', '=', id)
      .where('attempt', '=', row.attempt)
      .execute()
  return row
}

/** The worker lets go until the reports are asked after again, or somebody asked to cancel: then undefined. */
export async function markPending(db: Connection, claim: Claim, pollAfterMs: number): Promise<Date | undefined> {
  const row = await held(db, claim)
    .where('cancel_requested_at', 'is', null)
    .set({
      poll_at: sql<Date>`now() + make_interval(secs => ${pollAfterMs / 1000})`,
      fence: sql`fence + 1`,
      progress: null,
    })
    .returning('poll_at')
    .executeTakeFirst()
  return row?.poll_at ?? undefined
}

/** Statuses only go up: a later attempt takes back nothing that the sync log has shown. */
export async function raiseStatus(db: Connection, claim: Claim, status: Status): Promise<void> {
  await changeClaimed(db, claim, { status: sql`greatest(status, ${status})` })
}

/** What the package is, before anything of it is published. */
export async function markSealed(
  db: Connection,
  claim: Claim,
  sealed: SealedFacts & { snapshotAt: Date; supersedes: readonly number[] },
): Promise<void> {
  await changeClaimed(db, claim, {
    sha256: sealed.sha256,
    size_bytes: sealed.sizeBytes,
    snapshot_at: sealed.snapshotAt,
    supersedes: sql`${sealed.supersedes}::bigint[]`,
  })
}

export async function markSending(db: Connection, claim: Claim): Promise<void> {
  await changeClaimed(db, claim, { send_started_at: sql`now()` })
}

export async function markDelivered(db: Connection, claim: Claim): Promise<void> {
  const status = STATUS.fileSendSuccess
  await changeClaimed(db, claim, { status, ended_at: sql`now()`, failure: null, progress: null, reference: null })
}

export async function markWaiting(db: Connection, claim: Claim, retryAt: Date, failure: FailureRecord): Promise<void> {
  await changeClaimed(db, claim, { retry_at: retryAt, failure: JSON.stringify(failure), progress: null })
}

export async function markFailed(db: Connection, claim: Claim, status: Status, failure: FailureRecord): Promise<void> {
  const end = { status, ended_at: sql<Date>`now()`, retry_at: null, progress: null, reference: null }
  await changeClaimed(db, claim, { ...end, failure: JSON.stringify(failure) })
}

/** Keeps what the source gave, sealed by the caller. Throws FencedOut. */
export async function setReference(db: Connection, claim: Claim, sealed: string): Promise<void> {
  const row = await held(db, claim).set({ reference: sealed }).returning('id').executeTakeFirst()
  if (!row) throw fencedOut(claim)
}

export async function findReference(db: Connection, id: number): Promise<string | null> {
  const row = await db.selectFrom('execution').select('reference').where('id', '=', id).executeTakeFirst()
  return row?.reference ?? null
}

export async function markInterrupted(db: Connection, claim: Claim): Promise<void> {
  await changeClaimed(db, claim, { progress: null })
}

/** The package is about to become visible, unless somebody asked to cancel: one of the two comes first, for good. */
export async function announce(db: Connection, claim: Claim): Promise<Hold> {
  const row = await held(db, claim)
    .where('cancel_requested_at', 'is', null)
    .set({ announced_at: sql<Date>`coalesce(announced_at, now())` })
    .returning('id')
    .executeTakeFirst()
  return row ? 'go on' : await holdsClaim(db, claim)
}

/** Whether the claim is still the newest, and whether somebody asked to cancel. */
export type Hold = 'go on' | 'cancel' | 'fenced'

/** Writes the progress of the claim; answers whether to go on. */
export async function reportProgress(db: Connection, claim: Claim, progress: Progress): Promise<Hold> {
  const row = await db
    .updateTable('execution')
    .set({ progress: JSON.stringify(progress) })
    .where('id', '=', claim.id)
    .where('fence', '=', claim.fence)
    .where('status', 'in', OPEN)
    .returning('cancel_requested_at')
    .executeTakeFirst()
  return holdOf(row)
}

/** Asked last thing before anything becomes visible. */
export async function holdsClaim(db: Connection, claim: Claim): Promise<Hold> {
  const row = await db
    .selectFrom('execution')
    .select('cancel_requested_at')
    .where('id', '=', claim.id)
    .where('fence', '=', claim.fence)
    .where('status', 'in', OPEN)
    .executeTakeFirst()
  return holdOf(row)
}

function holdOf(row: { cancel_requested_at: Date | null } | undefined): Hold {
  if (!row) return 'fenced'
  return row.cancel_requested_at === null ? 'go on' : 'cancel'
}

/** Ends an execution that nobody holds: it had not started, or its workers died. Undefined when it is over already. */
export async function endUnclaimed(
  db: Connection,
  id: number,
  from: readonly Status[],
  status: Status,
  failure: FailureRecord,
): Promise<ExecutionRow | undefined> {
  return change(db, id, (query) => query.where('status', 'in', from), {
    status,
    failure: JSON.stringify(failure),
    ended_at: sql`now()`,
    retry_at: null,
    poll_at: null,
    reference: null,
    // Whoever still works on it finds itself fenced out
    fence: sql`fence + 1`,
  })
}

export async function endAttempt(db: Connection, claim: Claim, failure: FailureRecord | null): Promise<void> {
  await db
    .updateTable('execution_attempt')
    .set({ ended_at: sql`now()`, failure: failure === null ? null : JSON.stringify(failure) })
    .where('execution_id', '=', claim.id)
    .where('attempt', '=', claim.attempt)
    .execute()
}

export interface ReportFacts {
  readonly table: string
  readonly fileName: string
  readonly rows: number
  readonly sizeBytes: number
  readonly sha256: string
  readonly columns: readonly Column[]
  readonly primaryKey: readonly string[] | null
  readonly dateColumn: string | null
  /** Which version of the report's columns this is; null in packages of earlier releases. */
  readonly schemaVersion: number | null
}

export async function replaceFiles(db: Connection, executionId: number, files: readonly ReportFacts[]): Promise<void> {
  await db.deleteFrom('execution_file').where('execution_id', '=', executionId).execute()
  await db
    .insertInto('execution_file')
    .values(
      files.map((file, position) => ({
        position,
        execution_id: executionId,
        table_name: file.table,
        file_name: file.fileName,
        rows: file.rows,
        size_bytes: file.sizeBytes,
        sha256: file.sha256,
        columns: JSON.stringify(file.columns),
        primary_key: file.primaryKey === null ? null : [...file.primaryKey],
        date_column: file.dateColumn,
        schema_version: file.schemaVersion,
      })),
    )
    .execute()
}

/** A change of the claimed execution that the sync log shows. Throws FencedOut when the claim is no longer the newest. */
async function changeClaimed(db: Connection, claim: Claim, set: UpdateObject<Schema, 'execution'>): Promise<void> {
  const own = (query: ReturnType<typeof updateOne>) =>
    query.where('fence', '=', claim.fence).where('status', 'in', OPEN)
  if (!(await change(db, claim.id, own, set))) throw fencedOut(claim)
}

/** The claimed execution, to change in it what the sync log does not show. */
function held(db: Connection, claim: Claim) {
  return db
    .updateTable('execution')
    .where('id', '=', claim.id)
    .where('fence', '=', claim.fence)
    .where('status', 'in', OPEN)
}

/** Changes one row and raises its task's sync log with it, so that the log is published again. */
async function change(
  db: Connection,
  id: number,
  narrow: (query: ReturnType<typeof updateOne>) => ReturnType<typeof updateOne>,
  set: UpdateObject<Schema, 'execution'>,
): Promise<ExecutionRow | undefined> {
  return narrow(updateOne(db, id))
    .set({ ...set, log_wanted: sql`(select wanted from log)` })
    .returningAll()
    .executeTakeFirst()
}

function updateOne(db: Connection, id: number) {
  return db
    .with('log', (query) =>
      query
        .updateTable('sync_log')
        .set({ wanted: sql`wanted + 1` })
        .where('task_id', '=', (task) => task.selectFrom('execution').select('task_id').where('id', '=', id))
        .returning('wanted'),
    )
    .updateTable('execution')
    .where('id', '=', id)
}
