import type { ColumnType } from '@datahub/core/bucket/column'
import { join, sql, text } from '../sql.ts'
import { sameKey, type Dialect, type HeldType } from '../target.ts'

const TYPES: Record<ColumnType, string> = {
  boolean: 'boolean',
  smallint: 'smallint',
  integer: 'integer',
  bigint: 'bigint',
  decimal: 'numeric',
  real: 'real',
  double: 'double precision',
  date: 'date',
  time: 'time',
  timestamp: 'timestamp',
  timestamptz: 'timestamptz',
  text: 'text',
  uuid: 'uuid',
  // Not jsonb, which changes numbers and drops doubled keys.
  json: 'json',
  bytes: 'bytea',
}

/** What PostgreSQL calls the types in its catalogue, lengths taken off. */
const HELD: Readonly<Record<string, ColumnType>> = {
  boolean: 'boolean',
  smallint: 'smallint',
  integer: 'integer',
  bigint: 'bigint',
  numeric: 'decimal',
  real: 'real',
  'double precision': 'double',
  date: 'date',
  'time without time zone': 'time',
  'timestamp without time zone': 'timestamp',
  'timestamp with time zone': 'timestamptz',
  text: 'text',
  'character varying': 'text',
  uuid: 'uuid',
  json: 'json',
  jsonb: 'json',
  bytea: 'bytes',
}

export const postgresDialect: Dialect = {
  nameMaxBytes: 63,
  quote: (name) => `"${name.replaceAll('"', '""')}"`,
  declare: ({ type, precision, scale }) =>
    type === 'decimal' && precision !== undefined && precision <= 1000
      ? `numeric(${precision},${scale ?? 0})`
      : type === 'other'
        ? 'text'
        : TYPES[type],
  bound: (value, { type }) =>
    type === 'timestamptz' ? `timestamptz '${value}+00'` : `${type === 'date' ? 'date' : 'timestamp'} '${value}'`,
  jsonObject: (pairs) =>
    sql`json_build_object(${join(
      pairs.map(([name, column]) => sql`${name}::text, ${text(column)}`),
      ', ',
    )})`,
  jsonType: 'jsonb',
  deleteMatching: (table, stage, { key, older }) => [
    sql`delete from ${table} t using ${stage} s where ${sameKey(key)} and ${older}`,
  ],
  dropStage: (stage) => `drop table if exists ${stage}`,
  bigint: 'bigint',
  text: 'text',
  shortText: 'text',
  tableOptions: '',
  temporary: 'temp',
  stageOptions: ' on commit drop',
  loadDefault: ` default nullif(current_setting('datahub.load', true), '')::bigint`,
  createsIndexes: true,
  indexName: () => '',
}

/** `numeric(38,10)`, as `format_type` says it, in the words of the manifest. */
export function heldBy(declared: string): HeldType {
  const digits = /\((\d+(?:,\d+)?)\)/.exec(declared)?.[1]
  const type = HELD[declared.replace(/\([\d,]+\)/, '')]
  if (type === undefined) return { type: 'other' }
  if (type !== 'decimal' || digits === undefined) return { type }
  const [precision, scale] = digits.split(',').map(Number)
  return { type, precision: precision ?? 0, scale: scale ?? 0 }
}
