import { expect, test } from 'vitest'
import { Browser } from '../testing/browser.ts'
import { HubUnderTest } from '../testing/hub-under-test.ts'
import { scriptedSource } from '../testing/scripted-source.ts'
import { watchedDestination } from '../testing/watched-destination.ts'

const ada = { email: 'ada@example.com', name: 'Ada', password: 'quartz lantern seven rivers' }

const start = (settings: Readonly<Record<string, string>>) =>
  HubUnderTest.start([scriptedSource().kind], [watchedDestination().kind], settings)

test('behind https the cookie of a session is __Host- and Secure, and opens it', async () => {
  await using hub = await start({ DATAHUB_PUBLIC_URL: 'https://hub.example.com' })
  const browser = new Browser(hub.url)
  const { headers } = await browser.request('POST', '/setup', { body: { ...ada, code: hub.setupCode } })
  expect(headers['set-cookie']).toEqual([
    expect.stringMatching(/^__Host-datahub-session_token=.*; Path=\/; HttpOnly; Secure; SameSite=Lax$/i),
  ])
  expect((await browser.request('GET', '/me')).body.user.email).toBe(ada.email)
})

test('nobody signs in where the connection is not encrypted', async () => {
  await using hub = await start({ DATAHUB_PUBLIC_URL: 'http://hub.example.com' })
  const browser = new Browser(hub.url)
  for (const [path, body] of [
    ['/setup', { ...ada, code: hub.setupCode }],
    ['/sign-in', { email: ada.email, password: ada.password }],
    ['/invitation', { code: 'x', password: ada.password }],
  ] as const) {
    const answer = await browser.request('POST', path, { body })
    expect([path, answer.status, answer.body.code]).toEqual([path, 403, 'auth.insecure'])
  }
  expect((await hub.request('GET', '/tasks')).status).toBe(200)
})

test('each caller has a pace of their own, and is told when to come again', async () => {
  await using hub = await start({ DATAHUB_REQUESTS_PER_MINUTE: '10' })
  const { token } = await hub.ask('POST', '/tokens', { name: 'eager', role: 'viewer' })
  const answers = await Promise.all(Array.from({ length: 30 }, () => hub.as(token).request('GET', '/tasks')))
  const slowed = answers.filter(({ status }) => status === 429)
  expect(slowed.length).toBeGreaterThanOrEqual(15)
  expect(slowed[0]?.body.code).toBe('request.too_many')
  expect(Number(slowed[0]?.headers.get('retry-after'))).toBeGreaterThan(0)
  expect((await hub.request('GET', '/tasks')).status).toBe(200)
})

test('R38: whoever tries keys that open nothing is paced by their address, and others there are not', async () => {
  await using hub = await start({ DATAHUB_REQUESTS_PER_MINUTE: '10' })
  const tries = Array.from({ length: 30 }, (_, index) => {
    const keys = [`dh_${index}`, `dhl_${index}`]
    return hub.as(keys[index % 2] ?? '').request('GET', index % 2 === 0 ? '/tasks' : '/setup-link')
  })
  const answers = await Promise.all(tries)
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([401, 429]))
  expect(answers.filter(({ status }) => status === 429).length).toBeGreaterThanOrEqual(15)
  const slowed = answers.find(({ status }) => status === 429)
  expect(Number(slowed?.headers.get('retry-after'))).toBeGreaterThan(0)
  expect((await hub.request('GET', '/tasks')).status).toBe(200)
})
