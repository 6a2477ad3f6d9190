import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Pulse } from './pulse.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

test('where the stream of changes does not come through, pages ask every five seconds until it does', () => {
  const pulse = new Pulse()
  const paces: number[] = []
  pulse.subscribe(() => paces.push(pulse.everyMs))
  expect(pulse.everyMs).toBe(30_000)
  pulse.doubt()
  vi.advanceTimersByTime(2_900)
  expect(paces).toEqual([])
  vi.advanceTimersByTime(200)
  expect([pulse.isUp, paces]).toEqual([false, [5_000]])
  pulse.beat()
  expect([pulse.isUp, paces]).toEqual([true, [5_000, 30_000]])
})

test('a stream that comes back soon enough changes no pace, and neither does one that nobody looks at', () => {
  const pulse = new Pulse()
  const listener = vi.fn<() => void>()
  pulse.subscribe(listener)
  pulse.doubt()
  vi.advanceTimersByTime(2_000)
  pulse.beat()
  pulse.doubt()
  pulse.rest()
  vi.advanceTimersByTime(60_000)
  expect(listener).not.toHaveBeenCalled()
})
