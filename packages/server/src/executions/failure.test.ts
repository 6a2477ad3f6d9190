import { codes } from '@datahub/core/error/codes'
import { STORAGE_ERRORS } from '@datahub/core/destination/storage-errors'
import { DataHubError } from '@datahub/core/error/data-hub-error'
import { expect, test } from 'vitest'
import { failureReason, nextRetryAt, recordFailure, recordLastFailure } from './failure.ts'

const start = new Date('2025-08-26T10:00:00Z')
const policy = { horizonMs: 24 * 3_600_000, manualHorizonMs: 300_000 }
const busy = new DataHubError('destination.busy', 'store it')

function delays(error: DataHubError, random: number, trigger = 'schedule'): number[] {
  return Array.from({ length: 12 }, (_, index) => nextRetryAt(error, index + 1, trigger, start, start, policy, random))
    .filter((at) => at !== undefined)
    .map((at) => (at.getTime() - start.getTime()) / 1000)
}

test('R18: delays grow to five minutes and are spread from zero to their ceiling', () => {
  expect(delays(busy, 1)).toEqual([2.5, 4.5, 8.5, 16.5, 32.5, 64.5, 128.5, 256.5, 300.5, 300.5, 300.5, 300.5])
  expect(delays(busy, 0)).toEqual(Array(12).fill(0.5))
})

test('R18: what may pass is tried until the horizon; a person waits five minutes', () => {
  const late = (hours: number) => new Date(start.getTime() + hours * 3_600_000)
  expect(nextRetryAt(busy, 20, 'schedule', start, late(23), policy, 0.5)).toBeDefined()
  expect(nextRetryAt(busy, 20, 'schedule', start, late(24), policy, 0.5)).toBeUndefined()
  expect(nextRetryAt(busy, 20, 'manual', start, late(0.2), policy, 0.5)).toBeUndefined()
})

test('whoever asks to be left alone for a while is, also where a person waits', () => {
  const throttled = new DataHubError('source.throttled', 'ask', { retryAfterMs: 3_600_000 })
  const retryAt = nextRetryAt(throttled, 1, 'manual', start, start, policy, 0.5)
  expect(retryAt?.getTime()).toBeGreaterThanOrEqual(start.getTime() + 3_600_000)
  const late = new Date(start.getTime() + 25 * 3_600_000)
  expect(nextRetryAt(throttled, 9, 'schedule', start, late, policy, 0.5)).toBeUndefined()
})

test('R20: what only the user can mend is not tried again, what may be either a few times', () => {
  expect(delays(new DataHubError('destination.bucket_missing', 'store it'), 0.5)).toEqual([])
  expect(delays(new DataHubError('destination.access_denied', 'store it'), 0.5)).toHaveLength(2)
})

test('the reason names the code of the vendor, and holds no text of his', () => {
  const error = new DataHubError('destination.access_denied', 'store reports/1/a.zip', {
    facts: { code: 'AccessDenied', requestId: 'X' },
    cause: new Error('AKIA…'),
  })
  expect(failureReason(recordFailure(error))).toBe(
    'Could not store reports/1/a.zip: the storage refused access. (AccessDenied)',
  )
})

test('R20: the last failure does not say that it is tried again', () => {
  for (const code of Object.keys(codes) as (keyof typeof codes)[])
    expect(recordLastFailure(new DataHubError(code, 'do something')).cure).not.toMatch(
      /again by itself(?! any more)|anew by itself/,
    )
  const { remedy } = STORAGE_ERRORS['SlowDown'] ?? {}
  const busy = new DataHubError('destination.busy', 'store it', {
    facts: { code: 'SlowDown' },
    ...(remedy && { hint: remedy }),
  })
  expect(recordLastFailure(busy).cure).toBe(
    'It is not tried again by itself any more: retry it ("datahub execution retry"). The storage asks to slow down. For hours? Then many write to this prefix.',
  )
})

test('R20: every failure is kept with what to do about it', () => {
  for (const code of Object.keys(codes) as (keyof typeof codes)[])
    expect(recordFailure(new DataHubError(code, 'do something')), code).toMatchObject({
      code,
      cure: expect.stringMatching(/\w/),
    })
})
