import { useState } from 'react'

interface Came<Row> {
  /** Names what is listed. */
  readonly list: string
  readonly rows: readonly Row[]
  /** What was asked for is not there yet: these are rows of the list before, or what this one was at an earlier visit. */
  readonly isOld: boolean
}

type KeyOf<Row> = (row: Row) => string | number

/**
 * What to show: the rows that are held, each as it is now, in their places. Another list, an empty one, and the answer that
 * the reader waits for begin anew.
 */
export function held<Row>(before: Came<Row>, came: Came<Row>, keyOf: KeyOf<Row>): Came<Row> {
  if (before.list !== came.list || before.rows.length === 0) return came
  const isOld = before.isOld && came.isOld
  if (before.isOld !== isOld) return { ...came, isOld }
  return { ...before, rows: rowsInPlace(before.rows, came.rows, keyOf) }
}

function rowsInPlace<Row>(before: readonly Row[], came: readonly Row[], keyOf: KeyOf<Row>): readonly Row[] {
  const now = new Map(came.map((row) => [keyOf(row), row]))
  return before.map((row) => now.get(keyOf(row)) ?? row)
}

/** Of the answer that has the rows. */
export interface Answered {
  readonly isFetching: boolean
  readonly isPlaceholderData: boolean
}

/**
 * Rows that do not move under the reader: what is known is kept up to date in its place, what is new or gone waits until it
 * is asked for. `list` names what is listed; a row is the same object for as long as nothing of it has changed.
 */
export function useHeldRows<Row>(answer: Answered, list: string, rows: readonly Row[], keyOf: KeyOf<Row>) {
  const came = { list, rows, isOld: answer.isFetching || answer.isPlaceholderData }
  const [before, setBefore] = useState(came)
  const next = held(before, came, keyOf)
  // As React wants it: state that follows from what came is set while rendering, and settles
  if (isOther(before, next)) setBefore(next)
  const shown = new Set(next.rows.map(keyOf))
  const there = new Set(rows.map(keyOf))
  return {
    shown: next.rows,
    fresh: rows.filter((row) => !shown.has(keyOf(row))),
    /** Keys of rows that are shown and in the list no more: filters may have left them behind. */
    gone: new Set([...shown].filter((key) => !there.has(key))),
    showFresh: () => setBefore(came),
  }
}

function isOther<Row>(before: Came<Row>, next: Came<Row>): boolean {
  return (
    before.list !== next.list ||
    before.isOld !== next.isOld ||
    before.rows.length !== next.rows.length ||
    next.rows.some((row, index) => row !== before.rows[index])
  )
}
