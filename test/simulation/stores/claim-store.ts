import { STATUS } from '@datahub/core/execution/status'
import type { Connection } from '@datahub/server/db/database'
import { fencedOut, type Claim } from '@datahub/server/executions/claim'
import { claimOf } from '@datahub/server/executions/claim-store'
import type * as real from '@datahub/server/executions/claim-store'
import { statement, type Rows, type Transaction } from '../database.ts'
import { isOpen, json, type Execution } from './execution-rows.ts'

/** What is done under a claim over the simulated database, statement by statement. */
export * from '@datahub/server/executions/claim-store'

/** A change that the sync log shows: what does not pass as the statement begins raises no log either. */
async function change(
  tx: Transaction,
  id: number,
  where: (row: Execution) => boolean,
  set: (row: Execution) => Partial<Execution>,
): Promise<Execution | undefined> {
  const before = tx.find('execution', id)
  if (!before || !where(before)) return undefined
  const [log] = await tx.update(
    'sync_log',
    () => true,
    (row) => ({ wanted: row.wanted + 1 }),
    before.task_id,
  )
  const [row] = await tx.update('execution', where, (row) => ({ ...set(row), log_wanted: log?.wanted ?? 0 }), id)
  return row
}

/** `also`: what else the statement writes. Lines of the execution's own log are left out: nothing depends on them. */
async function changeClaimed(
  db: Connection,
  claim: Claim,
  set: (row: Execution, tx: Transaction) => Partial<Execution>,
  also: (tx: Transaction) => Promise<void> | void = () => undefined,
): Promise<void> {
  const isOwn = (row: Execution) => row.fence === claim.fence && isOpen(row)
  const changed = await statement(db, async (tx) => {
    const row = await change(tx, claim.id, isOwn, (row) => set(row, tx))
    if (row) await also(tx)
    return row
  })
  if (!changed) throw fencedOut(claim)
}

export const claimExecution: typeof real.claimExecution = (db, id, worker) =>
  statement(db, async (tx) => {
    const isBack = (tx.find('execution', id)?.poll_at ?? null) !== null
    const mayClaim = (row: Execution) => isOpen(row) && (row.poll_at !== null) === isBack
    const row = isBack
      ? (await tx.update('execution', mayClaim, ({ fence }) => ({ fence: fence + 1, poll_at: null }), id))[0]
      : await change(tx, id, mayClaim, ({ attempt, fence, status, started_at }) => ({
          attempt: attempt + 1,
          fence: fence + 1,
          status: status < STATUS.running ? STATUS.running : status,
          started_at: started_at ?? tx.now,
          retry_at: null,
          progress: null,
        }))
    if (!row) return undefined
    const key = `${id}/${row.attempt}`
    const attempt = tx.find('execution_attempt', key) ?? {
      execution_id: id,
      attempt: row.attempt,
      started_at: tx.now,
      ended_at: null,
      failure: null,
    }
    await tx.lock('execution_attempt', key)
    tx.put('execution_attempt', { ...attempt, worker })
    const task = tx.find('task', row.task_id)
    return task && claimOf(row, task, isBack)
  })

export const markPending: typeof real.markPending = (db, claim, pollAfterMs) =>
  statement(db, async (tx) => {
    const isOwn = (row: Execution) => row.fence === claim.fence && isOpen(row) && row.cancel_requested_at === null
    const [row] = await tx.update(
      'execution',
      isOwn,
      ({ fence }) => ({ poll_at: new Date(tx.now.getTime() + pollAfterMs), fence: fence + 1, progress: null }),
      claim.id,
    )
    return row?.poll_at ?? undefined
  })

export const raiseStatus: typeof real.raiseStatus = (db, claim, status) =>
  changeClaimed(db, claim, (row) => ({ status: row.status > status ? row.status : status }))

export const markSealed: typeof real.markSealed = (db, claim, sealed, files) =>
  changeClaimed(
    db,
    claim,
    () => ({
      sha256: sealed.sha256,
      size_bytes: sealed.sizeBytes,
      snapshot_at: sealed.snapshotAt,
      supersedes: [...sealed.supersedes],
    }),
    (tx) => replaceFiles(tx, claim.id, files),
  )

export const markSending: typeof real.markSending = (db, claim) =>
  changeClaimed(db, claim, (_row, tx) => ({ send_started_at: tx.now }))

export const markDelivered: typeof real.markDelivered = (db, claim) =>
  changeClaimed(
    db,
    claim,
    (_row, tx) => ({
      status: STATUS.fileSendSuccess,
      ended_at: tx.now,
      failure: null,
      progress: null,
      reference: null,
    }),
    (tx) => endOf(tx, claim, null),
  )

export const markWaiting: typeof real.markWaiting = (db, claim, retryAt, failure) =>
  changeClaimed(db, claim, () => ({ retry_at: retryAt, failure: json(failure), progress: null }))

export const markFailed: typeof real.markFailed = (db, claim, status, failure) =>
  changeClaimed(db, claim, (_row, tx) => ({
    status,
    ended_at: tx.now,
    retry_at: null,
    progress: null,
    reference: null,
    failure: json(failure),
  }))

export const setReference: typeof real.setReference = async (db, claim, sealed) => {
  const isOwn = (row: Execution) => row.fence === claim.fence && isOpen(row)
  const changed = await statement(db, (tx) => tx.update('execution', isOwn, () => ({ reference: sealed }), claim.id))
  if (changed.length === 0) throw fencedOut(claim)
}

export const markInterrupted: typeof real.markInterrupted = (db, claim) =>
  changeClaimed(db, claim, () => ({ progress: null }))

export const announce: typeof real.announce = async (db, claim) => {
  const isOwn = (row: Execution) => row.fence === claim.fence && isOpen(row) && row.cancel_requested_at === null
  const changed = await statement(db, (tx) =>
    tx.update('execution', isOwn, ({ announced_at }) => ({ announced_at: announced_at ?? tx.now }), claim.id),
  )
  return changed.length > 0 ? 'go on' : await holdsClaim(db, claim)
}

function holdOf(row: Execution | undefined): real.Hold {
  if (!row) return 'fenced'
  return row.cancel_requested_at === null ? 'go on' : 'cancel'
}

export const reportProgress: typeof real.reportProgress = (db, claim, progress) =>
  statement(db, async (tx) => {
    const isOwn = (row: Execution) => row.fence === claim.fence && isOpen(row)
    return holdOf(
      (await tx.update('execution', isOwn, () => ({ progress: json<Execution['progress']>(progress) }), claim.id))[0],
    )
  })

export const holdsClaim: typeof real.holdsClaim = (db, claim) =>
  statement(db, (tx) => {
    const row = tx.find('execution', claim.id)
    return holdOf(row && row.fence === claim.fence && isOpen(row) ? row : undefined)
  })

export const endUnclaimed: typeof real.endUnclaimed = (db, id, from, status, failure) =>
  statement(db, (tx) =>
    change(
      tx,
      id,
      (row) => from.includes(row.status),
      ({ fence }) => ({
        status,
        failure: json(failure),
        ended_at: tx.now,
        retry_at: null,
        poll_at: null,
        reference: null,
        fence: fence + 1,
      }),
    ),
  )

export const endAttempt: typeof real.endAttempt = (db, claim, failure) =>
  statement(db, (tx) => endOf(tx, claim, failure))

async function endOf(tx: Transaction, claim: Claim, failure: Rows['execution_attempt']['failure']): Promise<void> {
  const ended = () => ({ ended_at: tx.now, failure: json<Rows['execution_attempt']['failure']>(failure) })
  await tx.update('execution_attempt', () => true, ended, `${claim.id}/${claim.attempt}`)
}

/** In the place of what an earlier attempt had packed. */
function replaceFiles(tx: Transaction, executionId: number, files: readonly real.ReportFacts[]): void {
  for (const file of tx.select('execution_file', (row) => row.execution_id === executionId))
    tx.delete('execution_file', `${executionId}/${file.table_name}`)
  for (const [position, file] of files.entries())
    tx.put('execution_file', {
      position,
      schema_version: file.schemaVersion,
      execution_id: executionId,
      table_name: file.table,
      file_name: file.fileName,
      rows: file.rows,
      size_bytes: file.sizeBytes,
      sha256: file.sha256,
      columns: json(file.columns),
      primary_key: file.primaryKey === null ? null : [...file.primaryKey],
      date_column: file.dateColumn,
    })
}
