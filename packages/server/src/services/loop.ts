import { setTimeout as sleep } from 'node:timers/promises'
import type { Logger } from '../foundation/logger.ts'

/** A service of the hub: started once, stopped once. */
export interface Service {
  readonly name: string
  start(): Promise<void>
  /** Resolves when nothing of it is under way any more. */
  stop(): Promise<void>
}

/**
 * A service that does a chore again and again; a chore that fails is logged and comes again. It pauses for `everyMs`
 * between, or for as long as the chore says where that is shorter.
 */
export function loopService(
  name: string,
  everyMs: number,
  logger: Logger,
  chore: () => Promise<number | void>,
): Service {
  const over = new AbortController()
  let running: Promise<void> | undefined
  const run = async () => {
    while (!over.signal.aborted) {
      const pauseMs = await chore().catch((error: unknown) => logger.warn({ err: error }, name))
      await sleep(Math.min(everyMs, pauseMs ?? everyMs), undefined, { signal: over.signal }).catch(() => undefined)
    }
  }
  return {
    name,
    async start() {
      running = run()
    },
    async stop() {
      over.abort()
      await running
    },
  }
}

/** Several loops that start and stop as one: one that takes long holds up none of the others. */
export function together(name: string, services: readonly Service[]): Service {
  return {
    name,
    async start() {
      for (const service of services) await service.start()
    },
    async stop() {
      await Promise.all(services.map((service) => service.stop()))
    },
  }
}
