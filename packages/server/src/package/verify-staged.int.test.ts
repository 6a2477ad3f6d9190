import { createHash } from 'node:crypto'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { StagedFile } from '@datahub/core/destination/destination'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createDeflater } from './deflater.ts'
import { createPackage } from './package-writer.ts'
import { verifyStaged } from './verify-staged.ts'

let folder: string
let staged: StagedFile
let bytes: Buffer

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'datahub-verify-'))
  const deflater = createDeflater()
  const path = join(folder, 'a.zip')
  await using writer = await createPackage({ path, deflater, modifiedAt: new Date('2025-08-26T03:00:00Z') })
  async function* csv() {
    yield Buffer.from('id,name\n')
    for (let row = 0; row < 500; row += 1) yield Buffer.from(`${row},name ${(row * 7919) % 1009}\n`)
  }
  await writer.addFile('a_1_20250826.csv', csv(), new AbortController().signal)
  await writer.addFile('b_1_20250826.csv', csv(), new AbortController().signal)
  staged = await writer.seal()
  await deflater.close()
  bytes = await readFile(path)
})
afterAll(() => rm(folder, { recursive: true }))

/** The package as something made it that does not know of the zip. */
async function changed(name: string, content: Uint8Array, claim: Partial<StagedFile> = {}): Promise<StagedFile> {
  const path = join(folder, name)
  await writeFile(path, content)
  return { ...staged, path, ...claim }
}

describe('A staged package', () => {
  it('is in order as it was written', async () => {
    const entries = await verifyStaged(staged)
    expect(entries.map((entry) => entry.fileName)).toEqual(['a_1_20250826.csv', 'b_1_20250826.csv'])
    expect(entries[0]?.headerAt).toBe(0)
    expect(entries[0]?.crc32).toBe(entries[1]?.crc32)
  })

  it('is corrupt when any bit is flipped', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length * 8 - 1), async (bit) => {
        const flipped = Buffer.from(bytes)
        flipped[bit >> 3] = (flipped[bit >> 3] as number) ^ (1 << (bit & 7))
        const verifying = verifyStaged(await changed('flipped.zip', flipped))
        await expect(verifying).rejects.toMatchObject({ code: 'package.corrupt', facts: { wrong: 'hash' } })
      }),
    )
  })

  it('is corrupt when anything is missing at its end, or added', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: bytes.length }), async (missing) => {
        const verifying = verifyStaged(await changed('short.zip', bytes.subarray(0, -missing)))
        await expect(verifying).rejects.toMatchObject({ code: 'package.corrupt', facts: { wrong: 'size' } })
      }),
    )
    const verifying = verifyStaged(await changed('long.zip', Buffer.concat([bytes, Buffer.alloc(1)])))
    await expect(verifying).rejects.toMatchObject({ code: 'package.corrupt', facts: { wrong: 'size' } })
  })

  it('is corrupt when it is no zip, even if size and hash agree', async () => {
    for (const content of [Buffer.alloc(100, 1), bytes.subarray(0, -1), bytes.subarray(1), Buffer.alloc(0)]) {
      const sha256 = createHash('sha256').update(content).digest('hex')
      const verifying = verifyStaged(await changed('other.zip', content, { sizeBytes: content.length, sha256 }))
      await expect(verifying).rejects.toMatchObject({ code: 'package.corrupt', facts: { wrong: 'directory' } })
    }
  })

  it('is corrupt when it is gone', async () => {
    const verifying = verifyStaged({ ...staged, path: join(folder, 'gone.zip') })
    await expect(verifying).rejects.toMatchObject({ code: 'package.corrupt', facts: { wrong: 'file' } })
  })

  it('is not called corrupt because somebody stopped looking', async () => {
    const reason = new Error('cancelled')
    await expect(verifyStaged(staged, AbortSignal.abort(reason))).rejects.toBe(reason)
  })
})
