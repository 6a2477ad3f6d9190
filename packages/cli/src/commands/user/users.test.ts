import { expect, test } from 'vitest'
import { fakeHub } from '../../testing/fake-hub.ts'
import { runIn } from '../../testing/test-world.ts'

const ann = {
  id: 3,
  email: 'ann@example.com',
  name: 'Ann',
  role: 'operator',
  signsInBy: ['password'],
  isDisabled: false,
  createdAt: '2026-11-01T08:00:00.000Z',
  lastSignInAt: null,
}
const invitation = { code: 'dhi_once', expiresAt: '2026-11-25T12:00:00.000Z' }
const note =
  'The code sets the password of ann@example.com on the page /invitation, once, until 2026-11-25 12:00:00 UTC.\n'

test('invite puts the code alone on stdout, and says on stderr what it is for', async () => {
  const hub = await fakeHub({ 'GET /users': { body: [ann] }, 'POST /users/3/invitation': { body: invitation } })
  const asked = await runIn({ url: hub.url }, 'user', 'invite', 'Ann@Example.com')
  expect(asked).toMatchObject({
    code: 0,
    out: 'dhi_once\n',
    err: note.replace('ann@', 'Ann@').replace('example', 'Example'),
  })
})

test('who is new gets a code; who is known to the hub becomes a member', async () => {
  const hub = await fakeHub({
    'POST /users': [{ body: { ...ann, invitation } }, { body: { ...ann, invitation: null } }],
  })
  const create = () => runIn({ url: hub.url }, 'user', 'create', ann.email, '--role', 'operator')
  expect(await create()).toMatchObject({ out: 'dhi_once\n', err: note })
  expect(await create()).toMatchObject({ out: 'ann@example.com is operator now.\n', err: '' })
})

test('a user is named by id or by e-mail address', async () => {
  const hub = await fakeHub({
    'GET /users': { body: [ann] },
    'POST /users/3/disable': { body: { ...ann, isDisabled: true } },
    'POST /users/3/enable': { body: ann },
    'DELETE /users/3': {},
    'PUT /users/3/role': { body: { ...ann, role: 'viewer' } },
  })
  const out = async (...args: string[]) => (await runIn({ url: hub.url }, 'user', ...args)).out
  expect(await out('disable', '3')).toBe('ann@example.com is disabled.\n')
  expect(await out('enable', 'ann@example.com')).toBe('ann@example.com may sign in again, as operator.\n')
  expect(await out('role', 'ann@example.com', 'viewer')).toBe('ann@example.com is viewer now.\n')
  expect(await out('remove', 'ann@example.com')).toBe('Removed ann@example.com from the workspace.\n')
  expect(hub.asked.map(({ method, path }) => `${method} ${path}`)).toEqual([
    'POST /users/3/disable',
    'GET /users',
    'POST /users/3/enable',
    'GET /users',
    'PUT /users/3/role',
    'GET /users',
    'DELETE /users/3',
  ])
})

test('an address that nobody has in the workspace is exit 4, with the one that was meant', async () => {
  const hub = await fakeHub({ 'GET /users': { body: [ann] } })
  expect(await runIn({ url: hub.url }, 'user', 'disable', 'anne@example.com')).toMatchObject({
    code: 4,
    err: expect.stringContaining('Did you mean "ann@example.com"?'),
  })
})
