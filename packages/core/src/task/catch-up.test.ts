import { expect, test } from 'vitest'
import { decideDue } from './catch-up.ts'
import type { Schedule } from './schedule.ts'
import { dataRangeOf, nextSlot, periodOf } from './slots.ts'
import { seeded, simulateDispatcher as simulate } from './virtual-dispatcher.ts'

const hourly: Schedule = { every: 'hour', minute: 5, timeZone: 'America/New_York' }
const daily: Schedule = { every: 'day', at: '03:00', timeZone: 'UTC' }
const at = (text: string) => new Date(`${text}Z`)

test.each(['America/New_York', 'Australia/Lord_Howe', 'Africa/Casablanca'])(
  'R27: a year of hours in %s with outages, crashes and clock jumps: each data range once, none left out',
  (timeZone) => {
    for (const seed of [1, 2, 3]) {
      const schedule: Schedule = { every: 'hour', minute: 5, timeZone, jitterMinutes: 20, settleDelayMinutes: 90 }
      const { delivered, doubled } = simulate(schedule, at('2026-01-01T00:00'), at('2027-01-01T00:00'), seeded(seed))
      expect(doubled).toBe(0)
      expect(delivered.length).toBeGreaterThan(8_500)
      for (const [index, slot] of delivered.entries()) {
        const before = delivered[index - 1]
        if (before) expect(dataRangeOf(schedule, slot).from.getTime()).toBe(dataRangeOf(schedule, before).to.getTime())
      }
    }
  },
)

test('R27: the planted bug, a next slot that follows from the clock, loses what was missed', () => {
  const missed = at('2026-05-01T03:00')
  const now = at('2026-05-04T10:00')
  expect(decideDue(daily, 7, missed, now).next).toEqual(at('2026-05-02T03:00'))
  expect(nextSlot(daily, now)).toEqual(at('2026-05-05T03:00'))
})

test('R27: "last" delivers only the newest of the missed slots, "none" only what is due now', () => {
  const [slot, now] = [at('2026-05-01T03:00'), at('2026-05-04T10:00')]
  expect(decideDue({ ...daily, catchUp: 'last' }, 7, slot, now)).toEqual({
    run: at('2026-05-04T03:00'),
    isLate: true,
    next: at('2026-05-05T03:00'),
  })
  expect(decideDue({ ...daily, catchUp: 'none' }, 7, slot, now)).toMatchObject({
    run: undefined,
    next: at('2026-05-05T03:00'),
  })
  const onTime = at('2026-05-04T03:00:10')
  expect(decideDue({ ...daily, catchUp: 'none' }, 7, slot, onTime).run).toEqual(at('2026-05-04T03:00'))
})

test('R27: a dispatcher that is always there delivers the same whatever the policy', () => {
  const [from, to] = [at('2026-03-01T00:00'), at('2026-04-01T00:00')]
  const all = simulate(hourly, from, to, seeded(1), true).delivered
  for (const catchUp of ['last', 'none'] as const)
    expect(simulate({ ...hourly, catchUp }, from, to, seeded(1), true).delivered).toEqual(all)
})

test('R27: what was missed before the window is left out, and what is owed is not', () => {
  const [slot, now] = [at('2026-05-01T03:00'), at('2026-05-10T10:00')]
  const schedule: Schedule = { ...daily, catchUpDays: 3 }
  expect(decideDue(schedule, 7, slot, now)).toMatchObject({ run: undefined, next: at('2026-05-08T03:00') })
  expect(decideDue({ ...schedule, catchUp: 'none' }, 7, slot, now, now)).toMatchObject({
    run: slot,
    next: at('2026-05-02T03:00'),
  })
})

test('a settle delay changes nothing of what is delivered, only when', () => {
  const slot = at('2026-05-04T03:00')
  const late: Schedule = { ...daily, settleDelayMinutes: 600 }
  expect(decideDue(late, 7, slot, at('2026-05-04T13:00')).run).toEqual(slot)
  expect(periodOf(late, slot)).toEqual(periodOf(daily, slot))
})
