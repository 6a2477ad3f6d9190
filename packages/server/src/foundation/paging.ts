import { invalid } from '@datahub/core/error/data-hub-error'
import { z } from 'zod'

/** Pages of a sorted list, by the key of their first or last row and not by number: nothing moves while rows are added. */

export type Key = readonly (string | number)[]

/** `next`: what comes after the key in the order of the list, nearest first; `previous`: what comes before it, nearest first. */
export type Direction = 'next' | 'previous'

export interface PageRequest {
  readonly cursor?: string | undefined
  /** The key of the row that is to stand in the middle. */
  readonly around?: Key | undefined
  readonly limit: number
}

export interface PageOf<Row> {
  readonly rows: readonly Row[]
  readonly next: string | null
  readonly previous: string | null
}

const CursorKey = z.tuple([z.enum(['next', 'previous'])], z.union([z.string(), z.number()]))

/**
 * Reads one page. `fetch` answers up to `limit` rows in a direction from a key, itself included where it says so; an
 * undefined key is the beginning of the list. Throws `request.invalid` for a cursor that is none.
 */
export async function readPage<Row>(
  request: PageRequest,
  keyOf: (row: Row) => Key,
  fetch: (direction: Direction, key: Key | undefined, isIncluded: boolean, limit: number) => Promise<readonly Row[]>,
): Promise<PageOf<Row>> {
  const { limit } = request
  if (request.around) {
    const half = Math.floor(limit / 2)
    const [before, rest] = await Promise.all([
      fetch('previous', request.around, false, half + 1),
      // As many as are needed where nothing stands before them
      fetch('next', request.around, true, limit + 1),
    ])
    const newer = before.slice(0, half).toReversed()
    const rows = [...newer, ...rest.slice(0, limit - newer.length)]
    return pageOf(rows, keyOf, before.length > newer.length, rest.length > limit - newer.length)
  }
  const [direction, key] = request.cursor === undefined ? (['next'] as const) : parseCursor(request.cursor)
  const found = await fetch(direction, key, false, limit + 1)
  const [rows, hasMore] = [found.slice(0, limit), found.length > limit]
  return direction === 'next'
    ? pageOf(rows, keyOf, key !== undefined, hasMore)
    : pageOf(rows.toReversed(), keyOf, hasMore, true)
}

function pageOf<Row>(
  rows: readonly Row[],
  keyOf: (row: Row) => Key,
  hasPrevious: boolean,
  hasNext: boolean,
): PageOf<Row> {
  const [first, last] = [rows[0], rows.at(-1)]
  return {
    rows,
    next: hasNext && last ? formatCursor('next', keyOf(last)) : null,
    previous: hasPrevious && first ? formatCursor('previous', keyOf(first)) : null,
  }
}

function formatCursor(direction: Direction, key: Key): string {
  return Buffer.from(JSON.stringify([direction, ...key])).toString('base64url')
}

function parseCursor(cursor: string): [Direction, Key] {
  try {
    const [direction, ...key] = CursorKey.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')))
    return [direction, key]
  } catch {
    throw invalid('read the page', [
      {
        field: 'cursor',
        problem: 'is not a cursor',
        cure: 'Send what next or previous of a page says, or leave it out.',
      },
    ])
  }
}
