import { fromAbsolute, CalendarDateTime, toZoned } from '@internationalized/date'
import { expect, test } from 'vitest'
import { instantMsOf, localMsAt, offsetMsAt } from './zone.ts'

const ZONES = Intl.supportedValuesOf('timeZone')

/** Seeded, so that what fails once fails again. */
function* numbers(seed: number): Generator<number, never> {
  for (let state = seed; ;) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    yield state / 2 ** 32
  }
}

test('the offset of any zone at any instant is what an independent library says', () => {
  const random = numbers(7)
  const from = Date.parse('1975-01-01T00:00:00Z')
  for (let count = 0; count < 3000; count += 1) {
    const zone = ZONES[Math.floor(random.next().value * ZONES.length)] ?? 'UTC'
    const at = from + Math.floor(random.next().value * 60 * 365 * 86_400_000)
    expect([zone, at, offsetMsAt(at, zone)]).toEqual([zone, at, fromAbsolute(at, zone).offset])
  }
})

test('R28: a local time that exists is the instant that an independent library says, the first where there are two', () => {
  const random = numbers(11)
  for (const zone of ZONES.filter((_, index) => index % 9 === 0)) {
    for (let count = 0; count < 40; count += 1) {
      const local = Date.UTC(2024, 0, 1) + Math.floor(random.next().value * 3 * 365 * 96) * 900_000
      const date = new Date(local)
      const theirs = toZoned(
        new CalendarDateTime(
          date.getUTCFullYear(),
          date.getUTCMonth() + 1,
          date.getUTCDate(),
          date.getUTCHours(),
          date.getUTCMinutes(),
        ),
        zone,
      ).toDate()
      if (localMsAt(theirs.getTime(), zone) !== local) continue
      expect([zone, local, instantMsOf(local, zone)]).toEqual([zone, local, theirs.getTime()])
    }
  }
})

test.each([
  ['a skipped half hour', 'Australia/Lord_Howe', '2026-10-04T02:15', '2026-10-03T15:30:00.000Z'],
  ['a skipped midnight', 'America/Santiago', '2024-09-08T00:00', '2024-09-08T04:00:00.000Z'],
  ['a skipped day', 'Pacific/Apia', '2011-12-30T09:00', '2011-12-30T10:00:00.000Z'],
  ['the day behind it', 'Pacific/Apia', '2011-12-31T00:00', '2011-12-30T10:00:00.000Z'],
  ['an hour that comes twice', 'America/New_York', '2026-11-01T01:30', '2026-11-01T05:30:00.000Z'],
  ['the moment behind it', 'America/New_York', '2026-11-01T02:00', '2026-11-01T07:00:00.000Z'],
])('R28: %s', (_what, zone, local, instant) => {
  expect(new Date(instantMsOf(Date.parse(`${local}Z`), zone)).toISOString()).toBe(instant)
})
