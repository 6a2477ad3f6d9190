import { mkdtemp, open, rm } from 'node:fs/promises'
import { createHash } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { GetObjectCommand, ListMultipartUploadsCommand, ListObjectsV2Command } from '@aws-sdk/client-s3'
import type { CheckStep } from '@datahub/core/check/check-step'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createBucket, type TestBucket } from '../../../../../test/parts/bucket.ts'
import { requirePart, type AccessKey } from '../../../../../test/parts/endpoints.ts'
import { clientFor } from '../../../../../test/parts/seed-policy.ts'
import { openEgress } from '../../foundation/egress.ts'
import { exerciseDestination, pattern } from '../exercise-destination.ts'
import { sha256Of } from '../sealed.ts'
import { shortMemory } from '../short-memory.ts'
import { openS3, s3 } from './index.ts'
import { s3Settings, type S3Settings } from './settings.ts'

const MiB = 1024 * 1024
const always = new AbortController().signal
const world = { instanceId: 'here', egress: openEgress(['127.0.0.1']), folders: undefined, dataDir: '/nowhere' }

function settingsFor(bucket: TestBucket, changes: Partial<Record<string, string>> | AccessKey = {}): S3Settings {
  return s3Settings.parse({
    bucket: bucket.name,
    region: bucket.region,
    endpoint: bucket.endpoint,
    pathStyle: true,
    ...keysOf(bucket.user),
    ...changes,
  })
}

function keysOf({ accessKeyId, secretAccessKey }: AccessKey): AccessKey {
  return { accessKeyId, secretAccessKey }
}

async function checked(settings: S3Settings): Promise<CheckStep[]> {
  const steps: CheckStep[] = []
  for await (const step of s3.open(settings, world, shortMemory()).check(always)) steps.push(step)
  return steps
}

function verdicts(steps: readonly CheckStep[]): Record<string, string> {
  return Object.fromEntries(steps.map((step) => [step.name, step.verdict]))
}

describe.each([
  ["the seed's policy", false],
  ["the seed's policy, all else denied", true],
])('S3 under %s', (name, strict) => {
  let bucket: TestBucket
  beforeAll(async () => {
    bucket = await createBucket({ strict })
  })
  afterAll(() => bucket[Symbol.asyncDispose]())

  exerciseDestination(`S3 under ${name}`, () => Promise.resolve(openS3(settingsFor(bucket), world, shortMemory())))

  test('R25: the connection test passes, warns that nothing may be aborted, and leaves one object', async () => {
    await using own = await createBucket({ strict })
    const startedAt = performance.now()
    const steps = await checked(settingsFor(own))
    expect(verdicts(steps)).toEqual({
      fields: 'passed',
      address: 'passed',
      clock: 'passed',
      credentials: 'passed',
      region: 'passed',
      write: 'passed',
      guard: 'passed',
      read: 'passed',
      // Ceph joins parts whatever the condition says.
      multipart: 'warning',
      abort: 'warning',
      list: 'passed',
    })
    expect(steps.at(-2)?.remedy).toContain('Delete incomplete multipart uploads')
    expect(performance.now() - startedAt).toBeLessThan(15_000)
    const { Contents = [] } = await own.owner.send(new ListObjectsV2Command({ Bucket: own.name }))
    expect(Contents.map((object) => object.Key)).toEqual(['reports/.connection_test'])
  })

  test('a large package passes through little memory', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'datahub-large-'))
    const destination = openS3(settingsFor(bucket), world, shortMemory())
    try {
      const sizeBytes = 160 * MiB
      const staged = await stageLarge(join(folder, 'large.zip'), sizeBytes)
      const before = process.memoryUsage().arrayBuffers
      let peak = 0
      const watch = setInterval(() => (peak = Math.max(peak, process.memoryUsage().arrayBuffers)), 5)
      const labels = { instance: 'test', sha256: staged.sha256 }
      await destination.putNew('reports/2/large.zip', staged, labels, always)
      clearInterval(watch)
      expect(await destination.has('reports/2/large.zip', staged, always)).toBe(true)
      expect((peak - before) / MiB).toBeLessThan(64)
    } finally {
      await destination.close()
      await rm(folder, { recursive: true })
    }
  })
})

describe('S3', () => {
  let bucket: TestBucket
  beforeAll(async () => {
    bucket = await createBucket()
  })
  afterAll(() => bucket[Symbol.asyncDispose]())

  test.each([
    ['who may abort leaves no parts', true],
    ['who may not abort is told', false],
  ])('R21: an upload that fails says why it failed: %s', async (_, mayAbort) => {
    await using own = await createBucket()
    const { owner } = requirePart('s3')
    const memory = shortMemory()
    const destination = openS3(settingsFor(own, mayAbort ? keysOf(owner) : {}), world, memory)
    for await (const step of destination.check(always)) void step
    const before = memory.uploads.size
    const bytes = pattern(8 * MiB + 1)
    const labels = { instance: 'test', sha256: sha256Of(bytes) }
    const reason = new Error('another attempt has it')
    const attempt = destination.putNew('reports/3/x.zip', bytes, labels, always, () => Promise.reject(reason))
    await expect(attempt).rejects.toBe(reason)
    const { Uploads = [] } = await own.owner.send(new ListMultipartUploadsCommand({ Bucket: own.name }))
    expect(Uploads).toHaveLength(mayAbort ? 0 : before + 1)
    const ids = (uploads: readonly { readonly UploadId?: string | undefined }[]) =>
      uploads.map((one) => String(one.UploadId))
    expect([...memory.uploads.keys()].toSorted(), 'what is left is remembered').toEqual(ids(Uploads).toSorted())
    expect(memory.capabilities?.abort).toBe(mayAbort ? 'allowed' : 'denied')
    await destination.close()
  })

  test('R25: who may abort passes the connection test without a warning', async () => {
    const steps = await checked(settingsFor(bucket, keysOf(requirePart('s3').owner)))
    const { multipart, ...others } = verdicts(steps)
    expect(new Set(Object.values(others))).toEqual(new Set(['passed']))
    expect(multipart).toBe('warning')
  })

  test('everything goes below the prefix', async () => {
    await using own = await createBucket()
    const destination = openS3(settingsFor(own, { prefix: 'acme/eu' }), world, shortMemory())
    expect(destination.prefix).toBe('acme/eu/')
    for await (const step of destination.check(always)) expect(step.verdict).not.toBe('failed')
    const { Contents = [] } = await own.owner.send(new ListObjectsV2Command({ Bucket: own.name }))
    expect(Contents.map((object) => object.Key)).toEqual(['acme/eu/reports/.connection_test'])
    await destination.close()
  })

  test('an object carries who wrote it, what it is and for whom', async () => {
    const destination = openS3(settingsFor(bucket), world, shortMemory())
    const bytes = Buffer.from('x')
    const labels = { instance: 'i-1', sha256: sha256Of(bytes), request: 'r-1' }
    await destination.putNew('reports/1/a.zip', bytes, labels, always)
    const reader = clientFor(requirePart('s3'), bucket.user)
    const got = await reader.send(new GetObjectCommand({ Bucket: bucket.name, Key: 'reports/1/a.zip' }))
    reader.destroy()
    expect(got.ContentType).toBe('application/zip')
    expect(got.Metadata).toEqual({
      'datahub-instance': 'i-1',
      'datahub-sha256': sha256Of(bytes),
      'datahub-request': 'r-1',
    })
    const foreign = destination.putNew('reports/1/a.zip', bytes, { ...labels, instance: 'i-2' }, always)
    await expect(foreign, 'R4: the same bytes of another installation').rejects.toMatchObject({
      code: 'destination.name_taken',
    })
    await destination.close()
  })

  test.each<[string, Record<string, string>, string, string]>([
    ['a wrong secret', { secretAccessKey: 'nonsense' }, 'credentials', 'Secret Access Key'],
    ['an unknown key', { accessKeyId: 'AKIANOBODY' }, 'credentials', 'Access Key ID'],
    ['a bucket that is not there', { bucket: 'no-such-bucket-here' }, 'region', 'bucket does not exist'],
    ['a port where nothing listens', { endpoint: 'http://127.0.0.1:9' }, 'address', 'cannot be reached'],
    ['a host that does not exist', { endpoint: 'http://nowhere.invalid' }, 'address', 'no host'],
    ['https where http is spoken', { endpoint: 'https' }, 'address', 'TLS'],
  ])('the connection test names the cause: %s', async (_, changes, failing, words) => {
    const secure = bucket.endpoint.replace('http', 'https')
    const steps = await checked(
      settingsFor(bucket, { ...changes, ...(changes['endpoint'] === 'https' ? { endpoint: secure } : {}) }),
    )
    const failed = steps.filter((step) => step.verdict === 'failed')
    expect(failed.map((step) => step.name)).toEqual([failing])
    expect(failed[0]?.message).toContain(words)
    expect(failed[0]?.remedy).toBeTruthy()
    expect(steps.slice(steps.indexOf(failed[0] as CheckStep) + 1).every((step) => step.verdict === 'skipped')).toBe(
      true,
    )
  })

  test('R12: without any right the connection test quotes the statement that is missing', async () => {
    await using other = await createBucket()
    await other.revoke()
    const steps = await checked(settingsFor(other))
    expect(verdicts(steps)['write']).toBe('failed')
    expect(steps.find((step) => step.name === 'write')?.remedy).toContain(
      `{"Effect":"Allow","Action":["s3:PutObject"],"Resource":["arn:aws:s3:::${other.name}/reports/*"]}`,
    )
  })

  test('R35: an endpoint on this machine is refused when it is saved, when it is tested and when it is used', async () => {
    const closed = { ...world, egress: openEgress([]) }
    const settings = settingsFor(bucket)
    expect(() => s3.admit(settings, closed)).toThrow(
      expect.objectContaining({ code: 'destination.egress_blocked' }) as Error,
    )
    const destination = s3.open(settings, closed, shortMemory())
    await expect(destination.get('reports/1/a.zip', always)).rejects.toMatchObject({
      code: 'destination.egress_blocked',
    })
    const steps: CheckStep[] = []
    for await (const step of destination.check(always)) steps.push(step)
    expect(verdicts(steps)['address']).toBe('failed')
    await destination.close()
  })
})

async function stageLarge(path: string, sizeBytes: number) {
  const file = await open(path, 'wx')
  const hash = createHash('sha256')
  const piece = pattern(MiB)
  for (let written = 0; written < sizeBytes; written += MiB) {
    piece.writeUInt32LE(written, 0)
    hash.update(piece)
    await file.write(piece)
  }
  await file.close()
  return { path, sizeBytes, sha256: hash.digest('hex') }
}
