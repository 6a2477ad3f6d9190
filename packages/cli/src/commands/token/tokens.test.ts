import { expect, test } from 'vitest'
import { fakeHub } from '../../testing/fake-hub.ts'
import { runIn } from '../../testing/test-world.ts'

const token = {
  id: 3,
  name: 'laptop',
  hint: 'dh_…7F2Q',
  role: 'operator',
  only: ['task.run', 'task.list'],
  createdAt: '2026-11-01T08:00:00.000Z',
  expiresAt: null,
  lastUsedAt: null,
}

test('create puts the token alone on stdout, so that it can be caught in a variable', async () => {
  const hub = await fakeHub({ 'POST /tokens': { status: 201, body: { ...token, token: 'dh_secret' } } })
  const { code, out, err } = await runIn({ url: hub.url }, 'token', 'create', 'laptop')
  expect(code).toBe(0)
  expect(out).toBe('dh_secret\n')
  expect(err).toBe('Keep it now: token 3 "laptop" is not shown again.\n')
})

test('list shows hints, never tokens', async () => {
  const hub = await fakeHub({ 'GET /tokens': { body: [token] } })
  expect((await runIn({ url: hub.url }, 'token', 'list')).out).toBe(
    `ID  NAME    TOKEN     MAY                            CREATED                  EXPIRES  LAST USED
 3  laptop  dh_…7F2Q  operator: task.run, task.list  2026-11-01 08:00:00 UTC  never    -
`,
  )
})

test('revoke takes an id', async () => {
  const hub = await fakeHub({ 'DELETE /tokens/3': {} })
  expect((await runIn({ url: hub.url }, 'token', 'revoke', '3')).out).toBe('Revoked token 3.\n')
  expect((await runIn({ url: hub.url }, 'token', 'revoke', 'laptop')).code).toBe(2)
})

test('a token is narrowed to operations, which are sent as a list', async () => {
  const hub = await fakeHub({ 'POST /tokens': { status: 201, body: { ...token, token: 'dh_secret' } } })
  const words = ['token', 'create', 'cron', '--role', 'operator', '--expires', '90', '--only']
  expect((await runIn({ url: hub.url }, ...words, 'task.run, task.list')).code).toBe(0)
  expect(hub.asked[0]?.body).toEqual({
    name: 'cron',
    role: 'operator',
    only: ['task.run', 'task.list'],
    expiresInDays: 90,
  })
  expect((await runIn({ url: hub.url }, ...words, 'run')).code).toBe(2)
})
