import { Duplex } from 'node:stream'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { parseRecords } from '@datahub/core/bucket/csv'
import { expect, test } from 'vitest'
import { explainQuery } from './errors.ts'
import type { Encoding } from './row-encoder.ts'
import { RowsOut } from './rows-out.ts'

const EOF = Buffer.from([0xfe, 0, 0, 2, 0])

function packet(...parts: (Buffer | number)[]): Buffer {
  const payload = Buffer.concat(parts.map((part) => (typeof part === 'number' ? Buffer.from([part]) : part)))
  const header = Buffer.alloc(4)
  header.writeUIntLE(payload.length, 0, 3)
  return Buffer.concat([header, payload])
}

function field(value: Buffer | string | null): Buffer {
  if (value === null) return Buffer.from([0xfb])
  const bytes = Buffer.from(value as string)
  const length =
    bytes.length < 251 ? Buffer.from([bytes.length]) : Buffer.from([0xfc, bytes.length & 255, bytes.length >> 8])
  return Buffer.concat([length, bytes])
}

const row = (...values: (Buffer | string | null)[]) => packet(...values.map(field))
const answer = (width: number, ...rows: Buffer[]) =>
  Buffer.concat([
    packet(width),
    ...Array.from({ length: width }, () => packet(Buffer.from('a column'))),
    packet(EOF),
    ...rows,
  ])

/** What comes of an answer that arrives in pieces of so many bytes. */
async function read(bytes: Buffer, encodings: readonly Encoding[], pieceBytes = bytes.length) {
  const stream = new Duplex({ read() {}, write: (_chunk, _encoding, done) => done() })
  stream.on('error', () => {})
  const rows = new RowsOut(stream, 'select', 'header\n', encodings, (error) => explainQuery(error, 'read'))
  const feed = (async () => {
    for (let at = 0; at < bytes.length; at += pieceBytes) {
      stream.push(bytes.subarray(at, at + pieceBytes))
      if (at % 16 === 0) await nextTurn()
    }
    await nextTurn()
    stream.destroy()
  })()
  const chunks: Buffer[] = []
  try {
    for await (const chunk of rows) chunks.push(Buffer.from(chunk))
  } finally {
    await feed
  }
  return { text: Buffer.concat(chunks).toString(), rows: rows.rows }
}

const whole = answer(3, row('1', 'a "b", c\n', ''), row(null, 'x'.repeat(300), Buffer.from([0, 255])), packet(EOF))
const kinds: Encoding[] = ['plain', 'text', 'bytes']
const expected = `header\n1,"a ""b"", c\n",""\n,${'x'.repeat(300)},00ff\n`

test('R31: rows are the same however the bytes arrive', async () => {
  for (let pieceBytes = 1; pieceBytes < 40; pieceBytes += 1) {
    expect(await read(whole, kinds, pieceBytes)).toEqual({ text: expected, rows: 2 })
  }
})

test('R7: an answer that ends anywhere before its end is no report', async () => {
  for (let end = 0; end < whole.length - EOF.length; end += 7) {
    await expect(read(whole.subarray(0, end), kinds)).rejects.toMatchObject({ code: 'source.interrupted' })
  }
})

test('R31: every byte of text comes back out of the CSV', async () => {
  const texts = Array.from({ length: 0x250 }, (_, code) => `${String.fromCharCode(code)}-${String.fromCharCode(code)}`)
  const { text } = await read(answer(1, ...texts.map((one) => row(one)), packet(EOF)), ['text'], 1000)
  expect(parseRecords(text).slice(1)).toEqual(texts.map((one) => [one]))
})

test.each<[string, Buffer, Encoding, string]>([
  ['text that is not UTF-8', answer(1, row(Buffer.from([0xc3, 0x28])), packet(EOF)), 'text', 'source.query_failed'],
  ['a date without a day', answer(1, row('2024-01-00'), packet(EOF)), 'date', 'source.query_failed'],
  ['a row of two fields', answer(1, row('1', '2'), packet(EOF)), 'plain', 'source.incomplete'],
  ['a field beyond its row', answer(1, packet(50, Buffer.from('short')), packet(EOF)), 'plain', 'source.incomplete'],
  ['another number of columns', answer(2, row('1', '2'), packet(EOF)), 'plain', 'source.incomplete'],
  ['a request for a file', packet(0xfb, Buffer.from('/etc/passwd')), 'plain', 'source.incomplete'],
  [
    'an error instead of rows',
    packet(0xff, Buffer.from([0x7a, 0x04]), Buffer.from('#42S02x')),
    'plain',
    'source.report_missing',
  ],
])('%s ends the report', async (_, bytes, encoding, code) => {
  await expect(read(bytes, [encoding])).rejects.toMatchObject({ code })
})

test.each<[Encoding, Buffer | string, string]>([
  ['date', '0000-00-00 00:00:00', ''],
  ['instant', '0000-00-00 00:00:00.000000', ''],
  ['instant', '2024-10-10 00:00:00.120000', '2024-10-10 00:00:00.120000+00'],
  ['bits', Buffer.from([1, 0]), '256'],
  ['bytes', Buffer.alloc(0), '""'],
])('as %s, %j becomes %j', async (encoding, value, csv) => {
  const { text } = await read(answer(1, row(value), packet(EOF)), [encoding])
  expect(text).toBe(`header\n${csv}\n`)
})
