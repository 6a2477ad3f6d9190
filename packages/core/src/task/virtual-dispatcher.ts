import { decideDue } from './catch-up.ts'
import type { Schedule } from './schedule.ts'
import { fireAtOf, fireDelayMs, nextSlot } from './slots.ts'

/** Time that goes by in a moment, for tests and measurements of what is dispatched when. */

const HOUR_MS = 3_600_000

/** Seeded, so that what fails once fails again. */
export function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
}

export interface Deliveries {
  /** Slots delivered, in order: what the unique key of the database let pass. */
  readonly delivered: Date[]
  /** How often a slot was asked for twice. */
  readonly doubled: number
}

/**
 * A dispatcher over a virtual time: it is down for hours or days, dies between its writes and its commit, and the
 * database's clock jumps by up to two hours in either direction.
 */
export function simulateDispatcher(
  schedule: Schedule,
  from: Date,
  to: Date,
  random: () => number,
  isAlwaysUp = false,
): Deliveries {
  const delivered: Date[] = []
  const seen = new Set<number>()
  let doubled = 0
  let skewMs = 0
  let fireAt = fireAtOf(schedule, 7, nextSlot(schedule, from) as Date)
  for (let trueMs = from.getTime(); trueMs < to.getTime();) {
    const now = new Date(trueMs + skewMs)
    const dies = !isAlwaysUp && random() < 0.05
    if (fireAt <= now && !dies) {
      const slot = new Date(fireAt.getTime() - fireDelayMs(schedule, 7))
      const { run, next } = decideDue(schedule, 7, slot, now)
      if (run) {
        if (seen.has(run.getTime())) doubled += 1
        else delivered.push(run)
        seen.add(run.getTime())
      }
      fireAt = fireAtOf(schedule, 7, next as Date)
      continue
    }
    const isDown = !isAlwaysUp && random() < 0.002
    trueMs += isDown ? random() * 5 * 24 * HOUR_MS : 10 * 60_000
    if (!isAlwaysUp && random() < 0.01) skewMs = (random() * 4 - 2) * HOUR_MS
  }
  return { delivered, doubled }
}
