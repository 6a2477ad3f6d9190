import { parseManifest } from '@datahub/core/bucket/manifest'
import { parseSyncLog, type SyncLogRow } from '@datahub/core/bucket/sync-log'
import { DataHubError } from '@datahub/core/error/data-hub-error'
import { createHash } from 'node:crypto'
import { mkdir, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { HubUnderTest } from '../testing/hub-under-test.ts'
import { scriptedSource } from '../testing/scripted-source.ts'
import { watchedDestination } from '../testing/watched-destination.ts'

let source: ReturnType<typeof scriptedSource>
let store: ReturnType<typeof watchedDestination>
let hub: HubUnderTest

beforeEach(async () => {
  source = scriptedSource()
  store = watchedDestination()
  hub = await HubUnderTest.start([source.kind], [store.kind])
  await hub.ask('POST', '/apply', {
    sources: [{ name: 'ads', kind: 'scripted' }],
    destinations: [{ name: 'store', kind: 'memory' }],
    tasks: [
      { name: 'daily', source: 'ads', destination: 'store', schedule: { every: 'day', at: '03:00', timeZone: 'UTC' } },
    ],
  })
})

afterEach(async () => {
  await hub[Symbol.asyncDispose]()
})

const LOG = 'reports/1/sync_log_1.csv'
const busy = () => Promise.reject(new DataHubError('destination.busy', 'store'))

function log(): SyncLogRow[] {
  return parseSyncLog(store.objects.get(LOG)?.bytes.toString() ?? '')
}

function packages(): string[] {
  return [...store.objects.keys()].filter((key) => key.endsWith('.zip'))
}

async function staged(): Promise<string[]> {
  return readdir(join(hub.dataDir, 'staging')).catch(() => [])
}

test('delivers a package, its manifest and the log, in this order', async () => {
  const execution = await hub.deliver('daily')
  expect(execution).toMatchObject({
    status: 6,
    attempt: 1,
    rows: 2,
    failure: null,
    fileName: expect.stringMatching(/^ads_1_\d{8}_0000000001\.zip$/),
  })
  const kinds = store.writes.map(({ key }) => (key === LOG ? 'log' : key.endsWith('.zip') ? 'package' : 'manifest'))
  expect(kinds.filter((kind) => kind !== 'log')).toEqual(['package', 'manifest'])
  expect(kinds.at(-1)).toBe('log')
  const [key = ''] = packages()
  const body = store.objects.get(key)?.bytes ?? Buffer.alloc(0)
  const manifest = parseManifest(store.objects.get(key.replace('.zip', '.manifest.json'))?.bytes.toString() ?? '')
  expect(manifest.package).toEqual({
    key,
    sizeBytes: body.length,
    sha256: createHash('sha256').update(body).digest('hex'),
  })
  expect(manifest.reports).toMatchObject([
    { table: 'clicks', rows: 2, primaryKey: ['date'], replaceByRange: { dateColumn: 'date' } },
  ])
  expect(log()).toMatchObject([
    {
      executionId: 1,
      status: 6,
      fileName: execution.fileName,
      sizeBytes: body.length,
      requestId: execution.requestId,
      failureReason: null,
    },
  ])
  expect(await staged()).toEqual([])
})

test('R2: whoever sees status 6 finds package and manifest whole', async () => {
  const seen = new Set<string>()
  const missing: string[] = []
  store.after = async (_operation, key) => {
    if (key !== LOG) return
    for (const { status, fileName } of log()) {
      if (status !== 6 || fileName === null) continue
      seen.add(fileName)
      for (const name of [fileName, fileName.replace('.zip', '.manifest.json')])
        if (!store.objects.has(`reports/1/${name}`)) missing.push(name)
    }
  }
  await hub.deliver('daily')
  await hub.deliver('daily')
  expect(missing).toEqual([])
  expect(seen.size).toBe(2)
})

test('R3: stored but the answer was lost: the next attempt finds it, one object, no failure', async () => {
  let lost = 0
  store.after = (operation, key) => {
    if (operation !== 'putNew' || !key.endsWith('.zip') || lost++ > 0) return Promise.resolve()
    return Promise.reject(new DataHubError('destination.timeout', `store ${key}`))
  }
  const execution = await hub.deliver('daily')
  expect(execution).toMatchObject({ status: 6, attempt: 2 })
  expect([packages().length, source.script.dispatched]).toEqual([1, 1])
  expect(log()).toMatchObject([{ status: 6, failureReason: null }])
})

test('R4: other content under the name is never overwritten, and the log says so', async () => {
  const name = `reports/1/ads_1_${new Date().toISOString().slice(0, 10).replaceAll('-', '')}_0000000001.zip`
  const theirs = { bytes: Buffer.from('theirs'), labels: { instance: 'other', sha256: '0'.repeat(64) }, version: '1' }
  store.objects.set(name, theirs)
  const execution = await hub.deliver('daily')
  expect(execution).toMatchObject({ status: 7, attempt: 1, failure: { code: 'destination.name_taken' } })
  expect(store.objects.get(name)).toBe(theirs)
  expect(log()).toMatchObject([{ status: 7, failureReason: expect.stringContaining('already used by other content') }])
  expect(await staged()).toEqual([])
})

test('R5: a later attempt sends the bytes of the first one, without asking the source again', async () => {
  let refusals = 0
  store.before = (operation, key) =>
    operation === 'putNew' && key.endsWith('.zip') && refusals++ < 2 ? busy() : Promise.resolve()
  source.script.csv = async function* () {
    yield `date,clicks\n2025-08-25,${source.script.dispatched}\n2025-08-25,2\n`
  }
  const execution = await hub.deliver('daily')
  expect([execution.status, execution.attempt, source.script.dispatched]).toEqual([6, 3, 1])
})

test('R10: what an attempt that died has staged is removed when its execution is over', async () => {
  const { id } = await hub.deliver('daily')
  await hub.stop()
  await mkdir(join(hub.dataDir, 'staging', String(id)), { recursive: true })
  await hub.start()
  await expect.poll(staged).toEqual([])
})

test('R5: the staged file is lost with its machine: what was published stays, the rest is made up', async () => {
  const { rm } = await import('node:fs/promises')
  let lost = false
  store.before = async (operation, key) => {
    if (operation !== 'putNew' || !key.endsWith('.manifest.json') || lost) return
    lost = true
    await rm(join(hub.dataDir, 'staging'), { recursive: true })
    await busy()
  }
  const execution = await hub.deliver('daily')
  expect([execution.status, execution.attempt, source.script.dispatched]).toEqual([6, 2, 1])
  expect(store.writes.filter(({ key }) => key.endsWith('.zip'))).toHaveLength(1)
})

test.each([
  [
    'ends early without an error',
    async function* () {
      yield 'date,clicks\n2025-08-25,1\n'
    },
  ],
  [
    'ends inside a quoted field',
    async function* () {
      yield 'date,clicks\n2025-08-25,1\n2025-08-25,"2'
    },
  ],
  [
    'fails in the middle',
    async function* () {
      yield 'date,clicks\n'
      throw new DataHubError('source.incomplete', 'read')
    },
  ],
  [
    'fails with something unexpected',
    async function* () {
      yield 'date,clicks\n'
      throw new TypeError('secret text of a vendor')
    },
  ],
])('R7: a source that %s never yields a package', async (_what, csv) => {
  source.script.csv = csv
  const execution = await hub.deliver('daily')
  expect(execution).toMatchObject({ status: 5, attempt: 3 })
  expect(packages()).toEqual([])
  expect(log()).toMatchObject([
    { status: 5, fileName: execution.fileName, failureReason: expect.stringMatching(/^Could not /) },
  ])
  expect(JSON.stringify(execution) + store.objects.get(LOG)?.bytes.toString()).not.toContain('secret text')
  expect(await staged()).toEqual([])
})

test('a source that refuses ends with 3 and no file name', async () => {
  source.script.dispatch = () => Promise.reject(new DataHubError('source.access_denied', 'connect'))
  expect(await hub.deliver('daily')).toMatchObject({ status: 3, attempt: 1, fileName: null })
  expect(log()).toMatchObject([
    { status: 3, fileName: null, sizeBytes: null, failureReason: expect.stringContaining('refused the sign-in') },
  ])
})

test('a report that cannot be fetched whole ends with 8', async () => {
  source.script.csv = async function* () {
    yield 'date,clicks\n'
    throw new DataHubError('source.report_missing', 'read')
  }
  expect(await hub.deliver('daily')).toMatchObject({ status: 5 })
  await hub.sql(`update task set paused = true`)
  source.script.csv = async function* () {
    yield 'date,clicks\n'
    throw new DataHubError('source.download_failed', 'read')
  }
  const { id } = await hub.ask('POST', '/tasks/daily/run', {})
  await hub.until(id, (execution) => execution.retryAt !== null)
  // As if the five minutes of a person's patience were over
  await hub.sql(`update execution set started_at = now() - interval '1 hour' where id = $1`, [id])
  expect(await hub.settled(id)).toMatchObject({ status: 8, failure: { code: 'source.download_failed' } })
})

test.each(['generate', 'send'])(
  'R9: cancelled while it is at %s, it ends cancelled and leaves nothing half',
  async (step) => {
    if (step === 'generate') {
      source.script.csv = async function* (_table, signal) {
        yield 'date,clicks\n'
        await sleep(60_000, undefined, { signal })
      }
    } else {
      store.before = async (operation, key) => {
        if (operation === 'putNew' && key.endsWith('.zip')) await sleep(1500)
      }
    }
    const { id } = await hub.ask('POST', '/tasks/daily/run', {})
    await hub.until(
      id,
      (execution) => execution.progress?.step === step || (execution.sendStartedAt !== null && step === 'send'),
    )
    await hub.ask('POST', `/executions/${id}/cancel`)
    const execution = await hub.settled(id)
    expect(execution).toMatchObject({
      status: step === 'send' ? 7 : 5,
      failure: { code: 'execution.cancelled' },
      retryAt: null,
    })
    expect(packages()).toEqual([])
    expect(await staged()).toEqual([])
    expect((await hub.request('POST', `/executions/${id}/cancel`)).status).toBe(409)
  },
)

test('R17: a log that cannot be written for a while holds up nothing and is repaired; the package is sent once', async () => {
  await hub.deliver('daily')
  let blocked = true
  store.before = (operation, key) => (operation === 'putVersion' && key === LOG && blocked ? busy() : Promise.resolve())
  const { id } = await hub.ask('POST', '/tasks/daily/run', {})
  const delivered = await hub.until(id, (execution) => execution.status === 6)
  expect(delivered.syncLog).toBe('pending')
  expect(log().map((row) => row.executionId)).toEqual([1])
  // A stopped hub has no write of its own under way that would find the store well again: only the sweep is left
  await hub.stop()
  blocked = false
  await hub.sql(`update sync_log set retry_at = now()`)
  await hub.start()
  await hub.settled(id)
  expect(log()).toMatchObject([
    { executionId: 1, status: 6 },
    { executionId: id, status: 6 },
  ])
  expect(store.writes.filter(({ key }) => key.endsWith('.zip'))).toHaveLength(2)
})

test('a restated range names the executions it replaces', async () => {
  const range = { from: '2025-08-01', to: '2025-08-03' }
  await hub.ask('POST', '/tasks/daily/run', { from: '2025-08-02', to: '2025-08-02' }).then(({ id }) => hub.settled(id))
  await hub.ask('POST', '/tasks/daily/run', { from: '2025-07-31', to: '2025-08-02' }).then(({ id }) => hub.settled(id))
  const third = await hub.ask('POST', '/tasks/daily/run', range).then(({ id }) => hub.settled(id))
  const manifest = parseManifest(
    store.objects.get(`reports/1/${third.fileName?.replace('.zip', '.manifest.json')}`)?.bytes.toString() ?? '',
  )
  expect(manifest.supersedes).toEqual([1])
  expect(manifest.dataRange).toEqual({ from: '2025-08-01T00:00:00Z', to: '2025-08-04T00:00:00Z', timeZone: 'UTC' })
})
