import { expect, test } from 'vitest'
import { fakeHub } from '../../testing/fake-hub.ts'
import { sampleProblem, sampleTaskPage } from '../../testing/samples.ts'
import { runIn } from '../../testing/test-world.ts'

const me = {
  user: null,
  token: { id: 1, name: 'local command line' },
  workspace: { id: 2, name: 'acme' },
  workspaces: [
    { id: 1, name: 'default', role: 'admin' },
    { id: 2, name: 'acme', role: 'admin' },
  ],
  role: 'admin',
  isHubAdmin: true,
  rights: [],
}

test('--workspace, else DATAHUB_WORKSPACE, goes with every request; without both nothing does', async () => {
  const hub = await fakeHub({ 'GET /tasks': { body: sampleTaskPage() } })
  const env = { DATAHUB_WORKSPACE: 'team-ads' }
  await runIn({ url: hub.url }, 'task', 'list')
  await runIn({ url: hub.url, env }, 'task', 'list')
  await runIn({ url: hub.url, env }, 'task', 'list', '--workspace', 'acme')
  await runIn({ url: hub.url, env }, '--workspace', 'acme', 'task', 'list')
  expect(hub.asked.map(({ headers }) => headers['datahub-workspace'])).toEqual([undefined, 'team-ads', 'acme', 'acme'])
})

test('what is about the hub means the same in every workspace: it is asked without one', async () => {
  const made = { id: 3, email: 'ada@example.com', name: 'Ada', role: 'admin', signsInBy: [], isDisabled: false }
  const times = { createdAt: '2026-11-01T08:00:00.000Z', lastSignInAt: null }
  const hub = await fakeHub({
    'GET /workspaces': { body: [] },
    'GET /keys': { body: [] },
    'POST /users': { body: { ...made, ...times, invitation: null } },
  })
  const env = { DATAHUB_WORKSPACE: 'gone' }
  for (const words of [
    ['workspace', 'list'],
    ['key', 'show'],
    ['admin', 'create', 'ada@example.com'],
  ])
    expect((await runIn({ url: hub.url, env }, ...words)).code).toBe(0)
  expect(hub.asked.map(({ headers }) => headers['datahub-workspace'])).toEqual([undefined, undefined, undefined])
})

test('a name that is none is exit 2 and says which setting; one that may not be entered is exit 4', async () => {
  const detail = 'Could not enter the workspace "gone": there is no such thing.'
  const body = sampleProblem({ code: 'request.not_found', status: 404, detail })
  const hub = await fakeHub({ 'GET /tasks': { status: 404, body } })
  expect(await runIn({ url: hub.url }, 'task', 'list', '--workspace', 'Gone!')).toMatchObject({
    code: 2,
    err: expect.stringContaining('--workspace: is no name of a workspace'),
  })
  expect(hub.asked).toEqual([])
  expect(await runIn({ url: hub.url }, 'task', 'list', '--workspace', 'gone')).toMatchObject({
    code: 4,
    err: expect.stringContaining(detail),
  })
})

test('whoami says which workspace a command means, and which others may be named', async () => {
  const hub = await fakeHub({ 'GET /me': { body: me } })
  expect((await runIn({ url: hub.url }, 'whoami', '--workspace', 'acme')).out).toBe(
    `token      local command line
workspace  acme
role       admin, and runs the hub

MAY ENTER  AS
default    admin
acme       admin  this one
`,
  )
})

test('limit takes a number, or none', async () => {
  const workspace = { id: 2, name: 'acme', parallel: 4, createdAt: '2026-11-01T08:00:00.000Z' }
  const hub = await fakeHub({
    'PUT /workspaces/acme/limit': [{ body: workspace }, { body: { ...workspace, parallel: null } }],
  })
  const limit = async (executions: string) => runIn({ url: hub.url }, 'workspace', 'limit', 'acme', executions)
  expect((await limit('4')).out).toBe('acme: 4 executions at a time.\n')
  expect((await limit('none')).out).toBe('acme: any number of executions at a time.\n')
  expect(hub.asked.map(({ body }) => body)).toEqual([{ parallel: 4 }, { parallel: null }])
  expect(await limit('0')).toMatchObject({ code: 2, err: expect.stringContaining('from 1 to 1000, or none') })
})
