import { randomBytes } from 'node:crypto'
import { inflateRawSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { BLOCK_BYTES, BLOCK_MEMORY_BYTES, DICTIONARY_BYTES } from './block-size.ts'
import { deflateBlock } from './deflate-block.ts'

const MiB = 1024 * 1024

/** As `CsvCompressor` cuts them: each block primed with what stands before it. */
function deflate(data: Uint8Array): Buffer {
  const pieces: Uint8Array[] = []
  for (let at = 0; at === 0 || at < data.length; at += BLOCK_BYTES) {
    const memory = new ArrayBuffer(BLOCK_MEMORY_BYTES)
    const block = data.subarray(at, at + BLOCK_BYTES)
    if (at > 0) new Uint8Array(memory).set(data.subarray(at - DICTIONARY_BYTES, at))
    new Uint8Array(memory).set(block, DICTIONARY_BYTES)
    const last = at + BLOCK_BYTES >= data.length
    const { compressedBytes } = deflateBlock({ memory, primed: at > 0, dataBytes: block.length, last })
    pieces.push(new Uint8Array(memory, 0, compressedBytes))
  }
  return Buffer.concat(pieces)
}

function expectRoundTrip(data: Uint8Array): Buffer {
  const compressed = deflate(data)
  expect(inflateRawSync(compressed).equals(data)).toBe(true)
  return compressed
}

/** The same numbers for a seed, everywhere. */
function numbers(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

/** Texts of 200 letters that mean nothing, one after the other, from the beginning again after `count` of them. */
function repeating(count: number, sizeBytes: number): Buffer {
  const next = numbers(1)
  const lap = Buffer.from(Array.from({ length: count * 200 }, (_, index) => (index % 200 === 199 ? 10 : 97 + next(26))))
  return Buffer.alloc(sizeBytes, lap)
}

/** Pieces of new bytes from an alphabet, and copies of what is some way back, until it is long enough. */
const data = fc
  .record({
    seed: fc.nat(),
    sizeBytes: fc.integer({ min: 0, max: 300_000 }),
    letters: fc.integer({ min: 1, max: 256 }),
    furthest: fc.integer({ min: 1, max: 70_000 }),
    longest: fc.integer({ min: 1, max: 2_000 }),
  })
  .map(({ seed, sizeBytes, letters, furthest, longest }) => {
    const next = numbers(seed)
    const bytes = Buffer.alloc(sizeBytes)
    for (let at = 0; at < sizeBytes;) {
      const end = Math.min(sizeBytes, at + 1 + next(longest))
      const distance = 1 + next(Math.min(furthest, at + 1))
      const isCopy = at > 0 && distance <= at && next(2) === 1
      for (; at < end; at += 1) bytes[at] = isCopy ? (bytes[at - distance] as number) : next(letters)
    }
    return bytes
  })

describe('A deflated block', () => {
  it('gives back what went in, whatever repeats in it how far away', () => {
    fc.assert(
      fc.property(data, (bytes) => void expectRoundTrip(bytes)),
      { numRuns: 200 },
    )
  })

  it('gives back what is shorter than what it looks at', () => {
    for (let size = 0; size < 70; size += 1) {
      expectRoundTrip(Buffer.alloc(size, 'x'))
      expectRoundTrip(Buffer.alloc(size, 'date,asin\n'))
      expectRoundTrip(randomBytes(size))
    }
  })

  it.each([-1, 0, 1])('gives back what ends %i bytes behind the end of a segment or block', (more) => {
    for (const border of [65_535, 131_072, BLOCK_BYTES, 2 * BLOCK_BYTES]) {
      expectRoundTrip(Buffer.alloc(border + more, '1,"some words",2025-08-26\n'))
      expectRoundTrip(repeating(50, border + more))
    }
  })

  it('gives back one byte value, and frequencies that would make codes of any length', () => {
    expect(expectRoundTrip(Buffer.alloc(4 * MiB)).length).toBeLessThan((4 * MiB) / 240)
    // As often as the Fibonacci numbers: the deepest tree there is, and cut to the longest code allowed
    const counts = [1, 1]
    while (counts.length < 24) counts.push(counts.slice(-2).reduce((sum, count) => sum + count))
    const next = numbers(7)
    const bytes = Buffer.concat(counts.map((count, byte) => Buffer.alloc(count, byte)))
    for (let at = bytes.length - 1; at > 0; at -= 1) {
      const other = next(at + 1)
      ;[bytes[at], bytes[other]] = [bytes[other] as number, bytes[at] as number]
    }
    expectRoundTrip(bytes)
  })

  it('stores what cannot be compressed, 5 bytes for 64 KiB', () => {
    const bytes = randomBytes(3 * MiB + 5)
    expect(expectRoundTrip(bytes).length).toBeLessThan(bytes.length * 1.0002)
  })

  it('finds what is repeated some hundred rows later, in the block before, too', () => {
    const csv = repeating(100, 4 * MiB)
    expect(expectRoundTrip(csv).length).toBeLessThan(csv.length / 30)
  })

  it.each([0, 1, 2, 3, 4, 5, 6, 7])('finds where it begins what is repeated behind 64 and %i random digits', (more) => {
    const row = () =>
      `${randomBytes(40)
        .toString('hex')
        .slice(0, 64 + more)},"Organizer Set, Large"\n`
    const rows = Array.from({ length: 12_000 }, row)
    // Each digit is 4 bits, and what stands behind them one match; four letters more would be 2 bytes
    expect(expectRoundTrip(Buffer.from(rows.join(''))).length / rows.length).toBeLessThan(32 + more / 2 + 2.9)
  })

  it('has the same bytes whatever was compressed before', () => {
    const csv = Buffer.alloc(1_200_000, repeating(7, 3_000))
    const compressed = deflate(csv)
    deflate(randomBytes(MiB))
    deflate(Buffer.alloc(MiB, 'a'))
    expect(deflate(csv).equals(compressed)).toBe(true)
  })

  it('refuses memory that is smaller than it says', () => {
    const short = { memory: new ArrayBuffer(8), primed: true, dataBytes: 99, last: true }
    expect(() => deflateBlock(short)).toThrow(RangeError)
  })
})
