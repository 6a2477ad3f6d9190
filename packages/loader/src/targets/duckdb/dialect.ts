import type { ColumnType } from '@datahub/core/bucket/column'
import { join, sql, text } from '../sql.ts'
import { sameKey, type Dialect, type HeldType } from '../target.ts'

const TYPES: Record<ColumnType, string> = {
  boolean: 'BOOLEAN',
  smallint: 'SMALLINT',
  integer: 'INTEGER',
  bigint: 'BIGINT',
  // DuckDB has no decimal without limits; text loses nothing.
  decimal: 'VARCHAR',
  real: 'FLOAT',
  double: 'DOUBLE',
  date: 'DATE',
  time: 'TIME',
  timestamp: 'TIMESTAMP',
  timestamptz: 'TIMESTAMP WITH TIME ZONE',
  text: 'VARCHAR',
  uuid: 'UUID',
  json: 'JSON',
  bytes: 'BLOB',
}

const HELD = new Map(
  (Object.entries(TYPES) as [ColumnType, string][])
    .filter(([type]) => type !== 'decimal')
    .map(([type, declared]) => [declared, type]),
)

const MAX_DIGITS = 38

export const duckdbDialect: Dialect = {
  nameMaxBytes: 255,
  quote: (name) => `"${name.replaceAll('"', '""')}"`,
  declare({ type, precision, scale = 0 }) {
    if (type === 'other') return 'VARCHAR'
    return type === 'decimal' && precision !== undefined && precision <= MAX_DIGITS
      ? `DECIMAL(${precision},${scale})`
      : TYPES[type]
  },
  bound: (value, { type }) =>
    type === 'timestamptz' ? `TIMESTAMPTZ '${value}+00'` : `${type === 'date' ? 'DATE' : 'TIMESTAMP'} '${value}'`,
  jsonObject: (pairs) =>
    sql`json_object(${join(
      pairs.map(([name, column]) => sql`${name}, ${text(column)}`),
      ', ',
    )})`,
  jsonType: 'JSON',
  deleteMatching: (table, stage, { key, older }) => [
    sql`delete from ${table} t using ${stage} s where ${sameKey(key)} and ${older}`,
  ],
  dropStage: (stage) => `drop table if exists temp.${stage}`,
  bigint: 'BIGINT',
  text: 'VARCHAR',
  shortText: 'VARCHAR',
  tableOptions: '',
  temporary: 'temp',
  stageOptions: '',
  loadDefault: '',
  // It scans columns faster than it keeps an index, and refuses a key deleted and put back in one transaction.
  createsIndexes: false,
  indexName: () => '',
}

/** `DECIMAL(10,2)` as DESCRIBE says it, in the words of the manifest. */
export function heldBy(declared: string): HeldType {
  const [, precision, scale] = /^DECIMAL\((\d+),(\d+)\)$/.exec(declared) ?? []
  if (precision !== undefined) return { type: 'decimal', precision: Number(precision), scale: Number(scale) }
  const type = HELD.get(declared)
  return { type: type ?? 'other' }
}
