import type { DeliveredRangePage, ExecutionPage } from '@datahub/core/api/execution-shapes'
import type { TaskPage } from '@datahub/core/api/task-shapes'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { HubUnderTest } from '../testing/hub-under-test.ts'
import { scriptedSource } from '../testing/scripted-source.ts'
import { watchedDestination } from '../testing/watched-destination.ts'

let hub: HubUnderTest

const daily = { every: 'day', at: '03:00', timeZone: 'UTC' }
const names = ['Alpha', 'beta', 'Gamma', 'delta', 'Epsilon']

beforeAll(async () => {
  hub = await HubUnderTest.start([scriptedSource().kind], [watchedDestination().kind])
  await hub.ask('POST', '/apply', {
    sources: [{ name: 'ads', kind: 'scripted' }],
    destinations: [
      { name: 'one', kind: 'memory' },
      { name: 'two', kind: 'memory' },
    ],
    tasks: [
      ...names.map((name) => ({
        name,
        source: 'ads',
        destination: name === 'beta' ? 'two' : 'one',
        schedule: daily,
        paused: name === 'Gamma',
      })),
      {
        name: 'push',
        source: 'ads',
        destination: 'two',
        oneTime: { from: '2025-01-01', to: '2025-01-02' },
        paused: true,
      },
    ],
  })
  // A history of Alpha: 20 days, each failed and then delivered, as it would stand after three weeks
  await hub.sql(`
    insert into execution (workspace_id, task_id, trigger, range_from, range_to, time_zone, data_source, package_day, lane, status, ended_at)
    select 1, 1, case when n % 2 = 1 then 'schedule' else 'retry' end,
      timestamptz '2025-01-01 00:00Z' + make_interval(days => (n - 1) / 2),
      timestamptz '2025-01-02 00:00Z' + make_interval(days => (n - 1) / 2),
      'UTC', 'ads', '20250102', 'task/1', case when n % 2 = 1 then 5 else 6 end, now()
    from generate_series(1, 40) n order by n`)
})

afterAll(async () => {
  await hub[Symbol.asyncDispose]()
})

const tasks = (query: string) => hub.ask<TaskPage>('GET', `/tasks?${query}`)
const executions = (query: string) => hub.ask<ExecutionPage>('GET', `/executions?${query}`)
const ids = (page: ExecutionPage) => page.items.map(({ id }) => id)

test('tasks come page by page in the order asked for, forth and back, each of them once', async () => {
  for (const [sort, expected] of [
    ['name', ['Alpha', 'beta', 'delta', 'Epsilon', 'Gamma', 'push']],
    ['id', ['Alpha', 'beta', 'Gamma', 'delta', 'Epsilon', 'push']],
    ['nextFire&descending=true', ['push', 'Gamma', 'Epsilon', 'delta', 'beta', 'Alpha']],
  ] as const) {
    const first = await tasks(`sort=${sort}&limit=2`)
    const second = await tasks(`sort=${sort}&limit=2&cursor=${first.next}`)
    const third = await tasks(`sort=${sort}&limit=2&cursor=${second.next}`)
    expect([...first.items, ...second.items, ...third.items].map(({ name }) => name)).toEqual(expected)
    expect([first.previous, third.next]).toEqual([null, null])
    const back = await tasks(`sort=${sort}&limit=2&cursor=${third.previous}`)
    expect(back.items).toEqual(second.items)
  }
})

test('filters leave what they say, and the counts tell of all statuses', async () => {
  const found = async (query: string) => (await tasks(`sort=name&${query}`)).items.map(({ name }) => name)
  expect(await found('text=ELT')).toEqual(['delta'])
  expect(await found('text=3')).toEqual(['Gamma'])
  expect(await found('status=paused')).toEqual(['Gamma', 'push'])
  expect(await found('destination=two&mode=recurring')).toEqual(['beta'])
  expect(await found('mode=one-time')).toEqual(['push'])
  expect(await found('text=100%25')).toEqual([])
  expect(await tasks('status=paused&destination=one')).toMatchObject({
    total: 1,
    counts: { scheduled: 3, paused: 1, running: 0 },
  })
})

test('a task shows its last 14 executions, the newest last', async () => {
  const [alpha, beta] = (await tasks('limit=2')).items
  expect(alpha?.recent.map(({ id }) => id)).toEqual([27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40])
  expect([alpha?.recent.at(-1)?.status, beta?.recent]).toEqual([6, []])
})

test('executions come newest first, forth and back, and centred on one', async () => {
  const first = await executions('limit=3')
  const second = await executions(`limit=3&cursor=${first.next}`)
  expect([ids(first), ids(second), first.previous]).toEqual([[40, 39, 38], [37, 36, 35], null])
  expect(ids(await executions(`limit=3&cursor=${second.previous}`))).toEqual([40, 39, 38])
  const around = await executions('limit=5&around=20')
  expect(ids(around)).toEqual([22, 21, 20, 19, 18])
  expect(ids(await executions(`limit=2&cursor=${around.previous}`))).toEqual([24, 23])
  expect(ids(await executions('limit=5&around=40'))).toEqual([40, 39, 38, 37, 36])
  expect(ids(await executions(`limit=2&around=1`))).toEqual([2, 1])
})

test('executions are found by status, trigger, data range, id, Request ID and file name', async () => {
  expect(ids(await executions('limit=2&status=5,7'))).toEqual([39, 37])
  expect(ids(await executions('limit=2&status[]=5&status[]=7&task=Alpha'))).toEqual([39, 37])
  expect(ids(await executions('limit=2&trigger=retry'))).toEqual([40, 38])
  expect(ids(await executions('limit=2&trigger=retry&status=5'))).toEqual([])
  expect(ids(await executions('from=2025-01-03&to=2025-01-03'))).toEqual([6, 5])
  expect(ids(await executions('from=2025-01-03&to=2025-01-03&trigger=retry'))).toEqual([6])
  expect(ids(await executions('text=17'))).toContain(17)
  const [execution] = (await executions('text=17')).items.filter(({ id }) => id === 17)
  const { requestId = '', fileName = '' } = execution ?? {}
  expect(ids(await executions(`text=${requestId}`))).toEqual([17])
  expect(ids(await executions(`text=${requestId.slice(0, 13)}`))).toEqual([17])
  expect(ids(await executions(`text=${fileName}`))).toEqual([17])
  expect(ids(await executions('text=ads_1_202501&limit=2'))).toEqual([40, 39])
  expect(ids(await executions('text=ads_2_202501'))).toEqual([])
  expect(ids(await executions(`text=${encodeURIComponent("x' or true --")}`))).toEqual([])
})

test('an execution of a whole year is found by any of its days', async () => {
  const [year] = await hub.sql<{ id: string }>(`
    insert into execution (workspace_id, task_id, trigger, range_from, range_to, time_zone, data_source, package_day, lane, status, ended_at)
    values (1, 1, 'manual', '2025-01-01Z', '2026-01-01Z', 'UTC', 'ads', '20260101', 'year', 6, now()) returning id`)
  const id = Number(year?.id)
  try {
    expect(ids(await executions('from=2025-01-03&to=2025-01-03'))).toEqual([id, 6, 5])
    expect(ids(await executions('from=2025-12-31&to=2025-12-31'))).toEqual([id])
    expect(ids(await executions('from=2026-01-01&to=2026-01-01'))).toEqual([])
  } finally {
    await hub.sql(`delete from execution where id = ${id}`)
  }
})

test('data ranges come newest first, each with all its executions, and centred on one', async () => {
  const first = await hub.ask<DeliveredRangePage>('GET', '/tasks/Alpha/ranges?limit=2')
  const days = ({ items }: DeliveredRangePage) => items.map(({ dataRange }) => dataRange.from.slice(0, 10))
  expect(days(first)).toEqual(['2025-01-20', '2025-01-19'])
  expect(first.items[0]?.executions.map(({ id, status }) => [id, status])).toEqual([
    [40, 6],
    [39, 5],
  ])
  const second = await hub.ask<DeliveredRangePage>('GET', `/tasks/Alpha/ranges?limit=2&cursor=${first.next}`)
  expect(days(second)).toEqual(['2025-01-18', '2025-01-17'])
  const around = await hub.ask<DeliveredRangePage>('GET', '/tasks/Alpha/ranges?limit=3&around=20')
  expect(days(around)).toEqual(['2025-01-11', '2025-01-10', '2025-01-09'])
})

test('a cursor that is none is told by its field', async () => {
  for (const path of ['/tasks?cursor=x', '/executions?cursor=x', '/tasks/Alpha/ranges?cursor=x'])
    expect((await hub.request('GET', path)).body.errors).toEqual([expect.objectContaining({ field: 'cursor' })])
})
