import { parseSyncLog } from '@datahub/core/bucket/sync-log'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openDatabase, type Database } from '../db/database.ts'
import { HubUnderTest } from '../testing/hub-under-test.ts'
import { scriptedSource } from '../testing/scripted-source.ts'
import { watchedDestination } from '../testing/watched-destination.ts'
import { dispatchDue } from './dispatch.ts'
import { ExecutionService } from './execution-service.ts'
import type { ExecutionQueue, QueuedExecution } from './queue.ts'

let hub: HubUnderTest
let db: Database
let store: ReturnType<typeof watchedDestination>

beforeEach(async () => {
  store = watchedDestination()
  hub = await HubUnderTest.start([scriptedSource().kind], [store.kind])
  db = openDatabase(hub.database.url, 20, () => undefined)
})

afterEach(async () => {
  await db.destroy()
  await hub[Symbol.asyncDispose]()
})

async function createTasks(count: number): Promise<void> {
  const schedule = { every: 'day', at: '03:00', timeZone: 'America/New_York' }
  await hub.ask('POST', '/apply', {
    sources: [{ name: 'ads', kind: 'scripted' }],
    destinations: [{ name: 'store', kind: 'memory' }],
    tasks: Array.from({ length: count }, (_, index) => ({
      name: `task ${index}`,
      source: 'ads',
      destination: 'store',
      schedule,
    })),
  })
}

/** The queue is not what these tests are about: it notes what it is given. */
function notingQueue(jobs: QueuedExecution[]): ExecutionQueue {
  const refuse = () => Promise.reject(new Error('not here'))
  return {
    enqueue: (_db, more) => Promise.resolve(void jobs.push(...more)),
    work: refuse,
    buryDead: refuse,
    findLost: refuse,
    stop: refuse,
  }
}

test('R26: many dispatchers at once make one execution for each slot, and one job for each execution', async () => {
  await hub.stop()
  await hub.start()
  await createTasks(300)
  await hub.stop()
  await hub.sql(`update task set next_fire_at = '2026-01-05T08:00:00Z'`)
  const jobs: QueuedExecution[] = []
  const executions = new ExecutionService(db, notingQueue(jobs), { horizonMs: 0, manualHorizonMs: 0 }, 'test')
  const counts = await Promise.all(Array.from({ length: 8 }, () => dispatchDue(db, executions)))
  expect(counts.reduce((sum, count) => sum + count, 0)).toBe(300)
  const rows = await hub.sql<{ id: string; task_id: string; slot_at: Date; range_from: Date; range_to: Date }>(
    'select * from execution',
  )
  expect([rows.length, new Set(rows.map((row) => row.task_id)).size]).toEqual([300, 300])
  expect(new Set(jobs.map((job) => String(job.executionId)))).toEqual(new Set(rows.map((row) => row.id)))
  expect(
    rows.every(
      (row) =>
        row.range_from.toISOString() === '2026-01-04T05:00:00.000Z' &&
        row.range_to.toISOString() === '2026-01-05T05:00:00.000Z',
    ),
  ).toBe(true)
  const [next] = await hub.sql<{ next_fire_at: Date }>('select distinct next_fire_at from task')
  expect(next?.next_fire_at.toISOString()).toBe('2026-01-06T08:00:00.000Z')
})

test('R27: after days of downtime each missed data day is delivered once, also over a clock change', async () => {
  await createTasks(1)
  const lastSlot = new Date(Date.now() - 4 * 86_400_000)
  await hub.sql(
    `update task set next_fire_at = date_trunc('day', $1::timestamptz at time zone 'America/New_York') at time zone 'America/New_York' + interval '3 hours'`,
    [lastSlot],
  )
  await expect
    .poll(
      async () => (await hub.ask('GET', '/executions')).filter((one: { status: number }) => one.status === 6).length,
      { timeout: 40_000 },
    )
    .toBeGreaterThanOrEqual(4)
  const executions = await hub.ask<{ dataRange: { from: string; to: string } }[]>('GET', '/executions')
  const ranges = executions.map((one) => one.dataRange).sort((a, b) => a.from.localeCompare(b.from))
  for (const [index, range] of ranges.entries()) if (index > 0) expect(range.from).toBe(ranges[index - 1]?.to)
  await hub.settled(executions.length)
  const log = parseSyncLog(store.objects.get('reports/1/sync_log_1.csv')?.bytes.toString() ?? '')
  expect(log.map((row) => row.status)).toEqual(ranges.map(() => 6))
})

test('R26: a double click starts one execution', async () => {
  await createTasks(1)
  store.before = () => new Promise((resolve) => setTimeout(resolve, 300))
  const ids = await Promise.all(Array.from({ length: 10 }, async () => (await hub.ask('POST', '/tasks/1/run', {})).id))
  expect(new Set(ids).size).toBe(1)
  await hub.settled(ids[0])
})

test('a paused task fires no more and goes on with the next slot, not the missed ones', async () => {
  await createTasks(1)
  expect((await hub.ask('POST', '/tasks/1/pause')).status).toBe('paused')
  const resumed = await hub.ask('POST', '/tasks/1/resume')
  expect(resumed.status).toBe('scheduled')
  expect(Date.parse(resumed.nextFireAt)).toBeGreaterThan(Date.now())
  expect(await hub.ask('GET', '/executions')).toEqual([])
})
