import type { Database } from '../db/database.ts'
import type { Staging } from '../delivery/staging.ts'
import { dispatchDue } from '../executions/dispatch.ts'
import type { ExecutionService } from '../executions/execution-service.ts'
import type { ExecutionQueue } from '../executions/queue.ts'
import { findExecution } from '../executions/execution-store.ts'
import { isFinal } from '@datahub/core/execution/status'
import type { Logger } from '../foundation/logger.ts'
import type { SyncLogPublisher } from '../sync-log/sync-log-publisher.ts'
import { loopService, type Service } from './loop.ts'

const DISPATCH_EVERY_MS = 1000
const RESCUE_EVERY_MS = 5000
const CLEAN_EVERY_MS = 60_000

/** Turns due tasks into executions. */
export function dispatcherService(db: Database, executions: ExecutionService, logger: Logger): Service {
  return loopService('dispatcher', DISPATCH_EVERY_MS, logger, async () => {
    while ((await dispatchDue(db, executions)) > 0);
  })
}

/** Puts right what a crash or an outage left behind: sync logs that are behind, executions without a job. */
export function rescuerService(
  db: Database,
  queue: ExecutionQueue,
  syncLogs: SyncLogPublisher,
  logger: Logger,
): Service {
  return loopService('rescuer', RESCUE_EVERY_MS, logger, async () => {
    await syncLogs.sweep()
    for (const id of await queue.findLost(db)) {
      const execution = await findExecution(db, id)
      if (!execution || isFinal(execution.status)) continue
      logger.warn({ executionId: id }, 'put back an execution that had no job')
      await queue.enqueue(db, [{ executionId: id, taskId: execution.task_id }])
    }
  })
}

/** Removes what this machine staged for executions that are over. */
export function cleanerService(db: Database, staging: Staging, logger: Logger): Service {
  return loopService('cleaner', CLEAN_EVERY_MS, logger, async () => {
    for (const id of await staging.list()) {
      const execution = await findExecution(db, id)
      if (!execution || isFinal(execution.status)) await staging.remove(id)
    }
  })
}
