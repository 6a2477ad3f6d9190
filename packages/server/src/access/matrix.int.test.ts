import { may, RIGHTS, type Operation, type Standing } from '@datahub/core/access/rights'
import { ROLES } from '@datahub/core/access/role'
import { API_PREFIX, contract } from '@datahub/core/api/contract'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { HubUnderTest } from '../testing/hub-under-test.ts'
import { scriptedSource } from '../testing/scripted-source.ts'
import { watchedDestination } from '../testing/watched-destination.ts'

let hub: HubUnderTest
const tokens = new Map<string, string>()
/** What stands in the first workspace, by the parameter that names it. */
const things = new Map<string, string>()

interface Call {
  readonly name: Operation
  readonly method: string
  readonly path: string
}

const operations: readonly Call[] = Object.entries(contract).flatMap(([noun, verbs]) =>
  Object.entries(verbs).map(([verb, operation]) => {
    const { method = 'POST', path = '/' } = operation['~orpc'].route
    return { name: `${noun}.${verb}` as Operation, method, path }
  }),
)

const definitions = {
  sources: [{ name: 'ads', kind: 'scripted' }],
  destinations: [{ name: 'store', kind: 'memory' }],
  tasks: [
    { name: 'daily', source: 'ads', destination: 'store', schedule: { every: 'day', at: '03:00', timeZone: 'UTC' } },
  ],
}

beforeAll(async () => {
  hub = await HubUnderTest.start([scriptedSource().kind], [watchedDestination().kind])
  await hub.ask('POST', '/workspaces', { name: 'foreign' })
  const there = { 'DataHub-Workspace': 'foreign' }
  for (const role of ROLES) {
    tokens.set(role, (await hub.ask('POST', '/tokens', { name: role, role })).token)
    tokens.set(`foreign ${role}`, (await hub.ask('POST', '/tokens', { name: role, role }, there)).token)
  }
  await hub.ask('POST', '/apply', definitions)
  const task = await hub.ask('GET', '/tasks/daily')
  const { id: execution } = await hub.deliver('daily')
  const push = await hub.ask('POST', '/backfills', { task: 'daily', from: '2025-01-01', to: '2025-01-02' })
  // What is compared later must not change by itself
  const isOver = async () => expect((await hub.ask('GET', `/backfills/${push.backfill.id}`)).state).toBe('finished')
  await vi.waitFor(isOver, { timeout: 45_000, interval: 100 })
  await hub.ask('POST', '/alert-channels', { name: 'ops', kind: 'webhook', url: 'https://ops.example.com/hook' })
  const user = await hub.ask('POST', '/users', { email: 'ann@example.com', name: 'Ann', role: 'viewer' })
  const [token] = await hub.ask('GET', '/tokens')
  for (const [what, id] of Object.entries({
    source: 'ads',
    destination: 'store',
    task: String(task.id),
    execution: String(execution),
    backfill: String(push.backfill.id),
    user: String(user.id),
    token: String(token.id),
    alertChannel: 'ops',
  }))
    things.set(what, id)
})

afterAll(async () => {
  await hub[Symbol.asyncDispose]()
})

async function call(
  { method, path }: Pick<Call, 'method' | 'path'>,
  token: string | undefined,
  { query = '', headers = {}, body = '{}' }: { query?: string; headers?: Record<string, string>; body?: string } = {},
): Promise<number> {
  const response = await fetch(`${hub.url}${API_PREFIX}${path}${query}`, {
    method,
    headers: {
      ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
      ...(method === 'GET' ? {} : { 'Content-Type': 'application/json' }),
      ...headers,
    },
    ...(method === 'GET' ? {} : { body }),
  })
  await response.body?.cancel()
  return response.status
}

const nothing = (path: string) => path.replaceAll(/\{\w+\}/g, '999999')

/** What the table says of a token of that role in the workspace `foreign`, which runs no hub. */
function verdict(caller: string, name: Operation): 'refused' | 'unknown' | 'let in' {
  if (RIGHTS[name] === 'anyone') return 'let in'
  if (caller === 'nobody') return 'unknown'
  const role = ROLES.find((one) => caller.endsWith(one)) ?? null
  const isHubAdmin = caller === 'admin'
  const standing: Standing = { isSignedIn: true, role, isHubAdmin, only: null }
  return may(standing, name) ? 'let in' : 'refused'
}

function outcome(status: number): ReturnType<typeof verdict> {
  return status === 403 ? 'refused' : status === 401 ? 'unknown' : 'let in'
}

/** These answer 401 by themselves: a wrong password or code. */
const guarded = new Set(['session.signIn', 'setup.create', 'invitation.accept'])

test('R37: each role may on each route what the table says, and nothing else', async () => {
  const callers = ['nobody', ...ROLES, ...ROLES.map((role) => `foreign ${role}`)]
  for (const one of operations) {
    if (guarded.has(one.name)) continue
    for (const caller of callers) {
      const status = await call({ ...one, path: nothing(one.path) }, tokens.get(caller))
      expect([one.name, caller, outcome(status)]).toEqual([one.name, caller, verdict(caller, one.name)])
    }
  }
})

const ODD_QUERIES = [
  '?x=/healthz',
  '?/api/v1/sign-in',
  '?role=admin&access[role]=admin',
  '?%2e%2e%2fsign-in',
  '?__proto__[role]=admin',
]
const ODD_HEADERS: Record<string, string>[] = [
  { 'X-Original-URL': '/api/v1/sign-in', 'X-Rewrite-URL': '/healthz' },
  { 'X-HTTP-Method-Override': 'GET', 'X-Method-Override': 'GET' },
  { 'X-Middleware-Subrequest': 'middleware:middleware:middleware', 'X-Forwarded-Host': '127.0.0.1' },
  { 'X-Forwarded-For': '127.0.0.1', 'X-Real-IP': '127.0.0.1', Forwarded: 'for=127.0.0.1' },
  { 'DataHub-Workspace': '' },
  { Role: 'admin', 'X-Role': 'admin', 'X-Datahub-From': '127.0.0.1' },
]

test('R37: nothing in a query or a header lets anybody in', async () => {
  for (const one of operations) {
    const path = nothing(one.path)
    for (const caller of ['nobody', 'viewer']) {
      if (verdict(caller, one.name) === 'let in') continue
      for (const query of ODD_QUERIES)
        expect([one.name, caller, query, outcome(await call({ ...one, path }, tokens.get(caller), { query }))]).toEqual(
          [one.name, caller, query, verdict(caller, one.name)],
        )
      for (const headers of ODD_HEADERS) {
        const status = await call({ ...one, path }, tokens.get(caller), { headers })
        expect([one.name, caller, headers, [401, 403, 404].includes(status)]).toEqual([one.name, caller, headers, true])
      }
    }
  }
})

test('R37: a route is reached by its own spelling only', async () => {
  for (const path of [
    '/Tasks',
    '//tasks',
    '/tasks/',
    '/./tasks',
    '/sign-in/../tasks',
    '/sign-in%2f..%2ftasks',
    '/tasks;x',
    '/sign-in/tasks',
  ]) {
    const status = await call({ method: 'GET', path }, undefined)
    expect([path, status]).toEqual([path, 401])
  }
})

test('R37: what is not JSON is told so on every route that takes something', async () => {
  for (const one of operations.filter(({ method }) => method !== 'GET')) {
    for (const type of [
      'text/plain',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
      'application/jsonx',
    ]) {
      const status = await call({ ...one, path: nothing(one.path) }, tokens.get('admin'), {
        headers: { 'Content-Type': type },
      })
      expect([one.name, type, status]).toEqual([one.name, type, 415])
    }
  }
})

test('R37: what stands in another workspace is not there', async () => {
  const bodies: Partial<Record<Operation, object>> = {
    'source.replace': { name: 'ads', kind: 'scripted' },
    'destination.replace': { name: 'store', kind: 'memory' },
    'destination.rotate': { credentials: { password: 'another' } },
    'task.replace': definitions.tasks[0] ?? {},
    'user.setRole': { role: 'admin' },
    'alertChannel.replace': { name: 'ops', kind: 'webhook', url: 'https://ops.example.com/hook' },
  }
  const before = JSON.stringify(await everything())
  for (const one of operations) {
    const [noun = ''] = one.name.split('.')
    const thing = things.get(noun)
    if (!one.path.includes('{') || thing === undefined || RIGHTS[one.name] === 'hub') continue
    const path = one.path.replaceAll(/\{\w+\}/g, thing)
    const status = await call({ ...one, path }, tokens.get('foreign admin'), {
      query: one.method === 'GET' ? '?from=2025-01-01&to=2025-01-02' : '',
      body: JSON.stringify(bodies[one.name] ?? { from: '2025-01-01', to: '2025-01-02' }),
    })
    expect([one.name, status]).toEqual([one.name, 404])
  }
  for (const path of [
    '/tasks',
    '/sources',
    '/destinations',
    '/executions',
    '/backfills',
    '/users',
    '/alerts',
    '/alert-channels',
  ]) {
    const there = await hub.as(tokens.get('foreign admin') ?? '').ask('GET', path)
    expect([path, Array.isArray(there) ? there : there.items]).toEqual([path, []])
  }
  for (const query of ['task=daily', `task=${things.get('task')}`])
    for (const path of ['/executions', '/backfills'])
      expect((await hub.as(tokens.get('foreign admin') ?? '').request('GET', `${path}?${query}`)).status).toBe(404)
  expect(JSON.stringify(await everything())).toBe(before)
})

async function everything(): Promise<unknown[]> {
  const lists = ['/tasks', '/sources', '/destinations', '/users', '/alert-channels'].map((path) => hub.ask('GET', path))
  return Promise.all(lists)
}

test('R37: a token that has just been revoked is refused on every route', async () => {
  const { id, token } = await hub.ask('POST', '/tokens', { name: 'brief', role: 'admin' })
  expect(await call({ method: 'GET', path: '/tasks' }, token)).toBe(200)
  await hub.ask('DELETE', `/tokens/${id}`)
  for (const one of operations)
    expect([one.name, await call({ ...one, path: nothing(one.path) }, token)]).toEqual([one.name, 401])
})
