import { Random } from './random.ts'

/** Everything a history happens in: one clock, one order of events, one source of chance. Nothing outside is asked. */
export class World {
  readonly random: Random
  /** Milliseconds since 1970, as a perfect clock would show them. */
  nowMs: number
  readonly #events: Event[] = []
  #order = 0
  /** What is wrong with the simulation itself. */
  readonly defects = new Set<string>()
  /** What happened, for the replay of one history; undefined: nobody wants to know. */
  trace: string[] | undefined

  constructor(seed: number, startMs: number) {
    this.random = new Random(seed)
    this.nowMs = startMs
  }

  note(what: string): void {
    this.trace?.push(`${new RealDate(this.nowMs).toISOString()} ${what}`)
  }

  schedule(delayMs: number, run: () => void): void {
    const events = this.#events
    const event = { atMs: this.nowMs + delayMs, order: (this.#order += 1), run }
    let at = events.length
    events.push(event)
    while (at > 0) {
      const parent = (at - 1) >> 1
      if (!isEarlier(event, events[parent] as Event)) break
      events[at] = events[parent] as Event
      at = parent
    }
    events[at] = event
  }

  /** Lets everything happen up to an instant, or until nothing is left to happen or `isDone`. */
  run(untilMs: number, isDone: () => boolean = () => false): Promise<void> {
    return eachTurn(() => {
      if (isDone()) return false
      const next = this.#events[0]
      if (!next || next.atMs > untilMs) {
        this.nowMs = Math.max(this.nowMs, untilMs)
        return false
      }
      this.#take()
      this.nowMs = Math.max(this.nowMs, next.atMs)
      next.run()
      return true
    })
  }

  #take(): void {
    const events = this.#events
    const last = events.pop() as Event
    if (events.length === 0) return
    let at = 0
    for (;;) {
      const left = 2 * at + 1
      const right = left + 1
      if (left >= events.length) break
      const child = right < events.length && isEarlier(events[right] as Event, events[left] as Event) ? right : left
      if (!isEarlier(events[child] as Event, last)) break
      events[at] = events[child] as Event
      at = child
    }
    events[at] = last
  }
}

interface Event {
  readonly atMs: number
  readonly order: number
  readonly run: () => void
}

function isEarlier(one: Event, other: Event): boolean {
  return one.atMs < other.atMs || (one.atMs === other.atMs && one.order < other.order)
}

const RealDate = Date
const realImmediate = setImmediate

/** How many events share a turn of the event loop: each such turn asks the operating system for news that never comes. */
const TURNS_AT_ONCE = 32

/**
 * Calls `work` again and again until it answers false, each time after all that follows from the last call without
 * waiting has happened: between two immediates Node carries out whatever promises and ticks are due.
 */
function eachTurn(work: () => boolean): Promise<void> {
  return new Promise((resolve, reject) => {
    let isOver = false
    const turn = () => {
      if (isOver) return
      try {
        if (work()) return
        resolve()
      } catch (error) {
        reject(error)
      }
      isOver = true
    }
    const turns = () => {
      if (isOver) return
      for (let count = 0; count < TURNS_AT_ONCE; count += 1) realImmediate(turn)
      realImmediate(turns)
    }
    turns()
  })
}

/** A machine that code of the product runs on: it can be killed, and frozen. */
export class Machine {
  readonly name: string
  readonly world: World
  isAlive = true
  #frozen: (() => void)[] | undefined

  constructor(world: World, name: string) {
    this.world = world
    this.name = name
  }

  /** Like kill -9: nothing that it was about to do happens any more, but for what is on its way already. */
  kill(): void {
    this.isAlive = false
    this.#frozen = undefined
  }

  /** Like SIGSTOP: it neither sends nor hears anything until it goes on, and does not know that it stood still. */
  freeze(forMs: number): void {
    if (this.#frozen) return
    this.#frozen = []
    this.world.schedule(forMs, () => {
      const held = this.#frozen ?? []
      this.#frozen = undefined
      if (this.isAlive) for (const run of held) run()
    })
  }

  /** Does it as soon as this machine runs, and never when it is dead. */
  whenRunning(run: () => void): void {
    if (!this.isAlive) return
    if (this.#frozen) this.#frozen.push(run)
    else run()
  }

  /**
   * Asks somebody outside: the question travels, is carried out, and the answer travels back. A machine that dies may
   * have sent it or not; one that is frozen hears the answer later.
   */
  ask<T>(latencyMs: number, carryOut: () => T | Promise<T>): Promise<T> {
    const { world } = this
    return new Promise<T>((resolve, reject) => {
      const answer = (give: () => void) => world.schedule(latencyMs * world.random.next(), () => this.whenRunning(give))
      this.whenRunning(() =>
        world.schedule(latencyMs * world.random.next(), () => {
          if (!this.isAlive && world.random.chance(0.5)) return
          let result: T | Promise<T>
          try {
            result = carryOut()
          } catch (error) {
            return answer(() => reject(error))
          }
          if (result instanceof Promise)
            result.then(
              (value) => answer(() => resolve(value)),
              (error: unknown) => answer(() => reject(error)),
            )
          else answer(() => resolve(result))
        }),
      )
    })
  }
}
