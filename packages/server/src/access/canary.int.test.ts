import { ROLES } from '@datahub/core/access/role'
import { API_PREFIX, contract } from '@datahub/core/api/contract'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { s3 } from '../destinations/s3/index.ts'
import { HubUnderTest } from '../testing/hub-under-test.ts'
import { scriptedSource } from '../testing/scripted-source.ts'

const CANARY = 'canary-6f1c-secret-access-key'
const encodings = [CANARY, Buffer.from(CANARY).toString('base64'), Buffer.from(CANARY).toString('hex')]

let hub: HubUnderTest
const tokens = new Map<string, string>()
const things: Record<string, string> = { source: 'ads', destination: 'store', task: 'daily', name: 'store' }

beforeAll(async () => {
  hub = await HubUnderTest.start([scriptedSource().kind], [s3], { DATAHUB_EGRESS_ALLOW: '127.0.0.0/8' })
  for (const role of ROLES) tokens.set(role, (await hub.ask('POST', '/tokens', { name: role, role })).token)
  await hub.ask('POST', '/sources', { name: 'ads', kind: 'scripted' })
  await hub.ask('POST', '/destinations', {
    name: 'store',
    kind: 's3',
    bucket: 'company-data',
    region: 'us-east-1',
    accessKeyId: 'AKIACANARY',
    secretAccessKey: CANARY,
    endpoint: 'http://127.0.0.1:9', // nobody listens: what fails is told everywhere
    pathStyle: true,
  })
  const schedule = { every: 'day', at: '03:00', timeZone: 'UTC' }
  await hub.ask('POST', '/tasks', { name: 'daily', source: 'ads', destination: 'store', schedule })
  const { id } = await hub.ask('POST', '/tasks/daily/run', {})
  things['id'] = String(id)
})

afterAll(async () => {
  await hub[Symbol.asyncDispose]()
})

/** Every route that only reads, and those that try something out; the event stream has no end. */
const routes = Object.values(contract)
  .flatMap((verbs) => Object.values(verbs))
  .map((operation) => operation['~orpc'].route)
  .filter(({ method, path }) => method === 'GET' || path?.endsWith('test'))
  .filter(({ path }) => path !== '/events')

test.each(ROLES)('R34: whatever a %s asks for, a secret is in no answer', async (role) => {
  for (const { method = 'POST', path = '' } of routes) {
    for (const filled of [path.replaceAll(/\{(\w+)\}/g, (_whole: string, name: string) => things[name] ?? '1'), path]) {
      const response = await fetch(`${hub.url}${API_PREFIX}${filled}`, {
        method,
        headers: { Authorization: `Bearer ${tokens.get(role)}`, 'Content-Type': 'application/json' },
        ...(method === 'GET' ? {} : { body: '{}' }),
      })
      const text = await response.text()
      for (const canary of encodings) expect([method, filled, text.includes(canary)]).toEqual([method, filled, false])
    }
  }
})

test('R34: nor in an error about the definition that it stands in', async () => {
  const definition = {
    name: 'store',
    kind: 's3',
    bucket: 'company-data',
    region: 'us-east-1',
    accessKeyId: CANARY,
    secretAccessKey: CANARY,
  }
  for (const [method, path] of [
    ['PUT', '/destinations/store'],
    ['POST', '/destination-tests'],
    ['POST', '/destinations'],
  ] as const) {
    const { status, body } = await hub.request(method, path, { ...definition, secretAccessKeys: CANARY })
    expect(status).toBeGreaterThanOrEqual(400)
    expect(JSON.stringify(body)).not.toContain(CANARY)
  }
})
