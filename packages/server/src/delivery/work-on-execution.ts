import { asDataHubError } from '@datahub/core/error/data-hub-error'
import { FencedOut, type Claim } from '../executions/claim.ts'
import { deliver } from './deliver.ts'
import type { DeliveryTools, Meter } from './delivery-tools.ts'
import { watchClaim } from './watch-claim.ts'

/** What a worker does with a job: claims the execution, delivers it, and says how it went. Faults end in the row, not in a throw. */
export async function workOnExecution(executionId: number, tools: DeliveryTools, worker: AbortSignal): Promise<void> {
  const claim = await tools.executions.claim(executionId)
  if (!claim) return
  if (!claim.isBack) tools.syncLogs.touch(claim.taskId)
  const meter: Meter = { step: 'dispatch', rows: 0, sizeBytes: 0 }
  const watch = watchClaim(claim, meter, tools.executions, worker)
  try {
    const outcome = await deliver({ claim, meter, signal: watch.signal }, tools)
    if (outcome === 'delivered') {
      tools.logger.info({ executionId, taskId: claim.taskId, rows: meter.rows }, 'delivered')
      await tools.staging.remove(executionId)
    }
  } catch (error) {
    // What aborted the attempt is the reason, whatever the step that was interrupted made of it
    await settle(claim, watch.signal.aborted ? watch.signal.reason : error, tools)
  } finally {
    await watch.stop()
  }
  await tools.syncLogs
    .publish(claim.taskId)
    .catch((error: unknown) => tools.logger.warn({ err: error, taskId: claim.taskId }, 'sync log not published'))
}

async function settle(claim: Claim, reason: unknown, tools: DeliveryTools): Promise<void> {
  const { id: executionId, attempt } = claim
  try {
    if (reason instanceof FencedOut) throw reason
    const error = asDataHubError(reason, `deliver execution ${executionId}`)
    if (error.code === 'execution.interrupted') return await tools.executions.handBack(claim)
    if (error.code === 'hub.internal') tools.logger.error({ err: error, executionId, attempt }, 'unexpected')
    const retryAt = await tools.executions.failed(claim, error)
    if (!retryAt) await tools.staging.remove(executionId)
    tools.logger.warn({ err: error, executionId, attempt, retryAt }, retryAt ? 'attempt failed' : 'execution failed')
  } catch (error) {
    if (!(error instanceof FencedOut)) throw error
    tools.logger.info({ executionId, attempt }, 'a newer attempt has taken over')
  }
}
