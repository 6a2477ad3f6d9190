/** Numbers that look random and depend on nothing but their seeds: 32-bit integer arithmetic, the same on every machine. */

/** One number (0 … 2³²−1) out of several, such as a report, a day and a row. */
export function mix(...seeds: readonly number[]): number {
  let hash = 0x9e3779b9
  for (const seed of seeds) {
    hash = Math.imul(hash ^ seed, 0x85ebca6b)
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
    hash ^= hash >>> 16
  }
  return hash >>> 0
}

/** A generator of whole numbers below a bound (mulberry32). */
export function randomFrom(seed: number): (bound: number) => number {
  let state = seed
  return (bound) => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000) * bound)
  }
}

/** One entry of a list that is not empty. */
export function pick<Entry>(entries: readonly [Entry, ...Entry[]], random: (bound: number) => number): Entry {
  return entries[random(entries.length)] ?? entries[0]
}
