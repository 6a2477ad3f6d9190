import { spawn } from 'node:child_process'
import { createServer, connect, type AddressInfo, type Socket } from 'node:net'
import { once } from 'node:events'
import { mkdtempSync } from 'node:fs'
import { readdir, readFile, rm, stat } from 'node:fs/promises'
import { randomBytes } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { DeleteObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3'
import type { Column } from '@datahub/core/bucket/column'
import { EXIT } from '@datahub/core/error/codes'
import { expect, test, vi } from 'vitest'
import { createBucket, type TestBucket } from '../../../../test/parts/bucket.ts'
import { requirePart, type AccessKey } from '../../../../test/parts/endpoints.ts'
import { loadTask } from '../load-task.ts'
import type { LoadTaskOptions } from '../session.ts'
import { fetchPackage } from '../package/fetch-package.ts'
import { LoaderError } from '../problem.ts'
import { TestSender } from '../testing/sender.ts'
import { rowsIn, TEST_TARGETS } from '../testing/test-target.ts'
import { openS3Bucket } from './s3.ts'

const COLUMNS: readonly Column[] = [
  { name: 'date', type: 'date', nullable: false },
  { name: 'noise', type: 'text', nullable: false },
]

/** Puts what the sender has delivered into a bucket of the real S3. */
async function upload(sender: TestSender, bucket: TestBucket): Promise<void> {
  for (const name of await readdir(sender.directory)) {
    await bucket.owner.send(
      new PutObjectCommand({
        Bucket: bucket.name,
        Key: `reports/161/${name}`,
        Body: await readFile(join(sender.directory, name)),
      }),
    )
  }
}

function from(bucket: TestBucket, key: AccessKey, into: string, endpoint = bucket.endpoint): LoadTaskOptions {
  const { accessKeyId, secretAccessKey } = key
  return {
    bucket: bucket.name,
    region: bucket.region,
    endpoint,
    pathStyle: true,
    credentials: { accessKeyId, secretAccessKey },
    taskId: 161,
    into,
  }
}

async function deliver(sender: TestSender, executionId: number, rows = 2): Promise<void> {
  const noise = Array.from({ length: rows }, () => ['2025-01-01', randomBytes(600).toString('base64')])
  await sender.deliver({ executionId, reports: [{ table: 'noise', columns: COLUMNS, rows: noise }] })
}

test('with the seed policy, which lets nobody list, everything loads by the sync log', async () => {
  await using bucket = await createBucket({ strict: true })
  await using database = await TEST_TARGETS.sqlite()
  await using sender = new TestSender()
  await deliver(sender, 1)
  await deliver(sender, 2)
  await upload(sender, bucket)
  const options = from(bucket, bucket.user, database.url)
  expect((await loadTask(options)).packages.map(({ state }) => state)).toEqual(['loaded', 'loaded'])
  expect((await loadTask(options)).packages).toEqual([])
  expect(await rowsIn(database.url, 'noise', COLUMNS)).toHaveLength(4)
})

test('without a log the directory is listed; who may not list either is shown the policy to add', async () => {
  await using bucket = await createBucket({ strict: true })
  await using database = await TEST_TARGETS.sqlite()
  await using sender = new TestSender()
  await deliver(sender, 1)
  await upload(sender, bucket)
  await bucket.owner.send(new DeleteObjectCommand({ Bucket: bucket.name, Key: 'reports/161/sync_log_161.csv' }))
  const failure = await loadTask(from(bucket, bucket.user, database.url)).catch((error: unknown) => error)
  expect(failure).toBeInstanceOf(LoaderError)
  expect(failure).toMatchObject({
    exitCode: EXIT.unauthorized,
    cure: expect.stringContaining(`arn:aws:s3:::${bucket.name}/reports/*`),
  })
  expect((failure as LoaderError).cure).toContain('s3:ListBucket')
  const { packages } = await loadTask(from(bucket, requirePart('s3').owner, database.url))
  expect(packages.map(({ state }) => state)).toEqual(['loaded'])
})

test('whether a package without a manifest has settled is for the clock of the store: one that is ahead of it takes none', async () => {
  await using bucket = await createBucket()
  await using database = await TEST_TARGETS.sqlite()
  await using sender = new TestSender()
  await sender.deliver({
    executionId: 1,
    withoutManifest: true,
    reports: [{ table: 'noise', columns: COLUMNS, rows: [['2025-01-01', 'x']] }],
  })
  await upload(sender, bucket)
  await bucket.owner.send(new DeleteObjectCommand({ Bucket: bucket.name, Key: 'reports/161/sync_log_161.csv' }))
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 20 * 60_000 })
  try {
    const { packages, notes } = await loadTask(from(bucket, requirePart('s3').owner, database.url))
    expect(notes[0]).toContain('the directory was listed instead')
    expect(packages).toEqual([])
  } finally {
    vi.useRealTimers()
  }
})

test('a wrong key and a bucket that is not there are told in words, without anything of the key', async () => {
  await using bucket = await createBucket()
  await using database = await TEST_TARGETS.sqlite()
  const wrong = { accessKeyId: bucket.user.accessKeyId, secretAccessKey: 'canary-secret' }
  const failure = (await loadTask(from(bucket, wrong, database.url)).catch((error: unknown) => error)) as LoaderError
  expect(failure.exitCode).toBe(EXIT.unauthorized)
  expect(JSON.stringify(failure) + failure.message + failure.cure).not.toMatch(/canary|StringToSign/)
  const absent = loadTask({ ...from(bucket, requirePart('s3').owner, database.url), bucket: 'company-not-there' })
  await expect(absent).rejects.toMatchObject({ exitCode: EXIT.notFound })
})

test('a download that breaks off goes on where it stopped', async () => {
  await using bucket = await createBucket()
  await using database = await TEST_TARGETS.sqlite()
  await using sender = new TestSender()
  await deliver(sender, 1, 3_000)
  await upload(sender, bucket)
  const folder = mkdtempSync(join(tmpdir(), 'datahub-loader-work-'))
  const proxy = await cuttingProxy(bucket.endpoint, 500_000)
  try {
    const { accessKeyId, secretAccessKey } = bucket.user
    const s3 = openS3Bucket({
      bucket: bucket.name,
      region: bucket.region,
      endpoint: proxy.url,
      pathStyle: true,
      credentials: { accessKeyId, secretAccessKey },
    })
    const object = await s3.open(`reports/161/${sender.nameOf(1)}`)
    if (typeof object === 'string') throw new Error(object)
    const seen: number[] = []
    const fetched = await fetchPackage(object, 'one', { workFolder: folder, onProgress: (done) => seen.push(done) })
    expect(object.sizeBytes).toBeGreaterThan(1_500_000)
    expect(proxy.connections()).toBeGreaterThan(3)
    // Bytes only ever add up: nothing is fetched twice.
    expect(seen).toEqual(seen.toSorted((a, b) => a - b))
    expect(proxy.sentBytes()).toBeLessThan(object.sizeBytes + 600_000)
    expect((await readFile(fetched.content)).equals(await readFile(join(sender.directory, sender.nameOf(1))))).toBe(
      true,
    )
    await fetched.discard()
    s3.close()
    const report = await loadTask({ ...from(bucket, bucket.user, database.url, proxy.url), workFolder: folder })
    expect(report.packages[0]).toMatchObject({ state: 'loaded', rows: 3_000 })
    expect(await readdir(folder)).toEqual([])
  } finally {
    proxy.close()
    await rm(folder, { recursive: true, force: true })
  }
}, 60_000)

test.each([
  ['killed', 'SIGKILL', [null, 'SIGKILL']],
  ['told to end', 'SIGTERM', [EXIT.interrupted, null]],
] as const)(
  'a download whose process was %s is taken up by the next one',
  async (_, signal, end) => {
    await using bucket = await createBucket()
    await using database = await TEST_TARGETS.sqlite()
    await using sender = new TestSender()
    await deliver(sender, 1, 3_000)
    await upload(sender, bucket)
    const folder = mkdtempSync(join(tmpdir(), 'datahub-loader-work-'))
    const [stalling, counting] = [
      await cuttingProxy(bucket.endpoint, 1_200_000, 'stall'),
      await cuttingProxy(bucket.endpoint, Infinity),
    ]
    try {
      const program = resolve(import.meta.dirname, '../../bin/datahub-loader.js')
      const args = [
        'load',
        '--bucket',
        bucket.name,
        '--endpoint',
        stalling.url,
        '--task',
        '161',
        '--into',
        database.url,
        '--work-folder',
        folder,
      ]
      const { accessKeyId, secretAccessKey } = bucket.user
      const env = {
        ...process.env,
        AWS_REGION: bucket.region,
        AWS_ACCESS_KEY_ID: accessKeyId,
        AWS_SECRET_ACCESS_KEY: secretAccessKey,
      }
      const child = spawn(process.execPath, [program, ...args], { env, stdio: 'ignore' })
      await vi.waitUntil(async () => (await sizeOfAll(folder)) > 1_000_000, { timeout: 20_000 })
      child.kill(signal)
      expect(await once(child, 'exit')).toEqual(end)
      const report = await loadTask({ ...from(bucket, bucket.user, database.url, counting.url), workFolder: folder })
      expect(report.packages[0]).toMatchObject({ state: 'loaded', rows: 3_000 })
      const { size } = await stat(join(sender.directory, sender.nameOf(1)))
      expect(counting.sentBytes()).toBeLessThan(size - 900_000)
    } finally {
      stalling.close()
      counting.close()
      await rm(folder, { recursive: true, force: true })
    }
  },
  60_000,
)

async function sizeOfAll(folder: string): Promise<number> {
  let sum = 0
  for (const name of await readdir(folder)) sum += (await stat(join(folder, name))).size
  return sum
}

/** Passes bytes on, and drops every connection that has received so many, or leaves it without another byte. */
async function cuttingProxy(endpoint: string, maxBytes: number, then: 'drop' | 'stall' = 'drop') {
  const { hostname, port } = new URL(endpoint)
  let [connections, sentBytes] = [0, 0]
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    connections += 1
    sockets.add(socket)
    let bytes = 0
    const upstream = connect(Number(port), hostname)
    for (const one of [socket, upstream]) one.on('error', () => {})
    socket.pipe(upstream)
    upstream.on('data', (chunk) => {
      bytes += chunk.length
      sentBytes += chunk.length
      if (bytes <= maxBytes) socket.write(chunk)
      else if (then === 'stall') upstream.pause()
      else {
        socket.destroy()
        upstream.destroy()
      }
    })
    upstream.on('close', () => socket.end())
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    connections: () => connections,
    sentBytes: () => sentBytes,
    close() {
      server.close()
      for (const socket of sockets) socket.destroy()
    },
  }
}
