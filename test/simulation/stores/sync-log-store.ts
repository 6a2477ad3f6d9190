import { toLogRow } from '@datahub/server/sync-log/log-row'
import * as real from '@datahub/server/sync-log/sync-log-store'
import { statement, type Rows } from '../database.ts'
import { json } from './execution-rows.ts'

export * from '@datahub/server/sync-log/sync-log-store'

const isFree = (now: Date) => (row: Rows['sync_log']) => row.lease_until === null || row.lease_until < now

export const takeLease: typeof real.takeLease = (db, taskId) =>
  statement(db, async (tx) => {
    const lease_token = `lease ${(tx.database.sequences.lease += 1)}`
    const lease_until = new Date(tx.now.getTime() + real.LEASE_SECONDS * 1000)
    const [row] = await tx.update('sync_log', isFree(tx.now), () => ({ lease_token, lease_until }), taskId)
    const destinationId = tx.find('task', taskId)?.destination_id ?? 0
    const kept = json<Rows['sync_log']['kept']>(row?.kept)
    return row && { taskId, token: lease_token, destinationId, version: row.version, kept }
  })

export const readLog: typeof real.readLog = (db, taskId, destinationId) =>
  statement(db, (tx) => {
    const { wanted } = tx.find('sync_log', taskId) ?? { wanted: 0 }
    const rows = tx.select('execution', (row) => row.task_id === taskId).sort((a, b) => a.id - b.id)
    const isHere = (row: Rows['execution']) => row.destination_id === destinationId
    return {
      wanted,
      rows: rows.filter(isHere).map(toLogRow),
      elsewhere: rows.filter((row) => !isHere(row)).map(toLogRow),
    }
  })

export const releasePublished: typeof real.releasePublished = (db, lease, written) =>
  statement(db, async (tx) => {
    const [row] = await tx.update(
      'sync_log',
      ({ lease_token }) => lease_token === lease.token,
      () => ({
        published: written.wanted,
        version: written.version,
        kept: json<Rows['sync_log']['kept']>(written.kept),
        lease_token: null,
        lease_until: null,
        failure: null,
        failures: 0,
        retry_at: null,
        verified_at: tx.now,
      }),
      lease.taskId,
    )
    if (!row) return 'overtaken'
    return row.wanted > row.published ? 'behind' : 'done'
  })

export const releaseFailed: typeof real.releaseFailed = (db, lease, failure) =>
  statement(db, async (tx) => {
    await tx.update(
      'sync_log',
      ({ lease_token }) => lease_token === lease.token,
      ({ failures }) => ({
        lease_token: null,
        lease_until: null,
        failure: json<Rows['sync_log']['failure']>(failure),
        failures: failures + 1,
        retry_at: new Date(tx.now.getTime() + Math.min(300, 2 ** Math.min(failures, 12)) * 1000),
      }),
      lease.taskId,
    )
  })

export const findBehind: typeof real.findBehind = (db, limit) =>
  statement(db, (tx) =>
    tx
      .select(
        'sync_log',
        (row) => row.published < row.wanted && (row.retry_at === null || row.retry_at <= tx.now) && isFree(tx.now)(row),
      )
      .slice(0, limit)
      .map(({ task_id }) => task_id),
  )

/** As if the storage honoured no conditions: its logs are looked at again after an hour. */
export const findUnverified: typeof real.findUnverified = (db, limit) =>
  statement(db, (tx) =>
    tx
      .select(
        'sync_log',
        (row) =>
          row.version !== null &&
          !tx.database.hasConditions &&
          (row.verified_at?.getTime() ?? -Infinity) < tx.now.getTime() - 3_600_000,
      )
      .slice(0, limit)
      .map(({ task_id: taskId }) => ({ taskId, destinationId: tx.find('task', taskId)?.destination_id ?? 0 })),
  )

export const markVerified: typeof real.markVerified = (db, taskId, changed) =>
  statement(db, async (tx) => {
    const seen = (row: Rows['sync_log']) => ({ verified_at: tx.now, ...(changed ? { wanted: row.wanted + 1 } : {}) })
    await tx.update('sync_log', () => true, seen, taskId)
  })

export const publishedVersion: typeof real.publishedVersion = (db, taskId) =>
  statement(db, (tx) => tx.find('sync_log', taskId)?.version ?? null)

export const skipIdsUpTo: typeof real.skipIdsUpTo = (db, id) =>
  statement(db, (tx) => {
    tx.database.sequences.execution = Math.max(id, tx.database.sequences.execution)
  })

export const moveLog: typeof real.moveLog = (db, taskId) =>
  statement(db, async (tx) => {
    const mayMove = (row: Rows['sync_log']) =>
      isFree(tx.now)(row) && (row.published >= row.wanted || row.failures > 0 || row.version === null)
    const moved = await tx.update(
      'sync_log',
      mayMove,
      () => ({
        version: null,
        published: 0,
        kept: [],
        lease_token: null,
        lease_until: null,
        failure: null,
        failures: 0,
        retry_at: null,
        verified_at: null,
      }),
      taskId,
    )
    return moved.length > 0
  })
