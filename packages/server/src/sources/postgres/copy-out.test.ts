import { PassThrough } from 'node:stream'
import type pg from 'pg'
import { describe, expect, test } from 'vitest'
import { CHUNK_BYTES } from '../chunk-queue.ts'
import { CopyOut } from './copy-out.ts'

/** A message of the protocol: its letter, its length, its content. */
function message(letter: string, content: string): Buffer {
  const header = Buffer.from(`${letter}....`)
  header.writeUInt32BE(4 + Buffer.byteLength(content), 1)
  return Buffer.concat([header, Buffer.from(content)])
}

/** A copy on a connection of which we write the server's side. `pgSees` is what was handed on to pg's own parser. */
function startCopy() {
  const stream = new PassThrough()
  const seen: Buffer[] = []
  stream.on('data', (bytes: Buffer) => seen.push(bytes))
  const copy = new CopyOut('copy', (error) => error as Error)
  copy.submit({ stream, query() {} } as unknown as pg.Connection)
  return { copy, stream, pgSees: () => Buffer.concat(seen) }
}

async function textOf(copy: CopyOut): Promise<string> {
  const chunks: Uint8Array[] = []
  for await (const chunk of copy) chunks.push(Buffer.from(chunk))
  return Buffer.concat(chunks).toString()
}

const rows = Array.from({ length: 200 }, (_, n) => `${n},${'x'.repeat(n % 23)}\n`)
const end = message('c', '')

describe('a COPY on the socket', () => {
  test.each([1, 2, 3, 4, 5, 6, 7, 64, 1_000_000])('is whole when it comes in pieces of %i bytes', async (size) => {
    const { copy, stream, pgSees } = startCopy()
    const bytes = Buffer.concat([message('H', '\0\0\0'), ...rows.map((row) => message('d', row)), end])
    const text = textOf(copy)
    for (let at = 0; at < bytes.length; at += size) {
      stream.write(bytes.subarray(at, at + size))
      await new Promise(setImmediate)
    }
    copy.handleCommandComplete({ text: 'COPY 200' })
    copy.handleReadyForQuery()
    expect(await text).toBe(rows.join(''))
    expect(copy.rows).toBe(200)
    expect(pgSees().subarray(-end.length)).toEqual(end)
  })

  test('gives the socket back to pg at anything that is not data, and goes on with what pg hands it', async () => {
    const { copy, stream, pgSees } = startCopy()
    const rest = [message('N', 'a notice'), message('d', 'b\n')]
    stream.write(Buffer.concat([message('d', 'a\n'), ...rest]))
    await new Promise(setImmediate)
    expect(pgSees()).toEqual(Buffer.concat(rest))
    copy.handleCopyData({ chunk: Buffer.from('b\n') })
    copy.handleCommandComplete({ text: 'COPY 2' })
    copy.handleReadyForQuery()
    expect(await textOf(copy)).toBe('a\nb\n')
  })

  test('R7: that ends without the server saying that it is complete is no copy', async () => {
    const { copy, stream } = startCopy()
    stream.write(Buffer.concat([message('d', 'a\n'), end]))
    await new Promise(setImmediate)
    copy.handleReadyForQuery()
    await expect(textOf(copy)).rejects.toMatchObject({ code: 'source.incomplete' })
  })

  test('stops reading when nobody takes the chunks, and goes on when somebody does', async () => {
    const { copy, stream } = startCopy()
    for (let sent = 0; sent < 40; sent += 1) {
      stream.write(message('d', 'y'.repeat(CHUNK_BYTES)))
      await new Promise(setImmediate)
    }
    expect(stream.isPaused()).toBe(true)
    expect(stream.readableLength + stream.writableLength).toBeGreaterThan(30 * CHUNK_BYTES)
    stream.write(end)
    const text = textOf(copy)
    await new Promise((resolve) => setTimeout(resolve, 20))
    copy.handleCommandComplete({ text: 'COPY 40' })
    copy.handleReadyForQuery()
    expect((await text).length).toBe(40 * CHUNK_BYTES)
  })

  test('that fails gives no more rows, and pg its socket', async () => {
    const { copy, stream, pgSees } = startCopy()
    const reason = new Error('enough')
    stream.write(message('d', 'a\n'))
    await new Promise(setImmediate)
    copy.fail(reason)
    stream.write(end)
    await expect(textOf(copy)).rejects.toBe(reason)
    expect(pgSees()).toEqual(end)
  })
})
