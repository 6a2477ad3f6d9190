import { afterAll, beforeAll, expect, test } from 'vitest'
import { HubUnderTest } from '../testing/hub-under-test.ts'
import { scriptedSource } from '../testing/scripted-source.ts'
import { watchedDestination } from '../testing/watched-destination.ts'

let hub: HubUnderTest

beforeAll(async () => {
  hub = await HubUnderTest.start([scriptedSource().kind], [watchedDestination().kind])
})

afterAll(async () => {
  await hub[Symbol.asyncDispose]()
})

test('who did what, from where, with what it was before and after', async () => {
  await hub.ask('POST', '/sources', { name: 'ads', kind: 'scripted' })
  await hub.ask('POST', '/destinations', { name: 'store', kind: 'memory' })
  const task = {
    name: 'daily',
    source: 'ads',
    destination: 'store',
    schedule: { every: 'day', at: '03:00', timeZone: 'UTC' },
  }
  await hub.ask('POST', '/tasks', task)
  await hub.ask('POST', '/tasks/daily/pause')
  await hub.request('POST', '/tasks/weekly/run', {})
  const { token } = await hub.ask('POST', '/tokens', { name: 'reader', role: 'viewer' })
  await hub.as(token).request('POST', '/tasks/daily/run', {})
  await hub.ask('GET', '/tasks')
  const entries = await hub.ask('GET', '/audit')
  expect(
    entries.map((entry: { action: string; subject: string; outcome: string }) => [
      entry.action,
      entry.subject,
      entry.outcome,
    ]),
  ).toEqual([
    ['task.run', 'daily', 'auth.forbidden'],
    ['token.create', 'reader', 'done'],
    ['task.run', 'weekly', 'request.not_found'],
    ['task.pause', 'daily', 'done'],
    ['task.create', 'daily', 'done'],
    ['destination.create', 'store', 'done'],
    ['source.create', 'ads', 'done'],
  ])
  expect(entries[3]).toMatchObject({
    actor: { kind: 'token', id: 1, name: 'local command line' },
    from: '127.0.0.1',
    before: { paused: false },
    after: { paused: true },
  })
  expect(entries[0].actor).toMatchObject({ kind: 'token', name: 'reader' })
  expect(JSON.stringify(entries)).not.toContain(token)
  expect(entries[1].after).toMatchObject({ name: 'reader', token: { set: true } })
})

test('what pages ask for while somebody types is no activity', async () => {
  const [newest] = await hub.ask<{ id: number }[]>('GET', '/audit')
  const schedule = { every: 'day', at: '03:00', timeZone: 'UTC' }
  await hub.ask('POST', '/schedule-preview', { schedule })
  await hub.ask('POST', '/plan', {})
  await hub.request('GET', '/sources/ads/preview')
  const [newestAfter] = await hub.ask<{ id: number }[]>('GET', '/audit')
  expect(newestAfter).toEqual(newest)
})

test('the log is read in pages, by actor, action and subject', async () => {
  const list = async (query: string) =>
    (await hub.ask<{ id: number; action: string }[]>('GET', `/audit?${query}`)).map(({ action }) => action)
  expect(await list('action=task&limit=2')).toEqual(['task.run', 'task.run'])
  expect(await list('actor=reader')).toEqual(['task.run'])
  expect(await list('subject=store')).toEqual(['destination.create'])
  const [, second] = await hub.ask<{ id: number }[]>('GET', '/audit')
  expect(await list(`before=${second?.id}&limit=1`)).toEqual(['task.run'])
  expect(await list('since=2999-01-01T00:00:00Z')).toEqual([])
})

test('a task that is replaced and one that is removed are named', async () => {
  await using other = await HubUnderTest.start([scriptedSource().kind], [watchedDestination().kind])
  const schedule = { every: 'day', at: '03:00', timeZone: 'UTC' }
  await other.ask('POST', '/apply', {
    sources: [{ name: 'ads', kind: 'scripted' }],
    destinations: [{ name: 'store', kind: 'memory' }],
    tasks: [{ name: 'daily', source: 'ads', destination: 'store', schedule }],
  })
  const task = await other.ask('GET', '/tasks/daily/definition')
  await other.ask('PUT', '/tasks/daily', { ...task, schedule: { ...schedule, timeZone: 'Asia/Shanghai' } })
  await other.ask('DELETE', '/tasks/daily', {})
  const [removed, replaced] = await other.ask('GET', '/audit')
  expect(replaced).toMatchObject({ action: 'task.replace', subject: 'daily', before: { name: 'daily' } })
  expect(removed).toMatchObject({ action: 'task.remove', subject: 'daily', before: { name: 'daily' }, after: null })
})

test('an entry is neither changed nor removed; what is changed behind its back is found', async () => {
  await expect(hub.sql('delete from audit_entry')).rejects.toThrow('append-only')
  await expect(hub.sql(`update audit_entry set outcome = 'done'`)).rejects.toThrow('append-only')
  await expect(hub.sql('truncate audit_entry')).rejects.toThrow('append-only')
  const whole = await hub.ask('POST', '/audit/verify')
  expect(whole).toMatchObject({ ok: true, brokenAt: null, head: (await hub.ask('GET', '/audit'))[0].hash })
  await hub.sql('alter table audit_entry disable trigger all')
  await hub.sql(`update audit_entry set actor_name = 'somebody else' where id = 3`)
  expect(await hub.ask('POST', '/audit/verify')).toMatchObject({ ok: false, brokenAt: 3 })
  await hub.sql(`update audit_entry set actor_name = 'local command line' where id = 3`)
  expect(await hub.ask('POST', '/audit/verify')).toMatchObject({ ok: true })
  await hub.sql(`delete from audit_entry where id = 5`)
  expect(await hub.ask('POST', '/audit/verify')).toMatchObject({ ok: false, brokenAt: 5 })
})

test('many at once make one chain', async () => {
  await using other = await HubUnderTest.start([scriptedSource().kind], [watchedDestination().kind])
  await Promise.all(Array.from({ length: 30 }, (_, index) => other.request('POST', `/tasks/${index + 1}/run`, {})))
  expect(await other.ask('POST', '/audit/verify')).toMatchObject({ ok: true, entries: 30 })
})
