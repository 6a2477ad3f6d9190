import { createCipheriv, randomInt, randomUUID } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { CheckStep } from '@datahub/core/check/check-step'
import type { Destination, ObjectLabels, StagedFile, StoredObject } from '@datahub/core/destination/destination'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { sha256Of } from './sealed.ts'

const MiB = 1024 * 1024
const PART = 8 * MiB
const RACERS = 20

/**
 * What every destination must do, whatever stands behind it. `open` opens the same storage each time it is called, as
 * different processes would. The storage may hold anything: the suite writes below `reports/<random number>/` only.
 */
export function exerciseDestination(name: string, open: () => Promise<Destination>): void {
  describe(`${name} as a destination`, () => {
    const opened: Destination[] = []
    const instance = randomUUID()
    let folder: string
    let directory: string

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'datahub-destination-'))
    })
    afterAll(() => rm(folder, { recursive: true }))
    afterEach(async () => {
      await Promise.all(opened.splice(0).map((destination) => destination.close()))
    })

    async function another(): Promise<Destination> {
      const destination = await open()
      opened.push(destination)
      return destination
    }

    /** One destination and a task directory that nobody has used. */
    async function fresh(): Promise<Destination> {
      const destination = await another()
      directory = `${destination.prefix}reports/${randomInt(1e9, 1e12)}/`
      return destination
    }

    function labelsOf(bytes: Uint8Array): ObjectLabels {
      return { instance, sha256: sha256Of(bytes), request: '5e3f0a52-5a0c-4d1f-9c53-9c6a2f0b1a77' }
    }

    async function staged(bytes: Buffer): Promise<StagedFile> {
      const path = join(folder, randomUUID())
      await writeFile(path, bytes)
      return { path, sizeBytes: bytes.length, sha256: sha256Of(bytes) }
    }

    async function read(destination: Destination, key: string): Promise<StoredObject> {
      const got = await destination.get(key, always)
      if (typeof got === 'string') throw new Error(`${key} is ${got}`)
      return got
    }

    async function expectNothingAt(destination: Destination, key: string): Promise<void> {
      expect(await destination.get(key, always)).toBeOneOf(['absent', 'unreadable'])
    }

    test.each([
      ['nothing', 0],
      ['one byte', 1],
      ['a byte less than a part', PART - 1],
      ['exactly a part', PART],
      ['a byte more than a part', PART + 1],
      ['three parts', 2 * PART + 12_345],
    ])('R22: stores %s and gives it back with its labels', async (_, size) => {
      const destination = await fresh()
      const bytes = pattern(size)
      const key = `${directory}package.zip`
      const stored = await destination.putNew(key, await staged(bytes), labelsOf(bytes), always)
      const got = await read(destination, key)
      expect(got.body.equals(bytes)).toBe(true)
      expect(got.version).toBe(stored.version)
      expect([{}, labelsOf(bytes)]).toContainEqual(got.labels)
    })

    test('the same content again is success, and nothing changes', async () => {
      const destination = await fresh()
      for (const size of [11, PART + 1]) {
        const bytes = pattern(size)
        const key = `${directory}${size}.zip`
        const first = await destination.putNew(key, bytes, labelsOf(bytes), always)
        const again = await destination.putNew(key, await staged(bytes), labelsOf(bytes), always)
        const elsewhere = await (await another()).putNew(key, bytes, labelsOf(bytes), always)
        expect([again.version, elsewhere.version]).toEqual([first.version, first.version])
      }
    })

    test('R4: other content under a name is never replaced', async () => {
      const destination = await fresh()
      for (const size of [11, PART + 1]) {
        const key = `${directory}${size}.zip`
        const first = pattern(size)
        await destination.putNew(key, first, labelsOf(first), always)
        const other = Buffer.concat([pattern(size - 1), Buffer.from('x')])
        const attempt = destination.putNew(key, other, labelsOf(other), always)
        await expect(attempt).rejects.toMatchObject({ code: 'destination.name_taken' })
        expect((await read(destination, key)).body.equals(first)).toBe(true)
      }
    })

    test('R12: a key that is not there is absent or unreadable, never an error', async () => {
      await expectNothingAt(await fresh(), `${directory}missing.csv`)
    })

    test('has what it holds: that content under that name, and no other', async () => {
      const destination = await fresh()
      for (const size of [0, 11, PART + 1]) {
        const bytes = pattern(size)
        const key = `${directory}${size}.zip`
        const content = { sha256: sha256Of(bytes), sizeBytes: size }
        expect(await destination.has(key, content, always)).toBe(false)
        await destination.putNew(key, bytes, labelsOf(bytes), always)
        expect(await destination.has(key, content, always)).toBe(true)
        expect(await destination.has(key, { ...content, sizeBytes: size + 1 }, always)).toBe(false)
        expect(await destination.has(key, { ...content, sha256: sha256Of(pattern(3)) }, always)).toBe(false)
      }
    })

    test('of racers with different content exactly one wins, and what it sent stays', async () => {
      const destinations = [await fresh(), await another(), await another(), await another()] as const
      const key = `${directory}raced.zip`
      const contents = Array.from({ length: RACERS }, (_, index) => Buffer.from(`racer ${index}`))
      const outcomes = await Promise.allSettled(
        contents.map((bytes, index) =>
          (destinations[index % 4] as Destination).putNew(key, bytes, labelsOf(bytes), always),
        ),
      )
      const winners = contents.filter((_, index) => outcomes[index]?.status === 'fulfilled')
      expect(winners).toHaveLength(1)
      expect((await read(destinations[0], key)).body.toString()).toBe(winners[0]?.toString())
      for (const outcome of outcomes) {
        if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ code: 'destination.name_taken' })
      }
    })

    test('racers with the same content all succeed', async () => {
      const destination = await fresh()
      const bytes = Buffer.from('the same')
      const racing = Array.from({ length: RACERS }, () =>
        destination.putNew(`${directory}same.zip`, bytes, labelsOf(bytes), always),
      )
      expect(new Set((await Promise.all(racing)).map((stored) => stored.version)).size).toBe(1)
    })

    test('a version is replaced by its holder, and by nobody else', async () => {
      const destination = await fresh()
      const key = `${directory}sync_log.csv`
      const put = (text: string, version: string | null) =>
        destination.putVersion(key, Buffer.from(text), labelsOf(Buffer.from(text)), version, always)

      const one = await put('one', null)
      await expect(put('two', null)).rejects.toMatchObject({ code: 'destination.lost_race' })
      const two = await put('two', one.version)
      await expect(put('three', one.version)).rejects.toMatchObject({ code: 'destination.lost_race' })
      const got = await read(destination, key)
      expect([got.body.toString(), got.version]).toEqual(['two', two.version])
      expect((await put('two', one.version)).version, 'the same content is there already').toBe(two.version)
      expect((await read(await another(), key)).version, 'versions hold in another process').toBe(two.version)
    })

    test('R11: racing appends lose nothing and double nothing', async () => {
      const destinations = [await fresh(), await another()] as const
      const key = `${directory}appended.csv`

      async function append(destination: Destination, line: string): Promise<void> {
        for (let attempt = 0; attempt < 100; attempt += 1) {
          const got = await destination.get(key, always)
          const before = typeof got === 'string' ? '' : got.body.toString()
          const after = Buffer.from(`${before}${line}\n`)
          const version = typeof got === 'string' ? null : got.version
          try {
            await destination.putVersion(key, after, labelsOf(after), version, always)
            return
          } catch (error) {
            expect(error).toMatchObject({ code: 'destination.lost_race' })
          }
        }
        throw new Error(`${line} never got through`)
      }

      const lines = Array.from({ length: 8 }, (_, index) => `line ${index}`)
      await Promise.all(lines.map((line, index) => append(destinations[index % 2] as Destination, line)))
      const written = (await read(destinations[0], key)).body.toString().trimEnd().split('\n')
      expect(written.sort()).toEqual(lines)
    })

    test.each([
      ['one part', 100],
      ['several parts', PART + 100],
    ])('publishes nothing when it is not ours any more: %s', async (_, size) => {
      const destination = await fresh()
      const bytes = pattern(size)
      const key = `${directory}fenced.zip`
      const lost = new Error('another attempt has it')
      const attempt = destination.putNew(key, await staged(bytes), labelsOf(bytes), always, () => Promise.reject(lost))
      await expect(attempt).rejects.toBe(lost)
      await expectNothingAt(destination, key)
    })

    test.each([
      ['one part', 100],
      ['several parts', PART + 100],
    ])('publishes nothing once the signal is aborted, to the last moment: %s', async (_, size) => {
      const destination = await fresh()
      const bytes = pattern(size)
      const key = `${directory}aborted.zip`
      const reason = new Error('cancelled')
      const early = destination.putNew(key, bytes, labelsOf(bytes), AbortSignal.abort(reason))
      await expect(early).rejects.toBe(reason)
      const stop = new AbortController()
      const late = destination.putNew(key, bytes, labelsOf(bytes), stop.signal, async () => stop.abort(reason))
      await expect(late).rejects.toBe(reason)
      await expectNothingAt(destination, key)
    })

    test.each([
      ['one part', 100],
      ['several parts', PART + 100],
    ])('R7: a staged file that has changed on the disk is not published: %s', async (_, size) => {
      const destination = await fresh()
      const bytes = pattern(size)
      const file = await staged(bytes)
      const key = `${directory}flipped.zip`
      bytes[size - 7] = (bytes[size - 7] as number) ^ 1
      await writeFile(file.path, bytes)
      const flipped = destination.putNew(key, file, { instance, sha256: file.sha256 }, always)
      await expect(flipped).rejects.toMatchObject({ code: 'package.corrupt' })
      await writeFile(file.path, bytes.subarray(1))
      const shortened = destination.putNew(key, file, { instance, sha256: file.sha256 }, always)
      await expect(shortened).rejects.toMatchObject({ code: 'package.corrupt' })
      await expectNothingAt(destination, key)
    })

    test('the connection test passes and may be repeated', async () => {
      const destination = await fresh()
      for (const run of ['first', 'second']) {
        const steps: CheckStep[] = []
        for await (const step of destination.check(AbortSignal.timeout(15_000))) steps.push(step)
        const wrong = steps.filter((step) => step.verdict === 'failed' || step.verdict === 'skipped')
        expect(steps.length, run).toBeGreaterThan(0)
        expect(wrong, run).toEqual([])
      }
    })
  })
}

/** A signal that never aborts. */
const always = new AbortController().signal

/** Bytes that look random and are the same every time. */
export function pattern(size: number): Buffer {
  return createCipheriv('aes-128-ctr', Buffer.alloc(16, 7), Buffer.alloc(16)).update(Buffer.alloc(size))
}
