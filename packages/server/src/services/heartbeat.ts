import type { Database } from '../db/database.ts'
import type { Logger } from '../foundation/logger.ts'
import { forgetProcess, noteAlive, type ProcessFacts, type Pulse } from '../processes/process-store.ts'
import { loopService, type Service } from './loop.ts'

const EVERY_MS = 10_000

/** Says that this process is alive, and takes its leave when it stops: whoever is killed is shown as silent. */
export function heartbeatService(
  db: Database,
  self: ProcessFacts,
  pulse: () => Promise<Pulse>,
  logger: Logger,
): Service {
  const beat = loopService('heartbeat', EVERY_MS, logger, async () => {
    await noteAlive(db, self, await pulse())
  })
  return {
    ...beat,
    async start() {
      // In a container the process before this one may have had the same name
      await forgetProcess(db, self.name)
      await beat.start()
    },
    async stop() {
      await beat.stop()
      await forgetProcess(db, self.name)
    },
  }
}
