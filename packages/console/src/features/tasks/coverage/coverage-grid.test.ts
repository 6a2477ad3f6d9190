import type { CoveredRange } from '@datahub/core/api/coverage-shapes'
import { formatInstant, startOfDay } from '@datahub/core/execution/data-range'
import { expectedPeriods } from '@datahub/core/task/coverage'
import type { Schedule } from '@datahub/core/task/schedule'
import { expect, test } from 'vitest'
import { follow, toGrid, unusualHours } from './coverage-grid.ts'

/** The ranges that a schedule expects, as the hub sends them. */
function ranges(schedule: Schedule, from: string, to: string): CoveredRange[] {
  const { timeZone } = schedule
  const [since, now] = [startOfDay(from, timeZone), startOfDay(to, timeZone)]
  return [...expectedPeriods(schedule, { id: 1, createdAt: since }, now, since)].map((range) => ({
    from: formatInstant(range.from, timeZone),
    to: formatInstant(range.to, timeZone),
    state: 'delivered',
    executionId: 1,
    status: 6,
  }))
}

const zone = { timeZone: 'America/Los_Angeles' }

test('days stand in weeks from Monday on, the newest at the right', () => {
  // 2026-11-02 is a Monday
  const found = ranges({ every: 'day', at: '00:00', startOn: '2026-11-02', ...zone }, '2026-11-02', '2026-11-12')
  const grid = toGrid(found, 'day', zone.timeZone)
  expect([grid.shape, grid.rows, grid.columns]).toEqual(['days', 7, 2])
  expect(grid.cells.map(({ row, column }) => [row, column]).slice(5, 9)).toEqual([
    [5, 0],
    [6, 0],
    [0, 1],
    [1, 1],
  ])
})

test('weeks stand in years, each in the year in which most of its days are', () => {
  const schedule: Schedule = { every: 'week', on: 'monday', at: '00:00', startOn: '2019-12-30', ...zone }
  const grid = toGrid(ranges(schedule, '2019-12-30', '2021-02-01'), 'week', zone.timeZone)
  // 2020 has 53 weeks by ISO 8601; the first of them began in December
  expect([grid.shape, grid.rows, grid.columns]).toEqual(['weeks', 2, 53])
  expect(grid.cells[0]).toMatchObject({ row: 0, column: 0 })
  expect(grid.cells[52]).toMatchObject({ row: 0, column: 52 })
  expect(grid.cells[53]).toMatchObject({ row: 1, column: 0 })
})

test('months stand in years', () => {
  const schedule: Schedule = { every: 'month', day: 1, at: '00:00', startOn: '2025-11-01', ...zone }
  const found = ranges(schedule, '2025-11-01', '2026-03-02')
  const grid = toGrid(found, 'month', zone.timeZone)
  expect([grid.shape, grid.columns]).toEqual(['months', 12])
  expect(grid.cells.map(({ row, column }) => `${row} ${column}`)).toEqual(['0 10', '0 11', '1 0', '1 1'])
  expect(follow(grid, 1, 'ArrowDown')).toBeUndefined()
  expect(follow(grid, 0, 'ArrowRight')).toBe(1)
})

test('hours stand in days; one that is skipped leaves its place empty, one that comes twice has a place for each', () => {
  const every: Schedule = { every: 'hour', minute: 0, startOn: '2026-03-07', ...zone }
  const spring = ranges(every, '2026-03-07', '2026-03-10')
  const skipped = toGrid(spring, 'hour', zone.timeZone)
  expect([skipped.shape, skipped.rows, skipped.columns]).toEqual(['hours', 3, 24])
  expect(skipped.at.has('1:2')).toBe(false)
  expect(follow(skipped, skipped.at.get('1:1') ?? -1, 'ArrowRight')).toBe(skipped.at.get('1:3'))
  expect(spring.slice(20, 30).map((range) => unusualHours(range, spring, zone.timeZone))[6]).toBe(23)

  const autumn = ranges({ ...every, startOn: '2026-10-31' }, '2026-10-31', '2026-11-03')
  const twice = toGrid(autumn, 'hour', zone.timeZone)
  expect(twice.columns).toBe(25)
  expect(twice.cells).toHaveLength(autumn.length)
  expect(new Set(twice.at.values()).size).toBe(autumn.length)
  expect(unusualHours(autumn[24] as CoveredRange, autumn, zone.timeZone)).toBe(25)
  expect(unusualHours(autumn[0] as CoveredRange, autumn, zone.timeZone)).toBeUndefined()
})

test('parts of an hour stand in hours, also in zones that are off by half of one', () => {
  const every: Schedule = { every: 'minutes', minutes: 15, startOn: '2026-11-20', timeZone: 'Asia/Kolkata' }
  const found = ranges(every, '2026-11-20', '2026-11-22')
  const grid = toGrid(found, 'minutes', 'Asia/Kolkata')
  expect([grid.shape, grid.rows, grid.columns]).toEqual(['minutes', 48, 4])
  expect(grid.cells[5]).toMatchObject({ row: 1, column: 1 })
})

test('what has no shape of its own, or would hide something, stands line by line', () => {
  const found = ranges(
    { every: 'cron', cron: '0 3 * * 1-5', startOn: '2026-10-01', ...zone },
    '2026-10-01',
    '2026-11-20',
  )
  expect(toGrid(found, 'cron', zone.timeZone)).toMatchObject({ shape: 'lines', columns: 24 })
  const [first] = found
  if (!first) throw new Error('expected some')
  expect(toGrid([first, first], 'day', zone.timeZone)).toMatchObject({ shape: 'lines', columns: 2 })
  expect(toGrid([], 'day', zone.timeZone)).toMatchObject({ rows: 0, cells: [] })
})
