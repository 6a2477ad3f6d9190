import { expect, test } from 'vitest'
import { cureFor, nearNames } from './near-names.ts'

test.each([
  ['dayly', ['daily', 'orders'], ['daily']],
  ['Orders', ['orders', 'old_orders', 'lines'], ['orders']],
  ['market_insight', ['market_insight_asin', 'x'], ['market_insight_asin']],
  ['x', ['n', 'day'], []],
  ['date', ['updated_at', 'date '], ['date ', 'updated_at']],
])('somebody who wrote %s, where there is %j, may have meant %j', (wanted, known, near) => {
  expect(nearNames(wanted, known)).toEqual(near)
})

test('says what there is when nothing is near', () => {
  expect(cureFor('zzz', ['a', 'b'])).toBe('There is a, b.')
  expect(cureFor('dayly', ['daily'])).toBe('Did you mean daily?')
  expect(
    cureFor(
      'zzz',
      Array.from({ length: 11 }, (_, n) => `c${n}`),
    ),
  ).toMatch(/c9 and more\.$/)
})
