import type * as real from '@datahub/server/backfills/push-store'
import { statement, type Rows, type Transaction } from '../database.ts'

export * from '@datahub/server/backfills/push-store'

export const insertPush: typeof real.insertPush = async (db, values, ranges) => {
  const id = await statement(db, (tx) => {
    const id = (tx.database.sequences.backfill += 1)
    tx.put('backfill', {
      id,
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
      created_at: tx.now,
      ended_at: null,
    })
    return id
  })
  await statement(db, (tx) => {
    for (const [index, { from, to }] of ranges.entries())
      tx.put('backfill_range', {
        backfill_id: id,
        position: index + 1,
        range_from: from,
        range_to: to,
        execution_id: null,
      })
  })
  return id
}

const recordOf = (row: Rows['backfill'] | undefined): real.PushRecord | undefined => row && { ...row, task: 'daily' }

export const findPush: typeof real.findPush = (db, _within, id) =>
  statement(db, (tx) => recordOf(tx.find('backfill', id)))

export const lockPush: typeof real.lockPush = (db, _scope, id) =>
  statement(db, async (tx) => {
    await tx.lock('backfill', id)
    return tx.find('backfill', id)
  })

export const lockPushToFeed: typeof real.lockPushToFeed = (db, id) =>
  statement(db, async (tx) => {
    if (tx.isLockedByOther('backfill', id)) return undefined
    await tx.lock('backfill', id)
    const row = tx.find('backfill', id)
    return row?.state === 'running' ? row : undefined
  })

export const listRunningPushes: typeof real.listRunningPushes = (db) =>
  statement(db, (tx) => tx.select('backfill', ({ state }) => state === 'running').map(({ id }) => id))

export const setPushState: typeof real.setPushState = (db, id, state) =>
  statement(db, async (tx) => {
    const isOver = state === 'cancelled' || state === 'finished'
    await tx.update(
      'backfill',
      () => true,
      () => ({ state, ended_at: isOver ? tx.now : null }),
      id,
    )
  })

function rangesOf(tx: Transaction, id: number) {
  return tx.select('backfill_range', (row) => row.backfill_id === id).sort((a, b) => a.position - b.position)
}

export const listRanges: typeof real.listRanges = (db, id) =>
  statement(db, (tx) =>
    rangesOf(tx, id).map((range) => {
      const execution = range.execution_id === null ? undefined : tx.find('execution', range.execution_id)
      return {
        position: range.position,
        from: range.range_from,
        to: range.range_to,
        executionId: range.execution_id,
        status: execution?.status ?? null,
        startedAt: execution?.started_at ?? null,
        endedAt: execution?.ended_at ?? null,
        sizeBytes: execution?.size_bytes ?? null,
        rows: null,
      }
    }),
  )

export const assignExecutions: typeof real.assignExecutions = (db, id, assigned) =>
  statement(db, async (tx) => {
    for (const { position, executionId } of assigned)
      await tx.update(
        'backfill_range',
        () => true,
        () => ({ execution_id: executionId }),
        `${id}/${position}`,
      )
  })

/** Only what a preview estimates by. */
export const readPace: typeof real.readPace = (db) =>
  statement(db, () => ({ days: 0, rows: 0, sizeBytes: 0, workMs: 0 }))
