import { parseManifest } from '@datahub/core/bucket/manifest'
import { DataHubError } from '@datahub/core/error/data-hub-error'
import { createHash, randomBytes } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { AMAZON } from '../../../../test/s3/rules.ts'
import { startStrictStore, type Script } from '../../../../test/s3/strict-store.ts'
import type { DestinationKind } from '../destinations/kind.ts'
import { s3 } from '../destinations/s3/index.ts'
import { openEgress } from '../foundation/egress.ts'
import { HubUnderTest } from '../testing/hub-under-test.ts'
import { scriptedSource } from '../testing/scripted-source.ts'

/** The real S3 destination in a hub whose operator allows this machine. */
const local: DestinationKind = {
  ...(s3 as DestinationKind),
  admit: () => undefined,
  open: (settings, world, memory) =>
    s3.open(settings as never, { ...world, egress: openEgress(['127.0.0.1']) }, memory),
}

let source: ReturnType<typeof scriptedSource>
let store: Awaited<ReturnType<typeof startStrictStore>>
let hub: HubUnderTest
let script: Script

beforeEach(async () => {
  source = scriptedSource()
  script = () => undefined
  store = await startStrictStore((asked, objects) => script(asked, objects))
  const { bucket, region } = AMAZON
  const keys = { accessKeyId: 'AKIAOURS', secretAccessKey: 'ours' }
  hub = await HubUnderTest.start([source.kind], [local])
  await hub.ask('POST', '/apply', {
    sources: [{ name: 'ads', kind: 'scripted' }],
    destinations: [{ name: 'store', kind: 's3', bucket, region, endpoint: store.endpoint, pathStyle: true, ...keys }],
    tasks: [
      { name: 'daily', source: 'ads', destination: 'store', schedule: { every: 'day', at: '03:00', timeZone: 'UTC' } },
    ],
  })
})

afterEach(async () => {
  await hub[Symbol.asyncDispose]()
  await store[Symbol.asyncDispose]()
})

const ROWS_PER_PIECE = 1000
const packages = () => [...store.objects.keys()].filter((key) => key.endsWith('.zip'))
const parts = () => store.asked.filter((one) => one.what === 'part' && one.key.endsWith('.zip'))
const openUploads = () => hub.sql(`select key from open_upload where key like '%.zip'`)

async function nothingIsLeft(): Promise<void> {
  expect(packages()).toEqual([])
  expect([...store.uploads.values()].filter(({ key }) => key.endsWith('.zip'))).toEqual([])
  expect(await openUploads()).toEqual([])
  expect(await readdir(join(hub.dataDir, 'staging')).catch(() => [])).toEqual([])
}

/** Rows that hardly compress, until a part of the package has arrived; then what `after` makes of it. */
function rowsUntilAPartArrives(after: (signal: AbortSignal) => Promise<void> = () => Promise.resolve()): void {
  let rows = 0
  source.script.csv = async function* (_table, signal) {
    yield 'date,clicks\n'
    while (parts().length === 0) {
      const line = () => `2025-08-25,${randomBytes(150).toString('base64')}\n`
      yield Array.from({ length: ROWS_PER_PIECE }, line).join('')
      rows += ROWS_PER_PIECE
      source.script.rowsSent = rows
      await sleep(1)
    }
    await after(signal)
  }
}

test('parts arrive while the source still sends rows; the package is whole, and the manifest has its hash', async () => {
  let seen: string[] = []
  rowsUntilAPartArrives(async () => {
    seen = packages()
  })
  expect(await hub.deliver('daily')).toMatchObject({ status: 6, attempt: 1 })
  expect(seen, 'nothing was visible then').toEqual([])
  const [key = ''] = packages()
  const { bytes, metadata } = store.objects.get(key) ?? expect.unreachable()
  expect(metadata).toMatchObject({ 'x-amz-meta-datahub-upload': expect.any(String) as string })
  const manifest = parseManifest(store.objects.get(key.replace('.zip', '.manifest.json'))?.bytes.toString() ?? '')
  expect(manifest.package).toEqual({
    key,
    sizeBytes: bytes.length,
    sha256: createHash('sha256').update(bytes).digest('hex'),
  })
  expect(await openUploads()).toEqual([])
})

test('R21: the source fails while parts are on their way: they are thrown away, and its own error is told', async () => {
  rowsUntilAPartArrives(() => Promise.reject(new DataHubError('source.report_missing', 'read')))
  expect(await hub.deliver('daily')).toMatchObject({ status: 5, failure: { code: 'source.report_missing' } })
  await nothingIsLeft()
})

test('R21: the counts disagree after parts have arrived: nothing is published', async () => {
  rowsUntilAPartArrives(async () => {
    source.script.rowsSent += 1
  })
  const { id } = await hub.ask('POST', '/tasks/daily/run', {})
  await hub.until(id, (execution) => execution.failure?.code === 'source.incomplete')
  await expect.poll(openUploads).toEqual([])
  expect(packages()).toEqual([])
  expect([...store.uploads.values()].filter(({ key }) => key.endsWith('.zip'))).toEqual([])
})

test('R9: cancelled while parts are on their way, it ends cancelled and leaves nothing half', async () => {
  rowsUntilAPartArrives(async (signal) => {
    await sleep(60_000, undefined, { signal })
  })
  const { id } = await hub.ask('POST', '/tasks/daily/run', {})
  await expect.poll(() => parts().length, { timeout: 20_000 }).toBeGreaterThan(0)
  await hub.ask('POST', `/executions/${id}/cancel`)
  expect(await hub.settled(id)).toMatchObject({ status: 5, failure: { code: 'execution.cancelled' } })
  await nothingIsLeft()
})

test('R5: joined, but nobody can look at it for a while: the next attempt finds it by its content and sends nothing again', async () => {
  rowsUntilAPartArrives()
  script = (asked) =>
    asked.what === 'HEAD' && packages().includes(asked.key) && asked.times < 12
      ? { status: 503, code: 'SlowDown' }
      : undefined
  const execution = await hub.deliver('daily')
  expect(execution).toMatchObject({ status: 6, failure: null })
  expect(source.script.dispatched).toBe(1)
  expect(store.asked.filter((one) => one.what === 'create' && one.key.endsWith('.zip'))).toHaveLength(1)
  expect(packages()).toHaveLength(1)
})

test('a small package and its manifest cost one request each; the rest is the log', async () => {
  await hub.deliver('daily')
  store.asked.length = 0
  await hub.deliver('daily')
  const asked = store.asked.map(({ what, key }) => `${what} ${/[a-z]+$/.exec(key)?.[0]}`)
  expect(asked.filter((one) => !one.endsWith('csv'))).toEqual(['PUT zip', 'PUT json'])
  expect(new Set(asked.filter((one) => one.endsWith('csv')))).toEqual(new Set(['PUT csv']))
})
