import type { DataRange } from '@datahub/core/execution/data-range'
import { coveredBy } from '@datahub/core/task/coverage'

export interface DeliveredRow {
  readonly id: number
  readonly range_from: Date
  readonly range_to: Date
  readonly ended_at: Date
}

/**
 * What an execution of this range restates: delivered executions none of whose data is the newest any more, because this
 * one and those delivered since then cover their whole ranges. One that is covered in part stays: the rest of it is still
 * good. `deliveredWithin`: those of the same task that touch a range.
 */
export async function restatedBy(
  range: DataRange,
  deliveredWithin: (from: Date, to: Date) => Promise<DeliveredRow[]>,
): Promise<number[]> {
  const { from, to } = range
  const touched = await deliveredWithin(from, to)
  const isInside = (row: DeliveredRow) => row.range_from >= from && row.range_to <= to
  const partly = touched.filter((row) => !isInside(row))
  const bounds = partly.flatMap((row) => [row.range_from.getTime(), row.range_to.getTime()])
  const around =
    partly.length === 0 ? [] : await deliveredWithin(new Date(Math.min(...bounds)), new Date(Math.max(...bounds)))
  const isCovered = (row: DeliveredRow) => {
    const later = around.filter((other) => other.ended_at > row.ended_at)
    const ranges = later.map((other) => ({ from: other.range_from, to: other.range_to }))
    return coveredBy([range, ...ranges])({ from: row.range_from, to: row.range_to })
  }
  return touched.filter((row) => isInside(row) || isCovered(row)).map((row) => row.id)
}
