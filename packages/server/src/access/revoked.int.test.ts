import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
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
  await admin.request('POST', '/setup', { body: { ...ada, code: hub.setupCode } })
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

test('R37: sign-out and a revoked session end with the next request', async () => {
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

test('R37: a new password ends all other sessions', async () => {
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

test('R37: a changed role counts with the next request, and so does being disabled or removed', async () => {
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

/** Who asks, as a header. */
const asBrowser = ({ cookies }: Browser) => ({ cookie: [...cookies].map((pair) => pair.join('=')).join('; ') })

interface Stream {
  /** Whether it has ended before somebody would have asked about its caller anyway, a quarter of a minute after it began. */
  endedByItself(): Promise<boolean>
}

/** A stream of changes, from its first word on. */
async function openStream(headers: Record<string, string>): Promise<Stream> {
  const over = new AbortController()
  const openedAt = performance.now()
  const response = await fetch(`${hub.url}/api/v1/events`, { headers, signal: over.signal })
  expect(response.status).toBe(200)
  const reader = response.body?.getReader()
  await reader?.read()
  const ended = (async () => {
    while (!(await reader?.read())?.done);
    return true
  })().catch(() => false)
  return {
    async endedByItself() {
      const soon = sleep(14_000 - (performance.now() - openedAt), false)
      const isEnded = await Promise.race([ended, soon])
      over.abort()
      return isEnded
    },
  }
}

const streamStatus = async (headers: Record<string, string>) =>
  (await fetch(`${hub.url}/api/v1/events`, { headers })).status

describe('R37: a stream of changes ends by itself, and does not open again,', { timeout: 40_000 }, () => {
  test('when its session is ended from another one', async () => {
    const user = await newUser('ines@example.com', 'viewer')
    const headers = asBrowser(user)
    const other = new Browser(hub.url)
    await other.request('POST', '/sign-in', { body: { email: 'ines@example.com', password: PASSWORD } })
    const [stream, kept] = [await openStream(headers), await openStream(asBrowser(other))]
    const sessions = (await other.request('GET', '/sessions')).body as { id: number; isCurrent: boolean }[]
    await other.request('DELETE', `/sessions/${sessions.find(({ isCurrent }) => !isCurrent)?.id}`)
    expect(await stream.endedByItself()).toBe(true)
    expect(await streamStatus(headers)).toBe(401)
    expect(await kept.endedByItself(), 'the other session is no worse off').toBe(false)
  })

  test('when its user signs out, changes the password elsewhere, or is disabled', async () => {
    const user = await newUser('joan@example.com', 'operator')
    const signIn = async (password: string) => {
      const browser = new Browser(hub.url)
      await browser.request('POST', '/sign-in', { body: { email: 'joan@example.com', password } })
      return browser
    }
    const leaving = await signIn(PASSWORD)
    const headers = asBrowser(leaving)
    const [left, changed] = [await openStream(headers), await openStream(asBrowser(user))]
    await leaving.request('POST', '/sign-out')
    expect([await left.endedByItself(), await streamStatus(headers)]).toEqual([true, 401])
    const body = { current: PASSWORD, password: 'copper violin under moss' }
    await (await signIn(PASSWORD)).request('POST', '/password', { body })
    const again = await signIn(body.password)
    const disabled = await openStream(asBrowser(again))
    await admin.request('POST', `/users/${(await again.request('GET', '/me')).body.user.id}/disable`)
    expect([await disabled.endedByItself(), await streamStatus(asBrowser(again))]).toEqual([true, 401])
    await changed.endedByItself()
    expect(await streamStatus(asBrowser(user))).toBe(401)
  })

  test('when its token is revoked', async () => {
    const { id, token } = await hub.ask('POST', '/tokens', { name: 'wall', role: 'viewer' })
    const headers = { authorization: `Bearer ${token}` }
    const stream = await openStream(headers)
    await hub.ask('DELETE', `/tokens/${id}`)
    expect([await stream.endedByItself(), await streamStatus(headers)]).toEqual([true, 401])
  })

  test('when its role is another one: the next stream is of the new role', async () => {
    const user = await newUser('kim@example.com', 'operator')
    const { id } = (await user.request('GET', '/me')).body.user
    const stream = await openStream(asBrowser(user))
    await admin.request('PUT', `/users/${id}/role`, { body: { role: 'viewer' } })
    expect(await stream.endedByItself()).toBe(true)
    expect((await user.request('GET', '/me')).body.role).toBe('viewer')
    const next = await openStream(asBrowser(user))
    await admin.request('DELETE', `/users/${id}`)
    expect([await next.endedByItself(), await streamStatus(asBrowser(user))]).toEqual([true, 403])
  })
})
