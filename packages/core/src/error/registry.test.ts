import { expect, test } from 'vitest'
import { codes } from './codes.ts'
import { errorRegistry, findError, searchErrors } from './registry.ts'

test('every code of ours and of the storages is in it once, and tells what to do', () => {
  const registry = errorRegistry()
  const names = registry.map(({ code }) => code)
  expect(new Set(names).size).toBe(names.length)
  expect(names).toEqual(expect.arrayContaining([...Object.keys(codes), 'AccessDenied', 'KMS.NotFoundException']))
  for (const { meaning, action } of registry)
    expect([meaning, action]).toEqual([expect.stringMatching(/^\S.*\.$/), expect.stringMatching(/\S/)])
})

test('a code of a storage says what the hub makes of it, in any case', () => {
  expect(findError('accessdenied')).toMatchObject({
    code: 'AccessDenied',
    origin: 'storage',
    hubCode: 'destination.access_denied',
    fault: 'customer',
    retry: 'soon',
    status: 7,
  })
  expect(findError('request.invalid')).toMatchObject({ origin: 'hub', exitCode: 2, status: null })
  expect(findError('nonsense')).toBeUndefined()
})

test('a word finds the codes in whose meaning or action it stands', () => {
  const found = searchErrors('s3 bucket keys').map(({ code }) => code)
  expect(found).toContain('ThrottlingException')
  expect(found).not.toContain('AccessDenied')
})
