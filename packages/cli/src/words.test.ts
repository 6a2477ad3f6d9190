import { expect, test } from 'vitest'
import { countOf, sizeWords } from './quantity.ts'
import { visible } from './style.ts'
import { table } from './table.ts'
import { durationWords, rangeWords, timeIn } from './time.ts'

test('times carry the offset of their zone, without fractions', () => {
  expect(timeIn('America/Los_Angeles', '2026-07-01T10:00:00.123Z')).toBe('2026-07-01 03:00:00 -07:00')
  expect(timeIn('Asia/Shanghai', '2026-11-22T11:00:00.000Z')).toBe('2026-11-22 19:00:00 +08:00')
  expect(timeIn('UTC', '2026-11-22T11:00:00.000Z')).toBe('2026-11-22 11:00:00 UTC')
  expect(timeIn('UTC', null)).toBeNull()
})

test('ranges of whole days read as days, the last one included, also across a clock change', () => {
  const range = (from: string, to: string, timeZone = 'America/Los_Angeles') => rangeWords({ from, to, timeZone })
  expect(range('2024-01-01T00:00:00-08:00', '2024-07-01T00:00:00-07:00')).toBe('2024-01-01 to 2024-06-30 (182 days)')
  expect(range('2024-03-10T00:00:00-08:00', '2024-03-11T00:00:00-07:00')).toBe('2024-03-10 (1 day)')
  expect(range('2024-03-10T03:00:00Z', '2024-03-10T04:00:00Z', 'UTC')).toBe(
    '2024-03-10 03:00:00 UTC to 2024-03-10 04:00:00 UTC (excluded)',
  )
})

test('amounts read as people write them', () => {
  expect([0, 999, 1000, 999_949, 999_950, 9_512_345, 3e12].map(sizeWords)).toEqual([
    '0 B',
    '999 B',
    '1.0 kB',
    '999.9 kB',
    '1.0 MB',
    '9.5 MB',
    '3.0 TB',
  ])
  expect([countOf(1, 'row'), countOf(120_345, 'row')]).toEqual(['1 row', '120,345 rows'])
  expect([1234, 187_000, 3_720_000].map(durationWords)).toEqual(['1.2 s', '3 min 07 s', '1 h 02 min'])
})

test('a table counts Chinese characters and emoji as two columns', () => {
  const rows = [{ name: '市场' }, { name: 'ab' }, { name: '👩‍🔧x' }]
  const text = table(
    rows,
    [
      { title: 'N', value: (row) => row.name },
      { title: 'X', value: () => 1, align: 'right' },
    ],
    (_tone, text) => text,
  )
  expect(text.split('\n')).toEqual(['N     X', '市场  1', 'ab    1', '👩‍🔧x   1'])
})

test('control characters become visible, letters of all scripts stay', () => {
  expect(visible('a\nb\tc\u001b[31m\u202e')).toBe('a\\nb\\tc\\u001b[31m\\u202e')
  expect(visible('市场 é 👩‍🔧')).toBe('市场 é 👩‍🔧')
})
