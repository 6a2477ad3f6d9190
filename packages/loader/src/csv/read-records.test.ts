import fc from 'fast-check'
import { expect, test } from 'vitest'
import { formatRecord } from '@datahub/core/bucket/csv'
import { readRecords, type CsvRecord } from './read-records.ts'

/** Six times what it takes; read again at every piece, it takes some hundred times as much. */
const CPU_MS = 3000
/** Other processes may have most of the machine. */
const TIMEOUT_MS = 120_000

/** Ends in an error when reading takes much longer than it may. */
async function* soon(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const before = process.cpuUsage()
  for await (const chunk of chunks) {
    if (process.cpuUsage(before).user > CPU_MS * 1000) throw new Error(`More than ${CPU_MS} ms of processor time`)
    yield chunk
  }
}

async function* pieces(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

async function read(chunks: AsyncIterable<Uint8Array>, from?: 'header'): Promise<CsvRecord[]> {
  const records: CsvRecord[] = []
  for await (const batch of readRecords(chunks, from)) records.push(...batch)
  return records
}

const field = fc.oneof(fc.constant(null), fc.string(), fc.constantFrom('', '"', '\n', '\r\n', ',', 'é', '🎉', '\ufeff'))
const records = fc
  .integer({ min: 1, max: 4 })
  .chain((width) => fc.array(fc.array(field, { minLength: width, maxLength: width }), { maxLength: 20 }))

test('records are what they were, wherever the bytes are cut', () =>
  fc.assert(
    fc.asyncProperty(records, fc.integer({ min: 1, max: 40 }), async (written, size) => {
      const bytes = Buffer.from(written.map((record) => formatRecord(record)).join(''))
      expect(await read(pieces(bytes, size))).toEqual(written)
    }),
  ))

test('R31: a byte order mark belongs to the file, or to the first value of its rows', async () => {
  const bytes = Buffer.from('\ufeff"a",b\n')
  expect(await read(pieces(bytes, 2), 'header')).toEqual([['a', 'b']])
  expect(await read(pieces(Buffer.from('\ufeffx\n'), 2))).toEqual([['\ufeffx']])
})

test('R31: a value of 6 MB between short ones takes no more time than its size', { timeout: TIMEOUT_MS }, async () => {
  const long = 'x"é'.repeat(2e6)
  const bytes = Buffer.from(formatRecord(['1', null]) + formatRecord(['2', long]) + formatRecord(['3', '']))
  const found = await read(soon(pieces(bytes, 64 * 1024)))
  expect(found.map(([id, value]) => [id, value?.length])).toEqual([
    ['1', undefined],
    ['2', long.length],
    ['3', 0],
  ])
  expect(found[1]?.[1] === long).toBe(true)
})
