import { afterAll, beforeAll, expect, test } from 'vitest'
import { HubUnderTest } from '../testing/hub-under-test.ts'
import { scriptedSource } from '../testing/scripted-source.ts'
import { watchedDestination } from '../testing/watched-destination.ts'

let hub: HubUnderTest
/** Of another workspace, with every right there. */
let foreigner: string

beforeAll(async () => {
  hub = await HubUnderTest.start([scriptedSource().kind], [watchedDestination().kind])
  await hub.ask('POST', '/workspaces', { name: 'acme' })
  foreigner = (await hub.ask('POST', '/tokens', { name: 'theirs' }, { 'DataHub-Workspace': 'acme' })).token
})

afterAll(async () => {
  await hub[Symbol.asyncDispose]()
})

const definitions = (schedule: object) => ({
  sources: [{ name: 'ads', kind: 'scripted' }],
  destinations: [{ name: 'store', kind: 'memory' }],
  tasks: [{ name: 'daily', source: 'ads', destination: 'store', schedule, paused: true }],
})

test('the same names stand in two workspaces, and each sees its own', async () => {
  const mine = definitions({ every: 'day', at: '03:00', timeZone: 'UTC' })
  const theirs = definitions({ every: 'hour', minute: 5, timeZone: 'UTC' })
  await hub.ask('POST', '/apply', mine)
  const applied = await hub.as(foreigner).ask('POST', '/apply', theirs)
  expect(applied.map((change: { action: string }) => change.action)).toEqual(['create', 'create', 'create'])
  const every = async (asked: { ask: HubUnderTest['ask'] }) => (await asked.ask('GET', '/tasks/daily')).schedule.every
  expect([await every(hub), await every(hub.as(foreigner))]).toEqual(['day', 'hour'])
  const lists = ['/tasks', '/sources', '/destinations']
  for (const path of lists) {
    const answers = [await hub.ask('GET', path), await hub.as(foreigner).ask('GET', path)]
    const [a, b] = answers.map((answer) => answer.items ?? answer)
    expect([path, a.length, b.length, a[0].id === b[0].id]).toEqual([path, 1, 1, false])
  }
})

test('the database refuses what would join two workspaces', async () => {
  const [row] = await hub.sql<{ id: string }>(`select id from source where workspace_id <> 1`)
  await expect(hub.sql(`update task set source_id = $1 where workspace_id = 1`, [row?.id])).rejects.toThrow(
    /foreign key/,
  )
})

test('an admin of the first workspace enters the others by header; nobody else enters any', async () => {
  const enter = (workspace: string) => ({ 'DataHub-Workspace': workspace })
  expect((await hub.ask('GET', '/tasks/daily', undefined, enter('acme'))).schedule.every).toBe('hour')
  expect((await hub.request('GET', '/tasks', undefined, enter('nowhere'))).status).toBe(404)
  expect((await hub.as(foreigner).request('GET', '/tasks', undefined, enter('default'))).status).toBe(404)
  expect((await hub.as(foreigner).request('GET', '/tasks', undefined, enter('acme'))).status).toBe(200)
  expect((await hub.as(foreigner).request('POST', '/workspaces', { name: 'mine' })).status).toBe(403)
  expect(await hub.as(foreigner).ask('GET', '/workspaces')).toMatchObject([{ name: 'acme' }])
})

test('a token that has expired is refused', async () => {
  const { id, token } = await hub.ask('POST', '/tokens', { name: 'short', role: 'viewer', expiresInDays: 1 })
  expect((await hub.as(token).request('GET', '/tasks')).status).toBe(200)
  await hub.sql(`update token set expires_at = now() where id = $1`, [id])
  expect((await hub.as(token).request('GET', '/tasks')).status).toBe(401)
})

test('a token is not narrowed to what its role may not', async () => {
  const answer = await hub.request('POST', '/tokens', { name: 'odd', role: 'viewer', only: ['task.list', 'task.run'] })
  expect(answer.body.errors).toEqual([
    { field: 'only[1]', problem: '"task.run" is not a right of a viewer', cure: expect.stringContaining('task.list') },
  ])
})

test('R37: a narrowed token makes no token that may more than itself', async () => {
  const only = ['token.create', 'token.list']
  const { token } = await hub.ask('POST', '/tokens', { name: 'maker', role: 'admin', only })
  const make = async (wanted: object) => hub.as(token).request('POST', '/tokens', { name: 'made', ...wanted })
  for (const wanted of [{}, { only: ['token.list', 'task.list'] }]) {
    const { status, body } = await make({ role: 'admin', ...wanted })
    expect([status, body.errors]).toEqual([
      422,
      [{ field: 'only', problem: expect.any(String), cure: 'Choose from token.create, token.list.' }],
    ])
  }
  expect((await make({ role: 'admin', only: ['token.list'] })).status).toBe(201)
})

test('R37: a token that runs out makes none that outlives it', async () => {
  const { id, token } = await hub.ask('POST', '/tokens', { name: 'short', role: 'admin', expiresInDays: 7 })
  const [row] = await hub.sql<{ at: Date }>(
    `update token set expires_at = now() + interval '2 days 6 hours' where id = $1
    returning expires_at as at`,
    [id],
  )
  const make = async (wanted: object) => hub.as(token).request('POST', '/tokens', { name: 'made', ...wanted })
  const long = await make({ expiresInDays: 3 })
  expect([long.status, long.body.errors]).toEqual([
    422,
    [{ field: 'expiresInDays', problem: expect.stringContaining('2 days'), cure: expect.stringContaining('settings') }],
  ])
  expect((await make({})).body.expiresAt).toBe(row?.at.toISOString())
  expect(Date.parse((await make({ expiresInDays: 2 })).body.expiresAt)).toBeLessThan(row?.at.getTime() ?? 0)
})

test('R37: who administers another workspace adds whom the hub knows, and makes no account for an address', async () => {
  const add = async (email: string) =>
    hub.as(foreigner).request('POST', '/users', { email, name: 'Ann', role: 'admin' })
  const refused = await add('ann@example.com')
  expect([refused.status, refused.body.code, refused.body.cure]).toEqual([
    403,
    'auth.forbidden',
    expect.stringContaining('Ask an admin of the hub'),
  ])
  expect(await hub.sql(`select 1 from "user" where email = 'ann@example.com'`)).toEqual([])
  await hub.ask('POST', '/users', { email: 'ann@example.com', name: 'Ann', role: 'viewer' })
  const added = await add('ann@example.com')
  expect([added.status, added.body.invitation]).toEqual([201, null])
})
