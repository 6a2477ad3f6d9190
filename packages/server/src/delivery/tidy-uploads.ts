import { parsePackageName } from '@datahub/core/bucket/names'
import type { Destination } from '@datahub/core/destination/destination'
import { isFinal } from '@datahub/core/execution/status'
import type { Database } from '../db/database.ts'
import { EVERYWHERE } from '../db/scope.ts'
import { findWithOpenUploads, listOpenUploads } from '../definitions/destination-store.ts'
import { findExecution } from '../executions/execution-store.ts'
import type { Logger } from '../foundation/logger.ts'

const TIDY_MS = 60_000

/**
 * Has the storages throw away the parts of packages whose execution is over. What an execution that goes on left open
 * its next attempt removes itself; where aborting is denied, the connection test names the lifecycle rule. Answers how many
 * were removed.
 */
export async function tidyUploads(
  db: Database,
  openDestination: (id: number) => Promise<Destination>,
  logger: Logger,
): Promise<number> {
  let removed = 0
  for (const destinationId of await findWithOpenUploads(db)) {
    const forgotten = new Set<string>()
    for (const { key } of await listOpenUploads(db, destinationId)) if (await isOver(db, key)) forgotten.add(key)
    if (forgotten.size === 0) continue
    const destination = await openDestination(destinationId)
    try {
      const left = await destination.tidyUp?.((key) => forgotten.has(key), AbortSignal.timeout(TIDY_MS))
      removed += forgotten.size - (left ?? 0)
      if (left) logger.warn({ destinationId, left }, 'uploads that failed could not be removed')
    } finally {
      await destination.close()
    }
  }
  return removed
}

/** Whether the key is a package's, or its manifest's, that nobody will send any more. */
async function isOver(db: Database, key: string): Promise<boolean> {
  const name = parsePackageName(key.slice(key.lastIndexOf('/') + 1).replace(/\.manifest\.json$/, '.zip'))
  if (!name) return false
  const execution = await findExecution(db, EVERYWHERE, name.executionId)
  return !execution || isFinal(execution.status)
}
