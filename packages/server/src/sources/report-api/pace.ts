import { setTimeout as sleep } from 'node:timers/promises'
import { DataHubError } from '@datahub/core/error/data-hub-error'

/** Waiting longer than this is done without a worker. */
export const LONGEST_PAUSE_MS = 5_000

/** Keeps the requests of this process to one service apart, whoever makes them. */
export class Pace {
  readonly #nextAt = new Map<string, number>()

  /** Resolves when it is the caller's turn; `source.throttled` when that is too far away to sit and wait for. */
  async turn(service: string, perMinute: number, doing: string, signal: AbortSignal): Promise<void> {
    const now = Date.now()
    const at = Math.max(now, this.#nextAt.get(service) ?? 0)
    if (at - now > LONGEST_PAUSE_MS) throw new DataHubError('source.throttled', doing, { retryAfterMs: at - now })
    this.#nextAt.set(service, at + 60_000 / perMinute)
    if (at > now) await sleep(at - now, undefined, { signal })
  }
}
