import type { Destination } from '@datahub/core/destination/destination'
import { z } from 'zod'
import type { DestinationKind } from '../destinations/kind.ts'
import { openMemory, type MemoryObject } from '../destinations/memory/index.ts'

export interface WatchedDestination {
  readonly kind: DestinationKind
  /** What a customer sees. */
  readonly objects: Map<string, MemoryObject>
  /** Every write that succeeded, in order, with what stood in the store right after it. */
  readonly writes: { key: string; keys: string[] }[]
  /** Called before each operation; may wait or throw. */
  before: (operation: 'putNew' | 'putVersion' | 'get' | 'has', key: string) => Promise<void>
  /** How a connection test goes. */
  check: Destination['check']
  /** Called after the store has taken a write, before the caller hears of it; may throw: a lost answer. */
  after: (operation: 'putNew' | 'putVersion', key: string) => Promise<void>
}

/** The in-memory destination, which passes the conformance suite, with a test looking over its shoulder. */
export function watchedDestination(): WatchedDestination {
  const objects = new Map<string, MemoryObject>()
  const memory = openMemory(objects)
  const watched: WatchedDestination = {
    objects,
    writes: [],
    before: () => Promise.resolve(),
    check: (signal) => memory.check(signal),
    after: () => Promise.resolve(),
    kind: {
      kind: 'memory',
      title: 'Memory',
      configSchema: z.strictObject({}),
      secrets: [],
      credentials: [],
      admit() {},
      open: () => destination,
    },
  }
  const wrote = (key: string) => watched.writes.push({ key, keys: [...objects.keys()] })
  const destination: Destination = {
    ...memory,
    check: (signal) => watched.check(signal),
    async putNew(key, ...rest) {
      await watched.before('putNew', key)
      const stored = await memory.putNew(key, ...rest)
      wrote(key)
      await watched.after('putNew', key)
      return stored
    },
    async putVersion(key, ...rest) {
      await watched.before('putVersion', key)
      const stored = await memory.putVersion(key, ...rest)
      wrote(key)
      await watched.after('putVersion', key)
      return stored
    },
    async get(key, signal) {
      await watched.before('get', key)
      return memory.get(key, signal)
    },
    async has(key, content, signal) {
      await watched.before('has', key)
      return memory.has(key, content, signal)
    },
  }
  return watched
}
