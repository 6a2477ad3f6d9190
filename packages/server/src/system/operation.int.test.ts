import { contract } from '@datahub/core/api/contract'
import type { Diagnostics, OperationView } from '@datahub/core/api/operation-shapes'
import { ROLES } from '@datahub/core/access/role'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { s3 } from '../destinations/s3/index.ts'
import { openDatabase } from '../db/database.ts'
import { HubUnderTest } from '../testing/hub-under-test.ts'
import { scriptedSource } from '../testing/scripted-source.ts'
import { Browser } from '../testing/browser.ts'
import { noteCleaned } from './cleaning-store.ts'

const CANARY = 'canary-2b7d-secret-access-key'
const ID_CANARY = 'AKIACANARYCANARY0002'
const CLIENT_SECRET = 'canary-of-the-identity-provider'
const PASSWORD = 'quartz lantern seven canaries'

let hub: HubUnderTest

beforeAll(async () => {
  hub = await HubUnderTest.start([scriptedSource().kind], [s3], {
    DATAHUB_EGRESS_ALLOW: '127.0.0.0/8',
    DATAHUB_OIDC_ISSUER: 'https://login.example.com',
    DATAHUB_OIDC_CLIENT_ID: 'data-hub',
    DATAHUB_OIDC_CLIENT_SECRET: CLIENT_SECRET,
    DATAHUB_RETRY_HOURS: '0',
  })
})

afterAll(async () => {
  await hub[Symbol.asyncDispose]()
})

const operation = async () =>
  contract.hub.operation['~orpc'].outputSchema?.parse(await hub.ask('GET', '/operation')) as OperationView

test('processes, queue, retention, settings and versions, as those who run the hub see them', async () => {
  await vi.waitFor(async () => {
    const found = await operation()
    expect(found.processes).toMatchObject([{ isAlive: true, slots: 4, node: process.versions.node }])
    expect(found.retention.find(({ what }) => what === 'alerts')?.lookedAt).not.toBeNull()
  }, 30_000)
  const found = await operation()
  const [self] = found.processes
  expect(Math.abs(self?.clockOffMs ?? Infinity)).toBeLessThan(5000)
  expect(self?.freeBytes).toBeGreaterThan(0)
  expect(self?.timeZones).toMatch(/^20\d\d[a-z]$/)
  expect(found.versions.database).toMatch(/^\d+\.\d+/)
  expect(found.versions.schema).toMatch(/^\d{3}-/)
  expect(found.retention.find(({ what }) => what === 'audit')).toMatchObject({ kept: 'for_ever', days: null })
  expect(found.retention.find(({ what }) => what === 'alerts')).toMatchObject({ kept: 'days', days: 400 })
  expect(found.settings.find(({ name }) => name === 'DATAHUB_RETRY_HOURS')).toMatchObject({
    value: '0',
    origin: 'environment',
  })
  expect(await hub.ask('GET', '/notices')).toEqual([])
})

test('what is wrong with a process is told to everybody, without its name', async () => {
  const silent = `update process set seen_at = now() - interval '1 hour'`
  await hub.sql(
    `insert into process (name, version, services, slots, node, time_zones, clock_off_ms, free_bytes)
      values ('far/1', '0.0.1', '{worker}', 2, 'v24', '2020a', 60000, 1000)`,
  )
  const { token } = await hub.ask('POST', '/tokens', { name: 'viewer', role: 'viewer' })
  const told = await hub.as(token).ask('GET', '/notices')
  expect(told).toEqual([
    { code: 'store_full', processes: 1 },
    { code: 'clock', processes: 1 },
    { code: 'versions', processes: 2 },
    { code: 'time_zones', processes: 2 },
  ])
  await hub.sql(`${silent} where name = 'far/1'`)
  expect(await hub.ask('GET', '/notices')).toEqual([])
  expect((await operation()).processes.find(({ name }) => name === 'far/1')).toMatchObject({ isAlive: false })
  await hub.sql(`delete from process where name = 'far/1'`)
})

test('what the cleaner removes is counted', async () => {
  const uploads = async () => (await operation()).retention.find(({ what }) => what === 'uploads')
  const db = openDatabase(hub.database.url, 1, () => undefined)
  try {
    await noteCleaned(db, 'uploads', 3)
    await noteCleaned(db, 'uploads', 4)
    const { removedAt } = (await uploads()) ?? {}
    await noteCleaned(db, 'uploads', 0)
    const after = await uploads()
    expect(after).toMatchObject({ kept: 'until_over', removed: 7, removedAt })
    expect(Date.parse(after?.lookedAt ?? '')).toBeGreaterThan(Date.parse(removedAt ?? ''))
  } finally {
    await db.destroy()
  }
})

test('R37: only who runs the hub sees its machines and settings', async () => {
  await hub.ask('POST', '/workspaces', { name: 'foreign' })
  for (const role of ROLES) {
    const here = (await hub.ask('POST', '/tokens', { name: role, role })).token
    const there = (await hub.ask('POST', '/tokens', { name: role, role }, { 'DataHub-Workspace': 'foreign' })).token
    for (const path of ['/operation', '/diagnostics']) {
      const status = async (token: string) => (await hub.as(token).request('GET', path)).status
      expect([path, role, await status(here), await status(there)]).toEqual([
        path,
        role,
        role === 'admin' ? 200 : 403,
        403,
      ])
    }
  }
})

test('R34: the bundle is a download that tells what fails, and holds no secret', async () => {
  const person = { email: 'ada@example.com', name: 'Ada', password: PASSWORD }
  const admin = new Browser(hub.url)
  const code = hub.setupCode
  expect((await admin.request('POST', '/setup', { body: { ...person, code } })).status).toBe(201)
  await hub.ask('POST', '/sources', { name: 'ads', kind: 'scripted' })
  await hub.ask('POST', '/destinations', {
    name: 'store',
    kind: 's3',
    bucket: 'company-data',
    region: 'us-east-1',
    accessKeyId: ID_CANARY,
    secretAccessKey: CANARY,
    endpoint: 'http://127.0.0.1:9', // nobody listens: what fails is told everywhere
    pathStyle: true,
  })
  const tested = await fetch(`${hub.url}/api/v1/destinations/store/test`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${hub.token}` },
  })
  expect(await tested.text()).toContain('ECONNREFUSED')
  const schedule = { every: 'day', at: '03:00', timeZone: 'UTC' }
  await hub.ask('POST', '/tasks', { name: 'daily', source: 'ads', destination: 'store', schedule })
  const { id } = await hub.ask('POST', '/tasks/daily/run', {})
  await hub.sql(`update execution set status = 7, ended_at = now() where id = ${id}`)
  const { token } = await hub.ask('POST', '/tokens', { name: 'one', role: 'viewer' })
  const link = await hub.ask('POST', '/setup-links', { destination: 'acme', region: 'us-east-1' })

  const answer = await hub.request('GET', '/diagnostics')
  expect(answer.headers.get('content-disposition')).toMatch(
    /^attachment; filename="datahub-diagnostics-[\dTZ-]+\.json"$/,
  )
  const bundle = contract.hub.diagnostics['~orpc'].outputSchema?.parse(answer.body) as Diagnostics
  expect(bundle.destinations).toMatchObject([{ name: 'store', secretAccessKey: { set: true } }])
  expect(bundle.tasks).toMatchObject([{ name: 'daily' }])
  expect(bundle.failed.map((one) => one.id)).toEqual([id])
  const { password: databasePassword } = new URL(hub.database.url)
  const session = [...admin.cookies.values()].map((value) => decodeURIComponent(value).split('.')[0] ?? '')
  const secrets = [CANARY, CLIENT_SECRET, PASSWORD, code, hub.token, token, link.code, ...session, databasePassword]
  const text = JSON.stringify(answer.body)
  for (const secret of secrets.filter(Boolean))
    for (const spelling of [secret, Buffer.from(secret).toString('base64'), Buffer.from(secret).toString('hex')])
      expect(text.includes(spelling)).toBe(false)
})
