import type { Column } from '@datahub/core/bucket/column'
import { STATUS, type Status } from '@datahub/core/execution/status'
import { sql, type Selectable, type UpdateObject } from 'kysely'
import type { Connection } from '../db/database.ts'
import type { FailureRecord, Progress, Schema } from '../db/schema.ts'
import { fencedOut, type Claim, type SealedFacts } from './claim.ts'
import { OPEN, type ExecutionRow } from './execution-store.ts'
import { changeLogged, endOfAttempt, tell, type Also, type LogLine } from './logged-change-store.ts'

/**
 * Takes the execution for a new attempt, or to go on with the same one after waiting: then the sync log has nothing new to
 * show. Undefined when it is over already. One statement, as most that a delivery does: there are many small ones.
 */
export async function claimExecution(db: Connection, id: number, worker: string): Promise<Claim | undefined> {
  const open = sql`id = ${id} and status in (0, 1, 2, 4)`
  const { rows } = await sql<ExecutionRow & TaskFacts & { is_back: boolean }>`
    with back as (
      update execution set fence = fence + 1, poll_at = null
      where ${open} and poll_at is not null
      returning *, true as is_back
    ), log as (
      update sync_log set wanted = wanted + 1
      where task_id = (select task_id from execution where ${open} and poll_at is null)
      returning wanted
    ), begun as (
      update execution set attempt = attempt + 1, fence = fence + 1, status = greatest(status, ${STATUS.running}),
        started_at = coalesce(started_at, now()), retry_at = null, progress = null,
        log_wanted = (select wanted from log)
      where ${open} and poll_at is null
      returning *, false as is_back
    ), claimed as (
      select * from back union all select * from begun
    ), attempt as (
      insert into execution_attempt (execution_id, attempt, worker) select id, attempt, ${worker}::text from claimed
      on conflict (execution_id, attempt) do update set worker = excluded.worker
    ), turns as (
      update hub set turn = claimed.turn from claimed where hub.turn < claimed.turn
    )
    select claimed.*, task.source_id, task.destination_id, task.reports
    from claimed join task on task.id = claimed.task_id`.execute(db)
  const [row] = rows
  return row && claimOf(row, row, row.is_back)
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
    reference: row.reference,
    sealed: row.sha256 !== null && row.size_bytes !== null ? { sha256: row.sha256, sizeBytes: row.size_bytes } : null,
  }
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

/** Statuses only go up: a later attempt takes back nothing that the sync log has shown. `line`: for the execution's own log. */
export async function raiseStatus(db: Connection, claim: Claim, status: Status, line: LogLine): Promise<void> {
  await changeClaimed(db, claim, { status: sql`greatest(status, ${status})` }, tell(line))
}

/** What the package is, and what is in it, before anything of it is published. */
export async function markSealed(
  db: Connection,
  claim: Claim,
  sealed: SealedFacts & { snapshotAt: Date; supersedes: readonly number[] },
  files: readonly ReportFacts[],
  line: LogLine,
): Promise<void> {
  const set = {
    sha256: sealed.sha256,
    size_bytes: sealed.sizeBytes,
    snapshot_at: sealed.snapshotAt,
    supersedes: sql<number[]>`${sealed.supersedes}::bigint[]`,
  }
  await changeClaimed(db, claim, set, replaceFiles(files), tell(line))
}

export async function markSending(db: Connection, claim: Claim, line: LogLine): Promise<void> {
  await changeClaimed(db, claim, { send_started_at: sql`now()` }, tell(line))
}

export async function markDelivered(db: Connection, claim: Claim, line: LogLine): Promise<void> {
  const status = STATUS.fileSendSuccess
  const set = { status, ended_at: sql<Date>`now()`, failure: null, progress: null, reference: null }
  await changeClaimed(db, claim, set, endOfAttempt, tell(line))
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
  return changeLogged(db, id, sql`status = any(${from}::smallint[])`, {
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

const FILE_COLUMNS = [
  'execution_id',
  'position',
  'table_name',
  'file_name',
  'rows',
  'size_bytes',
  'sha256',
  'columns',
  'primary_key',
  'date_column',
  'schema_version',
] as const

/** What is in the package, in the place of what an earlier attempt had packed. */
function replaceFiles(files: readonly ReportFacts[]): Also {
  const rows = JSON.stringify(files.map((file, position) => ({ position, ...file })))
  return (query) =>
    query
      .with('dropped', (dropped) =>
        dropped
          .deleteFrom('execution_file')
          .using('changed')
          .whereRef('execution_id', '=', 'changed.id')
          .returning('rows'),
      )
      .with('packed', (packed) =>
        packed.insertInto('execution_file').columns(FILE_COLUMNS).expression(sql`
          select changed.id, file.*
          from changed, (select count(*) from dropped) as dropped_first, jsonb_to_recordset(${rows}::jsonb) as file (
            position integer, "table" text, "fileName" text, rows bigint, "sizeBytes" bigint, sha256 text,
            columns jsonb, "primaryKey" text[], "dateColumn" text, "schemaVersion" integer
          )`),
      )
}

/** A change of the claimed execution that the sync log shows. Throws FencedOut when the claim is no longer the newest. */
async function changeClaimed(
  db: Connection,
  claim: Claim,
  set: UpdateObject<Schema, 'execution'>,
  ...also: readonly Also[]
): Promise<void> {
  const isOwn = sql<boolean>`fence = ${claim.fence} and status in (0, 1, 2, 4)`
  if (!(await changeLogged(db, claim.id, isOwn, set, ...also))) throw fencedOut(claim)
}

/** The claimed execution, to change in it what the sync log does not show. */
function held(db: Connection, claim: Claim) {
  return db
    .updateTable('execution')
    .where('id', '=', claim.id)
    .where('fence', '=', claim.fence)
    .where('status', 'in', OPEN)
}
