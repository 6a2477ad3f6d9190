import type { Destination } from '@datahub/core/destination/destination'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { SharedDestinations } from './shared-destinations.ts'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

/** Counts what is open of it. */
function opener() {
  const count = { opened: 0, open: 0 }
  const open = (): Destination => {
    count.opened += 1
    count.open += 1
    const close = async () => {
      count.open -= 1
    }
    return { kind: 'counted', prefix: `p${count.opened}`, close } as unknown as Destination
  }
  return { count, open }
}

test('Deliveries at the same time and shortly after one another use the same open destination', async () => {
  const { count, open } = opener()
  const shared = new SharedDestinations()
  const [first, second] = [shared.share(1, 'a', open), shared.share(1, 'a', open)]
  await first.close()
  await second.close()
  expect(shared.share(1, 'a', open).prefix).toBe('p1')
  expect(count).toEqual({ opened: 1, open: 1 })
})

test('Other settings open it anew; who uses the old one goes on, and the last one closes it', async () => {
  const { count, open } = opener()
  const shared = new SharedDestinations()
  const old = shared.share(1, 'a', open)
  expect(shared.share(1, 'b', open).prefix).toBe('p2')
  expect(count.open).toBe(2)
  await old.close()
  expect(count.open).toBe(1)
})

test('What is let go twice is let go once', async () => {
  const { count, open } = opener()
  const shared = new SharedDestinations()
  const [first, second] = [shared.share(1, 'a', open), shared.share(1, 'a', open)]
  await first.close()
  await first.close()
  vi.advanceTimersByTime(60_000)
  expect(count.open).toBe(1)
  await second.close()
})

test('Nothing stays open when it is idle for long, or in the end', async () => {
  const { count, open } = opener()
  const shared = new SharedDestinations()
  await shared.share(1, 'a', open).close()
  vi.advanceTimersByTime(60_000)
  expect(count.open).toBe(0)
  await shared.share(1, 'a', open).close()
  await shared.close()
  expect(count.open).toBe(0)
})
