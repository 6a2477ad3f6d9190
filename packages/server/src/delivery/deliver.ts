import type { Attempt, DeliveryTools } from './delivery-tools.ts'
import { producePackage } from './produce-package.ts'
import { isStored, sendPackage, storeManifest } from './store-package.ts'

/**
 * One delivery (docs/decisions/002-commit-order.md). The package is made once and keeps its bytes whatever happens
 * after; it may be on its way while it is made, but nothing of it is visible before its counts and hashes are in the
 * database; the manifest follows the package, and the status that the sync log shows follows both. A crash anywhere
 * re-enters here: with the same bytes, or with nothing published. `pending`: the source produces the reports; this worker is free for something else.
 */
export async function deliver(attempt: Attempt, tools: DeliveryTools): Promise<'delivered' | 'pending'> {
  const destination = await tools.openDestination(attempt.claim.destinationId)
  try {
    const staged = await tools.staging.find(attempt.claim, attempt.signal)
    // The disk of an earlier attempt may be gone while its package is stored already: then only the rest is to do
    if (staged || !(await isStored(attempt, destination))) {
      await using sending = sendPackage(attempt, tools, destination)
      const whole = staged ?? (await producePackage(attempt, tools, sending))
      if ('pollAfterMs' in whole) {
        await tools.executions.pending(attempt.claim, whole.pollAfterMs)
        return 'pending'
      }
      await tools.syncLogs.claimDirectory(attempt.claim.taskId)
      await sending.store(whole)
    }
    await storeManifest(attempt, tools, destination)
  } finally {
    await destination.close()
  }
  await tools.executions.delivered(attempt.claim)
  return 'delivered'
}
