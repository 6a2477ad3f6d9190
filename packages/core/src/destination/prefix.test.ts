import { expect, test } from 'vitest'
import { normalizePrefix, prefixProblems } from './prefix.ts'

test.each(['', 'acme', 'acme/', 'acme/eu_west-1/v1.0/'])('%j is a prefix', (prefix) => {
  expect(prefixProblems(prefix)).toEqual([])
})

test.each(['/acme', 'acme//eu', 'acme/../other', './acme', 'Acme', 'a b', 'a\\b', 'é', 'a'.repeat(201)])(
  '%j is none, for one reason',
  (prefix) => expect(prefixProblems(prefix)).toHaveLength(1),
)

test('a prefix ends with one slash, an empty one stays empty', () => {
  expect(['', 'acme', 'acme/'].map(normalizePrefix)).toEqual(['', 'acme/', 'acme/'])
})
