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

/** The hub's clock, by which it reads the time. */
function now(): number {
  return world ? Math.round(world.nowMs + skewMs) : RealDate.now()
}

/** Makes real dates: those of a class of its own take several times as long, and a history makes thousands. */
function SimulatedDate(...values: [number] | []): Date | string {
  const date = values.length === 0 ? new RealDate(now()) : new RealDate(...values)
  return new.target ? date : date.toString()
}

const TIMED_OUT = new DOMException('The operation timed out', 'TimeoutError')

/** Puts the simulated clock where the product's code looks for one. Once per process. */
export function install(): void {
  globalThis.Date = Object.assign(SimulatedDate, {
    now,
    UTC: RealDate.UTC,
    parse: RealDate.parse,
  }) as unknown as DateConstructor
  SimulatedDate.prototype = RealDate.prototype
  Math.random = () => (world ? world.random.next() : realRandom())
  AbortSignal.timeout = (ms: number) => {
    const over = new AbortController()
    world?.schedule(ms, () => over.abort(TIMED_OUT))
    return over.signal
  }
}

/** What a call of `setDue` answers. */
class Due {
  run: (() => void) | undefined

  constructor(run: () => void) {
    this.run = run
  }

  /** Nothing here keeps a process alive. */
  unref(): this {
    return this
  }
}

/** `setTimeout` of node:timers. */
export function setDue(run: () => void, ms: number): Due {
  const due = new Due(run)
  world?.schedule(ms, () => due.run?.())
  return due
}

/** `clearTimeout` of node:timers. */
export function clearDue(due: Due): void {
  due.run = undefined
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
