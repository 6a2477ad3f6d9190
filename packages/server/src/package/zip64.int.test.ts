import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { deflateBlock } from './deflate-block.ts'
import { createDeflater, type Deflater } from './deflater.ts'
import { createPackage } from './package-writer.ts'
import { installedReaders } from './readers/readers.ts'
import { verifyStaged } from './verify-staged.ts'

const never = new AbortController().signal
const modifiedAt = new Date('2025-08-26T03:00:00Z')

let folder: string
let deflater: Deflater
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'datahub-zip64-'))
  deflater = createDeflater()
})
afterEach(async () => {
  await deflater.close()
  await rm(folder, { recursive: true })
})

describe('A package beyond the limits of the first zips', () => {
  it('holds a file of more than 4 GiB and one behind it', { timeout: 300_000 }, async () => {
    const path = join(folder, 'large.zip')
    const line = 'the same row again and again, 1234567890, 2025-08-26 00:00:00.0\n'
    const block = Buffer.alloc(1024 * 1024, line)
    const blocks = 4097
    async function* csv() {
      for (let sent = 0; sent < blocks; sent += 1) yield block
    }
    await using writer = await createPackage({ path, deflater, modifiedAt })
    const large = await writer.addFile('large_1_20250826.csv', csv(), never)
    const sizeBytes = blocks * block.length
    expect(large).toMatchObject({ sizeBytes, rows: sizeBytes / line.length - 1 })
    async function* small() {
      yield Buffer.from('id\n1\n')
    }
    await writer.addFile('small_1_20250826.csv', small(), never)
    const entries = await verifyStaged(await writer.seal(), never)
    expect(entries.map((entry) => entry.sizeBytes)).toEqual([sizeBytes, 5])

    // One reader, because each takes its time: Java reads by the directory and front to back
    const readers = await installedReaders()
    const reader = readers.find(({ name }) => name === 'Java') ?? readers[0]
    expect(await reader?.read(path)).toContain(`large_1_20250826.csv ${sizeBytes} `)
  })

  it('holds more than 65,535 files', { timeout: 300_000 }, async () => {
    const path = join(folder, 'many.zip')
    const header = Buffer.from('id\n')
    async function* csv() {
      yield header
    }
    const count = 65_536
    // On the spot: so many trips to a thread would take longer than all the rest
    const inPlace: Deflater = {
      ...deflater,
      deflate: async (block) => deflateBlock(block),
    }
    await using writer = await createPackage({ path, deflater: inPlace, modifiedAt })
    for (let file = 1; file <= count; file += 1) await writer.addFile(`t${file}_1_20250826.csv`, csv(), never)
    const entries = await verifyStaged(await writer.seal(), never)
    expect(entries).toHaveLength(count)
    const [python] = await installedReaders()
    expect((await python?.read(path))?.trim().split('\n')).toHaveLength(count)
  })
})
