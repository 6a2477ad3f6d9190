import type { Column, ColumnType } from '@datahub/core/bucket/column'
import type { RangeType } from '../sql.ts'
import type { Encoding } from './row-encoder.ts'

/** A column as the server describes a result. */
export interface MysqlColumn {
  readonly name: string
  /** The protocol's number of the type. */
  readonly code: number
  readonly flags: number
  /** Characters, or digits with sign and point. */
  readonly length: number
  readonly decimals: number
  readonly charset: number
}

interface Meaning {
  readonly type: ColumnType
  readonly encoding: Encoding
  /** Decimals only. */
  readonly precision?: number
  readonly scale?: number
  /** Where a value cannot be NULL in the database but is in the CSV. */
  readonly nullable?: true
}

const [NOT_NULL, UNSIGNED] = [1, 32]
/** The character set of what is no text. */
const BINARY = 63
const FLOAT = 4

const WHOLE: Readonly<Record<number, readonly [signed: ColumnType, unsigned: ColumnType]>> = {
  1: ['smallint', 'smallint'],
  2: ['smallint', 'integer'],
  3: ['integer', 'bigint'],
  9: ['integer', 'integer'],
  13: ['smallint', 'smallint'],
}

export function describeColumn(column: MysqlColumn): Column {
  const { encoding: _encoding, nullable, ...meaning } = meaningOf(column)
  return { name: column.name, ...meaning, nullable: nullable ?? (column.flags & NOT_NULL) === 0 }
}

export function encodingOf(column: MysqlColumn): Encoding {
  return meaningOf(column).encoding
}

/** MySQL writes six digits of a FLOAT; as a DOUBLE it writes all that it has. */
export function selectColumn({ code }: MysqlColumn, reference: string): string {
  return code === FLOAT ? `cast(${reference} as double)` : reference
}

/** How a data range cuts this column, if it can. */
export function rangeTypeOf(column: MysqlColumn): RangeType | undefined {
  const { type } = meaningOf(column)
  return type === 'date' || type === 'timestamp' || type === 'timestamptz' ? type : undefined
}

function meaningOf({ code, flags, length, decimals, charset }: MysqlColumn): Meaning {
  const isUnsigned = (flags & UNSIGNED) !== 0
  const whole = WHOLE[code]
  if (whole) return { type: whole[isUnsigned ? 1 : 0], encoding: 'plain' }
  switch (code) {
    case 8:
      return isUnsigned
        ? { type: 'decimal', precision: 20, scale: 0, encoding: 'plain' }
        : { type: 'bigint', encoding: 'plain' }
    case 0:
    case 246: {
      const precision = length - (decimals > 0 ? 1 : 0) - (isUnsigned ? 0 : 1)
      return { type: 'decimal', precision: Math.max(precision, decimals, 1), scale: decimals, encoding: 'plain' }
    }
    case FLOAT:
      return { type: 'real', encoding: 'plain' }
    case 5:
      return { type: 'double', encoding: 'plain' }
    case 10:
    case 14:
      return { type: 'date', encoding: 'date', nullable: true }
    case 12:
      return { type: 'timestamp', encoding: 'date', nullable: true }
    case 7:
      return { type: 'timestamptz', encoding: 'instant', nullable: true }
    case 16:
      return length < 64
        ? { type: 'bigint', encoding: 'bits' }
        : { type: 'decimal', precision: 20, scale: 0, encoding: 'bits' }
    case 245:
      return { type: 'json', encoding: 'text' }
    case 255:
      return { type: 'bytes', encoding: 'bytes' }
    case 249:
    case 250:
    case 251:
    case 252:
    case 253:
    case 254:
      return charset === BINARY ? { type: 'bytes', encoding: 'bytes' } : { type: 'text', encoding: 'text' }
    default:
      // TIME goes up to 838 hours and down below zero: a span of time, not one of day
      return { type: 'text', encoding: 'text' }
  }
}
