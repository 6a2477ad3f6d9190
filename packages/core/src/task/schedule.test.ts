import { expect, test } from 'vitest'
import { Schedule, scheduleWords } from './schedule.ts'

const zone = { timeZone: 'UTC' }

test.each([
  [{ every: 'minutes', minutes: 15, ...zone }, 'Every 15 minutes UTC'],
  [{ every: 'minutes', minutes: 1, ...zone }, 'Every minute UTC'],
  [{ every: 'hour', ...zone }, 'Every hour at minute 0 UTC'],
  [{ every: 'day', at: '03:00', timeZone: 'America/Los_Angeles' }, 'Every day at 03:00 America/Los_Angeles'],
  [{ every: 'week', on: 'monday', at: '06:30', ...zone }, 'Every Monday at 06:30 UTC'],
  [{ every: 'month', day: 31, at: '06:30', ...zone }, 'Every month on day 31 at 06:30 UTC'],
  [{ every: 'cron', cron: '0 3 * * 1-5', ...zone }, 'Cron 0 3 * * 1-5 UTC'],
])('%j reads "%s"', (schedule, words) => {
  expect(scheduleWords(Schedule.parse(schedule))).toBe(words)
})

test('a schedule as it was before there was more than day and hour is unchanged by reading it', () => {
  for (const schedule of [
    { every: 'day', at: '03:00', ...zone },
    { every: 'hour', minute: 5, ...zone },
  ])
    expect(Schedule.parse(schedule)).toEqual(schedule)
})

test.each([
  [{ every: 'minutes', minutes: 7, ...zone }, 'must be one of 1, 2, 3'],
  [{ every: 'day', at: '3:00', ...zone }, 'must be a time of day'],
  [{ every: 'day', at: '03:00', timeZone: 'Mars/Olympus' }, 'is not a time zone'],
  [{ every: 'cron', cron: '0 3 * *', ...zone }, 'must have five fields'],
  [{ every: 'cron', cron: '0 24 * * *', ...zone }, 'has a hour outside 0 to 23: "24"'],
  [{ every: 'cron', cron: '0 3 30 2 *', ...zone }, 'names a day that never comes'],
  [{ every: 'day', at: '03:00', startOn: '2026-02-30', ...zone }, 'must be a day'],
])('%j is refused: %s', (schedule, problem) => {
  expect(Schedule.safeParse(schedule).error?.issues[0]?.message).toContain(problem)
})
