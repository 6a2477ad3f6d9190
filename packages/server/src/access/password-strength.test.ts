import { expect, test } from 'vitest'
import { assertPassword } from './password-strength.ts'

const told = async (password: string) =>
  assertPassword(password, 'ada.lovelace@example.com').then(
    () => 'taken',
    (error: { fields: readonly { field: string; problem: string; cure: string }[] }) => {
      const [wrong] = error.fields
      expect(wrong).toMatchObject({ field: 'password', cure: expect.stringContaining('four words') })
      expect(wrong?.problem).not.toContain(password)
      return wrong?.problem
    },
  )

test.each(['password123456', 'Password1234!', 'P@ssw0rd1234', 'qwerty123456', '123456789012', '1q2w3e4r5t6y'])(
  'R38: "%s" is among the first that are tried, and refused',
  async (password) => {
    expect(await told(password)).toMatch('one of the passwords that are tried first')
  },
)

test.each(['aaaaaaaaaaaaaa', 'abcabcabcabc', 'letmeinletmein', 'datahubdatahub', 'example.com-2026'])(
  'R38: "%s" is easy to guess, and refused',
  async (password) => {
    expect(await told(password)).toMatch('easy to guess')
  },
)

test('R38: a password with the name of the user in it is refused', async () => {
  expect(await told('quartz Ada.Lovelace seven rivers')).toBe('contains the name of the user')
})

test.each(['quartz lantern seven rivers', 'correct horse battery staple', 'Xk29fLq0Zp1R', '石英灯笼七条河流在山谷里'])(
  'R38: "%s" is taken',
  async (password) => {
    expect(await told(password)).toBe('taken')
  },
)
