import type { ColumnType } from '@datahub/core/bucket/column'
import { join, sql, text } from '../sql.ts'
import type { Dialect, HeldType } from '../target.ts'

/** Rows of the stage, numbered as they came in, whose keys are looked for at a time. */
const ROWS_AT_ONCE = 250_000

/** A float holds this many digits; a decimal that is longer is kept as text. */
const EXACT_DIGITS = 15

/**
 * The declared type decides how SQLite keeps a value. A type with TEXT in its name keeps the characters; the others turn
 * what looks like a number into one, which is what is wanted for numbers only.
 */
const TYPES: Record<ColumnType, string> = {
  boolean: 'boolean',
  smallint: 'smallint',
  integer: 'integer',
  bigint: 'bigint',
  decimal: 'decimal_text',
  real: 'real',
  double: 'double',
  date: 'date_text',
  time: 'time_text',
  timestamp: 'timestamp_text',
  timestamptz: 'timestamptz_text',
  text: 'text',
  uuid: 'uuid_text',
  json: 'json_text',
  bytes: 'blob',
}

const HELD = new Map<string, ColumnType>([
  ...(Object.entries(TYPES) as [ColumnType, string][]).map(([type, declared]) => [declared, type] as const),
  // All of them are integers of up to 64 bits, whatever their name: none has to grow, which a key could not.
  ...['tinyint', 'smallint', 'mediumint', 'int', 'integer'].map((name) => [name, 'bigint'] as const),
  ['decimal', 'decimal'],
  ['numeric', 'decimal'],
  ['varchar', 'text'],
  ['date', 'date'],
  ['datetime', 'timestamp'],
  ['timestamp', 'timestamp'],
])

export const sqliteDialect: Dialect = {
  nameMaxBytes: 255,
  quote: (name) => `"${name.replaceAll('"', '""')}"`,
  declare({ type, precision, scale = 0 }) {
    if (type === 'other') return 'text'
    if (type !== 'decimal' || precision === undefined) return TYPES[type]
    return `${precision <= EXACT_DIGITS ? 'decimal' : 'decimal_text'}(${precision},${scale})`
  },
  bound: (value) => `'${value}'`,
  jsonObject: (pairs) =>
    sql`json_object(${join(
      pairs.map(([name, column]) => sql`${name}, ${text(column)}`),
      ', ',
    )})`,
  jsonType: 'json_text',
  // With `exists`, SQLite would go through the stage once for every row of the table; and it notes in memory what goes.
  deleteMatching(table, stage, { key, older, rows }) {
    const names = join(key, ', ')
    return Array.from({ length: Math.ceil(rows / ROWS_AT_ONCE) }, (_, part) => {
      const within = text(`_rowid_ > ${part * ROWS_AT_ONCE} and _rowid_ <= ${(part + 1) * ROWS_AT_ONCE}`)
      return sql`delete from ${table} as t where ${older} and (${names}) in (select ${names} from temp.${stage} where ${within})`
    })
  },
  dropStage: (stage) => `drop table if exists temp.${stage}`,
  bigint: 'integer',
  text: 'text',
  shortText: 'text',
  tableOptions: '',
  temporary: 'temp',
  stageOptions: '',
  loadDefault: '',
  createsIndexes: true,
  indexName: ({ name }, column) => `"${`datahub_${name}_${column}`.replaceAll('"', '')}"`,
}

/** `decimal(10,2)` as it stands in `create table`, in the words of the manifest. */
export function heldBy(declared: string): HeldType {
  const [, name = '', digits] = /^([a-z_ ]*)(?:\(([\d, ]+)\))?$/i.exec(declared.trim()) ?? []
  const type = HELD.get(name.trim().toLowerCase())
  if (type === undefined) return { type: 'other' }
  if (type !== 'decimal' || digits === undefined) return { type }
  const [precision = 0, scale = 0] = digits.split(',').map(Number)
  return { type, precision, scale }
}
