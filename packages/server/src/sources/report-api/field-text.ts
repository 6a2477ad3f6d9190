import type { ColumnType } from '@datahub/core/bucket/column'
import { isDay } from '@datahub/core/execution/data-range'
import { RawNumber } from './raw-number.ts'

/** A value as its column's type writes it in our dialect; null is NULL. Undefined: it does not fit. Never through a float. */
export function fieldText(value: unknown, type: ColumnType): string | null | undefined {
  if (value === null || value === undefined) return null
  switch (type) {
    case 'smallint':
      return integerText(scalar(value), 16n)
    case 'integer':
      return integerText(scalar(value), 32n)
    case 'bigint':
      return integerText(scalar(value), 64n)
    case 'decimal':
      return decimalText(scalar(value))
    case 'real':
    case 'double':
      return doubleText(scalar(value), type)
    case 'boolean':
      return booleanText(value)
    case 'date':
      return dateText(scalar(value))
    case 'timestamp':
      return match(scalar(value), TIMESTAMP, (parts) => (parts[4] ? undefined : timeText(parts)))
    case 'timestamptz':
      return match(scalar(value), TIMESTAMP, instantText)
    case 'json':
      return jsonText(value)
    case 'uuid':
      return match(scalar(value)?.toLowerCase(), /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/, ([text]) => text)
    default:
      return scalar(value) ?? jsonText(value)
  }
}

const TIMESTAMP = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}:\d{2})(\.\d{1,9})?(Z|[+-]\d{2}(?::?\d{2})?)?$/
const NUMBER = /^([+-]?)(\d+)(?:\.(\d*))?(?:[eE]([+-]?\d{1,4}))?$/

function match(
  text: string | undefined,
  pattern: RegExp,
  use: (parts: RegExpExecArray) => string | undefined,
): string | undefined {
  const parts = text === undefined ? null : pattern.exec(text)
  return parts ? use(parts) : undefined
}

function scalar(value: unknown): string | undefined {
  if (typeof value === 'string') return value
  if (value instanceof RawNumber) return value.text
  return typeof value === 'boolean' ? String(value) : undefined
}

/** Sign, digits before and behind the point, without an exponent: exactly what the text says. */
function digitsOf(text: string | undefined): { sign: string; whole: string; fraction: string } | undefined {
  const parts = text === undefined ? null : NUMBER.exec(text)
  if (!parts) return undefined
  const [, sign = '', before = '', behind = '', exponent = '0'] = parts
  const point = before.length + Number(exponent)
  const digits = before + behind
  const whole = point <= 0 ? '0' : digits.slice(0, point).padEnd(point, '0')
  const fraction = point <= 0 ? digits.padStart(digits.length - point, '0') : digits.slice(point)
  const plain = whole.replace(/^0+(?=\d)/, '')
  return { sign: sign === '-' ? '-' : '', whole: plain, fraction }
}

function integerText(text: string | undefined, bits: bigint): string | undefined {
  const digits = digitsOf(text)
  if (!digits || /[^0]/.test(digits.fraction) || digits.whole.length > 20) return undefined
  const value = BigInt(digits.sign + digits.whole)
  return BigInt.asIntN(Number(bits), value) === value ? String(value) : undefined
}

function decimalText(text: string | undefined): string | undefined {
  const digits = digitsOf(text)
  if (!digits) return undefined
  const isZero = !/[^0]/.test(digits.whole + digits.fraction)
  return (isZero ? '' : digits.sign) + digits.whole + (digits.fraction === '' ? '' : `.${digits.fraction}`)
}

function doubleText(text: string | undefined, type: 'real' | 'double'): string | undefined {
  if (text === undefined || !(NUMBER.test(text) || /^(NaN|-?Infinity)$/.test(text))) return undefined
  const value = Number(text)
  if (type === 'double') return String(value)
  // The shortest text that gives the same 32 bits again
  const single = Math.fround(value)
  for (let precision = 1; precision <= 9; precision += 1) {
    const short = Number(single.toPrecision(precision))
    if (Math.fround(short) === single) return String(short)
  }
  return String(single)
}

function booleanText(value: unknown): string | undefined {
  const text = scalar(value)?.toLowerCase()
  return text === 'true' || text === 'false' ? text : undefined
}

function dateText(text: string | undefined): string | undefined {
  const day = text?.replace(/^(\d{4})(\d{2})(\d{2})$/, '$1-$2-$3')
  return day !== undefined && isDay(day) ? day : undefined
}

function timeText([, day = '', time = '', fraction = '']: RegExpExecArray): string | undefined {
  if (Number.isNaN(Date.parse(`${day}T${time}Z`)) || !isDay(day)) return undefined
  return `${day} ${time}${micros(fraction)}`
}

function instantText(parts: RegExpExecArray): string | undefined {
  const [, day = '', time = '', fraction = '', zone] = parts
  if (zone === undefined || !isDay(day)) return undefined
  const offset = /^[+-]\d{2}$/.test(zone) ? `${zone}:00` : zone.replace(/^([+-]\d{2})(\d{2})$/, '$1:$2')
  const instant = new Date(`${day}T${time}${offset}`)
  if (Number.isNaN(instant.getTime())) return undefined
  return `${instant.toISOString().slice(0, 19).replace('T', ' ')}${micros(fraction)}+00`
}

/** Up to six digits behind the second, without zeros at the end. */
function micros(fraction: string): string {
  return fraction.slice(0, 7).replace(/\.?0*$/, '')
}

/** JSON with its numbers as they were. */
function jsonText(value: unknown): string {
  if (value instanceof RawNumber) return value.text
  if (Array.isArray(value)) return `[${value.map(jsonText).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  return `{${Object.entries(value)
    .map(([key, item]) => `${JSON.stringify(key)}:${jsonText(item)}`)
    .join(',')}}`
}
