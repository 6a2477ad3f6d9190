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

/** A user of the workspace with a session. */
async function newUser(email: string, role: string): Promise<Browser> {
  const { body } = await admin.request('POST', '/users', { body: { email, name: email, role } })
  const browser = new Browser(hub.url)
  const accepted = await browser.request('POST', '/invitation', {
    body: { code: body.invitation.code, password: PASSWORD },
  })
  expect([accepted.status, accepted.body.role]).toEqual([200, role])
  return browser
}

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

test('the cookie of a session is for the hub alone, and out of reach of scripts', async () => {
  const browser = new Browser(hub.url)
  const { headers } = await browser.request('POST', '/sign-in', { body: { email: ada.email, password: PASSWORD } })
  expect(headers['set-cookie']).toEqual([
    expect.stringMatching(/^datahub-session_token=.*; Path=\/; HttpOnly; SameSite=Lax$/i),
  ])
  expect(headers['cache-control']).toBe('no-store')
})

test('sign-out and a revoked session end with the next request', async () => {
  const [one, two] = [new Browser(hub.url), new Browser(hub.url)]
  for (const browser of [one, two])
    await browser.request('POST', '/sign-in', { body: { email: ada.email, password: PASSWORD } })
  const stolen = new Map(one.cookies)
  await one.request('POST', '/sign-out')
  for (const [name, value] of stolen) one.cookies.set(name, value)
  expect((await one.request('GET', '/me')).status).toBe(401)
  const sessions = (await admin.request('GET', '/sessions')).body as { id: number; isCurrent: boolean; from: string }[]
  expect(sessions.find(({ isCurrent }) => isCurrent)?.from).toBe('127.0.0.1')
  const [newest] = sessions
  expect((await two.request('GET', '/me')).body.user.email).toBe(ada.email)
  await admin.request('DELETE', `/sessions/${newest?.id}`)
  expect((await two.request('GET', '/me')).status).toBe(401)
})

test('a new password ends all other sessions', async () => {
  const user = await newUser('bob@example.com', 'operator')
  const other = new Browser(hub.url)
  await other.request('POST', '/sign-in', { body: { email: 'bob@example.com', password: PASSWORD } })
  const change = { current: PASSWORD, password: 'copper violin under moss' }
  expect((await user.request('POST', '/password', { body: { ...change, current: 'wrong' } })).status).toBe(422)
  expect((await user.request('POST', '/password', { body: change })).status).toBe(200)
  expect([(await user.request('GET', '/me')).status, (await other.request('GET', '/me')).status]).toEqual([200, 401])
  const signIn = async (password: string) =>
    (await other.request('POST', '/sign-in', { body: { email: 'bob@example.com', password } })).status
  expect([await signIn(PASSWORD), await signIn(change.password)]).toEqual([401, 200])
})

test('a changed role counts with the next request, and so does being disabled or removed', async () => {
  const user = await newUser('eve@example.com', 'operator')
  const { id } = (await user.request('GET', '/me')).body.user
  const run = async () => (await user.request('POST', '/tasks/none/run', { body: {} })).status
  expect(await run()).toBe(404)
  await admin.request('PUT', `/users/${id}/role`, { body: { role: 'viewer' } })
  expect(await run()).toBe(403)
  await admin.request('POST', `/users/${id}/disable`)
  expect(await run()).toBe(401)
  expect(
    (await user.request('POST', '/sign-in', { body: { email: 'eve@example.com', password: PASSWORD } })).body.code,
  ).toBe('auth.sign_in_refused')
  await admin.request('POST', `/users/${id}/enable`)
  expect(
    (await user.request('POST', '/sign-in', { body: { email: 'eve@example.com', password: PASSWORD } })).status,
  ).toBe(200)
  await admin.request('DELETE', `/users/${id}`)
  expect(await run()).toBe(403)
  expect((await user.request('GET', '/me')).body).toMatchObject({ workspace: null, workspaces: [], role: null })
})

test('the last admin stays; nobody gets a code for somebody who is known already', async () => {
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
