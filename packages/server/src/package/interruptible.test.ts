import { describe, expect, it } from 'vitest'
import { interruptible } from './interruptible.ts'

/** Gives the items, then hangs or ends; notes what becomes of it. */
function source(items: readonly number[], end: 'hangs' | 'ends' | 'fails') {
  const seen: string[] = []
  async function* run() {
    try {
      yield* items
      if (end === 'hangs') await new Promise(() => {})
      if (end === 'fails') throw new Error('the connection died')
    } finally {
      seen.push('released')
    }
  }
  return { items: run(), seen }
}

async function collect(items: AsyncIterable<number>, onItem?: (item: number) => void): Promise<number[]> {
  const all: number[] = []
  for await (const item of items) {
    onItem?.(item)
    all.push(item)
  }
  return all
}

describe('Interruptible items', () => {
  const never = new AbortController().signal

  it('are the same items', async () => {
    expect(await collect(interruptible(source([1, 2, 3], 'ends').items, never))).toEqual([1, 2, 3])
  })

  it('fail as their source does', async () => {
    const { items, seen } = source([1], 'fails')
    await expect(collect(interruptible(items, never))).rejects.toThrow('the connection died')
    expect(seen).toEqual(['released'])
  })

  it('end with the reason of the signal while their source hangs', async () => {
    const stop = new AbortController()
    const reason = new Error('cancelled')
    const { items } = source([1], 'hangs')
    const all = collect(interruptible(items, stop.signal), () => setImmediate(() => stop.abort(reason)))
    await expect(all).rejects.toBe(reason)
  })

  it('do not start when the signal has ended already', async () => {
    const reason = new Error('too late')
    const { items, seen } = source([1], 'ends')
    await expect(collect(interruptible(items, AbortSignal.abort(reason)))).rejects.toBe(reason)
    expect(seen).toEqual([])
  })

  it('release their source when their reader leaves early', async () => {
    const { items, seen } = source([1, 2, 3], 'hangs')
    for await (const item of interruptible(items, never)) if (item === 2) break
    expect(seen).toEqual(['released'])
  })
})
