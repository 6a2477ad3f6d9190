import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { fakeHub } from '../../testing/fake-hub.ts'
import { sampleProblem, sampleTask, sampleTaskPage } from '../../testing/samples.ts'
import { runIn } from '../../testing/test-world.ts'

const once = sampleTask({
  id: 9,
  name: '市场洞察 历史',
  status: 'running',
  schedule: null,
  oneTime: { from: '2024-01-01', to: '2024-06-30', timeZone: 'UTC' },
  nextFireAt: null,
  lastExecution: null,
})

test('task list shows what, when and how it went, each time with its zone', async () => {
  const hub = await fakeHub({ 'GET /tasks': { body: sampleTaskPage(sampleTask(), once) } })
  const { code, out, err } = await runIn({ url: hub.url }, 'task', 'list')
  expect(code).toBe(0)
  expect(err).toBe('')
  expect(out).toBe(
    [
      ' ID  NAME                  STATUS     SOURCE          DESTINATION  WHEN                                    NEXT                        LAST EXECUTION',
      '161  Market insight daily  scheduled  market_insight  acme         Every day at 03:00 America/Los_Angeles  2026-11-23 03:00:00 -08:00  file send success (6)',
      '  9  市场洞察 历史         running    market_insight  acme         Once, 2024-01-01 to 2024-06-30 UTC      -                           -',
      '',
    ].join('\n'),
  )
})

test('task list --json is the list of all pages', async () => {
  const hub = await fakeHub({ 'GET /tasks': { body: sampleTaskPage(sampleTask(), once) } })
  const { out } = await runIn({ url: hub.url }, 'task', 'list', '--json')
  expect(JSON.parse(out)).toEqual(sampleTaskPage(sampleTask(), once).items)
})

test('no task yet: nothing on stdout, the next step on stderr, and with --json an empty array', async () => {
  const hub = await fakeHub({ 'GET /tasks': { body: sampleTaskPage() } })
  expect(await runIn({ url: hub.url }, 'task', 'list')).toMatchObject({
    code: 0,
    out: '',
    err: expect.stringContaining('datahub apply -f hub.yaml'),
  })
  expect((await runIn({ url: hub.url }, '--json', 'task', 'list')).out).toBe('[]\n')
})

test('task show is a readable block', async () => {
  const hub = await fakeHub({ 'GET /tasks/161': { body: sampleTask({ reports: ['market_insight_asin'] }) } })
  const { out } = await runIn({ url: hub.url }, 'task', 'show', '161')
  expect(out).toBe(`Market insight daily #161
Status          scheduled
When            Every day at 03:00 America/Los_Angeles
Next            2026-11-23 03:00:00 -08:00
Source          market_insight
Reports         market_insight_asin
Destination     acme
Last execution  #42 file send success (6), ended 2026-11-22 03:00:31 -08:00
Created         2026-11-01 01:00:00 -07:00
Updated         2026-11-02 00:00:00 -08:00
`)
})

test('task show tells a change of columns, and what to do when deliveries fail by it', async () => {
  const schemaChange = { table: 'asin', at: '2026-11-22T11:00:00.000Z', words: 'removed price', isRefused: true }
  const hub = await fakeHub({ 'GET /tasks/161': { body: sampleTask({ schemaChange }) } })
  const { out } = await runIn({ url: hub.url }, 'task', 'show', '161')
  expect(out).toContain(
    'Schema change   asin: removed price, 2026-11-22 03:00:00 -08:00; refused: datahub source accept-schema market_insight\n',
  )
})

test.each(['pause', 'resume'])('task %s sends it and shows the task', async (verb) => {
  const hub = await fakeHub({ [`POST /tasks/161/${verb}`]: { body: sampleTask({ status: 'paused' }) } })
  const { code, out } = await runIn({ url: hub.url }, 'task', verb, '161')
  expect(code).toBe(0)
  expect(out).toContain('Market insight daily #161')
})

test('task remove says what it removed', async () => {
  const hub = await fakeHub({ 'GET /tasks/Market%20insight%20daily': { body: sampleTask() }, 'DELETE /tasks/161': {} })
  const { code, out } = await runIn({ url: hub.url }, 'task', 'remove', 'Market insight daily')
  expect(code).toBe(0)
  expect(out).toBe('Removed task "Market insight daily" #161.\n')
})

test('task remove takes the history with it only where the name is given again', async () => {
  const hub = await fakeHub({ 'GET /tasks/161': { body: sampleTask() }, 'DELETE /tasks/161': {} })
  const { code } = await runIn({ url: hub.url }, 'task', 'remove', '161', '--confirm', 'Market insight daily')
  expect([code, hub.asked.at(-1)?.path]).toEqual([0, '/tasks/161?confirm=Market+insight+daily'])
})

test('task export prints what apply takes', async () => {
  const schedule = { every: 'day', at: '03:00', timeZone: 'America/Los_Angeles' }
  const definition = { name: 'Market insight daily', source: 'market_insight', destination: 'acme', schedule }
  const hub = await fakeHub({ 'GET /tasks/161/definition': { body: definition } })
  const { out } = await runIn({ url: hub.url }, 'task', 'export', '161')
  expect(parse(out)).toEqual({ tasks: [definition] })
})

test('a task that is not there is exit 4', async () => {
  const hub = await fakeHub({})
  const { code, err } = await runIn({ url: hub.url }, 'task', 'show', '7')
  expect(code).toBe(4)
  expect(err).toBe(
    'Error: Could not find it: there is no such thing.\nTry: List what there is and check the name or id.\n',
  )
})

test.each(['..', '.', ' '])('%j is no name, and is not sent', async (reference) => {
  const hub = await fakeHub({})
  expect((await runIn({ url: hub.url }, 'task', 'remove', reference)).code).toBe(2)
  expect(hub.asked).toEqual([])
})

test('a name that would drive the terminal is shown as text', async () => {
  const hub = await fakeHub({ 'GET /tasks': { body: sampleTaskPage(sampleTask({ name: 'a\u001b[2Jb' })) } })
  const { out } = await runIn({ url: hub.url }, 'task', 'list')
  expect(out).toContain('a\\u001b[2Jb')
})

test('move asks for many at once and says which could not be moved', async () => {
  const page = { items: [], next: null, previous: null, total: 0, counts: {} }
  const changes = [
    { task: 161, executionId: null, problem: null },
    { task: 162, executionId: null, problem: sampleProblem({ detail: 'Could not move.', cure: 'Wait.' }) },
  ]
  const hub = await fakeHub({
    'GET /tasks/161': { body: sampleTask({ id: 161 }) },
    'GET /tasks/162': { body: sampleTask({ id: 162 }) },
    'GET /destinations/old': { body: { name: 'old' } },
    'GET /tasks': { body: page },
    'POST /task-changes': { body: changes },
  })
  const { code, out } = await runIn({ url: hub.url }, 'task', 'move', '161', '162', '--to', 'new')
  expect(code).toBe(1)
  expect(out).toBe('Task #162: Could not move. Wait.\nMoved 1 task to "new".\n')
  expect(hub.asked.at(-1)?.body).toEqual({ action: 'move', tasks: [161, 162], destination: 'new' })

  expect((await runIn({ url: hub.url }, 'task', 'move', '--from', 'old', '--to', 'new')).out).toBe(
    'Moved 0 tasks to "new".\n',
  )
  expect((await runIn({ url: hub.url }, 'task', 'move', '--to', 'new')).code).toBe(2)
})
