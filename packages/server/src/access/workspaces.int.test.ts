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
