import { randomInt, randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Destination, SendingAhead, StagedFile, Stored } from '@datahub/core/destination/destination'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { StagingFile } from '../package/staging-file.ts'
import { pattern } from './exercise-destination.ts'
import { sha256Of } from './sealed.ts'

const MiB = 1024 * 1024
const always = new AbortController().signal

export interface StoreToExercise {
  readonly destination: Destination
  /** How many parts have arrived of uploads that are neither joined nor thrown away. */
  partsOnTheirWay(): Promise<number>
}

/** A file that is written step by step and sent meanwhile. */
export interface WrittenAhead extends AsyncDisposable {
  readonly key: string
  readonly file: StagingFile
  readonly ahead: SendingAhead
  append(bytes: Buffer): Promise<void>
  /** Seals what was appended and stores it. */
  store(): Promise<Stored>
  readonly stop: AbortController
}

/** Begins a file in the folder, and to send it. */
export async function writeAhead(
  destination: Destination,
  folder: string,
  key: string,
  expectedBytes = 0,
  stillMine = () => Promise.resolve(),
): Promise<WrittenAhead> {
  if (!destination.sendAhead) throw new Error('it sends nothing ahead')
  const file = await StagingFile.create(join(folder, randomUUID()))
  const origin = { instance: 'here', request: 'r-1' }
  const stop = new AbortController()
  const ahead = destination.sendAhead(key, file, origin, () => Promise.resolve(expectedBytes), stop.signal, stillMine)
  const append = (bytes: Buffer) => file.append(bytes)
  async function store(): Promise<Stored> {
    const staged: StagedFile = await file.seal()
    return await ahead.putNew(staged, { ...origin, sha256: staged.sha256 }, stop.signal, stillMine)
  }
  async function dispose(): Promise<void> {
    await ahead[Symbol.asyncDispose]()
    await file.remove()
  }
  return { key, file, ahead, append, store, stop, [Symbol.asyncDispose]: dispose }
}

/** What every destination must do that sends files while they are written. */
export function exerciseSendingAhead(name: string, open: () => Promise<StoreToExercise>): void {
  describe(`${name} sends a file while it is written`, () => {
    let folder: string
    let store: StoreToExercise
    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'datahub-ahead-'))
      store = await open()
    })
    afterEach(() => expect(store.partsOnTheirWay()).resolves.toBe(0))
    afterAll(async () => {
      await store.destination.close()
      await rm(folder, { recursive: true })
    })

    const begin = (key = `reports/${randomInt(1e9, 1e12)}/package.zip`) => writeAhead(store.destination, folder, key)

    async function bytesAt(key: string): Promise<Buffer | string> {
      const got = await store.destination.get(key, always)
      return typeof got === 'string' ? got : got.body
    }

    test.each([
      ['nothing', 0],
      ['less than a part', 5 * MiB],
      ['exactly a part', 8 * MiB],
      ['a byte more than a part', 8 * MiB + 1],
      ['exactly two parts', 16 * MiB],
      ['a little more than two', 17 * MiB + 3],
    ])('R22: %s', async (_, size) => {
      await using written = await begin()
      const bytes = pattern(size)
      for (let at = 0; at < size; at += 3 * MiB) await written.append(bytes.subarray(at, at + 3 * MiB))
      const stored = await written.store()
      const got = await store.destination.get(written.key, always)
      if (typeof got === 'string') throw new Error(got)
      expect(got.body.equals(bytes)).toBe(true)
      expect(got.version).toBe(stored.version)
      expect(await store.destination.has(written.key, { sha256: sha256Of(bytes), sizeBytes: size }, always)).toBe(true)
      expect(await store.destination.has(written.key, { sha256: '0'.repeat(64), sizeBytes: size }, always)).toBe(false)
      const labels = { instance: 'here', request: 'r-1', sha256: sha256Of(bytes) }
      const again = await store.destination.putNew(written.key, bytes, labels, always)
      expect(again.version, 'a retry finds it').toBe(stored.version)
    })

    test('R2: parts arrive before the file is whole, and nothing of it is visible until it is stored', async () => {
      await using written = await begin()
      await written.append(pattern(18 * MiB))
      await expect.poll(() => store.partsOnTheirWay(), { timeout: 10_000 }).toBe(2)
      expect(await bytesAt(written.key)).toBeOneOf(['absent', 'unreadable'])
      await written.store()
      expect((await bytesAt(written.key)).length).toBe(18 * MiB)
    })

    test('R4: other content under the name is never replaced', async () => {
      const first = Buffer.from('first')
      await using written = await begin()
      await written.append(pattern(9 * MiB))
      const theirs = { instance: 'elsewhere', sha256: sha256Of(first) }
      await store.destination.putNew(written.key, first, theirs, always)
      await expect(written.store()).rejects.toMatchObject({ code: 'destination.name_taken' })
      expect((await bytesAt(written.key)).toString()).toBe('first')
    })

    test('R7: a file whose writing fails, or that is discarded, leaves nothing behind', async () => {
      const written = await begin()
      await written.append(pattern(18 * MiB))
      await expect.poll(() => store.partsOnTheirWay(), { timeout: 10_000 }).toBe(2)
      await written.file.remove()
      await written.ahead[Symbol.asyncDispose]()
      expect(await bytesAt(written.key)).toBeOneOf(['absent', 'unreadable'])
    })

    test('R7: a file that changes on the disk after it was sealed is not published', async () => {
      await using written = await begin()
      await written.append(pattern(9 * MiB))
      const staged = await written.file.seal()
      const other = { ...staged, sha256: '0'.repeat(64) }
      const store = written.ahead.putNew(other, { instance: 'here', sha256: other.sha256 }, always, () =>
        Promise.resolve(),
      )
      await expect(store).rejects.toMatchObject({ code: 'package.corrupt' })
      expect(await bytesAt(written.key)).toBeOneOf(['absent', 'unreadable'])
    })

    test('an abort while it is written ends it with nothing behind', async () => {
      const written = await begin()
      await written.append(pattern(18 * MiB))
      written.stop.abort(new Error('cancelled'))
      await written.ahead[Symbol.asyncDispose]()
      await written.file.remove()
      expect(await bytesAt(written.key)).toBeOneOf(['absent', 'unreadable'])
    })

    test('what is not ours any more is not published', async () => {
      const lost = new Error('another attempt has it')
      let mine = true
      const stillMine = () => (mine ? Promise.resolve() : Promise.reject(lost))
      const key = `reports/${randomInt(1e9, 1e12)}/package.zip`
      await using written = await writeAhead(store.destination, folder, key, 0, stillMine)
      await written.append(pattern(9 * MiB))
      await expect.poll(() => store.partsOnTheirWay(), { timeout: 10_000 }).toBe(1)
      mine = false
      await expect(written.store()).rejects.toBe(lost)
      expect(await bytesAt(key)).toBeOneOf(['absent', 'unreadable'])
    })
  })
}
