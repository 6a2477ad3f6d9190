import type { Column, ColumnType } from '@datahub/core/bucket/column'
import { readRecords, type CsvRecord } from './read-records.ts'

interface Sniffed {
  readonly name: string
  /** The narrowest type that fits every value so far, undefined while all are NULL. */
  type: ColumnType | undefined
  digits: number
  scale: number
}

const PATTERNS: readonly (readonly [ColumnType, RegExp])[] = [
  ['boolean', /^(true|false)$/],
  ['bigint', /^-?(0|[1-9]\d{0,17})$/],
  ['decimal', /^-?(0|[1-9]\d{0,27})(\.\d{1,10})?$/],
  ['double', /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/],
  ['date', /^\d{4}-(0[1-9]|1[0-2])-([0-2]\d|3[01])$/],
  ['timestamp', /^\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(\.\d{1,6})?$/],
  ['timestamptz', /^\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d(:?\d\d)?)$/],
]

/** What a column becomes that has held values of both types; anything else together is text. */
const JOINED = new Map<string, ColumnType>([
  ['bigint decimal', 'decimal'],
  ['bigint double', 'double'],
  ['decimal double', 'double'],
])

/**
 * Columns of a CSV that no manifest describes, from every one of its values: a type is chosen only where all of them
 * have its form. A number with a leading zero is text, because it is a code.
 */
export async function sniffColumns(chunks: AsyncIterable<Uint8Array>): Promise<{ columns: Column[]; rows: number }> {
  let columns: Sniffed[] | undefined
  let rows = 0
  for await (const batch of readRecords(chunks, 'header')) {
    let records = batch
    if (columns === undefined) {
      columns = (batch[0] ?? []).map((name) => ({ name: (name ?? '').trim(), type: undefined, digits: 1, scale: 0 }))
      records = batch.slice(1)
    }
    rows += records.length
    for (const record of records) look(columns, record)
  }
  return { columns: (columns ?? []).map(toColumn), rows }
}

function look(columns: readonly Sniffed[], record: CsvRecord): void {
  for (let at = 0; at < columns.length; at += 1) {
    const column = columns[at] as Sniffed
    const value = record[at] ?? null
    if (value === null || column.type === 'text') continue
    const type = typeOf(value, column.type)
    if (type === 'bigint' || type === 'decimal') measure(column, value)
    if (column.type === undefined || column.type === type) column.type = type
    else column.type = JOINED.get([column.type, type].sort().join(' ')) ?? 'text'
  }
}

/** Most values have the type of the one before. */
function typeOf(value: string, likely: ColumnType | undefined): ColumnType {
  const first = PATTERNS.find(([type]) => type === likely)
  if (first && likely !== 'double' && likely !== 'decimal' && first[1].test(value)) return first[0]
  return PATTERNS.find(([, pattern]) => pattern.test(value) && !/^-?0\d/.test(value))?.[0] ?? 'text'
}

function measure(column: Sniffed, value: string): void {
  const [whole = '', fraction = ''] = value.replace('-', '').split('.')
  column.digits = Math.max(column.digits, whole.length)
  column.scale = Math.max(column.scale, fraction.length)
}

function toColumn({ name, type = 'text', digits, scale }: Sniffed): Column {
  const numeric = type === 'decimal' ? { precision: Math.max(18, digits) + scale, scale } : {}
  return { name, type, nullable: true, ...numeric }
}
