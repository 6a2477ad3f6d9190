import { useState } from 'react'

interface Held<Row> {
  readonly list: string
  readonly rows: readonly Row[]
}

type KeyOf<Row> = (row: Row) => string | number

/** The rows to show: those that are held, each as it is now, in their places. Another list, and an empty one, begin anew. */
export function rowsInPlace<Row>(held: Held<Row>, came: Held<Row>, keyOf: KeyOf<Row>): readonly Row[] {
  if (held.list !== came.list || held.rows.length === 0) return came.rows
  const now = new Map(came.rows.map((row) => [keyOf(row), row]))
  return held.rows.map((row) => now.get(keyOf(row)) ?? row)
}

/**
 * Rows that do not move under the reader: what is known is kept up to date in its place, what is new waits until it is
 * asked for. `list` names what is listed.
 */
export function useHeldRows<Row>(list: string, rows: readonly Row[], keyOf: KeyOf<Row>) {
  const [held, setHeld] = useState({ list, rows })
  const shown = rowsInPlace(held, { list, rows }, keyOf)
  // As React wants it: state that follows from what came is set while rendering, and settles
  if (held.list !== list || shown.length !== held.rows.length || shown.some((row, index) => row !== held.rows[index]))
    setHeld({ list, rows: shown })
  const known = new Set(shown.map(keyOf))
  return {
    shown,
    fresh: rows.filter((row) => !known.has(keyOf(row))),
    showFresh: () => setHeld({ list, rows }),
  }
}
