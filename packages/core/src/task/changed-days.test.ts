import fc from 'fast-check'
import { expect, test } from 'vitest'
import { rangeOfDays } from '../execution/data-range.ts'
import { decideChanges, type ChangeContext } from './changed-days.ts'

const MINUTE_MS = 60_000
const at = (minute: number) => new Date(Date.UTC(2025, 2, 20) + minute * MINUTE_MS)
const days = (firstOn: string, lastOn = firstOn) => rangeOfDays(firstOn, lastOn, 'UTC')

const context: ChangeContext = {
  timeZone: 'UTC',
  settleMs: 15 * MINUTE_MS,
  delivered: [{ ...days('2025-03-01', '2025-03-19'), snapshotAt: at(0) }],
  underWay: [],
  now: at(1000),
}
const until = at(985)
const decide = (changed: Record<string, Date>, more: Partial<ChangeContext> = {}) =>
  decideChanges(
    { until, days: Object.entries(changed).map(([on, changedAt]) => ({ on, changedAt })) },
    { ...context, ...more },
  )

test('days that changed after they were delivered are delivered again, neighbours together', () => {
  const { again, since } = decide({ '2025-03-03': at(20), '2025-03-02': at(30), '2025-03-10': at(40) })
  expect(again).toEqual([days('2025-03-02', '2025-03-03'), days('2025-03-10')])
  expect(since.getTime()).toBe(at(20).getTime() - 1)
})

test('one that changed long enough before its delivery is in it; one shortly before may have been committed late', () => {
  expect(decide({ '2025-03-03': at(-15) })).toEqual({ again: [], since: until })
  expect(decide({ '2025-03-03': at(-14) }).again).toEqual([days('2025-03-03')])
})

test('a day that was never delivered is left to its first delivery', () => {
  expect(decide({ '2025-02-27': at(20) })).toEqual({ again: [], since: until })
})

test('what is under way is waited for, and not forgotten', () => {
  const { again, since } = decide({ '2025-03-03': at(20) }, { underWay: [days('2025-03-01', '2025-03-05')] })
  expect(again).toEqual([])
  expect(since.getTime()).toBeLessThan(at(20).getTime())
})

test('a day that is not over, or has gaps, is waited for', () => {
  const hours = { from: at(0), to: at(600), timeZone: 'UTC', snapshotAt: at(600) }
  const { again, since } = decide({ '2025-03-20': at(700) }, { delivered: [hours] })
  expect(again).toEqual([])
  expect(since.getTime()).toBeLessThan(at(700).getTime())
})

test('R28: a day of 23 hours is delivered again as a day', () => {
  const timeZone = 'America/Los_Angeles'
  const range = rangeOfDays('2025-03-09', '2025-03-09', timeZone)
  const { again } = decide({ '2025-03-09': at(20) }, { timeZone, delivered: [{ ...range, snapshotAt: at(0) }] })
  expect(again).toEqual([range])
})

test('whatever changes when, and whenever it commits: nothing is lost, and in the end nothing is delivered any more', () => {
  const change = fc.record({
    day: fc.integer({ min: 1, max: 5 }),
    at: fc.integer({ min: 0, max: 300 }),
    late: fc.integer({ min: 0, max: 14 }),
  })
  fc.assert(
    fc.property(fc.array(change, { maxLength: 12 }), fc.integer({ min: 1, max: 60 }), (changes, everyMinutes) => {
      const whole = days('2025-03-01', '2025-03-05')
      const delivered = [{ ...whole, snapshotAt: at(-60) }]
      let since = at(-1000)
      let refreshes = 0
      const deliver = (range: { from: Date; to: Date }, minute: number) =>
        delivered.push({ ...range, timeZone: 'UTC', snapshotAt: at(minute) })
      for (let minute = 0; minute < 1000; minute += everyMinutes) {
        const now = at(minute)
        const to = new Date(now.getTime() - context.settleMs)
        // What has been committed, between where we were and where we may look
        const seen = changes.filter((one) => one.at + one.late <= minute && at(one.at) > since && at(one.at) <= to)
        const latest = new Map<string, Date>()
        for (const one of seen) {
          const on = `2025-03-0${one.day}`
          if ((latest.get(on) ?? at(-1)) < at(one.at)) latest.set(on, at(one.at))
        }
        const found = decideChanges(
          { until: to, days: [...latest].map(([on, changedAt]) => ({ on, changedAt })) },
          { ...context, delivered, now },
        )
        since = found.since
        refreshes += found.again.length
        for (const range of found.again) deliver(range, minute)
      }
      for (const one of changes) {
        const { from, to } = days(`2025-03-0${one.day}`)
        const shows = (other: (typeof delivered)[number]) =>
          other.from <= from && other.to >= to && other.snapshotAt >= at(one.at + one.late)
        expect(delivered.some(shows)).toBe(true)
      }
      expect(refreshes).toBeLessThanOrEqual(changes.length)
    }),
    // A change that is lost takes an unlucky moment: one run in twenty has it
    { numRuns: 400 },
  )
})
