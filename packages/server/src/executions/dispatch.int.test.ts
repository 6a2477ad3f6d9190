import type { ExecutionPage } from '@datahub/core/api/execution-shapes'
import { parseSyncLog } from '@datahub/core/bucket/sync-log'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
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
      async () =>
        (await hub.ask('GET', '/executions')).items.filter((one: { status: number }) => one.status === 6).length,
      { timeout: 40_000 },
    )
    .toBeGreaterThanOrEqual(4)
  const { items: executions } = await hub.ask<ExecutionPage>('GET', '/executions')
  const ranges = executions.map((one) => one.dataRange).sort((a, b) => a.from.localeCompare(b.from))
  for (const [index, range] of ranges.entries()) if (index > 0) expect(range.from).toBe(ranges[index - 1]?.to)
  await hub.settled(executions.length)
  const log = parseSyncLog(store.objects.get('reports/1/sync_log_1.csv')?.bytes.toString() ?? '')
  expect(log.map((row) => row.status)).toEqual(ranges.map(() => 6))
})

test('R26: a double click starts one execution', async () => {
  await createTasks(1)
  const answered = Promise.withResolvers<void>()
  store.before = () => answered.promise
  const ids = await Promise.all(Array.from({ length: 10 }, async () => (await hub.ask('POST', '/tasks/1/run', {})).id))
  answered.resolve()
  expect(new Set(ids).size).toBe(1)
  await hub.settled(ids[0])
})

test('a paused task fires no more and goes on with the next slot, not the missed ones', async () => {
  await createTasks(1)
  expect((await hub.ask('POST', '/tasks/1/pause')).status).toBe('paused')
  const resumed = await hub.ask('POST', '/tasks/1/resume')
  expect(resumed.status).toBe('scheduled')
  expect(Date.parse(resumed.nextFireAt)).toBeGreaterThan(Date.now())
  expect((await hub.ask('GET', '/executions')).items).toEqual([])
})

/** Dispatches by hand what is due at a moment of the test's choice, without the hub's own dispatcher in between. */
async function dispatchAll(jobs: QueuedExecution[] = []): Promise<number> {
  const executions = new ExecutionService(db, notingQueue(jobs), { horizonMs: 0, manualHorizonMs: 0 }, 'test')
  let all = 0
  for (let count = 1; count > 0; all += count) count = await dispatchDue(db, executions)
  return all
}

async function createTask(schedule: object): Promise<void> {
  await hub.ask('POST', '/apply', {
    sources: [{ name: 'ads', kind: 'scripted' }],
    destinations: [{ name: 'store', kind: 'memory' }],
    tasks: [{ name: 'one', source: 'ads', destination: 'store', schedule }],
  })
}

const count = async () => (await hub.sql('select * from execution')).length

test.each([
  ['all', 5],
  ['last', 1],
  ['none', 0],
])('R27: of four hours of downtime the policy "%s" delivers %i', async (catchUp, expected) => {
  await createTask({ every: 'hour', minute: 0, timeZone: 'UTC', catchUp })
  await hub.stop()
  // The last slot was missed too: the hub was away when it was due
  await hub.sql(`update task set next_fire_at = date_trunc('hour', now() - interval '16 minutes') - interval '4 hours'`)
  const now = new Date()
  const isLastRecent = now.getUTCMinutes() < 16
  await dispatchAll()
  expect(await count()).toBe(catchUp === 'none' && isLastRecent ? 1 : catchUp === 'all' && isLastRecent ? 6 : expected)
  const [task] = await hub.sql<{ next_fire_at: Date }>('select next_fire_at from task')
  expect(task?.next_fire_at.getTime()).toBeGreaterThan(now.getTime())
})

test.each([
  ['skip', 1],
  ['queue-one', 2],
  ['queue', 3],
  ['allow', 3],
])(
  'with the overlap policy "%s" three slots that find the first one under way make %i executions',
  async (overlap, expected) => {
    await createTask({ every: 'minutes', minutes: 1, timeZone: 'UTC', overlap })
    await hub.stop()
    await hub.sql(`update task set next_fire_at = date_trunc('minute', now()) - interval '2 minutes'`)
    const jobs: QueuedExecution[] = []
    await dispatchAll(jobs)
    expect(await count()).toBe(expected)
    // What waits in its lane is not in the queue, where it would stand in the way of others
    expect(jobs).toHaveLength(overlap === 'allow' ? 3 : 1)
  },
)

test('R23: the clock of the hub may be an hour off in either direction: the database decides what is due', async () => {
  await createTask({ every: 'hour', minute: 0, timeZone: 'UTC' })
  await hub.stop()
  await hub.sql(`update task set next_fire_at = date_trunc('hour', now()) + interval '1 hour'`)
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 2 * 3_600_000 })
  try {
    expect(await dispatchAll()).toBe(0)
    vi.setSystemTime(Date.now() - 4 * 3_600_000)
    await hub.sql(`update task set next_fire_at = date_trunc('hour', now())`)
    expect(await dispatchAll()).toBe(1)
    expect(await dispatchAll()).toBe(0)
  } finally {
    vi.useRealTimers()
  }
  const [execution] = await hub.sql<{ slot_at: Date; range_to: Date }>('select slot_at, range_to from execution')
  expect(execution?.range_to).toEqual(execution?.slot_at)
})

test('R23: a clock of the database that jumps back two hours delivers no slot again, and leaves none out', async () => {
  await createTask({ every: 'hour', minute: 0, timeZone: 'UTC' })
  await hub.stop()
  await hub.sql(`update task set next_fire_at = date_trunc('hour', now()) - interval '2 hours'`)
  await dispatchAll()
  // As a restore or a jump would have it: the task stands at slots that were delivered
  await hub.sql(`update task set next_fire_at = date_trunc('hour', now()) - interval '2 hours'`)
  await dispatchAll()
  const slots = await hub.sql<{ slot_at: Date }>('select slot_at from execution order by slot_at')
  expect(slots).toHaveLength(3)
  expect(new Set(slots.map((one) => one.slot_at.getTime())).size).toBe(3)
})

test('a settle delay moves the fire time and not the data range', async () => {
  await createTask({ every: 'day', at: '00:00', timeZone: 'UTC', settleDelayMinutes: 120, jitterMinutes: 30 })
  const [task] = await hub.sql<{ next_fire_at: Date }>('select next_fire_at from task')
  const fireMs = (task?.next_fire_at.getTime() ?? 0) % 86_400_000
  expect(fireMs).toBeGreaterThanOrEqual(120 * 60_000)
  expect(fireMs).toBeLessThan(150 * 60_000)
  await hub.stop()
  await hub.sql(`update task set next_fire_at = next_fire_at - interval '1 day'`)
  await dispatchAll()
  const [execution] = await hub.sql<{ slot_at: Date; range_to: Date }>('select slot_at, range_to from execution')
  if (execution) expect(execution.range_to).toEqual(execution.slot_at)
})

test.each([
  ['none', 0],
  ['last', 1],
  ['all', 3],
])(
  'resumed with "%s", a task delivers %i of the three slots it missed while it was paused',
  async (missed, expected) => {
    await createTask({ every: 'day', at: '00:00', timeZone: 'UTC', catchUp: 'none' })
    await hub.sql(
      `update task set next_fire_at = date_trunc('day', now() at time zone 'UTC') at time zone 'UTC' - interval '2 days', paused = true`,
    )
    await hub.sql(`update task set paused_fire_at = next_fire_at, next_fire_at = null`)
    const resumed = await hub.ask('POST', '/tasks/1/resume', { missed })
    expect(resumed.paused).toBe(false)
    await expect.poll(count, { timeout: 10_000 }).toBe(expected)
    await expect
      .poll(async () => Date.parse((await hub.ask('GET', '/tasks/1')).nextFireAt) - Date.now(), { timeout: 10_000 })
      .toBeGreaterThan(0)
  },
)

test('a task with a long backlog does not hold up another', async () => {
  await createTasks(2)
  const release = new AbortController()
  store.before = async (operation, key) => {
    if (operation === 'putNew' && key.startsWith('reports/1/'))
      await new Promise((resolve) => release.signal.addEventListener('abort', resolve, { once: true }))
  }
  await hub.sql(`update task set next_fire_at = now() - interval '200 days' where id = 1`)
  await expect.poll(count, { timeout: 30_000 }).toBeGreaterThan(150)
  const execution = await hub
    .ask('POST', '/tasks/2/run', {})
    .then(({ id }) => hub.until(id, (one) => one.status === 6, 8000))
  expect(execution.status).toBe(6)
  await hub.sql(`update execution set status = 3, ended_at = now() where status = 0`)
  release.abort()
})

test('a schedule that is changed goes on with the data that the old one would have delivered next', async () => {
  await createTask({ every: 'day', at: '23:59', timeZone: 'UTC' })
  await createTask({ every: 'day', at: '00:00', timeZone: 'UTC' })
  // Today's slot at midnight is over, and yesterday has not been delivered: it is, at once
  await expect.poll(count, { timeout: 10_000 }).toBe(1)
  const [execution] = (await hub.ask('GET', '/executions')).items
  expect(Date.now() - Date.parse(execution.dataRange.to)).toBeLessThan(86_400_000)
})
