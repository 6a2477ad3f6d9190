import { expect, test } from 'vitest'
import { formatInstant } from '../execution/data-range.ts'
import { clockChangesIn } from './clock-changes.ts'
import type { Schedule } from './schedule.ts'

function changes(schedule: Schedule, from = '2026-01-01T00:00:00Z', days = 366): string[] {
  return clockChangesIn(schedule, new Date(from), days).map(
    ({ localTime, kind, slotAt }) => `${localTime} ${kind}, ${formatInstant(slotAt, schedule.timeZone)}`,
  )
}

test('a time that the clock skips fires at the first instant behind the gap', () => {
  expect(changes({ every: 'day', at: '02:30', timeZone: 'America/Los_Angeles' })).toEqual([
    '2026-03-08T02:30 skipped, 2026-03-08T03:00:00-07:00',
  ])
})

test('a time that comes twice fires at the first of the two', () => {
  expect(changes({ every: 'day', at: '01:30', timeZone: 'America/Los_Angeles' })).toEqual([
    '2026-11-01T01:30 twice, 2026-11-01T01:30:00-07:00',
  ])
})

test('only the days that the schedule names count', () => {
  expect(changes({ every: 'week', on: 'monday', at: '02:30', timeZone: 'Europe/Berlin' })).toEqual([])
  expect(changes({ every: 'week', on: 'sunday', at: '02:30', timeZone: 'Europe/Berlin' })).toEqual([
    '2026-03-29T02:30 skipped, 2026-03-29T03:00:00+02:00',
    '2026-10-25T02:30 twice, 2026-10-25T02:30:00+02:00',
  ])
})

test('every time of a cron expression counts', () => {
  expect(
    changes({ every: 'cron', cron: '0,30 2 * * *', timeZone: 'Europe/Berlin' }, '2026-03-01T00:00:00Z', 60),
  ).toEqual([
    '2026-03-29T02:00 skipped, 2026-03-29T03:00:00+02:00',
    '2026-03-29T02:30 skipped, 2026-03-29T03:00:00+02:00',
  ])
})

test('a zone without changes, and steps of the clock, have none', () => {
  expect(changes({ every: 'day', at: '02:30', timeZone: 'Asia/Shanghai' })).toEqual([])
  expect(changes({ every: 'hour', minute: 30, timeZone: 'America/Los_Angeles' })).toEqual([])
})
