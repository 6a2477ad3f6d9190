import type { Database } from '../db/database.ts'
import type { DestinationService } from '../definitions/destination-service.ts'
import type { Logger } from '../foundation/logger.ts'
import { lastProof, takeDueForRetest } from './connection-test-store.ts'

const AT_ONCE = 5

/**
 * Tests destinations again about once a day, so that a dead key is found before the next delivery meets it; those that
 * a delivery has gone through to meanwhile are not bothered.
 */
export async function retestDestinations(
  db: Database,
  destinations: DestinationService,
  logger: Logger,
): Promise<void> {
  for (const id of await takeDueForRetest(db, AT_ONCE)) {
    try {
      const provedAt = await lastProof(db, id)
      const ok = provedAt ? await destinations.proved(id, provedAt) : await destinations.retest(id)
      if (!ok) logger.warn({ destinationId: id }, 'a destination failed its daily test')
    } catch (error) {
      logger.warn({ err: error, destinationId: id }, 'a destination could not be tested')
    }
  }
}
