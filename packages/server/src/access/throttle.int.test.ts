import { afterAll, beforeAll, expect, test } from 'vitest'
import { Browser } from '../testing/browser.ts'
import { HubUnderTest } from '../testing/hub-under-test.ts'
import { scriptedSource } from '../testing/scripted-source.ts'
import { watchedDestination } from '../testing/watched-destination.ts'

let hub: HubUnderTest

const ada = { email: 'ada@example.com', name: 'Ada', password: 'quartz lantern seven rivers' }

beforeAll(async () => {
  hub = await HubUnderTest.start([scriptedSource().kind], [watchedDestination().kind])
  await new Browser(hub.url).request('POST', '/setup', { body: { ...ada, code: hub.setupCode } })
})

afterAll(async () => {
  await hub[Symbol.asyncDispose]()
})

async function attempt(email: string, password: string, from: string) {
  return new Browser(hub.url).request('POST', '/sign-in', { body: { email, password }, from })
}

test('R38: a wrong password and an unknown account are answered alike', async () => {
  const [wrong, unknown] = [
    await attempt(ada.email, 'wrong', '127.0.1.1'),
    await attempt('no@example.com', 'wrong', '127.0.1.1'),
  ]
  expect([wrong.status, wrong.body]).toEqual([unknown.status, unknown.body])
  expect(wrong.body.code).toBe('auth.sign_in_refused')
})

test('R38: guesses from one address are slowed down, and those from many addresses at one account', async () => {
  const one = await Promise.all(Array.from({ length: 60 }, () => attempt(ada.email, 'guess', '127.0.2.1')))
  const slowed = one.filter(({ status }) => status === 429)
  expect(slowed.length).toBeGreaterThanOrEqual(45)
  expect(Number(slowed[0]?.headers['retry-after'])).toBeGreaterThan(0)
  const many = await Promise.all(
    Array.from({ length: 60 }, (_, index) => attempt(ada.email, 'guess', `127.0.3.${index + 1}`)),
  )
  expect(many.filter(({ status }) => status === 429).length).toBeGreaterThanOrEqual(25)
  const spread = await Promise.all(
    Array.from({ length: 60 }, (_, index) => attempt(`user${index}@example.com`, 'guess', '127.0.4.1')),
  )
  expect(spread.filter(({ status }) => status === 429).length).toBeGreaterThanOrEqual(25)
})

test('R38: the owner signs in all the same, from where they have signed in before', async () => {
  await attempt(ada.email, 'guess', '127.0.5.2')
  await hub.sql(`update throttle set spent = 1000 where key like 'account/%'`)
  const strangers = await attempt(ada.email, ada.password, '127.0.5.1')
  expect(strangers.status).toBe(429)
  expect((await attempt(ada.email, ada.password, '127.0.0.1')).status).toBe(200)
})
