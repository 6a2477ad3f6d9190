import { rangeOfDays } from '@datahub/core/execution/data-range'
import { describe, expect, test } from 'vitest'
import { spansOf, spanWords } from './spans.ts'

const zone = 'America/Los_Angeles'

describe('days', () => {
  const limits = { grain: 'day', maxDays: 2 } as const

  test('go by their names, whatever the zone of the range', () => {
    const spans = spansOf(rangeOfDays('2024-03-09', '2024-03-11', 'Asia/Tokyo'), limits, zone)
    expect(spans.map((span) => spanWords(span, limits, zone))).toEqual([
      '2024-03-09 to 2024-03-10',
      '2024-03-11 to 2024-03-11',
    ])
    expect(spans.map(({ until }) => until.toISOString())).toEqual([
      '2024-03-11T07:00:00.000Z',
      '2024-03-12T07:00:00.000Z',
    ])
  })

  test('are not cut in the middle', () => {
    const range = { ...rangeOfDays('2024-03-09', '2024-03-09', 'UTC'), from: new Date('2024-03-09T01:00:00Z') }
    expect(() => spansOf(range, limits, 'UTC')).toThrow(expect.objectContaining({ code: 'source.range_unsupported' }))
  })
})

describe('hours', () => {
  const limits = { grain: 'hour', maxHours: 12 } as const
  const wordsOf = (day: string) =>
    spansOf(rangeOfDays(day, day, zone), limits, zone).map((span) => spanWords(span, limits, zone))

  test('of the day on which clocks are set forward are 23', () => {
    expect(wordsOf('2024-03-10')).toEqual([
      '2024-03-10T00:00:00-08:00 to 2024-03-10T13:00:00-07:00',
      '2024-03-10T13:00:00-07:00 to 2024-03-11T00:00:00-07:00',
    ])
  })

  test('of the day on which they are set back are 25', () => {
    expect(wordsOf('2024-11-03')).toEqual([
      '2024-11-03T00:00:00-07:00 to 2024-11-03T11:00:00-08:00',
      '2024-11-03T11:00:00-08:00 to 2024-11-03T23:00:00-08:00',
      '2024-11-03T23:00:00-08:00 to 2024-11-04T00:00:00-08:00',
    ])
  })

  test('know the beginning of the last one', () => {
    const [span] = spansOf(rangeOfDays('2024-11-03', '2024-11-03', zone), { grain: 'hour' }, zone)
    expect(span?.to.toISOString()).toBe('2024-11-04T07:00:00.000Z')
  })

  test('are the account’s: where hours begin at other minutes there is nothing to ask for', () => {
    const range = rangeOfDays('2024-03-10', '2024-03-10', 'UTC')
    expect(spansOf(range, limits, 'Asia/Tokyo')).toHaveLength(2)
    expect(() => spansOf(range, limits, 'Asia/Kolkata')).toThrow(
      expect.objectContaining({ code: 'source.range_unsupported', hint: expect.stringContaining('Asia/Kolkata') }),
    )
  })
})
