import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { CheckStep } from '@datahub/core/check/check-step'
import { openEgress } from '../../foundation/egress.ts'
import { refreshTokensInMemory } from '../../testing/refresh-tokens-in-memory.ts'
import { ReportServiceDouble } from '../../testing/report-service-double.ts'
import { reportApi } from './index.ts'

/** The connection test of a report API whose definition says what to ask. */

const world = {
  egress: openEgress(['127.0.0.1'], 'source'),
  folders: [],
  temporaryDir: '/nonexistent',
  refreshTokens: refreshTokensInMemory(),
}
let service: ReportServiceDouble

beforeEach(async () => {
  service = await ReportServiceDouble.start()
})

afterEach(() => service[Symbol.asyncDispose]())

function open(more: object) {
  const connection = reportApi.connectionSchema.parse({
    baseUrl: service.url,
    auth: { type: 'client-credentials', tokenUrl: `${service.url}/auth/o2/token`, clientId: 'client' },
    clientSecret: 'client-secret',
    create: { path: '/reporting/reports', reportId: 'reportId' },
    poll: {
      path: '/reporting/reports/{reportId}',
      state: 'status',
      pending: ['PENDING'],
      ready: ['COMPLETED'],
      url: 'url',
    },
    download: { format: 'json' },
    requestsPerMinute: 60_000,
    ...more,
  })
  reportApi.admit(connection, [], world)
  return reportApi.open(connection, [], world)
}

async function ask(more: object): Promise<CheckStep | undefined> {
  const source = open(more)
  let asked: CheckStep | undefined
  for await (const step of source.check(new AbortController().signal)) if (step.name === 'ask') asked = step
  await source.close()
  return asked
}

describe('what a connection test asks', () => {
  const listing = { path: '/v2/profiles', accounts: { id: 'profileId', timeZone: 'timezone' } }

  test('is nothing where the definition says nothing', async () => {
    expect(await ask({})).toBeUndefined()
  })

  test('is a request that has to be answered', async () => {
    expect(await ask({ test: { path: '/v2/profiles' } })).toMatchObject({ verdict: 'passed', message: 'It answers.' })
    expect(await ask({ test: { path: '/v2/nothing' } })).toMatchObject({ verdict: 'failed' })
  })

  test('is asked for the first accounts where it names one', async () => {
    const accounts = Array.from({ length: 7 }, (_, n) => ({ id: `a ${n}` }))
    const more = {
      accounts,
      accountColumn: 'account',
      test: { path: '/v2/profiles', headers: { 'X-Scope': '{account}' } },
    }
    expect(await ask(more)).toMatchObject({ verdict: 'passed', message: 'It answers for 5 of 7 accounts.' })
    expect(service.callsTo('/v2/profiles').map(({ headers }) => headers['x-scope'])).toEqual(
      accounts.slice(0, 5).map(({ id }) => id),
    )
  })

  test('tells accounts that the credentials do not see', async () => {
    const more = { accounts: [{ id: '1002' }, { id: '7' }], accountColumn: 'account', test: listing }
    expect(await ask(more)).toMatchObject({
      verdict: 'failed',
      remedy: 'The credentials do not see 7: correct the id, or have access granted. They see 1001, 1002.',
    })
    service.script.profiles = []
    expect(await ask(more)).toMatchObject({ remedy: expect.stringContaining('They see none.') })
  })

  test("warns of an account whose days are another zone's", async () => {
    service.script.profiles = [
      { profileId: 1001, timezone: 'America/Los_Angeles' },
      { profileId: 1002, timezone: 'Asia/Kolkata' },
    ]
    const right = [
      { id: '1001', timeZone: 'US/Pacific' },
      { id: '1002', timeZone: 'Asia/Calcutta' },
    ]
    expect(await ask({ accounts: right, accountColumn: 'account', test: listing })).toMatchObject({
      verdict: 'passed',
      message: 'The credentials see all 2 accounts.',
    })
    expect(await ask({ accounts: [{ id: '1001' }], test: listing })).toMatchObject({
      verdict: 'warning',
      message: 'The credentials see the account. 1001 counts its days in America/Los_Angeles, not in UTC.',
      remedy: expect.stringContaining('timeZone'),
    })
  })

  test('an answer without the list is told', async () => {
    const more = { accounts: [{ id: '1001' }], test: { ...listing, accounts: { list: 'data.items', id: 'profileId' } } }
    expect(await ask(more)).toMatchObject({ verdict: 'failed', remedy: expect.stringContaining('data.items') })
  })

  test.each([
    ['a token', { next: 'paging.token', nextParameter: 'after' }],
    ['a path', { next: 'paging.path' }],
    ['a URL', { next: 'paging.url' }],
  ])('are looked for page by page, by %s, and no further than needed', async (_, next) => {
    service.script.profiles = Array.from({ length: 9 }, (__, n) => ({ profileId: n, timezone: 'UTC' }))
    const test = { path: '/v2/paged?size=2', accounts: { list: 'items', id: 'profileId', ...next } }
    const step = await ask({ accounts: [{ id: '1' }, { id: '6' }], accountColumn: 'account', test })
    expect(step).toMatchObject({ verdict: 'passed', message: 'The credentials see all 2 accounts.' })
    expect(service.callsTo('/v2/paged')).toHaveLength(4)
    expect(await ask({ accounts: [{ id: '11' }], test })).toMatchObject({
      verdict: 'failed',
      remedy: expect.stringContaining('They see 0, 1, 2, 3, 4, 5, 6, 7, 8.'),
    })
  })

  test('a next page on another host is not asked for: it would get the credentials', async () => {
    await using elsewhere = await ReportServiceDouble.start()
    service.script.pagesAt = elsewhere.url
    const test = { path: '/v2/paged?size=1', accounts: { list: 'items', id: 'profileId', next: 'paging.url' } }
    expect(await ask({ accounts: [{ id: '1002' }], test })).toMatchObject({
      verdict: 'failed',
      code: 'source.egress_blocked',
      remedy: expect.stringContaining('nextParameter'),
    })
    expect(elsewhere.calls).toEqual([])
  })

  test.each([
    [{ path: '/v2/x', accounts: { id: 'profileId', nextParameter: 'after' } }, 'needs next'],
    [{ path: '/v2/{from}' }, 'which a test has not'],
    [{ path: '/v2/{reportId}' }, 'which a test has not'],
    [{ path: '/v2/{nothing}' }, 'stands for nothing'],
    [listing, 'needs accounts to look for'],
    [{ path: '//elsewhere.example.com' }, 'must begin with one /'],
  ])('%j means nothing and is refused', (asked, words) => {
    expect(() => open({ test: asked })).toThrow(words)
  })
})
