import { expect, test } from 'vitest'
import { codes, type ErrorCode } from './codes.ts'
import { diagnose, type SIDES } from './diagnosis.ts'

const of = (code: ErrorCode, more: { cure?: string; facts?: Record<string, string> } = {}) =>
  diagnose({ code, cure: more.cure ?? codes[code].cure, facts: more.facts ?? {} })

test.each<[ErrorCode, (typeof SIDES)[number]]>([
  ['source.access_denied', 'source'],
  ['destination.bucket_missing', 'destination'],
  ['destination.egress_blocked', 'hub'],
  ['destination.clock_skewed', 'hub'],
  ['package.corrupt', 'hub'],
  ['hub.disk_full', 'hub'],
  ['execution.abandoned', 'hub'],
  ['execution.cancelled', 'nobody'],
  ['execution.interrupted', 'nobody'],
  ['destination.lost_race', 'nobody'],
])('%s went wrong on the side of: %s', (code, side) => {
  expect(of(code).side).toBe(side)
})

test('what the customer has to mend is never blamed on the hub of a source or destination', () => {
  for (const code of Object.keys(codes) as ErrorCode[]) {
    const [noun] = code.split('.')
    if (codes[code].fault === 'customer' && (noun === 'source' || noun === 'destination'))
      expect([code, of(code).side]).toEqual([code, noun])
  }
})

test("the remedy is the failure's own, else the storage's word for it, else that of the code", () => {
  const facts = { code: 'AccessControlListNotSupported' }
  expect(of('destination.refused', { facts }).remedy).toMatch(/ACLs disabled/)
  expect(of('destination.refused', { facts, cure: 'Ask Ann.' }).remedy).toBe('Ask Ann.')
  expect(of('destination.refused').remedy).toBe(codes['destination.refused'].cure)
})

test('the word of a storage that means something else here has no say', () => {
  const remedy = of('destination.encryption', { facts: { code: 'InvalidAccessKeyId' } }).remedy
  expect(remedy).toBe(codes['destination.encryption'].cure)
})
