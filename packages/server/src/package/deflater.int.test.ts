import { inflateRawSync } from 'node:zlib'
import { afterEach, describe, expect, it } from 'vitest'
import { BLOCK_BYTES, BLOCK_MEMORY_BYTES, DICTIONARY_BYTES } from './block-size.ts'
import type { Block, DeflatedBlock } from './block.ts'
import { createDeflater, type Deflater } from './deflater.ts'

const open: Deflater[] = []
function started(workers: number): Deflater {
  const deflater = createDeflater({ workers })
  open.push(deflater)
  return deflater
}
afterEach(() => Promise.all(open.splice(0).map((deflater) => deflater.close())))

const data = Buffer.from(Array.from({ length: 160_000 }, (_, row) => `${row},some words that come again\n`).join(''))

/** The blocks of `data` from scratch: their memory goes with them. */
function blocks(): Block[] {
  const count = Math.ceil(data.length / BLOCK_BYTES)
  return Array.from({ length: count }, (_, index) => {
    const memory = new ArrayBuffer(BLOCK_MEMORY_BYTES)
    const start = index * BLOCK_BYTES
    const piece = data.subarray(start, start + BLOCK_BYTES)
    if (index > 0) new Uint8Array(memory).set(data.subarray(start - DICTIONARY_BYTES, start))
    new Uint8Array(memory).set(piece, DICTIONARY_BYTES)
    return {
      memory,
      primed: index > 0,
      dataBytes: piece.length,
      last: index === count - 1,
    }
  })
}

/** The compressed bytes of blocks, one after the other. */
function joined(compressed: readonly DeflatedBlock[]): Buffer {
  return Buffer.concat(compressed.map(({ memory, compressedBytes }) => new Uint8Array(memory, 0, compressedBytes)))
}

/** A block whose memory is too small for what it says: it kills the thread that takes it. */
const deadly = (): Block => ({ memory: new ArrayBuffer(8), primed: true, dataBytes: 99, last: true })

describe('The deflater', () => {
  it.each([1, 2, 3])('makes one deflate stream of all blocks, the same with %i threads', async (workers) => {
    const deflater = started(workers)
    const compressed = await Promise.all(blocks().map((block) => deflater.deflate(block)))
    const stream = joined(compressed)
    expect(inflateRawSync(stream).equals(data)).toBe(true)
    const alone = started(1)
    const again: DeflatedBlock[] = []
    for (const block of blocks()) again.push(await alone.deflate(block))
    expect(joined(again).equals(stream)).toBe(true)
  })

  it('gives the memory back that it took', async () => {
    const deflater = started(1)
    const [block] = blocks()
    const compressed = await deflater.deflate(block as Block)
    expect(block?.memory.detached).toBe(true)
    expect(compressed.memory.byteLength).toBe(BLOCK_MEMORY_BYTES)
  })

  it('fails the blocks of a thread that dies, and works on', async () => {
    const deflater = started(1)
    // An answer that is still on its way may go down with the thread, so this one is waited for
    const [before, ...after] = blocks().slice(0, 3)
    await deflater.deflate(before as Block)
    const ends = await Promise.allSettled([deadly(), ...after].map((block) => deflater.deflate(block)))
    expect(ends.map((end) => end.status)).toEqual(['rejected', 'rejected', 'rejected'])
    for (const end of ends) expect(end).toMatchObject({ reason: { code: 'package.failed' } })
    const compressed = await Promise.all(blocks().map((block) => deflater.deflate(block)))
    expect(inflateRawSync(joined(compressed)).equals(data)).toBe(true)
  })

  it('leaves the other threads alone when one dies', async () => {
    const deflater = started(2)
    const [first, second] = await Promise.allSettled([
      deflater.deflate(deadly()),
      deflater.deflate(blocks()[0] as Block),
    ])
    expect(first.status).toBe('rejected')
    expect(second.status).toBe('fulfilled')
  })

  it('fails what is under way when it is closed, and takes no more', async () => {
    const deflater = started(1)
    const underWay = Promise.allSettled(blocks().map((block) => deflater.deflate(block)))
    await deflater.close()
    for (const end of await underWay) expect(end).toMatchObject({ reason: { code: 'execution.interrupted' } })
    await expect(deflater.deflate(deadly())).rejects.toMatchObject({ code: 'execution.interrupted' })
    await deflater.close()
  })
})
