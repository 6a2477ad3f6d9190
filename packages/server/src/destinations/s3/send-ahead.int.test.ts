import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ListMultipartUploadsCommand, ListPartsCommand } from '@aws-sdk/client-s3'
import type { Capabilities } from '@datahub/core/destination/capabilities'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createBucket, type TestBucket } from '../../../../../test/parts/bucket.ts'
import { requirePart } from '../../../../../test/parts/endpoints.ts'
import { startStrictStore, type Script } from '../../../../../test/s3/strict-store.ts'
import { openEgress } from '../../foundation/egress.ts'
import { pattern } from '../exercise-destination.ts'
import { exerciseSendingAhead, writeAhead } from '../exercise-sending-ahead.ts'
import { shortMemory } from '../short-memory.ts'
import { PATIENCE, type Patience } from './client.ts'
import { openS3 } from './index.ts'
import { PART_LIMITS, type PartLimits } from './plan-parts.ts'
import { s3Settings } from './settings.ts'

const MiB = 1024 * 1024
const PART = MiB / 2
const KEY = 'reports/161/market_insight_161_20250826_0000000042.zip'
const world = { instanceId: 'here', egress: openEgress(['127.0.0.1']), folders: undefined, dataDir: '/nowhere' }
const hasty: Patience = { ...PATIENCE, connectMs: 1000, silenceMs: 1000, answerMs: 1500, completeMs: 1500, tries: 2 }
/** Ten small parts: what happens to a terabyte happens to a few MiB. */
const tiny: PartLimits = { partMinBytes: PART, partsMax: 10, memoryBytes: 4 * PART }

const ORDINARY: Capabilities = {
  conditions: 'honoured',
  joinConditions: 'honoured',
  abort: 'allowed',
  checksums: 'refused',
  acl: 'left out',
  reading: 'allowed',
  listing: 'denied',
  foundAt: '2025-08-26T10:00:00Z',
}

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'datahub-ahead-'))
})
afterAll(() => rm(folder, { recursive: true }))

async function start(fault: Script = () => undefined, limits = tiny, memory = shortMemory(ORDINARY)) {
  const store = await startStrictStore(fault, { leastPartBytes: limits.partMinBytes })
  const settings = s3Settings.parse({
    bucket: 'company-data',
    region: 'us-east-1',
    accessKeyId: 'AKIAOURS',
    secretAccessKey: 'ours',
    endpoint: store.endpoint,
    pathStyle: true,
  })
  const destination = openS3(settings, world, memory, hasty, limits)
  const asked = (what: string) => store.asked.filter((one) => one.what === what)
  return {
    store,
    memory,
    destination,
    asked,
    partsOnTheirWay: () =>
      Promise.resolve([...store.uploads.values()].reduce((sum, upload) => sum + upload.parts.size, 0)),
    begin: (expectedBytes?: number) => writeAhead(destination, folder, KEY, expectedBytes),
    async [Symbol.asyncDispose]() {
      await destination.close()
      await store[Symbol.asyncDispose]()
    },
  }
}

describe('on the strict store', () => {
  let s3: Awaited<ReturnType<typeof start>>
  afterAll(() => s3[Symbol.asyncDispose]())
  exerciseSendingAhead('S3', async () => {
    s3 = await start(() => undefined, PART_LIMITS)
    return { ...s3, destination: { ...s3.destination, close: () => Promise.resolve() } }
  })
})

describe('on Ceph', () => {
  let bucket: TestBucket
  beforeAll(async () => {
    bucket = await createBucket()
  })
  afterAll(() => bucket[Symbol.asyncDispose]())
  exerciseSendingAhead('Ceph', () => {
    // Under the seed's policy Ceph denies the abort, which this suite ends with.
    const { accessKeyId, secretAccessKey } = requirePart('s3').owner
    const { endpoint, region } = bucket
    const keys = { accessKeyId, secretAccessKey }
    const settings = s3Settings.parse({ bucket: bucket.name, region, endpoint, pathStyle: true, ...keys })
    const at = { Bucket: bucket.name }
    return Promise.resolve({
      destination: openS3(settings, world, shortMemory()),
      async partsOnTheirWay() {
        const { Uploads = [] } = await bucket.owner.send(new ListMultipartUploadsCommand(at))
        const counts = Uploads.map(async ({ Key, UploadId }) => {
          const { Parts = [] } = await bucket.owner.send(new ListPartsCommand({ ...at, Key, UploadId }))
          return Parts.length
        })
        return (await Promise.all(counts)).reduce((sum, count) => sum + count, 0)
      },
    })
  })
})

test('a small package is still one PUT, and carries its hash', async () => {
  await using s3 = await start()
  await using written = await s3.begin()
  await written.append(pattern(PART))
  await written.store()
  expect(s3.store.asked.map((one) => one.what)).toEqual(['PUT'])
  expect(s3.store.objects.get(KEY)?.metadata['x-amz-meta-datahub-sha256']).toMatch(/^[0-9a-f]{64}$/)
})

test('what begins before its content is known is labelled with who, for whom, and a mark of this one upload', async () => {
  await using s3 = await start()
  for (const _ of [1, 2]) {
    const written = await s3.begin()
    await written.append(pattern(2.5 * PART))
    await written.file.seal()
    await written.ahead[Symbol.asyncDispose]()
  }
  const labels = s3.asked('create').map(({ headers }) => ({
    instance: headers['x-amz-meta-datahub-instance'],
    request: headers['x-amz-meta-datahub-request'],
    sha256: headers['x-amz-meta-datahub-sha256'],
  }))
  expect(labels).toEqual([1, 2].map(() => ({ instance: 'here', request: 'r-1', sha256: undefined })))
  expect(new Set(s3.asked('create').map(({ headers }) => headers['x-amz-meta-datahub-upload'])).size).toBe(2)
})

describe('R22: a file of which nobody knows how large it will be', () => {
  const sizesOf = (asked: { body: Buffer }[]) => asked.map(({ body }) => body.length)

  test('goes in equal parts, ten at most; when it grows beyond them, it begins again with larger ones', async () => {
    await using s3 = await start()
    await using written = await s3.begin()
    const bytes = pattern(25 * PART)
    await written.append(bytes)
    await written.store()
    expect(s3.store.objects.get(KEY)?.bytes.equals(bytes)).toBe(true)
    expect(s3.asked('create')).toHaveLength(2)
    expect(sizesOf(s3.asked('part').slice(0, 10))).toEqual(Array<number>(10).fill(PART))
    expect(sizesOf(s3.asked('part').slice(10)).sort((a, b) => b - a)).toEqual([4 * MiB, 4 * MiB, 4 * MiB, PART])
    expect([s3.asked('abort').length, s3.store.uploads.size, s3.memory.uploads.size]).toEqual([1, 0, 0])
  })

  test('exactly as many parts as there may be are not too many', async () => {
    await using s3 = await start()
    await using written = await s3.begin()
    await written.append(pattern(10 * PART))
    await written.store()
    expect([s3.asked('create').length, s3.asked('part').length]).toEqual([1, 10])
  })

  test('is cut for twice as much as is expected', async () => {
    await using s3 = await start()
    await using written = await s3.begin(8 * MiB)
    await written.append(pattern(5 * MiB))
    await written.store()
    expect([...new Set(sizesOf(s3.asked('part')))]).toEqual([2 * MiB, MiB])
  })
})

describe('R3: the answer is lost after the parts were joined', () => {
  test('the mark tells that the object is this very upload; nothing is read back or sent again', async () => {
    await using s3 = await start((asked) => (asked.what === 'complete' ? 'lose' : undefined))
    await using written = await s3.begin()
    await written.append(pattern(2.5 * PART))
    await written.store()
    expect([s3.asked('GET').length, s3.asked('part').length, s3.asked('create').length]).toEqual([0, 3, 1])
  })

  test('R4: an object of the same execution with another mark is compared by its content, never believed', async () => {
    for (const [theirs, verdict] of [
      [pattern(2.5 * PART), 'stored'],
      [Buffer.concat([pattern(2.5 * PART - 1), Buffer.from('x')]), 'destination.name_taken'],
    ] as const) {
      const metadata = {
        'x-amz-meta-datahub-instance': 'here',
        'x-amz-meta-datahub-request': 'r-1',
        'x-amz-meta-datahub-upload': 'of another attempt',
      }
      await using s3 = await start((asked, objects) => {
        if (asked.what === 'complete') objects.set(KEY, { bytes: theirs, metadata })
        return undefined
      })
      await using written = await s3.begin()
      await written.append(pattern(2.5 * PART))
      const outcome = await written.store().then(
        () => 'stored',
        (error: { code: string }) => error.code,
      )
      expect(outcome).toBe(verdict)
      expect(s3.asked('GET')).toHaveLength(1)
      expect(s3.store.objects.get(KEY)?.bytes.equals(theirs)).toBe(true)
      expect(s3.store.uploads.size, 'our parts are thrown away').toBe(0)
    }
  })
})

describe('R21: it fails half-way', () => {
  test('parts that do not get through while the file is written cost nothing: it is sent whole, or its own error told', async () => {
    for (const [passes, code] of [
      [true, undefined],
      [false, 'destination.access_denied'],
    ] as const) {
      let sealed = false
      await using s3 = await start((asked) =>
        asked.what === 'part' && !(passes && sealed) ? { status: 403, code: 'AccessDenied' } : undefined,
      )
      await using written = await s3.begin()
      await written.append(pattern(2.5 * PART))
      await expect.poll(() => s3.asked('abort').length).toBe(1)
      sealed = true
      if (passes) await written.store()
      else await expect(written.store()).rejects.toMatchObject({ code })
      expect(s3.store.uploads.size).toBe(0)
    }
  })

  test('a process that died left an open upload; the next attempt throws it away before it begins its own', async () => {
    await using s3 = await start()
    const died = await s3.begin()
    await died.append(pattern(2.5 * PART))
    await expect.poll(() => s3.partsOnTheirWay()).toBe(2)
    expect([...s3.memory.uploads.values()].map((upload) => upload.key)).toEqual([KEY])

    await using next = await s3.begin()
    await next.append(pattern(3.5 * PART))
    await expect.poll(() => s3.asked('abort').length).toBe(1)
    await next.store()
    expect(s3.store.objects.get(KEY)?.bytes.length).toBe(3.5 * PART)
    await died.file.remove()
    await died.ahead[Symbol.asyncDispose]()
    expect([s3.store.uploads.size, s3.memory.uploads.size]).toEqual([0, 0])
  })

  test('who may not abort leaves the parts to the lifecycle, and remembers them', async () => {
    await using s3 = await start((asked) =>
      asked.what === 'abort' ? { status: 403, code: 'AccessDenied' } : undefined,
    )
    const written = await s3.begin()
    await written.append(pattern(2.5 * PART))
    await expect.poll(() => s3.partsOnTheirWay()).toBe(2)
    await written.file.remove()
    await written.ahead[Symbol.asyncDispose]()
    expect([...s3.memory.uploads.values()].map((upload) => upload.key)).toEqual([KEY])
  })
})

test('no more parts are in memory than fit into the limit, however far the file is ahead of the store', async () => {
  let release = () => {}
  const held = new Promise<undefined>((resolve) => (release = () => resolve(undefined)))
  await using s3 = await start((asked) => (asked.what === 'part' ? held : undefined))
  await using written = await s3.begin()
  await written.append(pattern(9.5 * PART))
  const staged = written.file.seal()
  await expect.poll(() => s3.asked('part').length).toBe(4)
  await staged
  expect(s3.asked('part')).toHaveLength(4)
  release()
})
