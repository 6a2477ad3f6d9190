import { randomBytes } from 'node:crypto'
import { Secret } from '@datahub/core/secret'
import { sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createDatabase, type TestDatabase } from '../../../../../test/parts/database.ts'
import { migrate, openDatabase, type Database } from '../../db/database.ts'
import { keepRefreshTokens } from '../../definitions/refresh-token-keeper.ts'
import { forgetUnusedTokens } from '../../definitions/refresh-token-store.ts'
import { openEgress } from '../../foundation/egress.ts'
import { createSecretBox } from '../../foundation/secret-box.ts'
import { HubUnderTest } from '../../testing/hub-under-test.ts'
import { ReportServiceDouble } from '../../testing/report-service-double.ts'
import { watchedDestination } from '../../testing/watched-destination.ts'
import type { Exchanged } from '../refresh-tokens.ts'
import { AccessTokens } from './access-tokens.ts'
import { amazonAds } from './amazon-ads.ts'

/** A service that takes each refresh token once, and answers the next one with every access token. */
let service: ReportServiceDouble

beforeEach(async () => {
  service = await ReportServiceDouble.start()
  service.script.rotates = true
  service.script.pollsUntilReady = 1
})

afterEach(() => service[Symbol.asyncDispose]())

describe('refresh tokens that are taken once', () => {
  let database: TestDatabase
  let db: Database
  const box = createSecretBox({ sealing: randomBytes(32), old: [] })
  const never = new AbortController().signal

  beforeEach(async () => {
    database = await createDatabase()
    db = openDatabase(database.url, 4, () => undefined)
    await migrate(db)
  })

  afterEach(async () => {
    await db.destroy()
    await database[Symbol.asyncDispose]()
  })

  const workspace = { workspaceId: 1 }
  /** Each as another process has it: nothing is shared but the database. */
  function fetchToken(signal = never): Promise<string> {
    const auth = { type: 'refresh-token', tokenUrl: `${service.url}/auth/o2/token`, clientId: 'client' } as const
    const secrets = { clientSecret: new Secret('client-secret'), refreshToken: new Secret('refresh-0') }
    const egress = openEgress(['127.0.0.1'], 'source')
    return new AccessTokens().get(auth, secrets, keepRefreshTokens(db, box, workspace), egress, signal)
  }
  const shown = () => service.callsTo('/auth').map(({ body }) => new URLSearchParams(body).get('refresh_token'))

  test('are shown by one process at a time, each the newest', async () => {
    await Promise.all(Array.from({ length: 8 }, () => fetchToken()))
    expect(shown()).toEqual(Array.from({ length: 8 }, (_, n) => `refresh-${n}`))
  }, 60_000)

  test('R34: are sealed, and bound to their row', async () => {
    await fetchToken()
    const rows = await db.selectFrom('refresh_token').selectAll().execute()
    expect(rows).toMatchObject([
      { held_by: null, unsettled_since: null, sealed: { token: expect.stringMatching(/^v1\./) } },
    ])
    expect(JSON.stringify(rows)).not.toContain('refresh-')
    const other = await db
      .insertInto('refresh_token')
      .values({ workspace_id: 1, grant_id: 'x' })
      .returning('id')
      .executeTakeFirstOrThrow()
    expect(() => box.open(rows[0]?.sealed['token'] ?? '', `workspace/1/refresh_token/${other.id}/token`)).toThrow(
      'open the secret',
    )
  })

  test('are kept though whoever asked has gone: the answer would be lost', async () => {
    const stop = new AbortController()
    const asking = fetchToken(stop.signal)
    stop.abort(new Error('cancelled'))
    await expect(asking).rejects.toThrow('cancelled')
    await expect.poll(shown).toHaveLength(1)
    await fetchToken()
    expect(shown()).toEqual(['refresh-0', 'refresh-1'])
  })

  test('an answer that is lost on its way is told as what it is', async () => {
    service.script.tokenAnswer = 'lost'
    await expect(fetchToken()).rejects.toMatchObject({ code: 'source.unreachable' })
    for (let time = 0; time < 2; time += 1) {
      await expect(fetchToken()).rejects.toMatchObject({
        code: 'source.token_refused',
        facts: { httpStatus: 400, error: 'invalid_grant' },
        hint: expect.stringMatching(/last answer with a new one was lost: authorise the application again/),
      })
    }
  })

  test('so is what a process took with it that was killed in between', async () => {
    const dying = keepRefreshTokens(db, box, workspace)
    const held = Promise.withResolvers<string>()
    const cut = dying.use(
      { id: 'grant', refreshToken: new Secret('given') },
      (token) => {
        held.resolve(token.refreshToken.reveal())
        return new Promise<Exchanged>(() => {})
      },
      never,
    )
    void cut
    expect(await held.promise).toBe('given')
    const next = keepRefreshTokens(db, box, workspace)
    const use = () =>
      next.use({ id: 'grant', refreshToken: new Secret('given') }, (token) => Promise.resolve(token), never)
    const waiting = use()
    await db
      .updateTable('refresh_token')
      .set({ held_until: new Date(Date.now() - 1000) })
      .execute()
    expect(await waiting).toMatchObject({ isUnsettled: true })
    expect(await use()).toMatchObject({ isUnsettled: false })
  })

  test('who comes too late with an answer changes nothing that another holds', async () => {
    const keeper = keepRefreshTokens(db, box, workspace)
    const grant = { id: 'grant', refreshToken: new Secret('given') }
    const late = keeper.use(
      grant,
      async () => {
        await db
          .updateTable('refresh_token')
          .set({ held_until: new Date(Date.now() - 1000) })
          .execute()
        await keeper.use(grant, () => Promise.resolve({ refreshToken: new Secret('of the second') }), never)
        return { refreshToken: new Secret('of the first') }
      },
      never,
    )
    await expect(late).rejects.toMatchObject({ code: 'execution.interrupted' })
    const seen = await keeper.use(
      grant,
      (token) => Promise.resolve({ refreshToken: undefined, seen: token.refreshToken.reveal() }),
      never,
    )
    expect(seen).toMatchObject({ seen: 'of the second' })
  })

  test.each(['statement', 'answer'] as const)(
    'what came in its place is kept although the first %s is lost on the way to the database or back',
    async (lost) => {
      let losing = false
      const lose = (what: typeof lost) => {
        if (!losing || what !== lost) return
        losing = false
        throw new Error('the connection to the database is lost')
      }
      const shaky = db.withPlugin({
        transformQuery({ node }) {
          lose('statement')
          return node
        },
        transformResult({ result }) {
          lose('answer')
          return Promise.resolve(result)
        },
      })
      const grant = { id: 'grant', refreshToken: new Secret('given') }
      const exchange = () => {
        losing = true
        return Promise.resolve({ refreshToken: new Secret('of the answer') })
      }
      await keepRefreshTokens(shaky, box, workspace).use(grant, exchange, never)
      expect(losing).toBe(false)
      const seen = await keepRefreshTokens(db, box, workspace).use(
        grant,
        (token) =>
          Promise.resolve({
            refreshToken: undefined,
            seen: token.refreshToken.reveal(),
            isUnsettled: token.isUnsettled,
          }),
        never,
      )
      expect(seen).toMatchObject({ seen: 'of the answer', isUnsettled: false })
    },
  )

  test('nobody waits for long who cannot have it: he is told when to come back', async () => {
    const keeper = keepRefreshTokens(db, box, workspace)
    const grant = { id: 'grant', refreshToken: new Secret('given') }
    const end = Promise.withResolvers<object>()
    const holding = keeper.use(grant, () => end.promise, never)
    const isHeld = () => db.selectFrom('refresh_token').select('id').where('held_by', 'is not', null).execute()
    await expect.poll(isHeld).toHaveLength(1)
    await expect(keeper.use(grant, () => Promise.resolve({}), never)).rejects.toMatchObject({
      code: 'source.throttled',
      retryAfterMs: 5_000,
    })
    end.resolve({})
    await holding
  })

  test('what nobody has used for long is forgotten, and nothing else', async () => {
    const keeper = keepRefreshTokens(db, box, workspace)
    const use = (id: string) => keeper.use({ id, refreshToken: new Secret(id) }, () => Promise.resolve({}), never)
    await use('old')
    await db
      .updateTable('refresh_token')
      .set({ used_at: sql`now() - interval '401 days'` })
      .execute()
    await use('new')
    expect(await forgetUnusedTokens(db, 400)).toBe(1)
    expect(await db.selectFrom('refresh_token').select('grant_id').execute()).toEqual([{ grant_id: 'new' }])
  })
})

describe('a hub whose service hands out another refresh token each time', () => {
  let hub: HubUnderTest

  beforeEach(async () => {
    service.script.rows = ({ startDate }) => [{ date: startDate, campaignId: 1 }]
    hub = await HubUnderTest.start([amazonAds], [watchedDestination().kind], { DATAHUB_EGRESS_ALLOW: '127.0.0.1' })
  })

  afterEach(() => hub[Symbol.asyncDispose]())

  const source = () => ({
    name: 'ads',
    kind: 'amazon-ads',
    connection: {
      region: 'NA',
      clientId: 'client',
      clientSecret: 'client-secret',
      refreshToken: 'refresh-0',
      profiles: [{ id: '1001' }],
      pollEverySeconds: 0.05,
      apiUrl: service.url,
      tokenUrl: `${service.url}/auth/o2/token`,
    },
    reports: [
      {
        table: 'sp_campaigns',
        product: 'sponsored-products',
        reportType: 'spCampaigns',
        groupBy: ['campaign'],
        columns: ['date', 'campaignId'],
      },
    ],
  })
  const apply = () =>
    hub.ask('POST', '/apply', {
      sources: [source()],
      destinations: [{ name: 'store', kind: 'memory' }],
      tasks: [
        {
          name: 'daily',
          source: 'ads',
          destination: 'store',
          schedule: { every: 'day', at: '03:00', timeZone: 'UTC' },
        },
      ],
    })
  async function testUnsaved(): Promise<string> {
    const answer = await fetch(`${hub.url}/api/v1/source-tests`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${hub.token}`, 'Content-Type': 'application/json' },
      body: JSON.stringify({ source: source() }),
    })
    return answer.text()
  }
  const day = (ago: number) => new Date(Date.now() - ago * 86_400_000).toISOString().slice(0, 10)
  const deliver = async () => hub.settled((await hub.ask('POST', '/tasks/daily/run', { from: day(3), to: day(3) })).id)

  test('delivers again and again: tested before it is saved, restarted, rotated, defined anew', async () => {
    expect(await testUnsaved()).not.toContain('failed')
    await apply()
    expect(await deliver()).toMatchObject({ status: 6 })
    service.expireTokens()
    expect(await deliver()).toMatchObject({ status: 6 })
    await hub.ask('POST', '/keys/rotate', {})
    await hub.stop()
    await hub.start()
    await apply()
    service.expireTokens()
    expect(await deliver()).toMatchObject({ status: 6 })
    const [row] = await hub.sql<{ sealed: { token: string } }>('select sealed from refresh_token')
    const [key] = await hub.ask<{ id: string }[]>('GET', '/keys')
    expect(row?.sealed.token.split('.')[1]).toBe(key?.id)
    expect(service.callsTo('/auth').map(({ body }) => new URLSearchParams(body).get('refresh_token'))).toEqual([
      'refresh-0',
      'refresh-1',
      'refresh-2',
    ])
  }, 120_000)

  test('says when the grant is over, in status 3 and with what to do', async () => {
    await apply()
    service.expireTokens()
    service.script.tokenRefusals = 99
    const { status, failure } = await deliver()
    expect([status, failure?.code]).toEqual([3, 'source.token_refused'])
    expect(failure?.cure).toMatch(
      /revoked, has expired, or .* authorise the application again and give .* the new refresh token/,
    )
  }, 60_000)
})
