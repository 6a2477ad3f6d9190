import { inflateRawSync } from 'node:zlib'
import { afterEach, expect, test } from 'vitest'
import { CsvCompressor } from './csv-compressor.ts'
import { createDeflater } from './deflater.ts'

const MiB = 1024 * 1024
const SIZE_BYTES = 24 * MiB
const started: { close(): Promise<void> }[] = []

afterEach(async () => {
  for (const deflater of started.splice(0)) await deflater.close()
})

async function compress(csv: Buffer, workers: number): Promise<Buffer> {
  const deflater = createDeflater({ workers })
  started.push(deflater)
  const pieces: Buffer[] = []
  const compressor = new CsvCompressor(deflater, async (compressed) => {
    pieces.push(Buffer.from(compressed))
  })
  async function* chunks() {
    for (let at = 0; at < csv.length; at += 64 * 1024) yield csv.subarray(at, at + 64 * 1024)
  }
  await compressor.compress(chunks())
  return Buffer.concat(pieces)
}

/** Texts of 200 letters that mean nothing, one after the other, from the beginning again after `count` of them. */
function repeating(count: number): Buffer {
  let state = 1
  const next = () => (state = (Math.imul(state, 1103515245) + 12345) >>> 0) >>> 16
  const texts = Array.from({ length: count }, () =>
    Array.from({ length: 200 }, () => String.fromCharCode(97 + (next() % 26))).join(''),
  )
  const block = Buffer.from(`${texts.join('\n')}\n`)
  return Buffer.concat(Array.from({ length: Math.ceil(SIZE_BYTES / block.length) }, () => block)).subarray(
    0,
    SIZE_BYTES,
  )
}

test('Repetitions some hundred rows away are found: the far window stays where it pays', async () => {
  const csv = repeating(100)
  const compressed = await compress(csv, 2)
  expect(inflateRawSync(compressed).equals(csv)).toBe(true)
  expect(compressed.length).toBeLessThan(csv.length / 50)
})

test('Where nothing repeats far away the near window takes over, and the bytes do not depend on the threads', async () => {
  const csv = repeating(500)
  const compressed = await compress(csv, 2)
  expect(inflateRawSync(compressed).equals(csv)).toBe(true)
  expect((await compress(csv, 1)).equals(compressed)).toBe(true)
})
