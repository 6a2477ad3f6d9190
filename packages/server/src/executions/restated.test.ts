import fc from 'fast-check'
import { expect, test } from 'vitest'
import { restatedBy, type DeliveredRow } from './restated.ts'

const DAY_MS = 86_400_000
const at = (day: number) => new Date(Date.UTC(2025, 0, day))

/** Days from `from` up to, and without, `to`; the snapshot in hours of one day. */
function delivery(id: number, from: number, to: number, snapshotHour: number): DeliveredRow {
  return {
    id,
    range_from: at(from),
    range_to: at(to),
    snapshot_at: new Date(at(20).getTime() + snapshotHour * 3_600_000),
  }
}

function restated(one: DeliveredRow, delivered: readonly DeliveredRow[]): Promise<number[]> {
  const range = { from: one.range_from, to: one.range_to, timeZone: 'UTC' }
  return restatedBy({ id: one.id, range, snapshotAt: one.snapshot_at }, (from, to) =>
    Promise.resolve(delivered.filter((row) => row.range_to > from && row.range_from < to)),
  )
}

test('R32: a delivery that was retried for hours, and shows less than one before it, takes no part in its place', async () => {
  const whole = delivery(2, 1, 3, 9)
  // It was dispatched first, and ended last
  const late = delivery(1, 2, 3, 8)
  expect(await restated(delivery(3, 1, 2, 11), [whole, late])).toEqual([])
  expect(await restated(delivery(3, 1, 3, 11), [whole, late])).toEqual([2, 1])
})

test('R32: what is newer stays, whatever its number', async () => {
  expect(await restated(delivery(5, 1, 3, 12), [delivery(8, 1, 2, 3)])).toEqual([8])
  expect(await restated(delivery(8, 1, 3, 3), [delivery(5, 1, 2, 12)])).toEqual([])
})

test('R32: restated is what has no day left that it shows newest, and nothing else', async () => {
  const one = fc.record({ from: fc.integer({ min: 1, max: 6 }), days: fc.integer({ min: 1, max: 4 }), hour: fc.nat(5) })
  await fc.assert(
    fc.asyncProperty(fc.array(one, { minLength: 1, maxLength: 8 }), async (drawn) => {
      const all = drawn.map(({ from, days, hour }, index) => delivery(index + 1, from, from + days, hour))
      const [current, ...delivered] = all.toReversed() as [DeliveredRow, ...DeliveredRow[]]
      // Numbers do not say who is newer, but for equal snapshots
      const isNewer = (a: DeliveredRow, b: DeliveredRow) =>
        a.snapshot_at > b.snapshot_at || (a.snapshot_at.getTime() === b.snapshot_at.getTime() && a.id > b.id)
      const has = (row: DeliveredRow, dayMs: number) =>
        row.range_from.getTime() <= dayMs && dayMs < row.range_to.getTime()
      const expected = delivered.filter((row) => {
        const days = (row.range_to.getTime() - row.range_from.getTime()) / DAY_MS
        const own = Array.from({ length: days }, (_, day) => row.range_from.getTime() + day * DAY_MS)
        const touches = own.some((dayMs) => has(current, dayMs))
        return (
          touches &&
          isNewer(current, row) &&
          own.every((dayMs) => all.some((other) => isNewer(other, row) && has(other, dayMs)))
        )
      })
      expect(await restated(current, delivered)).toEqual(expected.map(({ id }) => id))
    }),
  )
})
