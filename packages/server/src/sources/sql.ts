import { daysOf, isDay, type DataRange } from '@datahub/core/execution/data-range'

/** Everything that enters SQL text goes through one of these functions; everything else is bound. */

/** An identifier in double quotes. Whether it exists is asked of the catalogue before it is used. */
export function quoteName(name: string): string {
  if (name === '' || name.includes('\0')) throw new RangeError('an identifier is empty or contains NUL')
  return `"${name.replaceAll('"', '""')}"`
}

/** A text literal. Only for databases in which a backslash means itself. */
export function quoteText(text: string): string {
  if (text.includes('\0')) throw new RangeError('a text contains NUL')
  return `'${text.replaceAll("'", "''")}'`
}

/** The column types that a data range can cut, and that `:from` and `:to` can stand for. */
export type RangeType = 'date' | 'timestamptz' | 'timestamp'

/**
 * The two ends of a range as typed literals, of which the second is excluded. A date stands for the local day in the
 * range's zone; a timestamptz for the instant; a timestamp, which has no zone, for the instant's wall clock in UTC.
 */
export function rangeLiterals(range: DataRange, type: RangeType): { from: string; to: string } {
  if (type !== 'date') return { from: instantLiteral(range.from, type), to: instantLiteral(range.to, type) }
  const { fromOn, toOn } = daysOf(range)
  return { from: dayLiteral(fromOn), to: dayLiteral(toOn) }
}

function dayLiteral(day: string): string {
  if (!isDay(day)) throw new RangeError('not a day')
  return `date '${day}'`
}

function instantLiteral(instant: Date, type: 'timestamptz' | 'timestamp'): string {
  const text = instant.toISOString()
  if (!/^\d{4}-/.test(text)) throw new RangeError('an instant outside the years 0000 to 9999')
  return type === 'timestamptz' ? `timestamptz '${text}'` : `timestamp '${text.slice(0, -1)}'`
}
