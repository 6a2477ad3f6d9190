import { parseRecords } from '@datahub/core/bucket/csv'
import type { Column } from '@datahub/core/bucket/column'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { encodeRows } from './csv-encoder.ts'

const never = new AbortController().signal
const columnsOf = (width: number): Column[] =>
  Array.from({ length: width }, (_, at) => ({ name: `c${at}`, type: 'text', nullable: true }))

async function encode(rows: (string | null)[][], width: number) {
  const stream = encodeRows(columnsOf(width), rows, never)
  const chunks: Uint8Array[] = []
  for await (const chunk of stream.chunks) chunks.push(chunk)
  return { chunks, text: Buffer.concat(chunks).toString('utf8'), rowsSent: stream.rowsSent() }
}

describe('the encoder', () => {
  test('gives back every row, whatever is in it', async () => {
    const nasty = ['', '""', ',', '\n', '\r\n', '"', ' ', '=1+1', '-5', '9223372036854775807', '🎧', '__proto__', '\0']
    const field = fc.oneof(fc.constant(null), fc.constantFrom(...nasty), fc.string({ unit: 'binary' }))
    // A lone surrogate is no character, so it has no UTF-8.
    const wellFormed = field.map((value) => value?.toWellFormed() ?? null)
    const table = fc
      .integer({ min: 1, max: 5 })
      .chain((width) => fc.array(fc.array(wellFormed, { minLength: width, maxLength: width })))
    await fc.assert(
      fc.asyncProperty(table, async (rows) => {
        const width = rows[0]?.length ?? 1
        const { text, rowsSent } = await encode(rows, width)
        expect(parseRecords(text).slice(1)).toEqual(rows)
        expect(rowsSent).toBe(rows.length)
      }),
    )
  })

  test('gives chunks of 64 KB or a little more, each in memory of its own', async () => {
    const rows = Array.from({ length: 20_000 }, (_, n) => [String(n), 'ü'.repeat(n % 40), null])
    const { chunks, text } = await encode(rows, 3)
    expect(parseRecords(text)).toHaveLength(20_001)
    expect(chunks.length).toBeGreaterThan(5)
    for (const chunk of chunks.slice(0, -1)) {
      expect(chunk.length).toBeGreaterThanOrEqual(65_536)
      expect(chunk.length).toBeLessThan(80_000)
    }
    expect(new Set(chunks.map((chunk) => chunk.buffer)).size).toBe(chunks.length)
  })

  test('takes rows longer than a chunk', async () => {
    const long = '花"'.repeat(200_000)
    const { text } = await encode([['a'], [long], ['b']], 1)
    expect(parseRecords(text).slice(1)).toEqual([['a'], [long], ['b']])
  })

  test('writes the header alone where there are no rows', async () => {
    expect(await encode([], 2)).toMatchObject({ text: 'c0,c1\n', rowsSent: 0 })
  })

  test('pulls rows only when chunks are taken, and stops when it is told to', async () => {
    let made = 0
    function* endless() {
      for (;;) yield [String((made += 1))]
    }
    const stop = new AbortController()
    const chunks = encodeRows(columnsOf(1), endless(), stop.signal).chunks[Symbol.asyncIterator]()
    await chunks.next()
    const before = made
    await new Promise((resolve) => setTimeout(resolve, 10))
    expect(made).toBe(before)
    const reason = new Error('enough')
    stop.abort(reason)
    await expect(chunks.next()).rejects.toBe(reason)
  })

  test('refuses a row that is too short', async () => {
    await expect(encode([['a']], 2)).rejects.toThrow('1 fields for 2 columns')
  })
})
