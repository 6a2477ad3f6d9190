import { afterAll, beforeAll, expect, test } from 'vitest'
import { Browser, type Answer } from '../testing/browser.ts'
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

async function attempt(email: string, password: string, from: string, language = 'en') {
  const headers = { 'accept-language': language }
  return new Browser(hub.url).request('POST', '/sign-in', { body: { email, password }, from, headers })
}

test('R38: a wrong password and an unknown account are answered alike', async () => {
  const [wrong, unknown] = [
    await attempt(ada.email, 'wrong', '127.0.1.1'),
    await attempt('no@example.com', 'wrong', '127.0.1.1'),
  ]
  expect([wrong.status, wrong.body]).toEqual([unknown.status, unknown.body])
  expect(wrong.body.code).toBe('auth.sign_in_refused')
})

test('R38: an unknown account takes as long as a wrong password', async () => {
  // The least of several: what else the machine does only ever adds to it
  const least = { known: Infinity, unknown: Infinity }
  for (let round = 0; round < 12; round += 1) {
    for (const [which, email] of [
      ['known', ada.email],
      ['unknown', `no${round}@example.com`],
    ] as const) {
      const begunAt = performance.now()
      const { status } = await attempt(email, 'wrong', `127.0.6.${round + 1}`)
      least[which] = Math.min(least[which], performance.now() - begunAt)
      expect(status).toBe(401)
    }
  }
  const ratio = least.unknown / least.known
  expect(ratio, `unknown ${least.unknown} ms, known ${least.known} ms`).toBeGreaterThan(0.5)
  expect(ratio, `unknown ${least.unknown} ms, known ${least.known} ms`).toBeLessThan(2)
})

test('R38: of a thousand guesses from one address few are looked at, and of those from many addresses at one account', async () => {
  const begunAt = performance.now()
  const one: Answer[] = []
  for (let batch = 0; batch < 20; batch += 1)
    one.push(...(await Promise.all(Array.from({ length: 50 }, () => attempt(ada.email, 'guess', '127.0.2.1')))))
  const minutes = (performance.now() - begunAt) / 60_000
  const slowed = one.filter(({ status }) => status === 429)
  // Ten at once, and five a minute
  expect(one.length - slowed.length).toBeLessThanOrEqual(10 + Math.ceil(minutes * 5))
  expect(Number(slowed[0]?.headers['retry-after'])).toBeGreaterThan(0)
  await hub.sql(`delete from throttle where key like 'account/%'`)
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

test('R38: whoever guesses too often is told for how long to wait, in their language', async () => {
  await attempt(ada.email, 'guess', '127.0.7.1')
  await hub.sql(`update throttle set spent = 1000, at = now() where key like 'account/%'`)
  const told = async (language: string) => (await attempt(ada.email, 'guess', '127.0.7.1', language)).body.cure
  expect([await told('en'), await told('zh')]).toEqual([
    expect.stringMatching(/^Try again in \d+ s\.$/),
    expect.stringMatching(/^请在 \d+ 秒后重试。$/),
  ])
})
