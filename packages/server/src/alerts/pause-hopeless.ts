import { codes, type ErrorCode } from '@datahub/core/error/codes'
import { classOf } from '@datahub/core/error/error-class'
import type { AuditService } from '../audit/audit-service.ts'
import { databaseNow, type Connection } from '../db/database.ts'
import { EVERYWHERE } from '../db/scope.ts'
import { listFailing } from '../home/home-store.ts'
import { lockTask, setPaused } from '../tasks/task-store.ts'
import { listHopeless } from './condition-store.ts'

/** What only somebody's change helps against: it is never tried again by itself, and nobody has cancelled it. */
const HOPELESS = (Object.keys(codes) as ErrorCode[]).filter(
  (code) => classOf(code) === 'user' && code !== 'execution.cancelled',
)

/**
 * Pauses tasks that have failed so often in a row that trying again only fills logs, and writes down why. What they miss
 * meanwhile stays owed: resuming delivers it.
 */
export async function pauseHopeless(tx: Connection, audit: AuditService, afterFailures: number): Promise<void> {
  const failing = (await listFailing(tx, EVERYWHERE)).filter(({ failure }) => HOPELESS.includes(failure.code))
  const ids = failing.map(({ id }) => id)
  for (const task of await listHopeless(tx, ids, HOPELESS, afterFailures)) {
    await lockTask(tx, task.id)
    const { failures, firstExecutionId, lastExecutionId, failure } = task
    const { code, message, cure } = failure
    const at = (await databaseNow(tx)).toISOString()
    const reason = { failures, firstExecutionId, lastExecutionId, code, message, cure, at }
    await setPaused(tx, task.id, true, null, null, reason)
    await audit.recordIn(tx, { actor: { kind: 'hub', id: 0, name: 'Data Hub' }, workspaceId: task.workspaceId }, '', {
      action: 'task.pause',
      subject: task.name,
      outcome: 'done',
      before: { paused: false },
      after: { paused: true, pauseReason: reason },
    })
  }
}
