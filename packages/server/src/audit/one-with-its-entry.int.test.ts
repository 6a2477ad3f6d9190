import { createHash } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { destinationKinds } from '../destinations/index.ts'
import { Browser } from '../testing/browser.ts'
import { HubUnderTest } from '../testing/hub-under-test.ts'
import { scriptedSource } from '../testing/scripted-source.ts'
import { watchedDestination } from '../testing/watched-destination.ts'

let hub: HubUnderTest
let eveId: number

const schedule = { every: 'day', at: '03:00', timeZone: 'UTC' }

beforeAll(async () => {
  hub = await HubUnderTest.start([scriptedSource().kind], [watchedDestination().kind, ...destinationKinds])
  await hub.ask('POST', '/apply', {
    sources: [{ name: 'ads', kind: 'scripted' }],
    destinations: [{ name: 'store', kind: 'memory' }],
    tasks: ['daily', 'weekly'].map((name) => ({ name, source: 'ads', destination: 'store', schedule })),
  })
  const eve = await hub.ask('POST', '/users', { email: 'eve@example.com', name: 'Eve', role: 'operator' })
  await new Browser(hub.url).request('POST', '/invitation', {
    body: { code: eve.invitation.code, password: 'quartz lantern seven rivers' },
  })
  eveId = eve.id
})

afterAll(async () => {
  await hub[Symbol.asyncDispose]()
})

/** From now on entries of the action cannot be written: what a process that dies before its entry leaves behind. */
async function refuseEntries(action: string): Promise<void> {
  await hub.sql(`create or replace function refuse_entry() returns trigger language plpgsql as $$
    begin if new.action = '${action}' and new.outcome in ('done', 'begun') then raise exception 'no room for the entry'; end if;
    return new; end $$`)
  await hub.sql('drop trigger if exists refuse_entry on audit_entry')
  await hub.sql(`create trigger refuse_entry before insert on audit_entry for each row execute function refuse_entry()`)
}

const changes: readonly (readonly [action: string, method: string, path: string, body: unknown])[] = [
  ['source.create', 'POST', '/sources', { name: 'more', kind: 'scripted' }],
  ['destination.create', 'POST', '/destinations', { name: 'elsewhere', kind: 'memory' }],
  ['task.create', 'POST', '/tasks', { name: 'second', source: 'ads', destination: 'store', schedule }],
  ['task.pause', 'POST', '/tasks/daily/pause', undefined],
  ['task.run', 'POST', '/tasks/daily/run', { from: '2025-01-01', to: '2025-01-01' }],
  ['token.create', 'POST', '/tokens', { name: 'reader', role: 'viewer' }],
  ['hub.apply', 'POST', '/apply', { sources: [{ name: 'third', kind: 'scripted' }] }],
  ['user.create', 'POST', '/users', { email: 'ann@example.com', name: 'Ann', role: 'viewer' }],
  ['user.disable', 'POST', '/users/<eve>/disable', undefined],
  ['workspace.create', 'POST', '/workspaces', { name: 'other' }],
  ['setupLink.create', 'POST', '/setup-links', { destination: 'acme', region: 'us-east-1' }],
  [
    'alertChannel.create',
    'POST',
    '/alert-channels',
    { name: 'ops', kind: 'webhook', url: 'https://ops.example.com/x' },
  ],
]

/** What the change would leave behind, in the tables. */
async function everything(): Promise<unknown> {
  const tables = ['source', 'destination', 'task', 'execution', 'token', '"user"', 'workspace', 'setup_link']
  const also = ['alert_channel', 'member', 'invitation', 'pgboss.job']
  const count = async (table: string) => (await hub.sql(`select count(*) as n from ${table}`))[0]
  const paused = await hub.sql('select id, paused from task order by id')
  const users = await hub.sql('select id, disabled_at is null as "isIn" from "user" order by id')
  const sessions = await count('user_session')
  const counts = await Promise.all([...tables, ...also].map(async (table) => [table, await count(table)]))
  return [counts, paused, users, sessions]
}

test.each(changes)(
  '%s and its entry are one: without the entry there is no change',
  async (action, method, address, body) => {
    const path = address.replace('<eve>', String(eveId))
    await refuseEntries(action)
    const before = await everything()
    expect((await hub.request(method, path, body)).status).toBe(500)
    expect(await everything()).toEqual(before)
    await hub.sql('drop trigger refuse_entry on audit_entry')
    expect((await hub.request(method, path, body)).status).toBeLessThan(300)
    expect((await hub.ask('GET', `/audit?action=${action}&limit=1`))[0]).toMatchObject({ outcome: 'done' })
    expect(await everything()).not.toEqual(before)
    expect(await hub.ask('POST', '/audit/verify')).toMatchObject({ ok: true })
  },
)

test('R37: a new password and its entry are one; attempts count although they change nothing', async () => {
  const dan = await hub.ask('POST', '/users', { email: 'dan@example.com', name: 'Dan', role: 'viewer' })
  const [browser, other] = [new Browser(hub.url), new Browser(hub.url)]
  const [present, next] = ['quartz lantern seven rivers', 'copper violin under moss']
  await browser.request('POST', '/invitation', { body: { code: dan.invitation.code, password: present } })
  const signIn = async (password: string) =>
    (await other.request('POST', '/sign-in', { body: { email: 'dan@example.com', password } })).status
  const change = async () =>
    (await browser.request('POST', '/password', { body: { current: present, password: next } })).status
  await refuseEntries('session.changePassword')
  expect([await signIn(present), await change(), await signIn(present)]).toEqual([200, 500, 200])
  const who = createHash('sha256').update(`password of ${dan.id}`).digest('base64url')
  expect(await hub.sql(`select spent > 0 as counts from throttle where key like 'pair/${who}/%'`)).toEqual([
    { counts: true },
  ])
  await hub.sql('drop trigger refuse_entry on audit_entry')
  expect([await change(), await signIn(present), await signIn(next)]).toEqual([200, 401, 200])
  const entries = await hub.ask<{ outcome: string }[]>('GET', '/audit?action=session.changePassword&limit=3')
  expect(entries.map(({ outcome }) => outcome)).toEqual(['done', 'hub.internal'])
})

test('a change that is refused leaves nothing, and its entry stays', async () => {
  const before = await everything()
  const { status } = await hub.request('POST', '/sources', { name: 'ads', kind: 'scripted' })
  expect(status).toBeGreaterThanOrEqual(400)
  expect(await everything()).toEqual(before)
  const [entry] = await hub.ask('GET', '/audit?action=source.create&limit=1')
  expect(entry.outcome).toBe('request.name_taken')
})

test('many changes at once make one chain, with an entry for each', async () => {
  const before = (await hub.ask('POST', '/audit/verify')).entries
  const answers = await Promise.all(
    Array.from({ length: 24 }, (_, index) =>
      index % 3 === 0
        ? hub.request('POST', '/tokens', { name: `t${index}`, role: 'viewer' })
        : hub.request('POST', index % 3 === 1 ? '/tasks/daily/pause' : '/tasks/daily/resume', undefined),
    ),
  )
  expect(answers.map(({ status }) => status).filter((status) => status >= 300)).toEqual([])
  expect(await hub.ask('POST', '/audit/verify')).toMatchObject({ ok: true, entries: before + 24 })
})

test('of many tasks each change is one with an entry of its own, whatever becomes of the others', async () => {
  const tasks = (await hub.ask('GET', '/tasks?sort=id')).items as { id: number; name: string; paused: boolean }[]
  const ids = tasks.map(({ id }) => id)
  await hub.ask('POST', '/task-changes', { action: 'resume', tasks: ids })
  const newest = Number((await hub.ask('GET', '/audit?limit=1'))[0].id)
  // The entry of one of them cannot be written
  await hub.sql(`create or replace function refuse_entry() returns trigger language plpgsql as $$
    begin if new.action = 'task.pause' and new.subject = '${ids[0]}' then raise exception 'no room for the entry'; end if;
    return new; end $$`)
  await hub.sql('drop trigger if exists refuse_entry on audit_entry')
  await hub.sql('create trigger refuse_entry before insert on audit_entry for each row execute function refuse_entry()')
  const answers = await hub.ask('POST', '/task-changes', { action: 'pause', tasks: [...ids, 999_999] })
  await hub.sql('drop trigger refuse_entry on audit_entry')
  const told = (answers as { task: number; problem: { code: string } | null }[]).map(({ task, problem }) => [
    task,
    problem?.code ?? 'done',
  ])
  expect(told).toEqual([
    [ids[0], 'hub.internal'],
    ...ids.slice(1).map((id) => [id, 'done']),
    [999_999, 'request.not_found'],
  ])
  const paused = await hub.sql<{ id: number; paused: boolean }>('select id, paused from task order by id')
  expect(paused.map(({ paused }) => paused)).toEqual(ids.map((id) => id !== ids[0]))
  interface Entry {
    readonly id: number
    readonly action: string
    readonly subject: string
    readonly outcome: string
  }
  const entries = (await hub.ask<Entry[]>('GET', '/audit?limit=20'))
    .filter(({ id }) => id > newest)
    .map(({ action, subject, outcome }) => [action, subject, outcome])
  expect(entries.toReversed()).toEqual([
    ...ids.slice(1).map((id) => ['task.pause', String(id), 'done']),
    ['task.pause', '999999', 'request.not_found'],
  ])
  expect(await hub.ask('POST', '/audit/verify')).toMatchObject({ ok: true })
})

test('a key is rotated only after it has been written down that it will be', async () => {
  await refuseEntries('key.rotate')
  const before = await hub.ask('GET', '/keys')
  expect((await hub.request('POST', '/keys/rotate')).status).toBe(500)
  expect(await hub.ask('GET', '/keys')).toEqual(before)
  await hub.sql('drop trigger refuse_entry on audit_entry')
  expect((await hub.request('POST', '/keys/rotate')).status).toBe(200)
  const entries = await hub.ask<{ outcome: string }[]>('GET', '/audit?action=key.rotate&limit=2')
  const outcomes = entries.map(({ outcome }) => outcome)
  expect(outcomes).toEqual(['done', 'begun'])
})
