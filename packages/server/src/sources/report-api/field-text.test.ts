import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fieldText } from './field-text.ts'
import { RawNumber } from './raw-number.ts'

const number = (text: string) => new RawNumber(text)

test('R31: whole numbers of 64 bits and decimals of any length come out as they went in', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), (value) => {
      expect(fieldText(number(String(value)), 'bigint')).toBe(String(value))
      expect(fieldText(String(value), 'bigint')).toBe(String(value))
    }),
  )
  const decimal = fc.tuple(fc.bigInt({ min: 0n, max: 10n ** 40n }), fc.stringMatching(/^\d{1,40}$/))
  fc.assert(
    fc.property(decimal, ([whole, fraction]) => {
      expect(fieldText(number(`${whole}.${fraction}`), 'decimal')).toBe(`${whole}.${fraction}`)
    }),
  )
})

test('exponents are written out exactly', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 999_999 }), fc.integer({ min: -30, max: 30 }), (digits, exponent) => {
      const text = fieldText(number(`${digits}e${exponent}`), 'decimal') ?? ''
      expect(text).toMatch(/^\d+(\.\d+)?$/)
      const [whole = '', fraction = ''] = text.split('.')
      const scaled = BigInt(whole + fraction.padEnd(40, '0'))
      expect(scaled).toBe(BigInt(digits) * 10n ** BigInt(40 + exponent))
    }),
  )
})

test.each([
  ['bigint', number('9223372036854775808'), undefined],
  ['smallint', number('32768'), undefined],
  ['smallint', number('-32768'), '-32768'],
  ['integer', number('1.0'), '1'],
  ['integer', number('1.5'), undefined],
  ['integer', number('12e2'), '1200'],
  ['integer', '', undefined],
  ['integer', true, undefined],
  ['decimal', 'N/A', undefined],
  ['decimal', number('-0'), '0'],
  ['decimal', number('-0.50'), '-0.50'],
  ['double', number('0.1'), '0.1'],
  ['real', number('0.1'), '0.1'],
  ['double', 'text', undefined],
  ['boolean', true, 'true'],
  ['boolean', 'FALSE', 'false'],
  ['boolean', number('1'), undefined],
  ['date', '2025-02-28', '2025-02-28'],
  ['date', '20250228', '2025-02-28'],
  ['date', number('20250228'), '2025-02-28'],
  ['date', '2025-02-30', undefined],
  ['timestamp', '2025-08-26T03:00:00.500', '2025-08-26 03:00:00.5'],
  ['timestamp', '2025-08-26T03:00:00Z', undefined],
  ['timestamptz', '2025-08-26T03:00:00.735744-07:00', '2025-08-26 10:00:00.735744+00'],
  ['timestamptz', '2025-08-26 03:00:00+0200', '2025-08-26 01:00:00+00'],
  ['timestamptz', '2025-08-26 03:00:00', undefined],
  ['uuid', 'BF7C6641-87A9-44F1-BA4A-F412343C5CFC', 'bf7c6641-87a9-44f1-ba4a-f412343c5cfc'],
  ['text', { a: [number('1.10')] }, '{"a":[1.10]}'],
  ['text', false, 'false'],
  ['json', 'text', '"text"'],
  ['json', null, null],
  ['text', undefined, null],
] as const)('as %s, %o is %s', (type, value, text) => {
  expect(fieldText(value, type)).toBe(text)
})
