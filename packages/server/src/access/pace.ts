import type { Actor } from './access.ts'
import { tooMany } from './throttle.ts'

const MOST_CALLERS = 10_000

/** So many requests a minute for each caller, in bursts of as many; whoever is not signed in is their address. */
export class RequestPace {
  readonly #perMinute: number
  readonly #now: () => number
  readonly #buckets = new Map<string, { spent: number; at: number }>()

  /** `now`: milliseconds of a clock that only goes forward. */
  constructor(perMinute: number, now: () => number) {
    this.#perMinute = perMinute
    this.#now = now
  }

  /** Throws `request.too_many`. */
  assertRequest(actor: Actor, from: string): void {
    const key = actor.kind === 'nobody' ? from : `${actor.kind}/${actor.id}`
    const now = this.#now()
    const before = this.#buckets.get(key) ?? { spent: 0, at: now }
    const left = Math.max(0, before.spent - ((now - before.at) / 60_000) * this.#perMinute)
    const isOver = left + 1 > this.#perMinute
    this.#buckets.delete(key)
    this.#buckets.set(key, { spent: isOver ? left : left + 1, at: now })
    // Those that have asked least recently stand first
    const [oldest] = this.#buckets.keys()
    if (this.#buckets.size > MOST_CALLERS && oldest !== undefined) this.#buckets.delete(oldest)
    if (!isOver) return
    const retryAfterSeconds = Math.ceil(((left + 1 - this.#perMinute) * 60) / this.#perMinute)
    throw tooMany('answer the request', retryAfterSeconds)
  }
}
