import type { Column } from '@datahub/core/bucket/column'
import type { DataRange } from '@datahub/core/execution/data-range'
import { STATUS, type Status } from '@datahub/core/execution/status'
import { sql, type Selectable, type UpdateObject } from 'kysely'
import type { Connection } from '../db/database.ts'
import type { FailureRecord, Progress, Schema, Trigger } from '../db/schema.ts'
import { isWithin, type Scope, type Within } from '../db/scope.ts'
import { fencedOut, type Claim, type SealedFacts } from './claim.ts'
import { restatedBy, type DeliveredRow } from './restated.ts'

export type ExecutionRow = Selectable<Schema['execution']>

export const OPEN: readonly Status[] = [STATUS.pending, STATUS.running, STATUS.dispatchSuccess, STATUS.filePending]

export interface NewExecution {
  readonly taskId: number
  readonly trigger: Trigger
  /** The fire time it belongs to; null when a person asked. Unique per task. */
  readonly slotAt: Date | null
  readonly range: DataRange
  readonly dataSource: string
  readonly packageDay: string
  /** Absent: the task's own, so that it never overlaps itself. */
  readonly lane?: string
  readonly backfillId?: number
}

export interface CreatedExecution {
  readonly id: number
  readonly taskId: number
  readonly trigger: Trigger
  readonly lane: string
  readonly from: Date
  readonly to: Date
}

/** Where the executions of a task wait for each other. */
export function taskLane(taskId: number): string {
  return `task/${taskId}`
}

/**
 * Inserts those whose slot is new, and of pushed ranges those that are not under way already; marks their tasks' sync
 * logs, which also holds the lanes of the tasks still. Answers what came into being, in the order given.
 */
export async function insertExecutions(
  db: Connection,
  executions: readonly NewExecution[],
): Promise<CreatedExecution[]> {
  if (executions.length === 0) return []
  const tasks = [...new Set(executions.map((execution) => execution.taskId))].sort((a, b) => a - b)
  await sql`
    insert into sync_log as log (task_id, wanted, kept) select unnest(${tasks}::bigint[]), 1, '[]'
    on conflict (task_id) do update set wanted = log.wanted + 1`.execute(db)
  const column = <Value>(value: (execution: NewExecution) => Value) => executions.map(value)
  const { rows } = await sql<{
    id: number
    task_id: number
    trigger: Trigger
    lane: string
    range_from: Date
    range_to: Date
  }>`
    insert into execution (workspace_id, task_id, trigger, slot_at, range_from, range_to, time_zone, data_source, package_day,
      lane, backfill_id, log_wanted, turn)
    select task.workspace_id, task_id, trigger, slot_at, range_from, range_to, new.time_zone, data_source, package_day,
      lane, backfill_id, log.wanted,
      case when trigger in ('manual', 'retry') then hub.turn + 1 + asked.open
        else greatest(hub.turn, coalesce(asked.last, 0)) + row_number() over (partition by task.workspace_id order by position)
      end
    from unnest(
      ${column((one) => one.taskId)}::bigint[], ${column((one) => one.trigger)}::text[],
      ${column((one) => one.slotAt)}::timestamptz[], ${column((one) => one.range.from)}::timestamptz[],
      ${column((one) => one.range.to)}::timestamptz[], ${column((one) => one.range.timeZone)}::text[],
      ${column((one) => one.dataSource)}::text[], ${column((one) => one.packageDay)}::text[],
      ${column((one) => one.lane ?? taskLane(one.taskId))}::text[], ${column((one) => one.backfillId ?? null)}::bigint[]
    ) with ordinality as new (task_id, trigger, slot_at, range_from, range_to, time_zone, data_source, package_day, lane,
      backfill_id, position)
    join sync_log log using (task_id) join task on task.id = task_id cross join hub
    join (${turnsGiven(tasks)}) asked on asked.workspace_id = task.workspace_id
    order by new.position
    on conflict do nothing
    returning id, task_id, trigger, lane, range_from, range_to`.execute(db)
  return rows.map((row) => ({
    id: row.id,
    taskId: row.task_id,
    trigger: row.trigger,
    lane: row.lane,
    from: row.range_from,
    to: row.range_to,
  }))
}

/**
 * Of the workspaces of these tasks: the last turn given, and how many executions that people wait for are open. Several
 * processes may find the same last turn; the order is as fair without a lock.
 */
function turnsGiven(tasks: readonly number[]) {
  return sql`
    select workspace_id,
      (select max(turn) from execution e where e.workspace_id = of.workspace_id) as last,
      (select count(*) from execution e where e.workspace_id = of.workspace_id
        and e.status in (0, 1, 2, 4) and e.trigger in ('manual', 'retry')) as open
    from (select distinct workspace_id from task where id = any(${tasks}::bigint[])) of`
}

/** The ids of the first of each lane; one that waits for its retry lets others pass. */
export async function selectLaneHeads(db: Connection, lanes: readonly string[]): Promise<Set<number>> {
  // A lookup per lane, in the order of its index: a join would look at all open executions while the table is young
  const { rows } = await sql<{ id: number }>`
    select head.id from unnest(${lanes}::text[]) as wanted (lane), lateral (
      select id from execution
      where lane = wanted.lane and status in (0, 1, 2, 4) and retry_at is null
      order by lane, id limit 1
    ) head`.execute(db)
  return new Set(rows.map((row) => row.id))
}

/** The first of a lane, if nobody works on it yet. */
export async function findNextInLane(
  db: Connection,
  lane: string,
): Promise<{ id: number; trigger: Trigger; lane: string } | undefined> {
  const head = await db
    .selectFrom('execution')
    .select(['id', 'trigger', 'lane', 'status'])
    .where('lane', '=', lane)
    .where('status', 'in', OPEN)
    .where('retry_at', 'is', null)
    .orderBy('id')
    .limit(1)
    .executeTakeFirst()
  return head?.status === STATUS.pending ? head : undefined
}

/** How many executions of each lane are open; lanes without any are not in it. */
export async function countOpenInLanes(db: Connection, lanes: readonly string[]): Promise<Map<string, number>> {
  if (lanes.length === 0) return new Map()
  const { rows } = await sql<{ lane: string; open: number }>`
    select lane, count(*) as open from execution
    where lane = any(${lanes}::text[]) and status in (0, 1, 2, 4) group by lane`.execute(db)
  return new Map(rows.map((row) => [row.lane, row.open]))
}

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
  return {
    id,
    attempt: row.attempt,
    fence: row.fence,
    isBack: back !== undefined,
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

/** The package is about to become visible, unless somebody asked to cancel: one of the two comes first, for good. */
export async function announce(db: Connection, claim: Claim): Promise<Hold> {
  const row = await held(db, claim)
    .where('cancel_requested_at', 'is', null)
    .set({ announced_at: sql<Date>`coalesce(announced_at, now())` })
    .returning('id')
    .executeTakeFirst()
  return row ? 'go on' : await holdsClaim(db, claim)
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

/** What this execution restates, of what is delivered by now. */
export async function findRestated(db: Connection, claim: Claim): Promise<number[]> {
  return restatedBy(claim.range, (from, to) => deliveredWithin(db, claim, from, to))
}

async function deliveredWithin(db: Connection, claim: Claim, from: Date, to: Date): Promise<DeliveredRow[]> {
  return (
    db
      .selectFrom('execution')
      .select(['id', 'range_from', 'range_to', 'ended_at'])
      .where('task_id', '=', claim.taskId)
      .where('status', '=', STATUS.fileSendSuccess)
      .where('id', '<', claim.id)
      // What was delivered before the task moved stands elsewhere, where nobody sees what takes its place
      .where('id', '>', (query) =>
        query.selectFrom('sync_log').select('begins_after').where('task_id', '=', claim.taskId).$castTo<number>(),
      )
      .where('range_to', '>', from)
      .where('range_from', '<', to)
      .where('ended_at', 'is not', null)
      .orderBy('id')
      .$narrowType<{ ended_at: Date }>()
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
