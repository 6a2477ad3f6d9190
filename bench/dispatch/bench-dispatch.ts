import type { Schedule } from '@datahub/core/task/schedule'
import { dataRangeOf } from '@datahub/core/task/slots'
import { seeded, simulateDispatcher } from '@datahub/core/task/virtual-dispatcher'
import { migrate, openDatabase } from '@datahub/server/db/database'
import { openQueue } from '@datahub/server/executions/queue'
import { createLogger } from '@datahub/server/foundation/logger'
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { createDatabase } from '../../test/parts/database.ts'
import { HubUnderTest } from '../../packages/server/src/testing/hub-under-test.ts'
import { scriptedSource } from '../../packages/server/src/testing/scripted-source.ts'
import { watchedDestination } from '../../packages/server/src/testing/watched-destination.ts'
import { formatFigures, type Figure } from '../figure.ts'

const DISPATCHER = resolve(import.meta.dirname, 'dispatcher.ts')
const ZONES = ['UTC', 'America/Los_Angeles', 'Europe/Berlin', 'Asia/Shanghai', 'Asia/Kolkata', 'America/New_York']

export interface DispatchBenchOptions {
  /** Due in the same minute. */
  readonly tasks?: number
  /** Fired one after the other at an idle hub. */
  readonly fires?: number
}

/** Due task → execution → job, on the real PostgreSQL: how many a second, each exactly once, and how soon. */
export async function benchDispatch({ tasks = 20_000, fires = 100 }: DispatchBenchOptions = {}): Promise<Figure[]> {
  const one = await dispatch(tasks, 1, 0)
  const four = await dispatch(tasks, 4, 0)
  const killed = await dispatch(tasks, 4, 12)
  const latency = await fireLatency(fires)
  const year = simulateYear()
  const name = `${tasks / 1000} k tasks due at once`
  const goal = '≥ 2000'
  return [
    { name: `${name}, one dispatcher`, value: tasks / one.seconds, unit: 'tasks/s', goal },
    {
      name: `${name}, four dispatchers`,
      value: tasks / four.seconds,
      unit: 'tasks/s',
      baseline: 'one dispatcher',
      ratio: one.seconds / four.seconds,
      goal,
    },
    {
      name: `${name}, ${killed.kills} kill -9 meanwhile: lost or doubled`,
      value: killed.wrong,
      unit: 'tasks',
      goal: '= 0',
    },
    { name: `${name}: lost or doubled`, value: one.wrong + four.wrong, unit: 'tasks', goal: '= 0' },
    { name: 'fire time to source dispatch, idle, p50', value: latency.p50, unit: 'ms' },
    { name: 'fire time to source dispatch, idle, p99', value: latency.p99, unit: 'ms', goal: '≤ 250' },
    { name: 'a year of hourly slots with outages and DST, simulated', value: year.seconds, unit: 's', goal: '≤ 60' },
    { name: 'slots of that year that were doubled or left out', value: year.wrong, unit: 'slots', goal: '= 0' },
  ]
}

/** New York's 2026: two changes of the clock, outages of up to five days, crashes, a database clock that jumps. */
function simulateYear(): { seconds: number; wrong: number } {
  const schedule: Schedule = { every: 'hour', minute: 5, timeZone: 'America/New_York', settleDelayMinutes: 90 }
  const startedAt = performance.now()
  const from = new Date('2026-01-01T00:00Z')
  const { delivered, doubled } = simulateDispatcher(schedule, from, new Date('2027-01-01T00:00Z'), seeded(1))
  const ranges = delivered.map((slot) => dataRangeOf(schedule, slot))
  const gaps = ranges.filter(({ from: begins }, index) => {
    const before = ranges[index - 1]
    return before !== undefined && begins.getTime() !== before.to.getTime()
  })
  return { seconds: (performance.now() - startedAt) / 1000, wrong: doubled + gaps.length }
}

async function dispatch(
  tasks: number,
  processes: number,
  kills: number,
): Promise<{ seconds: number; wrong: number; kills: number }> {
  await using database = await createDatabase()
  const client = new pg.Client({ connectionString: database.url })
  await prepare(database.url)
  await client.connect()
  try {
    await createDueTasks(client, tasks)
    const dispatchers = await Promise.all(Array.from({ length: processes }, () => startDispatcher(database.url)))
    const startedAt = performance.now()
    for (const dispatcher of dispatchers) dispatcher.stdin?.write('go\n')
    let killed = 0
    for (; killed < kills && (await isAnyDue(client)); killed += 1) {
      await sleep(150 + Math.random() * 300)
      const [victim] = dispatchers.splice(Math.floor(Math.random() * dispatchers.length), 1)
      victim?.kill('SIGKILL')
      const next = await startDispatcher(database.url)
      next.stdin?.write('go\n')
      dispatchers.push(next)
    }
    for (const dispatcher of dispatchers) if (dispatcher.exitCode === null) await once(dispatcher, 'exit')
    const seconds = (performance.now() - startedAt) / 1000
    return { seconds, wrong: await countWrong(client, tasks), kills: killed }
  } finally {
    await client.end()
  }
}

async function prepare(url: string): Promise<void> {
  const db = openDatabase(url, 2, () => undefined)
  await migrate(db)
  await db.destroy()
  const queue = await openQueue(url, createLogger('error'))
  await queue.stop(0)
}

async function createDueTasks(client: pg.Client, tasks: number): Promise<void> {
  await client.query(`insert into source (workspace_id, name, kind, connection, max_range_days, reports)
    values (1, 'ads', 'sample', '{}', 366, '[]')`)
  await client.query(`insert into destination (workspace_id, name, kind, settings)
    values (1, 'store', 'filesystem', '{}')`)
  await client.query(
    `insert into task (workspace_id, name, source_id, destination_id, schedule, time_zone, next_fire_at)
     select 1, 'task ' || n, 1, 1, jsonb_build_object('every', 'day', 'at', '03:00', 'timeZone', zone), zone,
       date_trunc('day', now() at time zone zone) at time zone zone + interval '3 hours' - interval '1 day'
     from generate_series(1, $1) n, lateral (select ($2::text[])[1 + n % cardinality($2::text[])] as zone) z`,
    [tasks, ZONES],
  )
  // Due once: what comes next is to come
  await client.query(
    `update task set next_fire_at = next_fire_at + interval '1 day' where next_fire_at + interval '1 day' <= now()`,
  )
  await client.query(`insert into sync_log (task_id) select id from task`)
  await client.query('analyze')
}

async function startDispatcher(url: string): Promise<ChildProcess> {
  const dispatcher = spawn(process.execPath, [DISPATCHER, url], { stdio: ['pipe', 'pipe', 'inherit'] })
  if (dispatcher.stdout) await once(dispatcher.stdout, 'data')
  return dispatcher
}

async function isAnyDue(client: pg.Client): Promise<boolean> {
  const { rows } = await client.query('select 1 from task where next_fire_at <= now() limit 1')
  return rows.length > 0
}

/** Every task must have one execution, one job for it, and stand at a fire time to come. */
async function countWrong(client: pg.Client, tasks: number): Promise<number> {
  await client.query('analyze')
  const { rows } = await client.query<{ wrong: string }>(
    `with executions as (select task_id, count(*) as made from execution group by task_id),
       jobs as (select singleton_key as lane, count(*) as made from pgboss.job group by singleton_key)
     select $1 - count(*) as wrong from task
     join executions on executions.task_id = task.id and executions.made = 1
     join jobs on jobs.lane = 'task/' || task.id and jobs.made = 1
     where next_fire_at > now()`,
    [tasks],
  )
  return Number(rows[0]?.wrong)
}

/** From the fire time to the moment the source has accepted, by the database's clock. */
async function fireLatency(fires: number): Promise<{ p50: number; p99: number }> {
  await using hub = await HubUnderTest.start([scriptedSource().kind], [watchedDestination().kind])
  await hub.ask('POST', '/apply', {
    sources: [{ name: 'ads', kind: 'scripted' }],
    destinations: [{ name: 'store', kind: 'memory' }],
    tasks: Array.from({ length: fires }, (_, index) => ({
      name: `task ${index}`,
      source: 'ads',
      destination: 'store',
      schedule: { every: 'hour', minute: 0, timeZone: 'UTC' },
    })),
  })
  await hub.sql(`update task set next_fire_at = now() + interval '3 seconds' + id * interval '250 milliseconds'`)
  const sql = `select extract(epoch from event.at - e.slot_at) * 1000 as ms
    from execution e join execution_event event on event.execution_id = e.id and event.step = 'dispatch'`
  let rows: { ms: string }[] = []
  for (const deadline = Date.now() + 120_000; rows.length < fires; rows = await hub.sql<{ ms: string }>(sql)) {
    if (Date.now() > deadline) throw new Error(`only ${rows.length} of ${fires} fired`)
    await sleep(1000)
  }
  const sorted = rows.map(({ ms }) => Number(ms)).sort((a, b) => a - b)
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN
  return { p50: at(0.5), p99: at(0.99) }
}

if (import.meta.main) process.stdout.write(formatFigures(await benchDispatch()))
