import { expect, test } from 'vitest'
import { fakeHub } from '../../testing/fake-hub.ts'
import { runIn } from '../../testing/test-world.ts'

const alert = {
  id: 7,
  kind: 'failing',
  state: 'open',
  code: 'destination.secret_wrong',
  message: 'Could not send.',
  cure: 'Paste it again.',
  place: { noun: 'destination', name: 'acme' },
  tasks: [{ id: 1, name: 'daily', execution: null }],
  since: '2026-11-22T08:00:00.000Z',
  raisedAt: '2026-11-22T08:00:10.000Z',
  resolvedAt: null,
  resolution: null,
  sent: 1,
  unsent: 1,
}

test('list shows each root cause once, and what helps', async () => {
  const hub = await fakeHub({ 'GET /alerts': { body: { items: [alert], next: null, previous: null } } })
  const { code, out, err } = await runIn({ url: hub.url }, 'alert', 'list')
  expect(code).toBe(0)
  expect(out).toBe(
    'ID  KIND     SINCE                    WHERE               CODE                      TASKS  SENT  STATE\n' +
      ' 7  failing  2026-11-22 08:00:00 UTC  destination "acme"  destination.secret_wrong      1  1/2   open\n',
  )
  expect(err).toContain('Paste it again.')
})

const channel = { id: 1, name: 'on call', kind: 'webhook', language: 'en', alerts: ['failing'], enabled: true }

test('add puts the secret of a webhook alone on stdout, so that it can be caught in a variable', async () => {
  const body = {
    channel: { ...channel, receiver: 'example.com', lastSentAt: null, waiting: 0, dead: 0, failure: null },
    secret: 'whsec_abc',
  }
  const hub = await fakeHub({ 'POST /alert-channels': { status: 201, body } })
  const args = ['alert', 'channel', 'add', 'on call', '--kind', 'webhook', '--endpoint', 'https://example.com/hook']
  const { code, out } = await runIn({ url: hub.url }, ...args)
  expect([code, out]).toEqual([0, 'whsec_abc\n'])
})

test('the address of a robot is no argument: it would stand in the history of the shell', async () => {
  const args = ['alert', 'channel', 'add', 'chat', '--kind', 'slack', '--endpoint', 'https://hooks.slack.com/x']
  const hub = await fakeHub({})
  expect(await runIn({ url: hub.url }, ...args)).toMatchObject({
    code: 2,
    err: expect.stringContaining('--secret-stdin'),
  })
})

test('a trial says what the receiver answered, and exits 6 when it refused', async () => {
  const failure = { code: 'alert.refused', message: 'Could not send to x (no_service).', cure: 'Enter it anew.' }
  const hub = await fakeHub({
    'POST /alert-channels/good/test': { body: { ok: true, answer: 'ok', failure: null } },
    'POST /alert-channels/bad/test': { body: { ok: false, answer: 'no_service', failure } },
  })
  expect((await runIn({ url: hub.url }, 'alert', 'channel', 'test', 'good')).out).toBe(
    'Sent. The receiver answered: ok\n',
  )
  const bad = await runIn({ url: hub.url }, 'alert', 'channel', 'test', 'bad')
  expect([bad.code, bad.out]).toEqual([6, 'Not sent. Could not send to x (no_service).\nTry: Enter it anew.\n'])
})
