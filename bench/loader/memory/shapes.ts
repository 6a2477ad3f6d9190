import type { Column, ColumnType } from '@datahub/core/bucket/column'
import type { ReportShape } from '../bucket-folder.ts'

/** Packages of one table: how wide and long it is, and what a package after the first does to it. */
export interface MemoryCase {
  readonly name: string
  readonly shape: ReportShape
  /** Rows of each package; all have the same keys and days. */
  readonly rows: readonly number[]
  /** Of each text, in characters. */
  readonly textLength?: number
}

const UPSERT = { primaryKey: ['c0'] }
const REPLACE = { replaceByRange: { dateColumn: 'c1' } }

export const MEMORY_CASES: readonly MemoryCase[] = [
  {
    name: 'narrow: 200,000 rows of 6 columns, upserted',
    shape: { columns: columnsOf(6), ...UPSERT },
    rows: twice(200e3),
  },
  {
    name: 'long keys: 200,000 rows of 16 columns, key of 4 with 250 bytes, upserted',
    shape: { columns: columnsOf(16), primaryKey: ['c0', 'c3', 'c7', 'c11'] },
    rows: twice(200e3),
    textLength: 82,
  },
  {
    name: 'wide: 100,000 rows of 60 columns, upserted',
    shape: { columns: columnsOf(60), ...UPSERT },
    rows: twice(100e3),
  },
  {
    name: 'widest: 40,000 rows of 302 columns, upserted',
    shape: { columns: columnsOf(302), ...UPSERT },
    rows: [40e3, 24e3],
  },
  {
    name: 'long: 5,000,000 rows of 6 columns, upserted',
    shape: { columns: columnsOf(6), ...UPSERT },
    rows: twice(5e6),
  },
  {
    name: 'long: 5,000,000 rows of 6 columns, replaced',
    shape: { columns: columnsOf(6), ...REPLACE },
    rows: twice(5e6),
  },
  {
    name: 'scattered: 2,000 rows upserted into 5,000,000',
    shape: { columns: columnsOf(6), ...UPSERT },
    rows: [5e6, 2000],
  },
  {
    name: 'many: 3,000 packages of 10 rows, replaced',
    shape: { columns: columnsOf(6), ...REPLACE },
    rows: Array<number>(3000).fill(10),
  },
]

function twice(rows: number): number[] {
  return [rows, rows]
}

/** A number, a day, and then texts and numbers of each kind in turn. */
function columnsOf(count: number): Column[] {
  const kinds: ColumnType[] = ['double', 'text', 'integer', 'bigint']
  return Array.from({ length: count }, (_, at): Column => {
    const type = at === 0 ? 'bigint' : at === 1 ? 'date' : (kinds[(at - 2) % kinds.length] as ColumnType)
    return { name: `c${at}`, type, nullable: at > 0 }
  })
}
