import fc from 'fast-check'
import { expect, test } from 'vitest'
import { PART_LIMITS, planMore, planParts, planUnknown } from './plan-parts.ts'

const MiB = 1024 * 1024

test.each([
  [0, 8, 1],
  [1, 8, 1],
  [8 * MiB, 8, 1],
  [8 * MiB + 1, 8, 2],
  [100 * 1024 * MiB, 12, 8534],
  [48.8 * 1024 * 1024 * MiB, 5686, 9000],
])('R22: %d bytes go as parts of %d MiB, %d of them', (size, partMiB, count) => {
  expect(planParts(size)).toMatchObject({ partBytes: partMiB * MiB, count })
})

test('R22: any size up to 48 TiB fits into 10,000 equal parts of at least 5 MiB', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 48 * 1024 ** 4 }), (size) => {
      const { partBytes, count, inFlight } = planParts(size)
      expect(count).toBeLessThanOrEqual(10_000)
      expect(partBytes).toBeGreaterThanOrEqual(5 * MiB)
      expect((count - 1) * partBytes < size || count === 1).toBe(true)
      expect(count * partBytes).toBeGreaterThanOrEqual(size)
      expect(inFlight).toBeGreaterThanOrEqual(1)
      expect(inFlight * partBytes).toBeLessThanOrEqual(Math.max(32 * MiB, partBytes))
    }),
  )
})

test('R22: a file of unknown size has a plan for twice what is expected, then for eight times as much, in equal parts', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1024 ** 4 }), fc.integer({ min: 0, max: 3 }), (expected, outgrown) => {
      const first = planUnknown(expected)
      expect(first.partBytes * first.count).toBeGreaterThanOrEqual(Math.max(2 * expected, 70 * 1024 * MiB))
      let plan = first
      for (let times = 0; times < outgrown; times += 1) plan = planMore(plan)
      expect(plan.partBytes).toBe(first.partBytes * 8 ** outgrown)
      expect(plan.count).toBe(PART_LIMITS.partsMax)
      expect(plan.inFlight * plan.partBytes).toBeLessThanOrEqual(Math.max(32 * MiB, plan.partBytes))
    }),
  )
})
