import { afterAll, beforeAll, expect, test } from 'vitest'
import { Browser } from '../testing/browser.ts'
import { HubUnderTest } from '../testing/hub-under-test.ts'
import { scriptedSource } from '../testing/scripted-source.ts'
import { watchedDestination } from '../testing/watched-destination.ts'

let hub: HubUnderTest
let admin: Browser

const PASSWORD = 'quartz lantern seven rivers'
const ada = { email: 'ada@example.com', name: 'Ada', password: PASSWORD }

beforeAll(async () => {
  hub = await HubUnderTest.start([scriptedSource().kind], [watchedDestination().kind])
  admin = new Browser(hub.url)
})

afterAll(async () => {
  await hub[Symbol.asyncDispose]()
})

test('R39: until there is an administrator only the printed code works, and only once', async () => {
  const visitor = new Browser(hub.url)
  expect((await visitor.request('GET', '/sign-in')).body).toEqual({ setupNeeded: true, password: true, oidc: null })
  expect((await visitor.request('GET', '/setup')).status).toBe(200)
  expect((await visitor.request('GET', '/tasks')).status).toBe(401)
  expect((await visitor.request('POST', '/sign-in', { body: { email: ada.email, password: PASSWORD } })).status).toBe(
    401,
  )
  const wrong = await visitor.request('POST', '/setup', { body: { ...ada, code: 'guess' } })
  expect([wrong.status, wrong.body.code]).toEqual([401, 'auth.code_refused'])
  const weak = await visitor.request('POST', '/setup', {
    body: { ...ada, code: hub.setupCode, password: 'aaaaaaaaaaaaaa' },
  })
  expect(weak.body.errors).toMatchObject([{ field: 'password', problem: 'is too easy to guess' }])

  const made = await admin.request('POST', '/setup', { body: { ...ada, code: hub.setupCode } })
  expect([made.status, made.body]).toEqual([
    201,
    expect.objectContaining({ user: { id: 1, email: ada.email, name: 'Ada' }, role: 'admin', isHubAdmin: true }),
  ])
  expect(made.body.rights).toContain('workspace.create')

  for (const [method, path] of [
    ['GET', '/setup'],
    ['POST', '/setup'],
  ] as const) {
    const body = method === 'POST' ? { body: { ...ada, code: hub.setupCode } } : {}
    expect((await visitor.request(method, path, body)).status).toBe(404)
  }
  await hub.stop()
  await hub.start()
  admin = new Browser(hub.url)
  expect([hub.setupCode, (await admin.request('GET', '/setup')).status]).toEqual(['', 404])
  expect(
    (await admin.request('POST', '/sign-in', { body: { email: 'ADA@example.com', password: PASSWORD } })).status,
  ).toBe(200)
})

test('R39: the code runs out after an hour, and a start makes a new one', async () => {
  await using fresh = await HubUnderTest.start([scriptedSource().kind], [watchedDestination().kind])
  const setUp = async (code: string) =>
    (await new Browser(fresh.url).request('POST', '/setup', { body: { ...ada, code } })).status
  const first = fresh.setupCode
  await fresh.sql(`update hub set setup_expires_at = now() - interval '1 second'`)
  expect(await setUp(first)).toBe(401)
  await fresh.stop()
  await fresh.start()
  expect([await setUp(first), await setUp(fresh.setupCode)]).toEqual([401, 201])
})

test('the cookie of a session is for the hub alone, and out of reach of scripts', async () => {
  const browser = new Browser(hub.url)
  const { headers } = await browser.request('POST', '/sign-in', { body: { email: ada.email, password: PASSWORD } })
  expect(headers['set-cookie']).toEqual([
    expect.stringMatching(/^datahub-session_token=.*; Path=\/; HttpOnly; SameSite=Lax$/i),
  ])
  expect(headers['cache-control']).toBe('no-store')
})

test('the last admin stays; nobody gets a code for somebody who is known already', async () => {
  await admin.request('POST', '/users', { body: { email: 'bob@example.com', name: 'Bob', role: 'operator' } })
  const { id } = (await admin.request('GET', '/me')).body.user
  expect((await admin.request('PUT', `/users/${id}/role`, { body: { role: 'viewer' } })).status).toBe(409)
  expect((await admin.request('DELETE', `/users/${id}`)).status).toBe(409)
  expect((await admin.request('POST', `/users/${id}/disable`)).status).toBe(409)
  await admin.request('POST', '/workspaces', { body: { name: 'other' } })
  const there = { headers: { 'DataHub-Workspace': 'other' } }
  const added = await admin.request('POST', '/users', {
    ...there,
    body: { email: 'bob@example.com', name: 'B', role: 'admin' },
  })
  expect([added.status, added.body.invitation]).toEqual([201, null])
})

test('another site cannot use the session, and what is no JSON is not read', async () => {
  const from = async (headers: Record<string, string | undefined>) =>
    (await admin.request('POST', '/workspaces', { body: { name: 'x y' }, headers })).status
  expect(await from({})).toBe(422)
  expect(await from({ origin: 'https://evil.example' })).toBe(403)
  expect(await from({ origin: 'null' })).toBe(403)
  expect(await from({ 'sec-fetch-site': 'cross-site' })).toBe(403)
  expect(await from({ 'sec-fetch-site': 'same-site', origin: undefined })).toBe(403)
  expect(await from({ origin: undefined })).toBe(403)
  expect(await from({ 'content-type': 'text/plain' })).toBe(415)
  expect(await from({ 'content-type': 'application/x-www-form-urlencoded' })).toBe(415)
  expect(await from({ 'content-type': undefined })).toBe(415)
})
