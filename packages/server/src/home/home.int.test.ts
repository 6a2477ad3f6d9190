import type { HomeView, TaskDaysPage } from '@datahub/core/api/live-shapes'
import { DataHubError } from '@datahub/core/error/data-hub-error'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openDatabase } from '../db/database.ts'
import { HubUnderTest } from '../testing/hub-under-test.ts'
import { scriptedSource } from '../testing/scripted-source.ts'
import { watchedDestination } from '../testing/watched-destination.ts'
import { SentToday } from './sent-today.ts'

let hub: HubUnderTest
const store = watchedDestination()

beforeAll(async () => {
  hub = await HubUnderTest.start([scriptedSource().kind], [store.kind])
  await hub.ask('POST', '/apply', {
    sources: [{ name: 'ads', kind: 'scripted' }],
    destinations: [{ name: 'acme', kind: 'memory' }],
    tasks: [
      { name: 'one', source: 'ads', destination: 'acme', schedule: { every: 'day', at: '03:00', timeZone: 'UTC' } },
    ],
  })
})

afterAll(async () => {
  await hub[Symbol.asyncDispose]()
})

test('a task that fails again counts as failing since it first did, and no more when it has delivered', async () => {
  store.before = (operation) =>
    operation === 'putNew'
      ? Promise.reject(new DataHubError('destination.bucket_missing', 'store the package'))
      : Promise.resolve()
  const since = async () => (await hub.ask<HomeView>('GET', '/home')).needsAction[0]?.since
  const first = await hub.deliver('one')
  expect(await since()).toBe(first.endedAt)
  await hub.deliver('one')
  expect(await since()).toBe(first.endedAt)
  store.before = () => Promise.resolve()
  await hub.deliver('one')
  expect(await since()).toBeUndefined()
})

test('every task stands on some page of the last days, once, the worst first, and is found by its name', async () => {
  const schedule = { every: 'day', at: '03:00', timeZone: 'UTC' }
  const names = Array.from({ length: 120 }, (_, index) => `report ${String(index).padStart(3, '0')}`)
  const missing: Readonly<Record<string, number>> = { 'report 090': 3, 'report 110': 7 }
  const startOn = (days: number) => new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 10)
  const tasks = names.map((name) => {
    const days = missing[name]
    const from = days === undefined ? {} : { startOn: startOn(days) }
    return { name, source: 'ads', destination: 'acme', schedule: { ...schedule, ...from } }
  })
  await hub.ask('POST', '/apply', { tasks })
  // The hub, which counts them now and then, comes to the same order
  await hub.sql(`update task set gaps = case name when 'report 090' then 3 when 'report 110' then 7 else 0 end`)
  store.before = (operation) =>
    operation === 'putNew'
      ? Promise.reject(new DataHubError('destination.bucket_missing', 'store the package'))
      : Promise.resolve()
  for (const name of ['report 119', 'report 005']) await hub.deliver(name)
  store.before = () => Promise.resolve()

  const page = (query: string) => hub.ask<TaskDaysPage>('GET', `/home/days?${query}`)
  const pages: TaskDaysPage[] = [await page('limit=50')]
  for (let next = pages[0]?.next; next; next = pages.at(-1)?.next) pages.push(await page(`limit=50&cursor=${next}`))
  const shown = pages.flatMap(({ items }) => items.map(({ task }) => task))
  expect(pages.map(({ items, total }) => [items.length, total])).toEqual([
    [50, 121],
    [50, 121],
    [21, 121],
  ])
  expect(shown.slice(0, 4)).toEqual(['report 119', 'report 005', 'report 110', 'report 090'])
  expect(shown.toSorted()).toEqual(['one', ...names].toSorted())
  const back = await page(`limit=50&cursor=${pages[2]?.previous}`)
  expect(back.items).toEqual(pages[1]?.items)

  expect(await page('text=PORT%20118')).toMatchObject({ total: 1, items: [{ task: 'report 118' }] })
  expect(await page('text=nothing%20like%20it')).toMatchObject({ total: 0, items: [], next: null, previous: null })
})

test('of a cause that very many tasks have some are named, and all are counted', async () => {
  await hub.sql(`insert into task_outcome (task_id, execution_id, failing_since)
    select task.id, failed.execution_id, now() from task, (
      select execution_id from task_outcome join task on task.id = task_id and name = 'report 119'
    ) failed where task.name like 'report 0%' and name <> 'report 005'`)
  const { needsAction, counts } = await hub.ask<HomeView>('GET', '/home')
  expect(needsAction.map(({ taskCount, tasks }) => [taskCount, tasks.length, tasks[0]?.name])).toEqual([
    [101, 20, 'report 119'],
  ])
  expect(counts.failing).toBe(101)
})

test('what was sent today is added up once, whether it was settled when it was looked at or not', async () => {
  const db = openDatabase(hub.database.url, 2, () => undefined)
  try {
    // Sent at noon: whatever the hour of the test, no look at it is of another day
    const noon = new Date(Date.now() - (Date.now() % 86_400_000) + 43_200_000)
    await hub.sql(`update execution set ended_at = '${noon.toISOString()}' where status = 6`)
    const [row] = (await hub.sql(`select count(*) as packages, sum(size_bytes) as bytes, (
        select sum(rows) from execution_file join execution on execution.id = execution_id where status = 6
      ) as rows from execution where status = 6`)) as Record<string, never>[]
    const all = { packages: Number(row?.packages), sizeBytes: Number(row?.bytes), rows: Number(row?.rows) }
    expect(all.packages).toBeGreaterThan(0)
    const looks = [0, 30_000, 61_000, 62_000, 3 * 60_000]
    const sentToday = new SentToday(db)
    const seen: unknown[] = []
    for (const laterMs of looks) seen.push(await sentToday.read({ workspaceId: 1 }, new Date(noon.getTime() + laterMs)))
    expect(seen).toEqual(looks.map(() => all))
    const tomorrow = new Date(noon.getTime() + 86_400_000)
    expect(await sentToday.read({ workspaceId: 1 }, tomorrow)).toMatchObject({ packages: 0 })
    expect(await sentToday.read({ workspaceId: 2 }, noon)).toMatchObject({ packages: 0 })
  } finally {
    await db.destroy()
  }
})
