import { formatField } from '@datahub/core/bucket/csv'
import type { Column, ColumnType } from '@datahub/core/bucket/column'

/** One report of the built-in data source: its rows of any day are a function of the day and the row's number. */
export interface SampleReport {
  readonly table: string
  readonly dateColumn: 'date'
  readonly primaryKey: readonly string[]
  readonly columns: readonly Column[]
  /** Rows of a day unless the connection asks for more or fewer. */
  readonly rowsPerDay: number
  /**
   * One record in our CSV dialect, with its line feed. Text is formatted once for all days; figures, days and instants
   * never need quotes. That makes it four times as fast as a list of values.
   */
  record(day: SampleDay, index: number): string
}

export interface SampleDay {
  /** `YYYY-MM-DD` */
  readonly date: string
  /** Days since 1970-01-01. */
  readonly number: number
  /** The day after, on which the day's figures are settled. */
  readonly nextDate: string
}

const MS_PER_DAY = 86_400_000

/** The days from the first on to before the last, as `YYYY-MM-DD`. */
export function* daysBetween(fromOn: string, toOn: string): Generator<SampleDay> {
  const end = Date.parse(toOn) / MS_PER_DAY
  for (let number = Date.parse(fromOn) / MS_PER_DAY; number < end; number += 1) {
    yield { date: dateOf(number), number, nextDate: dateOf(number + 1) }
  }
}

function dateOf(dayNumber: number): string {
  return new Date(dayNumber * MS_PER_DAY).toISOString().slice(0, 10)
}

export function column(name: string, type: ColumnType, more: Partial<Omit<Column, 'name' | 'type'>> = {}): Column {
  return { name, type, nullable: false, ...more }
}

/** Several neighbouring fields of a record. */
export function formatFields(values: readonly (string | null)[]): string {
  return values.map(formatField).join(',')
}

/** A value, or NULL once in so many rows. */
export function sometimesNull(random: (bound: number) => number, once: number, value: string): string {
  return random(once) === 0 ? '' : value
}

/** A decimal out of its smallest units, without a float between: `decimal(-1050, 2)` is `-10.50`. */
export function decimal(units: number, scale: number): string {
  const whole = 10 ** scale
  const rest = Math.abs(units) % whole
  return `${units < 0 ? '-' : ''}${(Math.abs(units) - rest) / whole}.${digits(rest, scale)}`
}

/** An instant on a day, in UTC with microseconds. */
export function instantOn(date: string, second: number, microsecond: number): string {
  const minute = Math.floor(second / 60)
  const time = `${digits(Math.floor(minute / 60), 2)}:${digits(minute % 60, 2)}:${digits(second % 60, 2)}`
  return `${date} ${time}.${digits(microsecond, 6)}+00`
}

/** With leading zeros; several times as fast as padStart. */
function digits(value: number, width: number): string {
  return String(10 ** width + value).slice(1)
}
