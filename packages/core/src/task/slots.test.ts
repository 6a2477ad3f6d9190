import { expect, test } from 'vitest'
import { addDays } from '../execution/calendar.ts'
import { countDays, formatInstant, rangeOfDays, startOfDay } from '../execution/data-range.ts'
import { cutRange } from './chunks.ts'
import type { Schedule } from './schedule.ts'
import { dataRangeOf, fireAtOf, latestDataRange, nextSlot, periodOf, previousSlot, slotCovering } from './slots.ts'

const daily = (at: string, timeZone: string): Schedule => ({ every: 'day', at, timeZone })

function slots(schedule: Schedule, after: string, count: number): Date[] {
  const found: Date[] = []
  for (let slot = nextSlot(schedule, new Date(after)); slot && found.length < count; slot = nextSlot(schedule, slot))
    found.push(slot)
  return found
}

function fireTimes(schedule: Schedule, after: string, count: number): string[] {
  return slots(schedule, after, count).map((slot) => formatInstant(slot, schedule.timeZone))
}

/** `2026-01-01T00:00:00-08:00 … 2026-01-02T00:00:00-08:00` */
function rangeText(schedule: Schedule, slot: string): string {
  const { from, to, timeZone } = dataRangeOf(schedule, new Date(slot))
  return `${formatInstant(from, timeZone)} … ${formatInstant(to, timeZone)}`
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

test.each<[string, Schedule, string, string[]]>([
  [
    'a skipped time fires at the first valid instant',
    daily('02:30', 'America/New_York'),
    '2026-03-07T12:00:00Z',
    ['2026-03-08T03:00:00-04:00', '2026-03-09T02:30:00-04:00'],
  ],
  [
    'a doubled time fires once, at the first',
    daily('01:30', 'America/New_York'),
    '2026-10-31T12:00:00Z',
    ['2026-11-01T01:30:00-04:00', '2026-11-02T01:30:00-05:00'],
  ],
  [
    'a skipped half hour',
    daily('02:15', 'Australia/Lord_Howe'),
    '2026-10-03T00:00:00Z',
    ['2026-10-04T02:30:00+11:00', '2026-10-05T02:15:00+11:00'],
  ],
  [
    'a day that the zone has left out',
    daily('03:00', 'Pacific/Apia'),
    '2011-12-29T12:00:00Z',
    ['2011-12-29T03:00:00-10:00', '2011-12-31T03:00:00+14:00'],
  ],
  [
    'cron at a skipped time',
    { every: 'cron', cron: '15,45 2 * * *', timeZone: 'America/New_York' },
    '2026-03-07T12:00:00Z',
    ['2026-03-08T03:00:00-04:00', '2026-03-09T02:15:00-04:00'],
  ],
  [
    'cron at a doubled time',
    { every: 'cron', cron: '30 * * * *', timeZone: 'America/New_York' },
    '2026-11-01T04:00:00Z',
    ['2026-11-01T00:30:00-04:00', '2026-11-01T01:30:00-04:00', '2026-11-01T02:30:00-05:00'],
  ],
  [
    'both of the doubled hours',
    { every: 'hour', minute: 5, timeZone: 'America/New_York' },
    '2026-11-01T04:30:00Z',
    ['2026-11-01T01:05:00-04:00', '2026-11-01T01:05:00-05:00', '2026-11-01T02:05:00-05:00'],
  ],
  [
    'hours of a zone that is half an hour off',
    { every: 'hour', minute: 5, timeZone: 'Asia/Kolkata' },
    '2026-11-01T04:00:00Z',
    ['2026-11-01T10:05:00+05:30', '2026-11-01T11:05:00+05:30'],
  ],
  [
    'a weekday',
    { every: 'week', on: 'monday', at: '06:00', timeZone: 'Europe/Berlin' },
    '2026-03-24T00:00:00Z',
    ['2026-03-30T06:00:00+02:00', '2026-04-06T06:00:00+02:00'],
  ],
  [
    'the last day of shorter months',
    { every: 'month', day: 31, at: '06:00', timeZone: 'Europe/Berlin' },
    '2028-01-31T12:00:00Z',
    ['2028-02-29T06:00:00+01:00', '2028-03-31T06:00:00+02:00', '2028-04-30T06:00:00+02:00'],
  ],
])('R28: %s', (_what, schedule, after, expected) => {
  expect(fireTimes(schedule, after, expected.length)).toEqual(expected)
})

const ZONES = [
  'UTC',
  'America/New_York',
  'America/Los_Angeles',
  'America/St_Johns',
  'America/Sao_Paulo',
  'America/Santiago',
  'America/Asuncion',
  'America/Havana',
  'America/Nuuk',
  'America/Scoresbysund',
  'Atlantic/Azores',
  'Europe/London',
  'Europe/Dublin',
  'Europe/Berlin',
  'Europe/Chisinau',
  'Africa/Casablanca',
  'Africa/Cairo',
  'Asia/Beirut',
  'Asia/Gaza',
  'Asia/Jerusalem',
  'Asia/Tehran',
  'Asia/Kolkata',
  'Asia/Kathmandu',
  'Asia/Shanghai',
  'Antarctica/Troll',
  'Australia/Lord_Howe',
  'Australia/Adelaide',
  'Pacific/Auckland',
  'Pacific/Chatham',
  'Pacific/Apia',
]

const CADENCES: Record<string, (timeZone: string) => Schedule> = {
  'daily at 00:00': (timeZone) => daily('00:00', timeZone),
  'daily at 02:30': (timeZone) => daily('02:30', timeZone),
  'daily at 23:45': (timeZone) => daily('23:45', timeZone),
  'weekly on Sunday': (timeZone) => ({ every: 'week', on: 'sunday', at: '02:30', timeZone }),
  'monthly on day 31': (timeZone) => ({ every: 'month', day: 31, at: '00:30', timeZone }),
  'cron on weekdays': (timeZone) => ({ every: 'cron', cron: '30 2 * * 1-5', timeZone }),
  'cron every 4 hours': (timeZone) => ({ every: 'cron', cron: '30 */4 * * *', timeZone }),
  hourly: (timeZone) => ({ every: 'hour', minute: 59, timeZone }),
}

const FROM = new Date('2024-12-31T12:00:00Z')
const TO = new Date('2027-01-01T12:00:00Z')

test.each(ZONES)('R28: over two years in %s every schedule cuts the data without seam or overlap', (timeZone) => {
  for (const [name, make] of Object.entries(CADENCES)) {
    const schedule = make(timeZone)
    let slot = nextSlot(schedule, FROM) as Date
    let seam = periodOf(schedule, slot).from
    const days: number[] = []
    for (let count = 0; slot < TO; slot = nextSlot(schedule, slot) as Date, count += 1) {
      const period = periodOf(schedule, slot)
      if (period.from.getTime() !== seam.getTime() || period.to <= period.from || period.to > slot)
        expect.fail(`${name} at ${slot.toISOString()}: ${JSON.stringify(period)} after ${seam.toISOString()}`)
      if (count % 5 === 0 && previousSlot(schedule, nextSlot(schedule, slot) as Date)?.getTime() !== slot.getTime())
        expect.fail(`${name}: the slot before the one after ${slot.toISOString()} is another`)
      if (name.startsWith('daily')) days.push(countDays(period))
      seam = period.to
    }
    expect(days.every((length) => length === 1)).toBe(true)
    expect(seam.getTime()).toBeGreaterThan(TO.getTime() - 40 * 86_400_000)
  }
})

test.each(ZONES)('R28: in %s live executions and backfill cut the same days at the same instants', (timeZone) => {
  const [firstOn, lastOn] = ['2025-01-01', '2026-12-31']
  const chunks = cutRange(rangeOfDays(firstOn, lastOn, timeZone), 'day')
  const schedule = daily('02:30', timeZone)
  const live = slots(schedule, startOfDay(addDays(firstOn, 1), timeZone).toISOString(), 730)
  expect(live.map((slot) => periodOf(schedule, slot))).toEqual(chunks)
  for (const chunk of ['week', 'month', 'whole'] as const) {
    const ranges = cutRange(rangeOfDays(firstOn, lastOn, timeZone), chunk)
    expect([ranges[0]?.from, ranges.at(-1)?.to]).toEqual([chunks[0]?.from, chunks.at(-1)?.to])
    for (const [index, range] of ranges.entries()) if (index > 0) expect(range.from).toEqual(ranges[index - 1]?.to)
  }
})

test('the planted bug: bounds cut in UTC leave seams that the test above finds', () => {
  const timeZone = 'America/New_York'
  const [chunk] = cutRange(rangeOfDays('2026-03-08', '2026-03-08', 'UTC'), 'day')
  const live = periodOf(daily('02:30', timeZone), new Date('2026-03-09T06:30:00Z'))
  expect(chunk?.from).not.toEqual(live.from)
})

test('the data range follows from the slot alone: 23 and 25 hours are one day', () => {
  const schedule = daily('03:00', 'America/New_York')
  expect(rangeText(schedule, '2026-03-09T07:00:00Z')).toBe('2026-03-08T00:00:00-05:00 … 2026-03-09T00:00:00-04:00')
  expect(rangeText(schedule, '2026-11-02T08:00:00Z')).toBe('2026-11-01T00:00:00-04:00 … 2026-11-02T00:00:00-05:00')
})

test.each<[Partial<Schedule>, string]>([
  [{}, '2026-03-31T00:00:00Z … 2026-04-01T00:00:00Z'],
  [{ data: { range: 'last-days', days: 7 } }, '2026-03-25T00:00:00Z … 2026-04-01T00:00:00Z'],
  [{ data: { range: 'month-to-date' } }, '2026-03-01T00:00:00Z … 2026-04-01T00:00:00Z'],
  [{ refreshDays: 30 }, '2026-03-02T00:00:00Z … 2026-04-01T00:00:00Z'],
  [{ refreshDays: 1 }, '2026-03-31T00:00:00Z … 2026-04-01T00:00:00Z'],
  [{ settleDelayMinutes: 600 }, '2026-03-31T00:00:00Z … 2026-04-01T00:00:00Z'],
])('with %j the first of April delivers %s', (more, expected) => {
  expect(rangeText({ ...daily('03:00', 'UTC'), ...more } as Schedule, '2026-04-01T03:00:00Z')).toBe(expected)
})

test('a cron of weekdays delivers the days since its last fire time: Monday brings the weekend', () => {
  const schedule: Schedule = { every: 'cron', cron: '0 3 * * 1-5', timeZone: 'UTC' }
  expect(rangeText(schedule, '2026-06-08T03:00:00Z')).toBe('2026-06-05T00:00:00Z … 2026-06-08T00:00:00Z')
  expect(rangeText(schedule, '2026-06-09T03:00:00Z')).toBe('2026-06-08T00:00:00Z … 2026-06-09T00:00:00Z')
})

test('settle delay and jitter move the fire time, by task, and never the slot', () => {
  const schedule: Schedule = { ...daily('03:00', 'UTC'), settleDelayMinutes: 90, jitterMinutes: 30 }
  const slot = new Date('2026-04-01T03:00:00Z')
  const delays = Array.from({ length: 500 }, (_, id) => fireAtOf(schedule, id + 1, slot).getTime() - slot.getTime())
  expect(Math.min(...delays)).toBeGreaterThanOrEqual(90 * 60_000)
  expect(Math.max(...delays)).toBeLessThan(120 * 60_000)
  expect(new Set(delays).size).toBeGreaterThan(400)
  expect(fireAtOf(schedule, 7, slot)).toEqual(fireAtOf(schedule, 7, slot))
})

test('start and end are data days, both included', () => {
  const schedule: Schedule = { ...daily('03:00', 'UTC'), startOn: '2026-01-10', endOn: '2026-01-12' }
  expect(fireTimes(schedule, '2020-01-01T00:00:00Z', 10)).toEqual([
    '2026-01-11T03:00:00Z',
    '2026-01-12T03:00:00Z',
    '2026-01-13T03:00:00Z',
  ])
  expect(previousSlot(schedule, new Date('2030-01-01'))).toEqual(new Date('2026-01-13T03:00:00Z'))
  expect(previousSlot(schedule, new Date('2026-01-11T03:00:00Z'))).toBeUndefined()
  expect(nextSlot({ every: 'month', day: 3, at: '04:00', timeZone: 'UTC', startOn: '2026-01-10' }, FROM)).toEqual(
    new Date('2026-03-03T04:00:00Z'),
  )
})

test('run now takes the newest range that is complete, before its slot has come', () => {
  const schedule = daily('03:00', 'UTC')
  expect(latestDataRange(schedule, new Date('2026-04-02T01:00:00Z'))?.to).toEqual(new Date('2026-04-02T00:00:00Z'))
  expect(latestDataRange(schedule, new Date('2026-04-02T03:00:00Z'))?.to).toEqual(new Date('2026-04-02T00:00:00Z'))
  expect(latestDataRange({ ...schedule, startOn: '2030-01-01' }, new Date('2026-04-02T03:00:00Z'))).toBeUndefined()
})

test('a changed schedule goes on where the old one stood: no data falls in between', () => {
  const pending = periodOf(daily('05:00', 'UTC'), new Date('2026-04-02T05:00:00Z'))
  expect(slotCovering(daily('03:00', 'UTC'), pending.from)).toEqual(new Date('2026-04-02T03:00:00Z'))
  const hour = periodOf({ every: 'hour', minute: 0, timeZone: 'UTC' }, new Date('2026-04-02T14:00:00Z'))
  expect(slotCovering(daily('03:00', 'UTC'), hour.from)).toEqual(new Date('2026-04-03T03:00:00Z'))
})
