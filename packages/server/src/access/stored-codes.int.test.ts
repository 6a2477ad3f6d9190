import type { Kysely } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openDatabase } from '../db/database.ts'
import { up } from '../db/migrations/074-hashed-sessions.ts'
import { destinationKinds } from '../destinations/index.ts'
import { Browser } from '../testing/browser.ts'
import { HubUnderTest } from '../testing/hub-under-test.ts'
import { scriptedSource } from '../testing/scripted-source.ts'

let hub: HubUnderTest

beforeAll(async () => {
  hub = await HubUnderTest.start([scriptedSource().kind], destinationKinds)
})

afterAll(async () => {
  await hub[Symbol.asyncDispose]()
})

/** Every row of every table, as text. */
async function dump(): Promise<string> {
  const tables = await hub.sql<{ name: string }>(
    `select format('%I.%I', table_schema, table_name) as name from information_schema.tables
      where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema')`,
  )
  const rows = await Promise.all(tables.map(({ name }) => hub.sql(`select one::text from ${name} one`)))
  return JSON.stringify(rows)
}

test('R34: of what opens something the database holds hashes only: session, tokens, codes', async () => {
  const code = hub.setupCode
  const stored: [string, string][] = [
    ['setup code', code],
    ['token of this machine', hub.token],
  ]
  expect(occurring(stored, await dump())).toEqual([])

  const admin = new Browser(hub.url)
  const person = { email: 'ada@example.com', name: 'Ada', password: 'quartz lantern seven rivers' }
  expect((await admin.request('POST', '/setup', { body: { ...person, code } })).status).toBe(201)
  const [cookie = ''] = [...admin.cookies.values()]
  const { token } = await hub.ask('POST', '/tokens', { name: 'reader', role: 'viewer' })
  const { invitation } = await hub.ask('POST', '/users', { email: 'bob@example.com', name: 'B', role: 'viewer' })
  const link = await hub.ask('POST', '/setup-links', { destination: 'acme', region: 'us-east-1' })
  const sessionToken = decodeURIComponent(cookie).split('.')[0] ?? ''
  for (const one of [sessionToken, token, invitation.code, link.code]) expect(one.length).toBeGreaterThan(24)
  stored.push(
    ['session', sessionToken],
    ['API token', token],
    ['invitation', invitation.code],
    ['setup link', link.code],
    ['password', person.password],
  )
  const rows = await dump()
  expect(rows).toContain('ada@example.com')
  expect(occurring(stored, rows)).toEqual([])

  // What the table holds of a session opens none
  const [{ held } = { held: '' }] = await hub.sql<{ held: string }>('select token as held from user_session limit 1')
  const thief = new Browser(hub.url)
  for (const name of admin.cookies.keys()) thief.cookies.set(name, cookie.replace(sessionToken, held))
  expect([(await admin.request('GET', '/me')).status, (await thief.request('GET', '/me')).status]).toEqual([200, 401])
})

test('a session of before tokens were hashed opens the hub after the migration', async () => {
  await using older = await HubUnderTest.start([scriptedSource().kind], destinationKinds)
  const admin = new Browser(older.url)
  const person = { email: 'ada@example.com', name: 'Ada', password: 'quartz lantern seven rivers' }
  await admin.request('POST', '/setup', { body: { ...person, code: older.setupCode } })
  const [cookie = ''] = [...admin.cookies.values()]
  await older.sql('update user_session set token = $1', [decodeURIComponent(cookie).split('.')[0]])
  expect((await admin.request('GET', '/me')).status).toBe(401)
  const db = openDatabase(older.database.url, 1, () => undefined)
  await up(db as unknown as Kysely<unknown>)
  await db.destroy()
  expect((await admin.request('GET', '/me')).status).toBe(200)
})

/** The names of those that stand in the text, as they are or in another spelling of the same bytes. */
function occurring(secrets: readonly [string, string][], text: string): string[] {
  const spellings = (secret: string) => [
    secret,
    Buffer.from(secret).toString('hex'),
    Buffer.from(secret).toString('base64').replace(/=+$/, ''),
  ]
  return secrets.filter(([, secret]) => spellings(secret).some((one) => text.includes(one))).map(([name]) => name)
}
