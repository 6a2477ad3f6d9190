import { daysOf, isDay, type DataRange } from '@datahub/core/execution/data-range'
import type { RangeType } from '../sql.ts'

/** Everything that enters SQL text goes through one of these functions; everything else is bound. */

/** An identifier in backticks. */
export function quoteName(name: string): string {
  if (name === '' || name.includes('\0')) throw new RangeError('an identifier is empty or contains NUL')
  return `\`${name.replaceAll('`', '``')}\``
}

/** A table as its owner writes it: `daily`, `ads.daily`, `` `Ads`.`Daily.Report` ``. */
export interface TableName {
  readonly database: string | null
  readonly name: string
}

const PART = /(?:`((?:[^`\0]|``)+)`|([A-Za-z0-9_$\u0080-\uffff]+))/
const TABLE = new RegExp(`^(?:${PART.source}\\s*\\.\\s*)?${PART.source}$`, 'u')

export function parseTableName(text: string): TableName | undefined {
  const match = TABLE.exec(text.trim())
  if (!match) return undefined
  const [, quotedDatabase, plainDatabase, quotedName, plainName] = match
  const name = partOf(quotedName, plainName)
  return name === null ? undefined : { database: partOf(quotedDatabase, plainDatabase), name }
}

export function formatTableName({ database, name }: TableName): string {
  return [database, name]
    .filter((part) => part !== null)
    .map((part) => (/^[A-Za-z_][A-Za-z0-9_]*$/.test(part) ? part : quoteName(part)))
    .join('.')
}

/**
 * The two ends of a range as literals, of which the second is excluded: a date is the local day in the range's zone,
 * anything else the instant, as the clock of a session in UTC shows it.
 */
export function rangeLiterals(range: DataRange, type: RangeType): { from: string; to: string } {
  if (type !== 'date') return { from: instantLiteral(range.from), to: instantLiteral(range.to) }
  const { fromOn, toOn } = daysOf(range)
  return { from: dayLiteral(fromOn), to: dayLiteral(toOn) }
}

function dayLiteral(day: string): string {
  if (!isDay(day)) throw new RangeError('not a day')
  return `date'${day}'`
}

function instantLiteral(instant: Date): string {
  const text = instant.toISOString()
  if (!/^\d{4}-/.test(text)) throw new RangeError('an instant outside the years 0000 to 9999')
  return `timestamp'${writeInstant(instant)}'`
}

/** An instant as the clock of a session in UTC shows it: `2024-01-02 03:04:05.678`. */
export function writeInstant(instant: Date): string {
  return instant.toISOString().slice(0, -1).replace('T', ' ')
}

/** The instant of such a text, to the millisecond; an invalid date where there is none, as of `2024-00-00`. */
export function readInstant(text: string): Date {
  return new Date(`${text.replace(' ', 'T')}Z`)
}

function partOf(quoted: string | undefined, plain: string | undefined): string | null {
  return quoted?.replaceAll('``', '`') ?? plain ?? null
}
