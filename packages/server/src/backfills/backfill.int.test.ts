import { parseManifest } from '@datahub/core/bucket/manifest'
import { parseSyncLog } from '@datahub/core/bucket/sync-log'
import { DataHubError } from '@datahub/core/error/data-hub-error'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { HubUnderTest } from '../testing/hub-under-test.ts'
import { scriptedSource } from '../testing/scripted-source.ts'
import { watchedDestination } from '../testing/watched-destination.ts'

let source: ReturnType<typeof scriptedSource>
let store: ReturnType<typeof watchedDestination>
let hub: HubUnderTest

const daily = {
  name: 'daily',
  source: 'ads',
  destination: 'store',
  schedule: { every: 'day', at: '03:00', timeZone: 'America/New_York' },
}

beforeEach(async () => {
  source = scriptedSource()
  store = watchedDestination()
  hub = await HubUnderTest.start([source.kind], [store.kind])
  await apply([daily])
})

afterEach(async () => {
  await hub[Symbol.asyncDispose]()
})

async function apply(tasks: object[]): Promise<void> {
  await hub.ask('POST', '/apply', {
    sources: [{ name: 'ads', kind: 'scripted' }],
    destinations: [{ name: 'store', kind: 'memory' }],
    tasks,
  })
}

function start(more: object = {}) {
  return hub.ask('POST', '/backfills', { task: 'daily', from: '2025-03-08', to: '2025-03-12', ...more })
}

async function over(id: number) {
  await expect
    .poll(async () => (await hub.ask('GET', `/backfills/${id}`)).state, { timeout: 40_000 })
    .not.toBe('running')
  return hub.ask('GET', `/backfills/${id}`)
}

test('R27: the preview is what is done: the same ranges, each in the zone of the task, 23 hours included', async () => {
  const preview = await start({ dryRun: true })
  expect(preview).toMatchObject({ selected: 5, days: 5, counts: { missing: 5 }, estimate: null, backfill: null })
  expect(await hub.ask('GET', '/backfills')).toEqual([])
  expect(preview.ranges[1]).toMatchObject({ from: '2025-03-09T00:00:00-05:00', to: '2025-03-10T00:00:00-04:00' })

  const started = await start()
  expect(started.ranges).toEqual(preview.ranges)
  const done = await over(started.backfill.id)
  expect(done).toMatchObject({
    state: 'finished',
    counts: { waiting: 0, running: 0, delivered: 5, failed: 0 },
    rows: 10,
  })
  expect(done.ranges.map(({ from, to }: { from: string; to: string }) => [from, to])).toEqual(
    preview.ranges.map(({ from, to }: { from: string; to: string }) => [from, to]),
  )
  const again = await start()
  expect(again).toMatchObject({ selected: 0, counts: { delivered: 5 }, backfill: null })
  expect(await start({ only: 'all', dryRun: true })).toMatchObject({
    selected: 5,
    estimate: { rows: expect.any(Number) },
  })
})

test('one failed range does not stop the rest; only the failed is delivered again', async () => {
  let dispatched = 0
  source.script.dispatch = () =>
    ++dispatched === 2 ? Promise.reject(new DataHubError('source.access_denied', 'connect')) : Promise.resolve()
  const { backfill } = await start({ parallel: 1 })
  const failed = await over(backfill.id)
  expect(failed).toMatchObject({ state: 'failed', counts: { delivered: 4, failed: 1 } })
  expect(failed.ranges[1]).toMatchObject({ status: 3 })
  expect(await start({ dryRun: true, only: 'failed' })).toMatchObject({
    selected: 1,
    counts: { delivered: 4, failed: 1 },
  })
  expect(await start({ dryRun: true, only: 'missing' })).toMatchObject({ selected: 0 })
  await hub.ask('POST', `/backfills/${backfill.id}/retry`)
  expect(await over(backfill.id)).toMatchObject({ state: 'finished', counts: { delivered: 5, failed: 0 } })
  expect((await hub.request('POST', `/backfills/${backfill.id}/retry`)).status).toBe(409)
})

test('no more ranges are under way at a time than it may, and a scheduled execution waits for none of them', async () => {
  let [now, most] = [0, 0]
  const release = new AbortController()
  source.script.csv = async function* () {
    most = Math.max(most, ++now)
    yield 'date,clicks\n2025-08-25,1\n'
    await sleep(20_000, undefined, { signal: release.signal }).catch(() => undefined)
    now -= 1
    yield '2025-08-25,\n'
  }
  const { backfill } = await start({ parallel: 2 })
  await expect.poll(() => now, { timeout: 20_000 }).toBe(2)
  const { id } = await hub.ask('POST', '/tasks/daily/run', {})
  await hub.until(id, (execution) => execution.status >= 2)
  expect(await hub.ask('GET', `/backfills/${backfill.id}`)).toMatchObject({ counts: { running: 2, waiting: 3 } })
  release.abort()
  await hub.settled(id)
  expect((await over(backfill.id)).state).toBe('finished')
  expect(most).toBeLessThanOrEqual(3)
})

test('paused it begins nothing, resumed it goes on, also over a restart of the hub', async () => {
  source.script.csv = async function* () {
    await sleep(300)
    yield 'date,clicks\n2025-08-25,1\n2025-08-25,\n'
  }
  const { backfill } = await start({ parallel: 1 })
  await hub.ask('POST', `/backfills/${backfill.id}/pause`)
  await expect
    .poll(async () => (await hub.ask('GET', `/backfills/${backfill.id}`)).counts.running, { timeout: 20_000 })
    .toBe(0)
  const paused = await hub.ask('GET', `/backfills/${backfill.id}`)
  await sleep(1500)
  expect((await hub.ask('GET', `/backfills/${backfill.id}`)).counts).toEqual(paused.counts)
  await hub.ask('POST', `/backfills/${backfill.id}/resume`)
  await hub.stop()
  await hub.start()
  expect(await over(backfill.id)).toMatchObject({ state: 'finished', counts: { delivered: 5 } })
  const log = parseSyncLog(store.objects.get('reports/1/sync_log_1.csv')?.bytes.toString() ?? '')
  expect(new Set(log.filter((row) => row.status === 6).map((row) => row.executionId)).size).toBe(5)
})

test('R9: cancelled, every range is delivered, cancelled or was never begun', async () => {
  source.script.csv = async function* (_table, signal) {
    yield 'date,clicks\n2025-08-25,1\n'
    await sleep(60_000, undefined, { signal })
  }
  const { backfill } = await start({ parallel: 2 })
  await expect.poll(() => source.script.dispatched, { timeout: 20_000 }).toBe(2)
  expect(await hub.ask('POST', `/backfills/${backfill.id}/cancel`)).toMatchObject({ state: 'cancelled' })
  await expect
    .poll(async () => (await hub.ask('GET', `/backfills/${backfill.id}`)).counts, { timeout: 20_000 })
    .toEqual({ waiting: 3, running: 0, delivered: 0, failed: 2 })
  expect([...store.objects.keys()].filter((key) => key.endsWith('.zip'))).toEqual([])
})

test('R26: many starts at once make no range twice', async () => {
  source.script.csv = async function* () {
    await sleep(500)
    yield 'date,clicks\n2025-08-25,1\n2025-08-25,\n'
  }
  const plans = await Promise.all(Array.from({ length: 6 }, () => start({ parallel: 8 })))
  for (const plan of plans) if (plan.backfill) expect((await over(plan.backfill.id)).state).toBe('finished')
  const rows = await hub.sql<{ range_from: Date }>('select range_from from execution')
  expect(new Set(rows.map((row) => row.range_from.getTime())).size).toBe(5)
  expect(rows).toHaveLength(5)
})

test('more than the source gives, and days to come, are refused with the limit', async () => {
  const refused = await hub.request('POST', '/backfills', { task: 'daily', from: '2023-01-01', to: '2024-12-31' })
  expect([refused.status, refused.body.errors[0].problem]).toEqual([
    422,
    expect.stringContaining('731 days, more than the 366'),
  ])
})

test('a one-time task is a push of its own chunks, and its status is theirs', async () => {
  await apply([
    daily,
    {
      name: 'history',
      source: 'ads',
      destination: 'store',
      oneTime: { from: '2025-01-15', to: '2025-03-10', chunk: 'month', parallel: 2 },
    },
  ])
  const [push] = await hub.ask('GET', '/backfills?task=history')
  expect(push).toMatchObject({ trigger: 'one-time', chunk: 'month', parallel: 2 })
  const done = await over(push.id)
  expect(done.ranges.map(({ from }: { from: string }) => from)).toEqual([
    '2025-01-15T00:00:00Z',
    '2025-02-01T00:00:00Z',
    '2025-03-01T00:00:00Z',
  ])
  expect((await hub.ask('GET', '/tasks/history')).status).toBe('finished')
  expect(await hub.ask('GET', '/tasks/history/coverage')).toMatchObject({ every: 'month', counts: { delivered: 3 } })
})

test('R27: coverage tells what is missing since the first day, and one backfill of its gaps fills them', async () => {
  const yesterday = new Date(Date.now() - 86_400_000)
  const day = (back: number) => new Date(yesterday.getTime() - back * 86_400_000).toISOString().slice(0, 10)
  // A task of its own: a changed schedule would deliver at once what the old one still owes at this time of the day
  await apply([
    { ...daily, name: 'covered', schedule: { every: 'day', at: '00:00', timeZone: 'UTC', startOn: day(9) } },
  ])
  await hub.ask('POST', '/tasks/covered/run', { from: day(6), to: day(5) }).then(({ id }) => hub.settled(id))
  const before = await hub.ask('GET', '/tasks/covered/coverage')
  expect(before).toMatchObject({ every: 'day', timeZone: 'UTC', counts: { delivered: 2, missing: 8 }, isCut: false })
  expect(before.gaps).toMatchObject([{ from: `${day(9)}T00:00:00Z` }, { from: `${day(4)}T00:00:00Z` }])
  await hub.sql('update task set gaps_checked_at = null')
  await expect.poll(async () => (await hub.ask('GET', '/tasks/covered')).gaps, { timeout: 20_000 }).toBe(8)

  const { backfill } = await start({ task: 'covered', from: day(9), to: day(0), only: 'missing', parallel: 8 })
  expect((await over(backfill.id)).counts).toMatchObject({ delivered: 8 })
  expect(await hub.ask('GET', '/tasks/covered/coverage')).toMatchObject({
    counts: { delivered: 10, missing: 0 },
    gaps: [],
  })
  await expect.poll(async () => (await hub.ask('GET', '/tasks/covered')).gaps, { timeout: 20_000 }).toBe(0)
})

test('a refresh window delivers the last days again, and the manifest names what nothing of is the newest any more', async () => {
  const schedule = { every: 'day', at: '00:00', timeZone: 'UTC', refreshDays: 3 }
  await apply([{ ...daily, name: 'refreshed', schedule }])
  const first = await hub.ask('POST', '/tasks/refreshed/run', {}).then(({ id }) => hub.settled(id))
  const [from, to] = [new Date(first.dataRange.from), new Date(first.dataRange.to)]
  expect(to.getTime() - from.getTime()).toBe(3 * 86_400_000)
  const day = (offset: number) => new Date(from.getTime() + offset * 86_400_000).toISOString().slice(0, 10)
  const manifestOf = async (days: { from: string; to: string }) => {
    const execution = await hub.ask('POST', '/tasks/refreshed/run', days).then(({ id }) => hub.settled(id))
    const key = `reports/${execution.taskId}/${execution.fileName?.replace('.zip', '.manifest.json')}`
    return parseManifest(store.objects.get(key)?.bytes.toString() ?? '')
  }
  // In part, then the rest: only together they replace the first one
  expect((await manifestOf({ from: day(-1), to: day(1) })).supersedes).toEqual([])
  expect((await manifestOf({ from: day(2), to: day(2) })).supersedes).toEqual([first.id])
})
