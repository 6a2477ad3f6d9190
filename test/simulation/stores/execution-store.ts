import { STATUS } from '@datahub/core/execution/status'
import type { Connection } from '@datahub/server/db/database'
import { FIRST_WORKSPACE } from '@datahub/server/db/scope'
import { fencedOut, type Claim } from '@datahub/server/executions/claim'
import * as real from '@datahub/server/executions/execution-store'
import { restatedBy } from '@datahub/server/executions/restated'
import { statement, type Rows, type Transaction } from '../database.ts'

/** The store of executions over the simulated database: the same promises, statement by statement. */
export * from '@datahub/server/executions/execution-store'

type Execution = Rows['execution']

const isOpen = ({ status }: Execution) => real.OPEN.includes(status)
const byId = (a: { id: number }, b: { id: number }) => a.id - b.id
const sameInstant = (a: Date, b: Date) => a.getTime() === b.getTime()

/** Jobs and rows hold JSON: what goes in is not what comes out. */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- the caller says what comes out, as a column does
export function json<T>(value: unknown): T {
  return structuredClone(value) as T
}

/** A change that the sync log shows. The row is looked for as the statement begins; the log is raised whether or not it passes. */
async function change(
  tx: Transaction,
  id: number,
  where: (row: Execution) => boolean,
  set: (row: Execution) => Partial<Execution>,
): Promise<Execution | undefined> {
  const before = tx.find('execution', id)
  if (!before) return undefined
  const [log] = await tx.update(
    'sync_log',
    () => true,
    (row) => ({ wanted: row.wanted + 1 }),
    before.task_id,
  )
  if (!where(before)) return undefined
  const [row] = await tx.update('execution', where, (row) => ({ ...set(row), log_wanted: log?.wanted ?? 0 }), id)
  return row
}

/** Who is fenced out has raised the log all the same: the statement did not fail. */
async function changeClaimed(
  db: Connection,
  claim: Claim,
  set: (row: Execution, tx: Transaction) => Partial<Execution>,
): Promise<void> {
  const isOwn = (row: Execution) => row.fence === claim.fence && isOpen(row)
  const changed = await statement(db, (tx) => change(tx, claim.id, isOwn, (row) => set(row, tx)))
  if (!changed) throw fencedOut(claim)
}

export const insertExecutions: typeof real.insertExecutions = async (db, executions) => {
  if (executions.length === 0) return []
  const tasks = [...new Set(executions.map(({ taskId }) => taskId))].sort((a, b) => a - b)
  await statement(db, async (tx) => {
    for (const task of tasks)
      await tx.update(
        'sync_log',
        () => true,
        (row) => ({ wanted: row.wanted + 1 }),
        task,
      )
  })
  return statement(db, async (tx) => {
    const created: real.CreatedExecution[] = []
    for (const one of executions) {
      const { random } = tx.database.world
      const id = (tx.database.sequences.execution += 1)
      const isPushed = one.trigger === 'backfill' || one.trigger === 'one-time'
      const range = `${one.range.from.getTime()}/${one.range.to.getTime()}`
      if (one.slotAt) await tx.lock('slot', `${one.taskId}/${one.slotAt.getTime()}`)
      if (isPushed) await tx.lock('pushed', `${one.taskId}/${range}`)
      await tx.lock('execution', id)
      const conflicts = tx.select('execution', (row) => {
        if (row.id === id) return true
        if (row.task_id !== one.taskId) return false
        if (one.slotAt && row.slot_at && sameInstant(row.slot_at, one.slotAt)) return true
        const isSame = sameInstant(row.range_from, one.range.from) && sameInstant(row.range_to, one.range.to)
        return isPushed && (row.trigger === 'backfill' || row.trigger === 'one-time') && isOpen(row) && isSame
      })
      if (conflicts.length > 0) continue
      const lane = one.lane ?? real.taskLane(one.taskId)
      tx.put('execution', {
        id,
        workspace_id: FIRST_WORKSPACE,
        task_id: one.taskId,
        request_id: random.uuid(),
        trigger: one.trigger,
        lane,
        // Nobody waits for a worker here
        turn: 0,
        backfill_id: one.backfillId ?? null,
        slot_at: one.slotAt,
        range_from: one.range.from,
        range_to: one.range.to,
        time_zone: one.range.timeZone,
        data_source: one.dataSource,
        package_day: one.packageDay,
        status: STATUS.pending,
        attempt: 0,
        fence: 0,
        triggered_at: tx.now,
        started_at: null,
        ended_at: null,
        send_started_at: null,
        retry_at: null,
        poll_at: null,
        reference: null,
        cancel_requested_at: null,
        announced_at: null,
        snapshot_at: null,
        size_bytes: null,
        sha256: null,
        supersedes: [],
        progress: null,
        failure: null,
        log_wanted: tx.find('sync_log', one.taskId)?.wanted ?? 0,
      })
      created.push({ id, taskId: one.taskId, trigger: one.trigger, lane, from: one.range.from, to: one.range.to })
    }
    return created
  })
}

function headOf(tx: Transaction, lane: string): Execution | undefined {
  return tx.select('execution', (row) => row.lane === lane && isOpen(row) && row.retry_at === null).sort(byId)[0]
}

export const selectLaneHeads: typeof real.selectLaneHeads = (db, lanes) =>
  statement(db, (tx) => new Set(lanes.flatMap((lane) => headOf(tx, lane)?.id ?? [])))

export const findNextInLane: typeof real.findNextInLane = (db, lane) =>
  statement(db, (tx) => {
    const head = headOf(tx, lane)
    if (head?.status !== STATUS.pending) return undefined
    return { id: head.id, trigger: head.trigger, lane: head.lane, status: head.status }
  })

export const countOpenInLanes: typeof real.countOpenInLanes = async (db, lanes) => {
  if (lanes.length === 0) return new Map()
  return statement(db, (tx) => {
    const open = new Map<string, number>()
    for (const { lane } of tx.select('execution', (row) => lanes.includes(row.lane) && isOpen(row)))
      open.set(lane, (open.get(lane) ?? 0) + 1)
    return open
  })
}

export const claimExecution: typeof real.claimExecution = async (db, id, worker) => {
  const back = await statement(db, async (tx) => {
    const waits = (row: Execution) => isOpen(row) && row.poll_at !== null
    return (await tx.update('execution', waits, (row) => ({ fence: row.fence + 1, poll_at: null }), id))[0]
  })
  const row =
    back ??
    (await statement(db, (tx) =>
      change(tx, id, isOpen, ({ attempt, fence, status, started_at }) => ({
        attempt: attempt + 1,
        fence: fence + 1,
        status: status < STATUS.running ? STATUS.running : status,
        started_at: started_at ?? tx.now,
        retry_at: null,
        progress: null,
      })),
    ))
  if (!row) return undefined
  if (!back)
    await statement(db, (tx) =>
      tx.put('execution_attempt', {
        execution_id: id,
        attempt: row.attempt,
        worker,
        started_at: tx.now,
        ended_at: null,
        failure: null,
      }),
    )
  const task = await statement(db, (tx) => tx.find('task', row.task_id))
  if (!task) throw new Error('no task')
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

export const markSealed: typeof real.markSealed = (db, claim, sealed) =>
  changeClaimed(db, claim, () => ({
    sha256: sealed.sha256,
    size_bytes: sealed.sizeBytes,
    snapshot_at: sealed.snapshotAt,
    supersedes: [...sealed.supersedes],
  }))

export const markSending: typeof real.markSending = (db, claim) =>
  changeClaimed(db, claim, (_row, tx) => ({ send_started_at: tx.now }))

export const markDelivered: typeof real.markDelivered = (db, claim) =>
  changeClaimed(db, claim, (_row, tx) => ({
    status: STATUS.fileSendSuccess,
    ended_at: tx.now,
    failure: null,
    progress: null,
    reference: null,
  }))

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

export const findReference: typeof real.findReference = (db, id) =>
  statement(db, (tx) => tx.find('execution', id)?.reference ?? null)

export const markInterrupted: typeof real.markInterrupted = (db, claim) =>
  changeClaimed(db, claim, () => ({ progress: null }))

export const requestCancel: typeof real.requestCancel = (db, id) =>
  statement(db, async (tx) => {
    const isInTime = ({ announced_at }: Execution) => announced_at === null
    return (await tx.update('execution', isInTime, () => ({ cancel_requested_at: tx.now }), id)).length > 0
  })

export const announce: typeof real.announce = async (db, claim) => {
  const isOwn = (row: Execution) => row.fence === claim.fence && isOpen(row) && row.cancel_requested_at === null
  const changed = await statement(db, (tx) =>
    tx.update('execution', isOwn, ({ announced_at }) => ({ announced_at: announced_at ?? tx.now }), claim.id),
  )
  return changed.length > 0 ? 'go on' : await holdsClaim(db, claim)
}

export const lockExecution: typeof real.lockExecution = (db, id) =>
  statement(db, async (tx) => {
    await tx.lock('execution', id)
    return tx.find('execution', id)
  })

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
  statement(db, async (tx) => {
    const ended = () => ({ ended_at: tx.now, failure: json<Rows['execution_attempt']['failure']>(failure) })
    await tx.update('execution_attempt', () => true, ended, `${claim.id}/${claim.attempt}`)
  })

export const replaceFiles: typeof real.replaceFiles = async (db, executionId, files) => {
  await statement(db, (tx) => {
    for (const file of tx.select('execution_file', (row) => row.execution_id === executionId))
      tx.delete('execution_file', `${executionId}/${file.table_name}`)
  })
  await statement(db, (tx) => {
    for (const [position, file] of files.entries())
      tx.put('execution_file', {
        position,
        schema_version: null,
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
  })
}

export const findRestated: typeof real.findRestated = (db, claim) =>
  restatedBy(claim.range, (from, to) =>
    statement(db, (tx) =>
      tx
        .select(
          'execution',
          (row) =>
            row.task_id === claim.taskId &&
            row.status === STATUS.fileSendSuccess &&
            row.id < claim.id &&
            row.range_to > from &&
            row.range_from < to &&
            row.ended_at !== null,
        )
        .sort(byId)
        .map((row) => ({ ...row, ended_at: row.ended_at as Date })),
    ),
  )

export const findExecution: typeof real.findExecution = (db, _within, id) =>
  statement(db, (tx) => tx.find('execution', id))

export const findOpenExecution: typeof real.findOpenExecution = (db, taskId, range) =>
  statement(db, (tx) =>
    tx
      .select('execution', (row) => {
        if (row.task_id !== taskId || !isOpen(row)) return false
        return !range || (sameInstant(row.range_from, range.from) && sameInstant(row.range_to, range.to))
      })
      .sort(byId)
      .at(-1),
  )

export const findServing: typeof real.findServing = async (db, taskId, ranges, since) => {
  if (ranges.length === 0) return []
  return statement(db, (tx) =>
    tx
      .select('execution', (row) => {
        const serves =
          isOpen(row) || (row.status === STATUS.fileSendSuccess && row.ended_at !== null && row.ended_at > since)
        const isOne = (range: { from: Date; to: Date }) =>
          sameInstant(range.from, row.range_from) && sameInstant(range.to, row.range_to)
        return row.task_id === taskId && serves && ranges.some(isOne)
      })
      .sort(byId)
      .toReversed()
      .map((row) => ({ id: row.id, from: row.range_from, to: row.range_to })),
  )
}
