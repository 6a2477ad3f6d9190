import { expect, test } from 'vitest'
import { rangeOfDays } from '../execution/data-range.ts'
import type { Status } from '../execution/status.ts'
import { isWanted, estimate } from './backfill.ts'
import { cutRange } from './chunks.ts'
import { classify, expectedPeriods, gapsIn, type CoveringExecution } from './coverage.ts'
import type { Schedule } from './schedule.ts'

const zone = 'America/New_York'
const execution = (id: number, firstOn: string, lastOn: string, status: Status): CoveringExecution => ({
  id,
  status,
  ...rangeOfDays(firstOn, lastOn, zone),
})

test('each day has what became of it, however it was cut when it was delivered', () => {
  const days = cutRange(rangeOfDays('2026-03-01', '2026-03-10', zone), 'day')
  const executions = [
    execution(1, '2026-03-01', '2026-03-03', 6),
    execution(2, '2026-03-04', '2026-03-04', 7),
    execution(3, '2026-03-05', '2026-03-05', 7),
    execution(4, '2026-03-05', '2026-03-05', 6),
    execution(5, '2026-03-06', '2026-03-08', 2),
    execution(6, '2026-03-02', '2026-03-02', 3),
  ]
  expect(classify(days, executions).map(({ state, executionId }) => [state, executionId])).toEqual([
    ['delivered', 1],
    ['delivered', 1],
    ['delivered', 1],
    ['failed', 2],
    ['delivered', 4],
    ['running', 5],
    ['running', 5],
    ['running', 5],
    ['missing', null],
    ['missing', null],
  ])
})

test('a week is delivered when its days are, and not before', () => {
  const [week] = cutRange(rangeOfDays('2026-03-02', '2026-03-08', zone), 'week')
  const days = cutRange(rangeOfDays('2026-03-02', '2026-03-08', zone), 'day')
  const delivered = days.map((day, index): CoveringExecution => ({
    id: index + 1,
    status: 6,
    from: day.from,
    to: day.to,
  }))
  expect(classify(week ? [week] : [], delivered)[0]).toMatchObject({ state: 'delivered', executionId: 7 })
  expect(classify(week ? [week] : [], delivered.slice(1))[0]?.state).toBe('missing')
})

test('neighbouring gaps are one', () => {
  const days = cutRange(rangeOfDays('2026-03-01', '2026-03-10', zone), 'day')
  const executions = [execution(1, '2026-03-03', '2026-03-05', 6), execution(2, '2026-03-08', '2026-03-08', 5)]
  expect(gapsIn(classify(days, executions))).toEqual([
    rangeOfDays('2026-03-01', '2026-03-02', zone),
    rangeOfDays('2026-03-06', '2026-03-10', zone),
  ])
})

test('a recurring task owes every period from its first day, or its creation, until now', () => {
  const schedule: Schedule = { every: 'day', at: '03:00', timeZone: 'UTC', settleDelayMinutes: 60 }
  const task = { id: 1, createdAt: new Date('2026-03-01T12:00:00Z') }
  const days = (more: Partial<Schedule>, now: string) =>
    [...expectedPeriods({ ...schedule, ...more } as Schedule, task, new Date(now))].map((period) =>
      period.from.toISOString().slice(0, 10),
    )
  expect(days({}, '2026-03-04T03:59:59Z')).toEqual(['2026-03-01', '2026-03-02'])
  expect(days({}, '2026-03-04T04:00:00Z')).toEqual(['2026-03-01', '2026-03-02', '2026-03-03'])
  expect(days({ startOn: '2026-02-27', endOn: '2026-03-01' }, '2026-04-01T00:00:00Z')).toEqual([
    '2026-02-27',
    '2026-02-28',
    '2026-03-01',
  ])
})

test('weeks are cut at Monday and months at the first, with what is left at both ends', () => {
  const bounds = (chunk: 'week' | 'month') =>
    cutRange(rangeOfDays('2026-01-29', '2026-03-02', 'UTC'), chunk).map(({ from }) => from.toISOString().slice(0, 10))
  expect(bounds('week')).toEqual(['2026-01-29', '2026-02-02', '2026-02-09', '2026-02-16', '2026-02-23', '2026-03-02'])
  expect(bounds('month')).toEqual(['2026-01-29', '2026-02-01', '2026-03-01'])
})

test('what is under way is never wanted, what is delivered only when everything is', () => {
  const wanted = (only: Parameters<typeof isWanted>[1]) =>
    (['delivered', 'running', 'failed', 'missing'] as const).filter((state) => isWanted(state, only))
  expect(wanted('all')).toEqual(['delivered', 'failed', 'missing'])
  expect(wanted('missing-and-failed')).toEqual(['failed', 'missing'])
  expect([wanted('missing'), wanted('failed')]).toEqual([['missing'], ['failed']])
})

test('an estimate is the pace so far, shared by those under way at once; without a past there is none', () => {
  const pace = { days: 10, rows: 1000, sizeBytes: 5000, workMs: 20_000 }
  expect(estimate(100, 4, pace)).toEqual({ rows: 10_000, sizeBytes: 50_000, durationMs: 50_000 })
  expect(estimate(100, 4, { days: 0, rows: 0, sizeBytes: 0, workMs: 0 })).toBeUndefined()
})
