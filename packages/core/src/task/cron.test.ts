import { expect, test } from 'vitest'
import { parseCron, timesBack, timesFrom } from './cron.ts'

function take(times: Iterable<number>, count: number): number[] {
  const taken: number[] = []
  for (const time of times) if (taken.push(time) >= count) break
  return taken
}

function first(expression: string, from: string, count: number): string[] {
  const times = take(timesFrom(parseCron(expression), Date.parse(`${from}Z`)), count)
  return times.map((time) => new Date(time).toISOString().slice(0, 16))
}

test.each([
  ['*/20 3 * * *', ['2026-01-01T03:00', '2026-01-01T03:20', '2026-01-01T03:40', '2026-01-02T03:00']],
  ['5 3 * * mon-fri', ['2026-01-01T03:05', '2026-01-02T03:05', '2026-01-05T03:05', '2026-01-06T03:05']],
  ['0 0 29 2 *', ['2028-02-29T00:00', '2032-02-29T00:00', '2036-02-29T00:00', '2040-02-29T00:00']],
  ['0 12 1,15 * *', ['2026-01-01T12:00', '2026-01-15T12:00', '2026-02-01T12:00', '2026-02-15T12:00']],
  ['0 0 1 * 0', ['2026-01-01T00:00', '2026-01-04T00:00', '2026-01-11T00:00', '2026-01-18T00:00']],
  ['30 6 ? JAN,JUL 7', ['2026-01-04T06:30', '2026-01-11T06:30', '2026-01-18T06:30', '2026-01-25T06:30']],
  ['0 8/6 * * *', ['2026-01-01T08:00', '2026-01-01T14:00', '2026-01-01T20:00', '2026-01-02T08:00']],
])('%s', (expression, times) => {
  expect(first(expression, '2026-01-01T00:00', 4)).toEqual(times)
})

test('backwards it meets the same times', () => {
  for (const expression of ['*/7 * * * *', '0 3 * * 1-5', '15 10 13 * 5', '59 23 31 12 *']) {
    const cron = parseCron(expression)
    const forwards = take(timesFrom(cron, Date.parse('2026-01-01T00:00:00Z')), 200)
    const backwards = take(timesBack(cron, forwards.at(-1) ?? 0), 200)
    expect(backwards.toReversed()).toEqual(forwards)
  }
})

test.each([
  '* * * * * *',
  '60 * * * *',
  '* * 0 * *',
  '* * * 13 *',
  '* * * * 8',
  '5-1 * * * *',
  '*/0 * * * *',
  'a * * * *',
])('%s is refused', (expression) => {
  expect(() => parseCron(expression)).toThrow(SyntaxError)
})
