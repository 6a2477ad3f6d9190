import { sendWaiting, type SendWorld } from '../alerts/send.ts'
import { forgetAlerts } from '../alerts/alert-store.ts'
import { createWatch, type WatchWorld } from '../alerts/watch.ts'
import { forgetIdleThrottles } from '../access/throttle-store.ts'
import type { BackfillService } from '../backfills/backfill-service.ts'
import { followChanges, type ChangesWorld } from '../changes/follow-changes.ts'
import type { CoverageService } from '../coverage/coverage-service.ts'
import type { Destination } from '@datahub/core/destination/destination'
import { retestDestinations } from '../connection-tests/retest-destinations.ts'
import type { Database } from '../db/database.ts'
import { EVERYWHERE } from '../db/scope.ts'
import type { DestinationService } from '../definitions/destination-service.ts'
import type { Staging } from '../delivery/staging.ts'
import { tidyUploads } from '../delivery/tidy-uploads.ts'
import { dispatchDue } from '../executions/dispatch.ts'
import type { ExecutionService } from '../executions/execution-service.ts'
import { forgetUnusedTokens } from '../definitions/refresh-token-store.ts'
import type { ExecutionQueue } from '../executions/queue.ts'
import { findExecution } from '../executions/execution-store.ts'
import { isFinal } from '@datahub/core/execution/status'
import type { Logger } from '../foundation/logger.ts'
import { forgetSilentProcesses } from '../processes/process-store.ts'
import { KEPT_DAYS } from '../system/retention.ts'
import { noteCleaned } from '../system/cleaning-store.ts'
import type { SyncLogPublisher } from '../sync-log/sync-log-publisher.ts'
import { nextFireInMs } from '../tasks/task-store.ts'
import { loopService, type Service } from './loop.ts'

const DISPATCH_EVERY_MS = 1000
const FEED_EVERY_MS = 200
const RESCUE_EVERY_MS = 5000
const CLEAN_EVERY_MS = 60_000
const FOLLOW_EVERY_MS = 5000
const RETEST_EVERY_MS = 10_000
const SEND_EVERY_MS = 1000

/**
 * Turns due tasks into executions, and lets pushes go on. Between, it sleeps until the next task fires by the database's
 * clock; only for so long, because other processes change tasks too.
 */
export function dispatcherService(
  db: Database,
  executions: ExecutionService,
  backfills: BackfillService,
  logger: Logger,
): Service {
  return loopService('dispatcher', DISPATCH_EVERY_MS, logger, async () => {
    while ((await dispatchDue(db, executions)) > 0);
    const underWay = await backfills.feed()
    const untilNextMs = Math.max(0, (await nextFireInMs(db)) ?? DISPATCH_EVERY_MS)
    return underWay > 0 ? Math.min(untilNextMs, FEED_EVERY_MS) : untilNextMs
  })
}

/** Puts right what a crash or an outage left behind: sync logs that are behind, executions without a job; counts gaps. */
export function rescuerService(
  db: Database,
  queue: ExecutionQueue,
  syncLogs: SyncLogPublisher,
  coverage: CoverageService,
  logger: Logger,
): Service {
  return loopService('rescuer', RESCUE_EVERY_MS, logger, async () => {
    await syncLogs.sweep()
    for (const lost of await queue.findLost(db)) {
      logger.warn({ executionId: lost.executionId }, 'put back an execution that had no job')
      await queue.enqueue(db, [lost])
    }
    for (const gap of await coverage.findGaps()) logger.warn(gap, 'a task has gaps: see its coverage')
  })
}

/** Finds what sources have changed in the past, where tasks want to know. */
export function changesService(world: ChangesWorld): Service {
  return loopService('changes', FOLLOW_EVERY_MS, world.logger, () => followChanges(world))
}

/** Tests destinations that nothing was delivered to for a day. */
export function retestService(db: Database, destinations: DestinationService, logger: Logger): Service {
  return loopService('retest', RETEST_EVERY_MS, logger, () => retestDestinations(db, destinations, logger))
}

/** Notices what people should hear of. */
export function watchService(world: WatchWorld, everyMs: number, logger: Logger): Service {
  return loopService('alerts', everyMs, logger, createWatch(world))
}

/** Tells them. */
export function senderService(world: SendWorld): Service {
  return loopService('sending alerts', SEND_EVERY_MS, world.logger, async () => {
    while ((await sendWaiting(world)) > 0);
  })
}

/** Removes what this machine staged, what was left half-way in storages, for executions that are over; and old records. */
export function cleanerService(
  db: Database,
  staging: Staging,
  openDestination: (id: number) => Promise<Destination>,
  logger: Logger,
): Service {
  return loopService('cleaner', CLEAN_EVERY_MS, logger, async () => {
    await noteCleaned(db, 'packages', await clearStaging(db, staging))
    await noteCleaned(db, 'uploads', await tidyUploads(db, openDestination, logger))
    await noteCleaned(db, 'refreshTokens', await forgetUnusedTokens(db, KEPT_DAYS.refreshTokens))
    await noteCleaned(db, 'throttles', await forgetIdleThrottles(db, KEPT_DAYS.throttles))
    await noteCleaned(db, 'alerts', await forgetAlerts(db, KEPT_DAYS.alerts))
    await noteCleaned(db, 'processes', await forgetSilentProcesses(db, KEPT_DAYS.processes))
  })
}

async function clearStaging(db: Database, staging: Staging): Promise<number> {
  let removed = 0
  for (const id of await staging.list()) {
    const execution = await findExecution(db, EVERYWHERE, id)
    if (execution && !isFinal(execution.status)) continue
    await staging.remove(id)
    removed += 1
  }
  return removed
}
