import type { ChangeEvent } from '@datahub/core/api/live-routes'
import type { QueryClient } from '@tanstack/react-query'
import { goodForMs, isTouched } from './touched.ts'

const LOOK_AGAIN_MS = 200

/** Has asked again what events touch: what is on screen now or as soon as its answer is old enough, all else when it is needed. */
export class Refresher {
  readonly #client: QueryClient
  readonly #waiting = new Set<string>()
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(client: QueryClient) {
    this.#client = client
  }

  hear(event: ChangeEvent): void {
    for (const query of this.#client.getQueryCache().findAll({ predicate: (one) => isTouched(one.queryKey, event) })) {
      if (query.isActive()) this.#waiting.add(query.queryHash)
      else query.invalidate()
    }
    this.#look()
  }

  stop(): void {
    clearTimeout(this.#timer)
    this.#waiting.clear()
  }

  #look(): void {
    clearTimeout(this.#timer)
    const now = Date.now()
    let nextMs = Infinity
    for (const hash of this.#waiting) {
      const query = this.#client.getQueryCache().get(hash)
      if (!query?.isActive()) this.#waiting.delete(hash)
      else {
        // The answer under way may be older than the change
        const isAsked = query.state.fetchStatus === 'fetching'
        const waitMs = isAsked ? LOOK_AGAIN_MS : query.state.dataUpdatedAt + goodForMs(query.queryKey) - now
        if (waitMs > 0) nextMs = Math.min(nextMs, waitMs)
        else {
          this.#waiting.delete(hash)
          void this.#client.invalidateQueries({ queryKey: query.queryKey, exact: true })
        }
      }
    }
    if (nextMs < Infinity) this.#timer = setTimeout(() => this.#look(), nextMs)
  }
}
