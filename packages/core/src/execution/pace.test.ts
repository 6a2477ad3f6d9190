import { expect, test } from 'vitest'
import { paceOf } from './pace.ts'

test('a tenth of the way is enough for a guess, and so are ten seconds', () => {
  expect(paceOf(100, 1_000, 1_000)).toEqual({ bytesPerSecond: 100, share: 0.1, etaMs: 9_000 })
  expect(paceOf(99, 9_999, 1_000)).toEqual({ bytesPerSecond: 10, share: null, etaMs: null })
  expect(paceOf(50, 10_000, 1_000)).toEqual({ bytesPerSecond: 5, share: 0.05, etaMs: 190_000 })
})

test('without an earlier delivery, or beyond its size, only the rate is known', () => {
  expect(paceOf(4_000, 20_000, null)).toEqual({ bytesPerSecond: 200, share: null, etaMs: null })
  expect(paceOf(4_000, 20_000, 3_999)).toEqual({ bytesPerSecond: 200, share: null, etaMs: null })
})

test('before anything has come nothing is known', () => {
  expect([paceOf(0, 5_000, 10), paceOf(10, 0, 10)]).toEqual([undefined, undefined])
})
