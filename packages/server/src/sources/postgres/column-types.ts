import type { Column, ColumnType } from '@datahub/core/bucket/column'
import { quoteName, type RangeType } from '../sql.ts'

/** A column as PostgreSQL describes it, domains already taken off. */
export interface PostgresColumn {
  readonly name: string
  /** OID of the type; a built-in type has the same one everywhere. */
  readonly typeOid: number
  /** The type's modifier, -1 for none. */
  readonly modifier: number
  readonly nullable: boolean
}

interface Meaning {
  readonly type: ColumnType
  /** How the value is selected where PostgreSQL would write it otherwise than our dialect does. */
  readonly select?: (name: string) => string
}

const NUMERIC = 1700

/** What is not here (arrays, enums, intervals, ranges, addresses …) is text as PostgreSQL writes it. */
const MEANINGS = new Map<number, Meaning>([
  [16, { type: 'boolean', select: (name) => `${name}::text` }],
  [17, { type: 'bytes', select: (name) => `pg_catalog.encode(${name}, 'hex')` }],
  [20, { type: 'bigint' }],
  [21, { type: 'smallint' }],
  [23, { type: 'integer' }],
  [26, { type: 'bigint' }],
  [114, { type: 'json' }],
  [700, { type: 'real' }],
  [701, { type: 'double' }],
  // Money is written with the currency and the commas of the server's locale.
  [790, { type: 'decimal', select: (name) => `${name}::pg_catalog.numeric` }],
  [1082, { type: 'date' }],
  [1083, { type: 'time' }],
  [1114, { type: 'timestamp' }],
  [1184, { type: 'timestamptz' }],
  [NUMERIC, { type: 'decimal' }],
  [2950, { type: 'uuid' }],
  [3802, { type: 'json' }],
])

export function describeColumn({ name, typeOid, modifier, nullable }: PostgresColumn): Column {
  const type = MEANINGS.get(typeOid)?.type ?? 'text'
  return { name, type, nullable, ...(typeOid === NUMERIC ? digitsOf(modifier) : {}) }
}

/** The expression that gives a column's value as our dialect writes it; `reference` is its quoted name or alias. */
export function selectColumn({ typeOid }: PostgresColumn, reference: string, name: string): string {
  const expression = MEANINGS.get(typeOid)?.select?.(reference) ?? reference
  return expression === quoteName(name) ? expression : `${expression} as ${quoteName(name)}`
}

/** Types as they stand in a cast, of those whose values are compared as what they are and not as text. */
const CASTS = new Map<number, string>([
  [16, 'bool'],
  [20, 'int8'],
  [21, 'int2'],
  [23, 'int4'],
  [26, 'oid'],
  [700, 'float4'],
  [701, 'float8'],
  [790, 'money'],
  [1082, 'date'],
  [1083, 'time'],
  [1114, 'timestamp'],
  [1184, 'timestamptz'],
  [NUMERIC, 'numeric'],
  [2950, 'uuid'],
])

/** text, varchar and char: compared without a cast of the column, which keeps their indexes of use. */
const TEXTS = [25, 1042, 1043]

/** How a column is compared with a value that comes as text: both sides in SQL. */
export function castOf(
  typeOid: number,
  reference: string,
): { readonly reference: string; value(text: string): string } {
  const type = CASTS.get(typeOid)
  if (type) return { reference, value: (text) => `${text}::pg_catalog.${type}` }
  return { reference: TEXTS.includes(typeOid) ? reference : `${reference}::pg_catalog.text`, value: (text) => text }
}

/** How a data range cuts this type, if it can. */
export function rangeTypeOf(typeOid: number): RangeType | undefined {
  const type = MEANINGS.get(typeOid)?.type
  return type === 'date' || type === 'timestamp' || type === 'timestamptz' ? type : undefined
}

/** numeric(p, s); from PostgreSQL 15 on the scale may be negative, or larger than the precision. */
function digitsOf(modifier: number): { precision?: number; scale?: number } {
  if (modifier < 4) return {}
  const precision = ((modifier - 4) >> 16) & 0xffff
  const scale = (((modifier - 4) & 0x7ff) ^ 1024) - 1024
  return scale < 0 ? { precision: precision - scale, scale: 0 } : { precision: Math.max(precision, scale), scale }
}
