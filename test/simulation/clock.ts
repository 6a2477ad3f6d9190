import type { World } from './world.ts'

let world: World | undefined
const RealDate = Date
const realRandom = Math.random

/** The hub's own clock is off by so much; the database and the world know better. */
let skewMs = 0

/** From here on `Date`, `Math.random`, timers of signals and `sleep` are this world's; undefined: the real ones again. */
export function inhabit(next: World | undefined): void {
  world = next
  skewMs = 0
}

export function skewClocks(byMs: number): void {
  skewMs = byMs
}

class SimulatedDate extends RealDate {
  constructor(...values: ConstructorParameters<typeof Date> | []) {
    if (values.length === 0) super(SimulatedDate.now())
    else super(...values)
  }

  static override now(): number {
    return world ? Math.round(world.nowMs + skewMs) : RealDate.now()
  }
}

const TIMED_OUT = new DOMException('The operation timed out', 'TimeoutError')

/** Puts the simulated clock where the product's code looks for one. Once per process. */
export function install(): void {
  globalThis.Date = SimulatedDate as DateConstructor
  Math.random = () => (world ? world.random.next() : realRandom())
  AbortSignal.timeout = (ms: number) => {
    const over = new AbortController()
    world?.schedule(ms, () => over.abort(TIMED_OUT))
    return over.signal
  }
}

/** `setTimeout` of node:timers/promises. */
export function sleep<T>(ms = 1, value?: T, options: { signal?: AbortSignal } = {}): Promise<T> {
  const { signal } = options
  return new Promise<T>((resolve, reject) => {
    const stop = () => reject(signal?.reason as Error)
    if (signal?.aborted) return stop()
    signal?.addEventListener('abort', stop, { once: true })
    world?.schedule(ms, () => {
      signal?.removeEventListener('abort', stop)
      resolve(value as T)
    })
  })
}
