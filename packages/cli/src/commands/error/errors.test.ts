import { expect, test } from 'vitest'
import { runIn } from '../../testing/test-world.ts'

test('error show says meaning, cure and who has to act, without a hub', async () => {
  const { code, out } = await runIn({}, 'error', 'show', 'accessdenied')
  expect(code).toBe(0)
  expect(out).toContain('AccessDenied\n')
  expect(out).toContain('hub code     destination.access_denied\n')
  expect(out).toContain('who          whoever set up the data source or destination\n')
  expect(out).toContain('tried again  yes, up to three times\n')
})

test('error list finds the codes in which a word stands', async () => {
  const { out } = await runIn({}, 'error', 'list', 'kms', '--json')
  const codes = (JSON.parse(out) as { code: string }[]).map(({ code }) => code)
  expect(codes).toContain('KMS.DisabledException')
  expect(codes).not.toContain('SlowDown')
})

test('a code that nobody knows is exit 4, with the nearest one', async () => {
  const { code, err } = await runIn({}, 'error', 'show', 'AccesDenied')
  expect(code).toBe(4)
  expect(err).toContain('Did you mean "AccessDenied"?')
})
