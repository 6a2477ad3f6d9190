import { createWriteStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import type { Column } from '@datahub/core/bucket/column'
import { formatRecord } from '@datahub/core/bucket/csv'

const PIECE_LENGTH = 1 << 20
/** Keys of a short package are as far apart as those of a long one are many. */
const KEYS = 5_000_000

/** Writes a CSV whose keys are the same in every package of as many rows, and whose values are not. */
export async function writeCsv(
  path: string,
  {
    columns,
    rows,
    version,
    textLength = 12,
  }: { columns: readonly Column[]; rows: number; version: number; textLength?: number | undefined },
): Promise<void> {
  await pipeline(function* () {
    let piece = formatRecord(columns.map(({ name }) => name))
    const apart = rows < 10_000 ? Math.floor(KEYS / rows) : 1
    for (let row = 0; row < rows; row += 1) {
      piece += formatRecord(columns.map(({ type }, at) => valueOf(type, at, row, apart, version, textLength)))
      if (piece.length < PIECE_LENGTH) continue
      yield Buffer.from(piece)
      piece = ''
    }
    yield Buffer.from(piece)
  }, createWriteStream(path))
}

function valueOf(type: string, at: number, row: number, apart: number, version: number, textLength: number): string {
  if (at === 0) return String(row * apart)
  if (type === 'date') return `2025-08-${String(1 + (row % 28)).padStart(2, '0')}`
  if (type === 'text') return `text ${row % 5000} of ${at} `.padEnd(textLength, 'x')
  // Scattered as measured values are: nothing that a column store would make small.
  const scattered = Math.imul(row * 31 + at * 17 + version * 7919, 2_654_435_761) >>> 0
  return type === 'double' ? String(scattered / 1000) : String(scattered >>> 1)
}
