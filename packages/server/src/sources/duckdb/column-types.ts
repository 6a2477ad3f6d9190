import type { Column, ColumnType } from '@datahub/core/bucket/column'
import { quoteName, type RangeType } from '../sql.ts'

/** A column as DuckDB's DESCRIBE gives it, its type in words such as `DECIMAL(18,3)` or `STRUCT(a INTEGER)[]`. */
export interface DuckdbColumn {
  readonly name: string
  readonly type: string
}

const TYPES: Readonly<Record<string, ColumnType>> = {
  BOOLEAN: 'boolean',
  TINYINT: 'smallint',
  UTINYINT: 'smallint',
  SMALLINT: 'smallint',
  USMALLINT: 'integer',
  INTEGER: 'integer',
  UINTEGER: 'bigint',
  BIGINT: 'bigint',
  UBIGINT: 'decimal',
  HUGEINT: 'decimal',
  UHUGEINT: 'decimal',
  BIGNUM: 'decimal',
  DECIMAL: 'decimal',
  FLOAT: 'real',
  DOUBLE: 'double',
  DATE: 'date',
  TIME: 'time',
  TIMESTAMP: 'timestamp',
  TIMESTAMP_S: 'timestamp',
  TIMESTAMP_MS: 'timestamp',
  TIMESTAMP_NS: 'timestamp',
  'TIMESTAMP WITH TIME ZONE': 'timestamptz',
  UUID: 'uuid',
  JSON: 'json',
  BLOB: 'bytes',
}

const INTEGER_DIGITS: Readonly<Record<string, number>> = { UBIGINT: 20, HUGEINT: 39, UHUGEINT: 39 }

/** Files do not say that a column is never NULL. */
export function describeColumn({ name, type }: DuckdbColumn): Column {
  return { name, type: meaningOf(type), nullable: true, ...digitsOf(type) }
}

/** The expression that gives a column's value as our dialect writes it. */
export function selectColumn(column: DuckdbColumn, reference: string, name: string): string {
  const expression = asText(column, reference)
  return expression === quoteName(name) ? expression : `${expression} as ${quoteName(name)}`
}

/** How a column is compared with a value that comes as text: both sides in SQL. */
export function castOf(
  { type }: DuckdbColumn,
  reference: string,
): { readonly reference: string; value(text: string): string } {
  if (meaningOf(type) !== 'text') return { reference, value: (text) => `cast(${text} as ${type})` }
  return { reference: type === 'VARCHAR' ? reference : `cast(${reference} as VARCHAR)`, value: (text) => text }
}

function asText({ type }: DuckdbColumn, value: string): string {
  if (isNested(type)) return `to_json(${value})`
  if (type === 'BLOB') return `lower(hex(${value}))`
  if (type !== 'FLOAT' && type !== 'DOUBLE') return value
  // DuckDB writes nan and inf.
  return `case when isnan(${value}) then 'NaN' when isinf(${value}) then if(${value} > 0, 'Infinity', '-Infinity') else ${value}::varchar end`
}

/** How a data range cuts this type, if it can. */
export function rangeTypeOf(type: string): RangeType | undefined {
  const meaning = meaningOf(type)
  return meaning === 'date' || meaning === 'timestamp' || meaning === 'timestamptz' ? meaning : undefined
}

/** Lists, arrays, structs, maps and unions become JSON; what is not known (enums, intervals, bits …) is text. */
function meaningOf(type: string): ColumnType {
  if (isNested(type)) return 'json'
  return TYPES[type.replace(/\(.*\)$/s, '')] ?? 'text'
}

function isNested(type: string): boolean {
  return /\]$|^(STRUCT|MAP|UNION)\(/.test(type)
}

function digitsOf(type: string): { precision?: number; scale?: number } {
  const [, precision, scale] = /^DECIMAL\((\d+),\s*(\d+)\)$/.exec(type) ?? []
  if (precision !== undefined) return { precision: Number(precision), scale: Number(scale) }
  const digits = INTEGER_DIGITS[type]
  return digits === undefined ? {} : { precision: digits, scale: 0 }
}
