import type { Direction } from '../foundation/paging.ts'

/** Which of the two lists a row is of: executions, or changes. */
export type Kind = 'execution' | 'change'

/**
 * Where a page begins or ends: rows with these ids and greater ones of either list come before it, all others after it. Each
 * list is in the order of its ids, so that nothing is shown twice or left out, whatever their clocks say.
 */
export interface Place {
  readonly execution: number
  readonly change: number
}

export const START: Place = { execution: Number.MAX_SAFE_INTEGER, change: Number.MAX_SAFE_INTEGER }

export interface Merged<Row> {
  readonly row: Row
  /** Right after the row. */
  readonly place: Place
}

interface Item {
  readonly kind: Kind
  readonly id: number
  readonly at: Date
}

/** Rows of two lists from a place on, nearest first: by their instants, as far as the orders of the lists allow. */
export function merge<Row extends Item>(
  lists: readonly [readonly Row[], readonly Row[]],
  from: Place,
  direction: Direction,
  limit: number,
): Merged<Row>[] {
  const merged: Merged<Row>[] = []
  const at: [number, number] = [0, 0]
  let place = from
  while (merged.length < limit) {
    const [first, second] = [lists[0][at[0]], lists[1][at[1]]]
    if (!first && !second) break
    const isFirst = !second || (first !== undefined && isNearer(first, second, direction))
    const row = isFirst ? first : second
    if (!row) break
    at[isFirst ? 0 : 1] += 1
    merged.push({ row, place: { ...place, [row.kind]: row.id } })
    // Upwards the row itself is behind: what comes next is above it
    place = { ...place, [row.kind]: direction === 'next' ? row.id : row.id + 1 }
  }
  return merged
}

function isNearer(one: Item, other: Item, direction: Direction): boolean {
  return direction === 'next' ? one.at >= other.at : one.at < other.at
}
