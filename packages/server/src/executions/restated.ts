import type { DataRange } from '@datahub/core/execution/data-range'
import { coveredBy } from '@datahub/core/task/coverage'

/** A delivery: which data, and the instant of the source that it shows. */
export interface DeliveredRow {
  readonly id: number
  readonly range_from: Date
  readonly range_to: Date
  readonly snapshot_at: Date
}

/**
 * What a delivery restates: older ones none of whose data is the newest any more, because this one and those newer than
 * they cover their whole ranges. One that is covered in part stays: the rest of it is still good. What is newer is for
 * snapshots to say, as it is for readers: an execution that was retried for hours ends after, and shows less than, one that
 * was done meanwhile. `deliveredWithin`: those of the same task that touch a range.
 */
export async function restatedBy(
  delivery: { readonly id: number; readonly range: DataRange; readonly snapshotAt: Date },
  deliveredWithin: (from: Date, to: Date) => Promise<DeliveredRow[]>,
): Promise<number[]> {
  const { id, range, snapshotAt } = delivery
  const { from, to } = range
  const touched = await deliveredWithin(from, to)
  const older = touched.filter((row) => isNewer({ id, snapshot_at: snapshotAt }, row))
  const isInside = (row: DeliveredRow) => row.range_from >= from && row.range_to <= to
  const partly = older.filter((row) => !isInside(row))
  const bounds = partly.flatMap((row) => [row.range_from.getTime(), row.range_to.getTime()])
  const around =
    partly.length === 0 ? [] : await deliveredWithin(new Date(Math.min(...bounds)), new Date(Math.max(...bounds)))
  const isCovered = (row: DeliveredRow) => {
    const newer = around.filter((other) => isNewer(other, row))
    const ranges = newer.map((other) => ({ from: other.range_from, to: other.range_to }))
    return coveredBy([range, ...ranges])({ from: row.range_from, to: row.range_to })
  }
  return older.filter((row) => isInside(row) || isCovered(row)).map((row) => row.id)
}

type Age = Pick<DeliveredRow, 'id' | 'snapshot_at'>

/** Within a hub, as docs/decisions/008-newest-snapshot-wins.md has it. */
function isNewer(one: Age, other: Age): boolean {
  const byMs = one.snapshot_at.getTime() - other.snapshot_at.getTime()
  return byMs === 0 ? one.id > other.id : byMs > 0
}
