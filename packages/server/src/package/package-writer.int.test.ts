import { execFileSync } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import fc from 'fast-check'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { BLOCK_BYTES } from './block-size.ts'
import { createDeflater, type Deflater } from './deflater.ts'
import { createPackage, type PackageWriter } from './package-writer.ts'
import { installedReaders } from './readers/readers.ts'
import { verifyStaged } from './verify-staged.ts'

const modifiedAt = new Date('2025-08-26T03:00:00Z')
const never = new AbortController().signal
const csvName = (table: string) => `${table}_161_20250826.csv`
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')
const hex = (value: number) => value.toString(16).padStart(8, '0')

let deflater: Deflater
let folder: string
let path: string
beforeAll(() => {
  deflater = createDeflater()
})
afterAll(() => deflater.close())
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'datahub-package-'))
  path = join(folder, 'market_insight_161_20250826_0000000042.zip')
})
afterEach(() => rm(folder, { recursive: true }))

async function* cut(bytes: Uint8Array, sizes: readonly number[] = [65_536]): AsyncGenerator<Uint8Array> {
  for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
    const size = sizes[turn % sizes.length] as number
    yield bytes.subarray(at, at + size)
    at += size
  }
}

/** Rows of a report with quotes, commas, line feeds and letters of many languages. */
function report(rows: number): Buffer {
  const lines = ['date,asin,title,price\n']
  for (let row = 0; row < rows; row += 1) {
    lines.push(
      `2025-08-${10 + (row % 20)},B${(row * 7919) % 100_003},"Küche, 23"" ☃${row % 13 ? '' : '\nnew'}",${row / 4}\n`,
    )
  }
  return Buffer.from(lines.join(''))
}

async function pack(files: Readonly<Record<string, Uint8Array>>, sizes?: readonly number[], using = deflater) {
  const writer = await createPackage({ path, deflater: using, modifiedAt })
  const packed = []
  for (const [name, bytes] of Object.entries(files)) packed.push(await writer.addFile(name, cut(bytes, sizes), never))
  return { packed, staged: await writer.seal() }
}

async function begin(): Promise<PackageWriter> {
  return createPackage({ path, deflater, modifiedAt })
}

const FILES = {
  [csvName('market_insight_asin')]: report(30_000),
  [csvName('header_only')]: Buffer.from('date,asin\n'),
  [csvName('empty')]: Buffer.alloc(0),
  [csvName('incompressible')]: randomBytes(3_000_000).map((byte) => (byte === 0x22 ? 0x21 : byte)),
}

describe('A package', () => {
  it('says of each file what went in, and of itself what is on disk', async () => {
    const { packed, staged } = await pack(FILES)
    expect(packed.map((file) => [file.fileName, file.sizeBytes, file.sha256])).toEqual(
      Object.entries(FILES).map(([name, bytes]) => [name, bytes.length, sha256(bytes)]),
    )
    expect(packed.slice(0, 3).map((file) => file.rows)).toEqual([30_000, 0, 0])
    const zip = await readFile(path)
    expect(staged).toEqual({ path, sizeBytes: zip.length, sha256: sha256(zip) })
    expect(await readdir(folder)).toEqual(['market_insight_161_20250826_0000000042.zip'])
    expect((await stat(path)).mode & 0o777).toBe(0o600)
  })

  it('is read by programs of other authors', async () => {
    await pack(FILES)
    const readers = await installedReaders()
    const expected = Object.entries(FILES).map(([name, bytes]) => `${name} ${bytes.length} ${hex(crc32(bytes))}`)
    for (const reader of readers) {
      const printed = await reader.read(path)
      if (reader.name === 'Python zipfile') expect(printed).toBe(expected.map((line) => `zipfile ${line}\n`).join(''))
      if (reader.name === 'Java') {
        const twice = ['ZipFile', 'ZipInputStream'].flatMap((way) => expected.map((line) => `${way} ${line}\n`))
        expect(printed).toBe(twice.join(''))
      }
    }
    expect(readers.map((reader) => reader.name)).toContain('Python zipfile')
  })

  it('may be empty', async () => {
    const { staged } = await pack({})
    expect(staged.sizeBytes).toBe(22)
    expect(await verifyStaged(staged, never)).toEqual([])
  })

  it('lists its files as it always has', async () => {
    const { staged } = await pack({
      [csvName('orders')]: report(3),
      [csvName('refunds')]: Buffer.from('id,reason\n'),
      [csvName('traffic')]: report(40_000),
    })
    const entries = await verifyStaged(staged, never)
    const listing = entries.map((entry) => `${entry.fileName} ${entry.sizeBytes} ${hex(entry.crc32)}\n`).join('')
    await expect(listing).toMatchFileSnapshot('package.golden.txt')
  })

  it('has the same bytes however the chunks are cut and however many threads there are', async () => {
    const files = { [csvName('a')]: report(20_000), [csvName('b')]: Buffer.alloc(1_048_576, 'same again,') }
    const { staged } = await pack(files)
    const sizes = fc.array(fc.oneof(fc.integer({ min: 1, max: 999 }), fc.integer({ min: 1, max: 2_000_000 })), {
      minLength: 1,
      maxLength: 5,
    })
    const mayBeSlow = (cuts: readonly number[]) => cuts.reduce((sum, size) => sum + size, 0) / cuts.length > 200
    await fc.assert(
      fc.asyncProperty(sizes.filter(mayBeSlow), fc.constantFrom(1, 3), async (cuts, workers) => {
        const other = createDeflater({ workers })
        try {
          expect((await pack(files, cuts, other)).staged).toEqual(staged)
        } finally {
          await other.close()
        }
      }),
      { numRuns: 8 },
    )
  })

  it.each([524_287, 524_288, 524_289, 1_048_576])(
    'is whole when a file ends near the end of a block: %i',
    async (size) => {
      const bytes = report(20_000)
        .subarray(0, size)
        .map((byte) => (byte === 0x22 ? 0x27 : byte))
      await pack({ [csvName('a')]: bytes })
      const read = execFileSync('python3', ['-c', READ_FIRST, path], { maxBuffer: 4_000_000 })
      expect(read.equals(bytes)).toBe(true)
    },
  )

  it('lets a source use its memory again for the next chunk', async () => {
    const bytes = report(20_000)
    const memory = Buffer.alloc(10_000)
    async function* reusing() {
      for (let at = 0; at < bytes.length; at += memory.length) yield memory.subarray(0, bytes.copy(memory, 0, at))
    }
    await using writer = await begin()
    expect(await writer.addFile(csvName('a'), reusing(), never)).toMatchObject({ rows: 20_000, sha256: sha256(bytes) })
    await verifyStaged(await writer.seal(), never)
  })

  it('reads no further ahead than a few blocks while the compressor is busy', async () => {
    const held: (() => void)[] = []
    const slow: Deflater = {
      ...deflater,
      async deflate(block) {
        await new Promise<void>((resolve) => held.push(resolve))
        return deflater.deflate(block)
      },
    }
    let asked = 0
    async function* counting() {
      for (; asked < 200; asked += 1) yield Buffer.alloc(65_536, 'a,b\n')
    }
    await using writer = await createPackage({ path, deflater: slow, modifiedAt })
    const adding = writer.addFile(csvName('a'), counting(), never)
    while (held.length < slow.window) await new Promise(setImmediate)
    for (let turn = 0; turn < 20; turn += 1) await new Promise(setImmediate)
    expect(held).toHaveLength(slow.window)
    expect(asked * 65_536).toBeLessThanOrEqual((slow.window + 2) * BLOCK_BYTES)
    const releasing = setInterval(() => held.splice(0).forEach((release) => release()), 1)
    await adding.finally(() => clearInterval(releasing))
    expect((await adding).sizeBytes).toBe(200 * 65_536)
  })
})

describe('A package that fails', () => {
  const leftovers = () => readdir(folder)

  it('has no name until it is sealed, and leaves nothing when it is discarded', async () => {
    const writer = await begin()
    await writer.addFile(csvName('a'), cut(report(10)), never)
    expect(await leftovers()).toEqual(['market_insight_161_20250826_0000000042.zip.part'])
    await writer.discard()
    await writer.discard()
    expect(await leftovers()).toEqual([])
    await expect(writer.seal()).rejects.toMatchObject({ code: 'package.failed' })
  })

  it('is discarded when its scope ends without a seal, and kept with one', async () => {
    {
      await using writer = await begin()
      await writer.addFile(csvName('a'), cut(report(10)), never)
    }
    expect(await leftovers()).toEqual([])
    {
      await using writer = await begin()
      await writer.seal()
    }
    expect(await leftovers()).toEqual(['market_insight_161_20250826_0000000042.zip'])
  })

  it('overwrites what an interrupted attempt left', async () => {
    await writeFile(`${path}.part`, randomBytes(100_000))
    const { staged } = await pack({ [csvName('a')]: report(10) })
    expect(await verifyStaged(staged, never)).toHaveLength(1)
  })

  it('cannot be sealed after a source failed, and passes on what the source said', async () => {
    const reason = new Error('terminating connection due to administrator command')
    async function* dying() {
      yield* cut(report(50_000))
      throw reason
    }
    await using writer = await begin()
    await writer.addFile(csvName('whole'), cut(report(10)), never)
    await expect(writer.addFile(csvName('a'), dying(), never)).rejects.toBe(reason)
    await expect(writer.addFile(csvName('b'), cut(report(1)), never)).rejects.toMatchObject({ code: 'package.failed' })
    await expect(writer.seal()).rejects.toMatchObject({ code: 'package.failed', facts: { state: 'broken' } })
    await writer.discard()
    expect(await leftovers()).toEqual([])
  })

  it('cannot be sealed while a file is being added', async () => {
    await using writer = await begin()
    const adding = writer.addFile(csvName('a'), cut(report(10)), never)
    await expect(writer.seal()).rejects.toMatchObject({ code: 'package.failed', facts: { state: 'busy' } })
    await expect(writer.addFile(csvName('b'), cut(report(1)), never)).rejects.toMatchObject({ code: 'package.failed' })
    expect((await adding).rows).toBe(10)
    await writer.seal()
  })

  it('refuses a CSV that ends inside quotes', async () => {
    await using writer = await begin()
    const torn = report(100).subarray(0, -8)
    const open = torn.subarray(0, torn.lastIndexOf('☃'))
    await expect(writer.addFile(csvName('a'), cut(open), never)).rejects.toMatchObject({ code: 'source.incomplete' })
    await expect(writer.seal()).rejects.toMatchObject({ code: 'package.failed' })
  })

  it('refuses two files of one name', async () => {
    await using writer = await begin()
    await writer.addFile(csvName('a'), cut(report(1)), never)
    await expect(writer.addFile(csvName('a'), cut(report(1)), never)).rejects.toThrow(RangeError)
  })

  it.each(['abort', 'discard'] as const)('is free of a source that hangs, by %s', async (way) => {
    const stop = new AbortController()
    async function* hanging() {
      yield* cut(report(50_000))
      await new Promise(() => {})
    }
    await using writer = await begin()
    const adding = writer.addFile(csvName('a'), hanging(), stop.signal)
    const stopping = way === 'abort' ? stop.abort(new Error('deadline')) : writer.discard()
    await expect(adding).rejects.toMatchObject(
      way === 'abort' ? { message: 'deadline' } : { code: 'package.failed', facts: { state: 'discarded' } },
    )
    await stopping
    await writer.discard()
    expect(await leftovers()).toEqual([])
  })

  it('fails with package.failed when a thread dies, and the next package is whole', async () => {
    const crashing: Deflater = {
      ...deflater,
      deflate: (block) => deflater.deflate({ ...block, dataBytes: block.memory.byteLength * 2 }),
    }
    await using writer = await createPackage({ path, deflater: crashing, modifiedAt })
    const adding = writer.addFile(csvName('a'), cut(report(50_000)), never)
    await expect(adding).rejects.toMatchObject({ code: 'package.failed' })
    await writer.discard()
    expect(await leftovers()).toEqual([])
    const { staged } = await pack({ [csvName('a')]: report(50_000) })
    await verifyStaged(staged, never)
  })

  it.skipIf(process.platform !== 'linux')('says that the disk is full', async () => {
    await symlink('/dev/full', `${path}.part`)
    await using writer = await begin()
    const incompressible = randomBytes(4_000_000).map((byte) => (byte === 0x22 ? 0x21 : byte))
    const adding = writer.addFile(csvName('a'), cut(incompressible), never)
    await expect(adding).rejects.toMatchObject({ code: 'hub.disk_full', facts: { error: 'ENOSPC' } })
    await writer.discard()
    expect(await leftovers()).toEqual([])
  })

  it.skipIf(process.platform !== 'linux')('says that the disk is full when only the seal finds out', async () => {
    await symlink('/dev/full', `${path}.part`)
    await using writer = await begin()
    await writer.addFile(csvName('a'), cut(report(10)), never)
    await expect(writer.seal()).rejects.toMatchObject({ code: 'hub.disk_full' })
  })

  it('says that it cannot be created', async () => {
    const nowhere = join(folder, 'no', 'such', 'folder.zip')
    const creating = createPackage({ path: nowhere, deflater, modifiedAt })
    await expect(creating).rejects.toMatchObject({ code: 'package.failed', facts: { error: 'ENOENT' } })
  })
})

const READ_FIRST = `
import sys, zipfile
package = zipfile.ZipFile(sys.argv[1])
sys.stdout.buffer.write(package.read(package.namelist()[0]))`
