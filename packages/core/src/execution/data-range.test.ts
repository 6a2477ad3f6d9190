import { expect, test } from 'vitest'
import { countDays, dayOf, daysOf, formatInstant, isDay, isTimeZone, rangeOfDays } from './data-range.ts'

test('both days are included, in the zone of the task', () => {
  const range = rangeOfDays('2024-01-01', '2024-06-30', 'America/Los_Angeles')
  expect([range.from.toISOString(), range.to.toISOString()]).toEqual([
    '2024-01-01T08:00:00.000Z',
    '2024-07-01T07:00:00.000Z',
  ])
  expect([countDays(range), daysOf(range)]).toEqual([182, { fromOn: '2024-01-01', toOn: '2024-07-01' }])
})

test('a day of 23 or 25 hours is one day, and adjacent ranges share their bound', () => {
  for (const [day, next, hours] of [
    ['2024-03-10', '2024-03-11', 23],
    ['2024-11-03', '2024-11-04', 25],
  ] as const) {
    const range = rangeOfDays(day, day, 'America/New_York')
    expect((range.to.getTime() - range.from.getTime()) / 3_600_000).toBe(hours)
    expect(countDays(range)).toBe(1)
    expect(rangeOfDays(next, next, 'America/New_York').from).toEqual(range.to)
  }
})

test('a day that has no midnight begins at its first instant', () => {
  const range = rangeOfDays('2024-09-08', '2024-09-08', 'America/Santiago')
  expect(formatInstant(range.from, 'America/Santiago')).toBe('2024-09-08T01:00:00-03:00')
  expect(dayOf(new Date(range.from.getTime() - 1), 'America/Santiago')).toBe('2024-09-07')
})

test('instants are written with the offset of their zone', () => {
  const at = new Date('2024-01-01T00:00:00.250Z')
  expect(['UTC', 'Asia/Kolkata', 'America/St_Johns'].map((zone) => formatInstant(at, zone))).toEqual([
    '2024-01-01T00:00:00.250Z',
    '2024-01-01T05:30:00.250+05:30',
    '2023-12-31T20:30:00.250-03:30',
  ])
})

test('knows days and zones', () => {
  expect(['2024-02-29', '2023-02-29', '2024-1-1', '2024-13-01', ''].map(isDay)).toEqual([
    true,
    false,
    false,
    false,
    false,
  ])
  expect(['UTC', 'America/Los_Angeles', 'Mars/Phobos', '+08:00', ''].map(isTimeZone)).toEqual([
    true,
    true,
    false,
    false,
    false,
  ])
})
