import { expect, test } from 'vitest'
import { ownAddress } from './own-address.ts'

test.each(['/', '/tasks?status=failed', '/w/acme/tasks/161?tab=files#x', '/tasks?q=%E5%B8%82'])(
  'whoever signs in comes to the page of the console that they wanted: %s',
  (to) => {
    expect(ownAddress(to)).toBe(to)
  },
)

test.each([
  'https://evil.example/',
  '//evil.example/',
  '/\\evil.example/',
  '\\\\evil.example/',
  '/\t/evil.example/',
  '/\n/evil.example/',
  '\t//evil.example/',
  'javascript:alert(1)',
  '//[',
  '/tasks/../..//evil.example/',
  '/..//evil.example/',
  'tasks',
  '',
])('and to no other host, however it is spelled: %j', (to) => {
  expect(ownAddress(to)).toBeUndefined()
})
