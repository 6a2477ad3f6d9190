import { STATUS } from '@datahub/core/execution/status'
import type * as real from '@datahub/server/executions/execution-store'
import { restatedBy } from '@datahub/server/executions/restated'
import { statement } from '../database.ts'
import { byId, isOpen, sameInstant, type Execution } from './execution-rows.ts'

/** The store of executions over the simulated database: the same promises, statement by statement. */
export * from '@datahub/server/executions/execution-store'

export const requestCancel: typeof real.requestCancel = (db, id) =>
  statement(db, async (tx) => {
    const isInTime = ({ announced_at }: Execution) => announced_at === null
    return (await tx.update('execution', isInTime, () => ({ cancel_requested_at: tx.now }), id)).length > 0
  })

export const lockExecution: typeof real.lockExecution = (db, id) =>
  statement(db, async (tx) => {
    await tx.lock('execution', id)
    return tx.find('execution', id)
  })

export const findRestated: typeof real.findRestated = (db, claim, snapshotAt) =>
  restatedBy({ ...claim, snapshotAt }, (from, to) =>
    statement(db, (tx) =>
      tx
        .select(
          'execution',
          (row) =>
            row.task_id === claim.taskId &&
            row.status === STATUS.fileSendSuccess &&
            row.destination_id === claim.destinationId &&
            row.range_to > from &&
            row.range_from < to &&
            row.snapshot_at !== null,
        )
        .sort(byId)
        .map((row) => ({ ...row, snapshot_at: row.snapshot_at as Date })),
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
