import { expect, test } from 'vitest'
import { countDays, formatInstant } from '../execution/data-range.ts'
import { dataRangeOf, nextFireAt, type Schedule } from './schedule.ts'

const daily = (at: string, timeZone: string): Schedule => ({ every: 'day', at, timeZone })

function fireTimes(schedule: Schedule, after: string, count: number): string[] {
  const times: string[] = []
  for (let at = new Date(after); times.length < count;) {
    at = nextFireAt(schedule, at)
    times.push(formatInstant(at, schedule.timeZone))
  }
  return times
}

test('fires every day at the local time', () => {
  expect(fireTimes(daily('03:00', 'America/Los_Angeles'), '2025-08-26T10:00:00Z', 2)).toEqual([
    '2025-08-27T03:00:00-07:00',
    '2025-08-28T03:00:00-07:00',
  ])
  expect(fireTimes(daily('03:00', 'America/Los_Angeles'), '2025-08-26T09:59:59.999Z', 1)).toEqual([
    '2025-08-26T03:00:00-07:00',
  ])
})

test('R28: a skipped time fires at the first valid instant, a doubled one at the first of the two', () => {
  expect(fireTimes(daily('02:30', 'America/New_York'), '2026-03-07T12:00:00Z', 2)).toEqual([
    '2026-03-08T03:00:00-04:00',
    '2026-03-09T02:30:00-04:00',
  ])
  expect(fireTimes(daily('01:30', 'America/New_York'), '2026-10-31T12:00:00Z', 2)).toEqual([
    '2026-11-01T01:30:00-04:00',
    '2026-11-02T01:30:00-05:00',
  ])
  expect(fireTimes(daily('02:15', 'Australia/Lord_Howe'), '2026-10-03T00:00:00Z', 1)).toEqual([
    '2026-10-04T02:30:00+11:00',
  ])
})

const ZONES = [
  'UTC',
  'America/New_York',
  'America/Los_Angeles',
  'America/St_Johns',
  'America/Santiago',
  'Europe/London',
  'Europe/Berlin',
  'Africa/Casablanca',
  'Africa/Cairo',
  'Asia/Kolkata',
  'Asia/Kathmandu',
  'Asia/Shanghai',
  'Asia/Tehran',
  'Australia/Lord_Howe',
  'Australia/Adelaide',
  'Pacific/Auckland',
  'Pacific/Chatham',
  'Pacific/Apia',
  'America/Havana',
  'Asia/Beirut',
]

test.each(ZONES)('R28: over two years in %s each day fires once and its ranges join without a seam', (zone) => {
  const schedule = daily('02:30', zone)
  let fireAt = nextFireAt(schedule, new Date('2024-12-31T23:00:00Z'))
  const first = dataRangeOf(schedule, fireAt)
  let seam = first.from
  for (let count = 0; count < 730; count += 1) {
    const range = dataRangeOf(schedule, fireAt)
    expect(range.from).toEqual(seam)
    seam = range.to
    fireAt = nextFireAt(schedule, fireAt)
  }
  expect(countDays({ from: first.from, to: seam, timeZone: zone })).toBe(730)
})

test('an hourly schedule delivers the hour before, also over a clock change', () => {
  const schedule: Schedule = { every: 'hour', minute: 5, timeZone: 'America/New_York' }
  expect(fireTimes(schedule, '2026-11-01T04:30:00Z', 3)).toEqual([
    '2026-11-01T01:05:00-04:00',
    '2026-11-01T01:05:00-05:00',
    '2026-11-01T02:05:00-05:00',
  ])
  const { from, to } = dataRangeOf(schedule, new Date('2026-11-01T05:05:00Z'))
  expect([from.toISOString(), to.toISOString()]).toEqual(['2026-11-01T04:00:00.000Z', '2026-11-01T05:00:00.000Z'])
})
