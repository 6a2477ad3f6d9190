import { DataHubError } from '@datahub/core/error/data-hub-error'
import { setTimeout as sleep } from 'node:timers/promises'
import { FencedOut, type Claim } from '../executions/claim.ts'
import type { ExecutionService } from '../executions/execution-service.ts'
import type { Meter } from './delivery-tools.ts'

const BEAT_MS = 1000

/**
 * While an attempt works: writes its progress once a second, and aborts it with the reason when somebody cancels, a
 * newer attempt takes over, or the worker itself has to stop.
 */
export function watchClaim(
  claim: Claim,
  meter: Meter,
  executions: ExecutionService,
  worker: AbortSignal,
): { signal: AbortSignal; stop(): Promise<void> } {
  const attempt = new AbortController()
  const over = new AbortController()
  const beat = async () => {
    while (!over.signal.aborted) {
      await sleep(BEAT_MS, undefined, { signal: over.signal }).catch(() => undefined)
      if (over.signal.aborted) return
      // A database that does not answer for a moment ends no delivery: the writes that matter are fenced themselves
      const hold = await executions.report(claim, { ...meter }).catch(() => 'go on')
      if (hold === 'cancel') attempt.abort(new DataHubError('execution.cancelled', 'deliver'))
      if (hold === 'fenced') attempt.abort(new FencedOut(`attempt ${claim.attempt} of execution ${claim.id}`))
    }
  }
  const interrupt = () => attempt.abort(new DataHubError('execution.interrupted', 'finish the attempt'))
  if (worker.aborted) interrupt()
  else worker.addEventListener('abort', interrupt, { once: true })
  const beating = beat()
  return {
    signal: attempt.signal,
    async stop() {
      over.abort()
      worker.removeEventListener('abort', interrupt)
      await beating
    },
  }
}
