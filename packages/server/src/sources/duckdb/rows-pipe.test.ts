import { closeSync, constants, openSync, writeSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { RowsPipe } from './rows-pipe.ts'

const MiB = 1024 * 1024

test('a pipe takes a mebibyte before its writer has to wait, and gives it back whole', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'datahub-pipe-'))
  const pipe = await RowsPipe.open(join(folder, "it's.csv"))
  try {
    const writer = openSync(pipe.path, constants.O_WRONLY | constants.O_NONBLOCK)
    const bytes = Buffer.alloc(2 * MiB, 'a row\n')
    // Nothing is read meanwhile: that would be a turn of this thread
    const written = writeSync(writer, bytes)
    closeSync(writer)
    pipe.endWhenEmpty()
    expect(written).toBe(MiB)
    const chunks: Buffer[] = []
    for await (const chunk of pipe) chunks.push(Buffer.from(chunk))
    expect(Buffer.concat(chunks).equals(bytes.subarray(0, written))).toBe(true)
  } finally {
    await pipe.close()
    await rm(folder, { recursive: true })
  }
})
