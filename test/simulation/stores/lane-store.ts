import { STATUS } from '@datahub/core/execution/status'
import { FIRST_WORKSPACE } from '@datahub/server/db/scope'
import * as real from '@datahub/server/executions/lane-store'
import { statement, type Transaction } from '../database.ts'
import { byId, isOpen, sameInstant, type Execution } from './execution-rows.ts'

/** New executions and their lanes over the simulated database. */
export * from '@datahub/server/executions/lane-store'

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
        destination_id: tx.find('task', one.taskId)?.destination_id ?? null,
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
