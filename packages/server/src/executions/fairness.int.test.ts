import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openDatabase } from '../db/database.ts'
import { createLogger } from '../foundation/logger.ts'
import { HubUnderTest } from '../testing/hub-under-test.ts'
import { scriptedSource } from '../testing/scripted-source.ts'
import { watchedDestination } from '../testing/watched-destination.ts'
import { lockDueTasks } from '../tasks/task-store.ts'
import { openQueue } from './queue.ts'

let hub: HubUnderTest

beforeEach(async () => {
  hub = await HubUnderTest.start([scriptedSource().kind], [watchedDestination().kind])
  for (const name of ['big', 'small']) await hub.ask('POST', '/workspaces', { name })
})

afterEach(async () => {
  await hub[Symbol.asyncDispose]()
})

const inside = (workspace: string) => ({ 'DataHub-Workspace': workspace })
const schedule = { every: 'day', at: '03:00', timeZone: 'UTC' }

async function define(workspace: string, tasks: number): Promise<void> {
  const definition = {
    sources: [{ name: 'ads', kind: 'scripted' }],
    destinations: [{ name: 'store', kind: 'memory' }],
    tasks: [{ name: 'task 1', source: 'ads', destination: 'store', schedule }],
  }
  await hub.ask('POST', '/apply', definition, inside(workspace))
  // The others as copies: a definition of thousands takes longer than what is tested
  await hub.sql(
    `with made as (
       insert into task (workspace_id, name, source_id, destination_id, schedule, time_zone, next_fire_at)
       select workspace_id, 'task ' || n, source_id, destination_id, schedule, time_zone, next_fire_at
       from task, generate_series(2, $2) n
       where name = 'task 1' and workspace_id = (select id from workspace where name = $1)
       returning id
     ) insert into sync_log (task_id) select id from made`,
    [workspace, tasks],
  )
}

/** Executions in the order in which workers took them. */
async function taken(): Promise<{ workspace: string; at: Date }[]> {
  return hub.sql(
    `select w.name as workspace, e.started_at as at from execution e join workspace w on w.id = e.workspace_id
     where e.started_at is not null order by e.started_at`,
  )
}

async function until<Result>(look: () => Promise<Result | undefined>, timeoutMs = 60_000): Promise<Result> {
  const deadline = Date.now() + timeoutMs
  for (;;) {
    const found = await look()
    if (found !== undefined) return found
    if (Date.now() > deadline) throw new Error('it does not come to that')
    await sleep(50)
  }
}

test('a workspace with thousands due does not hold up the first delivery of another', async () => {
  await define('big', 2500)
  await define('small', 1)
  const due = `update task set next_fire_at = date_trunc('day', now()) + interval '3 hours' - interval '1 day'
    where workspace_id = (select id from workspace where name = $1)`
  await hub.sql(due, ['big'])
  const waiting = async () =>
    Number((await hub.sql<{ left: string }>('select count(*) as left from execution where status = 0'))[0]?.left)
  await until(async () => ((await waiting()) > 1000 ? true : undefined))
  const before = (await taken()).length
  await hub.sql(due, ['small'])
  await until(async () => (await taken()).find(({ workspace }) => workspace === 'small'))
  const place = (await taken()).findIndex(({ workspace }) => workspace === 'small')
  expect(await waiting()).toBeGreaterThan(500)
  // What is begun until the dispatcher comes round, and nothing more: none of the thousand that waited before it
  expect(place - before).toBeLessThan(200)
}, 120_000)

test('one batch of the dispatcher takes from every workspace that has something due', async () => {
  await hub.stop()
  await hub.start({ DATAHUB_SERVICES: 'api' })
  await define('big', 1000)
  await define('small', 3)
  await hub.sql(`update task set next_fire_at = '2026-01-05T03:00:00Z'`)
  await hub.sql(
    `update task set next_fire_at = '2026-01-05T03:05:00Z' where workspace_id = (select id from workspace where name = 'small')`,
  )
  const db = openDatabase(hub.database.url, 2, () => undefined)
  try {
    const due = await db.transaction().execute((tx) => lockDueTasks(tx, 200))
    const small = await hub.sql<{ id: string }>(
      `select id from task where workspace_id = (select id from workspace where name = 'small')`,
    )
    expect(due.filter(({ id }) => small.some((one) => Number(one.id) === id))).toHaveLength(3)
    expect(due).toHaveLength(103)
  } finally {
    await db.destroy()
  }
})

test('no more executions of a workspace are worked on at a time than its limit says', async () => {
  await hub.stop()
  await hub.start({ DATAHUB_SERVICES: 'api' })
  await hub.ask('PUT', '/workspaces/big/limit', { parallel: 2 })
  await define('big', 7)
  await define('small', 2)
  for (const workspace of ['big', 'small'])
    for (let n = 1; n <= (workspace === 'big' ? 7 : 2); n += 1)
      await hub.ask('POST', `/tasks/${encodeURIComponent(`task ${n}`)}/run`, {}, inside(workspace))
  const rows = await hub.sql<{ id: string; workspace: string }>(
    `select e.id, w.name as workspace from execution e join workspace w on w.id = e.workspace_id`,
  )
  const workspaceOf = new Map(rows.map(({ id, workspace }) => [Number(id), workspace]))
  const queue = await openQueue(hub.database.url, createLogger('error'))
  const running = new Set<number>()
  const seen = new Set<number>()
  let most = 0
  let release: () => void = () => undefined
  try {
    await queue.work(8, async (id) => {
      running.add(id)
      seen.add(id)
      most = Math.max(most, [...running].filter((one) => workspaceOf.get(one) === 'big').length)
      // Held until all that may come beside it have had the time to
      await new Promise<void>((resolve) => {
        const before = release
        release = () => {
          before()
          resolve()
        }
      })
      running.delete(id)
    })
    while (seen.size < rows.length) {
      const size = seen.size
      await until(async () => (running.size > 0 && seen.size >= Math.min(size + 1, rows.length) ? true : undefined))
      await sleep(1500)
      const free = release
      release = () => undefined
      free()
    }
    expect({ most, all: seen.size }).toEqual({ most: 2, all: 9 })
  } finally {
    release()
    await queue.stop(0)
  }
}, 120_000)
