import type { AlertNotice } from '@datahub/core/alert/alert'
import type { AlertChannelDefinition } from '@datahub/core/alert/channel'
import { randomBytes } from 'node:crypto'
import { Webhook } from 'standardwebhooks'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createDatabase, type TestDatabase } from '../../../../test/parts/database.ts'
import { migrate, openDatabase, type Database } from '../db/database.ts'
import { openEgress } from '../foundation/egress.ts'
import { createLogger } from '../foundation/logger.ts'
import { createSecretBox } from '../foundation/secret-box.ts'
import { AlertReceiver } from '../testing/alert-receiver.ts'
import { AlertChannelService } from './channel-service.ts'
import { insertAlert } from './alert-store.ts'
import { addMessages } from './outbox-store.ts'
import { sendWaiting } from './send.ts'

const scope = { workspaceId: 1 }
const logger = createLogger('silent')
const egress = openEgress(['127.0.0.1'], 'alert')
const box = createSecretBox({ sealing: randomBytes(32), old: [] })

let database: TestDatabase
let db: Database
let receiver: AlertReceiver
let channels: AlertChannelService
let secret: string

beforeEach(async () => {
  database = await createDatabase()
  db = open()
  await migrate(db)
  receiver = await AlertReceiver.start()
  channels = new AlertChannelService({ db, box, egress, consoleUrl: () => undefined })
  secret = (await channels.create(scope, webhook('on call'))).secret ?? ''
})

afterEach(async () => {
  await db.destroy()
  await receiver[Symbol.asyncDispose]()
  await database[Symbol.asyncDispose]()
})

const open = () => openDatabase(database.url, 4, () => undefined)

const webhook = (name: string, more: object = {}) => ({
  kind: 'webhook' as const,
  name,
  url: receiver.url,
  language: 'en' as const,
  alerts: ['failing' as const, 'recovered' as const],
  enabled: true,
  ...more,
})

const facts = {
  code: 'destination.secret_wrong',
  message: 'Could not write.',
  cure: 'Paste it again.',
  place: { noun: 'destination', name: 'store' },
  tasks: [],
} as const

/** As a look writes it, in the transaction of the alert. */
async function tell(cause: string, event: AlertNotice['event'] = 'raised'): Promise<void> {
  await db.transaction().execute(async (tx) => {
    const alert = await insertAlert(tx, { ...scope, kind: 'failing', cause, since: new Date(), facts })
    if (!alert) throw new Error('it is open already')
    const at = new Date().toISOString()
    const notice = {
      ...facts,
      event,
      kind: 'failing',
      alertId: alert.id,
      workspace: 'w',
      since: at,
      at,
      taskCount: 0,
      link: null,
    } as const
    await addMessages(tx, scope, { alertId: alert.id, kind: 'failing', event }, () => notice)
  })
}

const send = (connection = db) => sendWaiting({ db: connection, box, egress, logger })
const ids = () => receiver.posts.map(({ headers }) => headers['webhook-id'])
/** Whoever held it would have to be dead by now, or the time of the next attempt has come. */
const comeDue = () =>
  db
    .updateTable('alert_message')
    .set({ next_at: new Date(0) })
    .execute()
const only = async (name = 'on call') => (await channels.messages(scope, name, { limit: 10 })).items

test('a hub killed between sending and noting sends again, by the same id and with the same bytes', async () => {
  await tell('a')
  const dying = open()
  receiver.answer = async () => {
    // What the receiver has is not noted any more
    await dying.destroy()
    return { status: 200 }
  }
  await expect(send(dying)).rejects.toThrow('driver has already been destroyed')
  expect(await only()).toMatchObject([{ state: 'waiting', attempts: 1 }])
  receiver.answer = () => ({ status: 200 })
  expect(await send()).toBe(0)
  await comeDue()
  await send()
  const [first, second] = receiver.posts
  expect([receiver.posts.length, new Set(ids()).size, second?.body]).toEqual([2, 1, first?.body])
  expect(await only()).toMatchObject([{ state: 'sent', attempts: 2, answer: '200', id: ids()[0] }])
  await comeDue()
  expect(await send()).toBe(0)
})

test('two senders at once send each message once', async () => {
  for (let index = 0; index < 5; index += 1) await channels.create(scope, webhook(`channel ${index}`))
  await tell('a')
  const other = open()
  await Promise.all([send(), send(other), send(), send(other)])
  await other.destroy()
  expect([receiver.posts.length, new Set(ids()).size]).toEqual([6, 6])
})

test('what is refused is tried again, later and later, in order, and given up after a day for all to see', async () => {
  await tell('a')
  await tell('b')
  receiver.answer = () => ({ status: 503, headers: { 'Retry-After': '120' } })
  await send()
  await send()
  expect(receiver.posts).toHaveLength(1)
  const [second, first] = await only()
  expect([first?.attempts, first?.failure?.code, second?.attempts]).toEqual([1, 'alert.throttled', 0])
  expect(Date.parse(first?.nextAt ?? '')).toBeGreaterThan(Date.now() + 100_000)
  await db
    .updateTable('alert_message')
    .set({ created_at: new Date(Date.now() - 86_400_000) })
    .where('attempts', '>', 0)
    .execute()
  await comeDue()
  await send()
  expect((await only()).map(({ state }) => state)).toEqual(['waiting', 'dead'])
  expect(await channels.get(scope, 'on call')).toMatchObject({ waiting: 1, dead: 1 })
  receiver.answer = () => ({ status: 200 })
  await send()
  expect((await only()).map(({ state }) => state)).toEqual(['sent', 'dead'])
})

test('a redirect is not followed', async () => {
  await tell('a')
  receiver.answer = ({ path }) =>
    path === '/' ? { status: 307, headers: { Location: `${receiver.url}/elsewhere` } } : { status: 200 }
  await send()
  expect(receiver.posts.map(({ path }) => path)).toEqual(['/'])
  expect(await only()).toMatchObject([{ state: 'waiting', failure: { code: 'alert.refused' } }])
})

test('a channel hears of what it wants; none hears of another workspace', async () => {
  await channels.create(scope, webhook('late only', { alerts: ['late'] }))
  await channels.create(scope, webhook('off', { enabled: false }))
  await channels.create(scope, webhook('no recoveries', { alerts: ['failing'] }))
  await db.insertInto('workspace').values({ name: 'other', parallel: null }).execute()
  await channels.create({ workspaceId: 2 }, webhook('theirs'))
  await tell('a')
  await tell('b', 'recovered')
  while ((await send()) > 0);
  expect(receiver.posts).toHaveLength(3)
  expect([await only('late only'), await only('off')]).toEqual([[], []])
  expect((await only('no recoveries')).map(({ event }) => event)).toEqual(['raised'])
})

test('while a secret is rotated a receiver may know the old one or the new one; after a day only the new one', async () => {
  const { secret: next } = await channels.rotate(scope, 'on call')
  await tell('a')
  await send()
  const accepts = (known: string) => {
    const { body, headers } = receiver.posts.at(-1) ?? { body: '', headers: {} }
    try {
      return Boolean(new Webhook(known).verify(body, headers as Record<string, string>))
    } catch {
      return false
    }
  }
  expect([next === secret, accepts(secret), accepts(next)]).toEqual([false, true, true])
  expect((await channels.get(scope, 'on call')).previousSecretUntil).not.toBeNull()
  // Moving it elsewhere meanwhile changes nothing of that
  await channels.replace(scope, 'on call', webhook('on call', { url: `${receiver.url}/moved` }))
  await tell('b')
  await send()
  expect([receiver.posts.at(-1)?.path, accepts(secret), accepts(next)]).toEqual(['/moved', true, true])
  const { settings } = await db.selectFrom('alert_channel').select('settings').executeTakeFirstOrThrow()
  const over = { ...settings, previousSecretUntil: new Date(Date.now() - 1000).toISOString() }
  await db
    .updateTable('alert_channel')
    .set({ settings: JSON.stringify(over) })
    .execute()
  await tell('c')
  await send()
  expect([accepts(secret), accepts(next)]).toEqual([false, true])
})

test('R34: a secret of a channel is sealed, in no answer, and opens nowhere else', async () => {
  await channels.create(scope, {
    kind: 'feishu',
    name: 'chat',
    language: 'zh',
    alerts: ['failing'],
    enabled: true,
    url: `${receiver.url}/hook/canary-url`,
    signingSecret: 'canary-secret',
  })
  const answers = JSON.stringify([await channels.list(scope), await channels.get(scope, 'chat'), await only('chat')])
  const rows = JSON.stringify(await db.selectFrom('alert_channel').selectAll().execute())
  for (const canary of ['canary', secret])
    expect([answers.includes(canary), rows.includes(canary)]).toEqual([false, false])
  expect(await channels.get(scope, 'chat')).toMatchObject({ url: { set: true }, signingSecret: { set: true } })
  const sealed = await db
    .selectFrom('alert_channel')
    .select('sealed')
    .where('name', '=', 'chat')
    .executeTakeFirstOrThrow()
  await db
    .updateTable('alert_channel')
    .set({ sealed: JSON.stringify(sealed.sealed) })
    .where('name', '=', 'on call')
    .execute()
  await tell('a')
  const warned = vi.spyOn(logger, 'warn')
  await send()
  expect(JSON.stringify(warned.mock.calls)).not.toContain('canary')
  expect((await only())[0]?.failure?.code).toBe('hub.secret_unreadable')
})

test('R35: an address of this server is refused when it is saved and tried, and when it stands in the database', async () => {
  const closed = openEgress([], 'alert')
  const guarded = new AlertChannelService({ db, box, egress: closed, consoleUrl: () => undefined })
  const asked = webhook('bad')
  await expect(guarded.create(scope, asked)).rejects.toMatchObject({
    code: 'alert.egress_blocked',
    fields: [{ field: 'url' }],
  })
  await expect(guarded.replace(scope, 'on call', asked)).rejects.toMatchObject({ code: 'alert.egress_blocked' })
  await tell('a')
  await sendWaiting({ db, box, egress: closed, logger })
  expect(await only()).toMatchObject([{ failure: { code: 'alert.egress_blocked' } }])
  const mail: AlertChannelDefinition = {
    kind: 'email',
    name: 'mail',
    host: '169.254.169.254',
    port: 25,
    security: 'none',
    from: 'a@b.cc',
    to: ['a@b.cc'],
    language: 'en',
    alerts: ['failing'],
    enabled: true,
  }
  await expect(guarded.create(scope, mail)).rejects.toMatchObject({
    code: 'alert.egress_blocked',
    fields: [{ field: 'host' }],
  })
  for (const url of ['file:///etc/passwd', 'http://a:b@example.com', 'nonsense'])
    await expect(guarded.create(scope, webhook('bad', { url }))).rejects.toMatchObject({ code: 'request.invalid' })
  expect(receiver.posts).toEqual([])
})
