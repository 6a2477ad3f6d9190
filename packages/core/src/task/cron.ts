import { dayNumber, firstOfMonth, weekdayOf } from '../execution/calendar.ts'

/** The five fields of cron, read as local wall-clock times; time zones are not its business. */
export interface Cron {
  readonly minutes: readonly number[]
  readonly hours: readonly number[]
  readonly days: ReadonlySet<number>
  readonly months: ReadonlySet<number>
  readonly weekdays: ReadonlySet<number>
  /** With both days of month and weekdays given, either will do: so cron has always had it. */
  readonly eitherDay: boolean
}

const DAY_MS = 86_400_000
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']
const WEEKDAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat']
/** Every day of the year comes within eight years, 29 February of 2104 included. */
const LONGEST_WAIT_DAYS = 8 * 366

/** Throws a SyntaxError whose message completes "the cron expression …". */
export function parseCron(text: string): Cron {
  const fields = text.trim().split(/\s+/)
  const [minute = '', hour = '', day = '', month = '', weekday = ''] = fields
  if (fields.length !== 5) throw new SyntaxError('must have five fields: minute, hour, day of month, month, weekday')
  const weekdays = parseField(weekday, 'weekday', 0, 7, WEEKDAYS).map((value) => value % 7)
  return {
    minutes: parseField(minute, 'minute', 0, 59),
    hours: parseField(hour, 'hour', 0, 23),
    days: new Set(parseField(day, 'day of month', 1, 31)),
    months: new Set(parseField(month, 'month', 1, 12, MONTHS)),
    weekdays: new Set(weekdays),
    eitherDay: !isAny(day) && !isAny(weekday),
  }
}

/** The local times that match, from the one given on, in order; they end where there is none for eight years. */
export function* timesFrom(cron: Cron, localMs: number): Generator<number> {
  const first = Math.floor(localMs / DAY_MS)
  for (let [day, lastHit] = [first, first]; day - lastHit < LONGEST_WAIT_DAYS; day += 1) {
    if (!isDayOf(cron, day)) continue
    lastHit = day
    for (const hour of cron.hours)
      for (const minute of cron.minutes) {
        const time = day * DAY_MS + (hour * 60 + minute) * 60_000
        if (time >= localMs) yield time
      }
  }
}

/** The same backwards, from the one given on. */
export function* timesBack(cron: Cron, localMs: number): Generator<number> {
  const first = Math.floor(localMs / DAY_MS)
  for (let [day, lastHit] = [first, first]; lastHit - day < LONGEST_WAIT_DAYS; day -= 1) {
    if (!isDayOf(cron, day)) continue
    lastHit = day
    for (const hour of cron.hours.toReversed())
      for (const minute of cron.minutes.toReversed()) {
        const time = day * DAY_MS + (hour * 60 + minute) * 60_000
        if (time <= localMs) yield time
      }
  }
}

/** Whether it fires at one time of day only. */
export function firesOnceADay(cron: Cron): boolean {
  return cron.hours.length === 1 && cron.minutes.length === 1
}

/** Whether it fires at all: 30 February never comes. */
export function everFires(cron: Cron): boolean {
  return !timesFrom(cron, dayNumber('2000-01-01') * DAY_MS).next().done
}

function isDayOf(cron: Cron, day: number): boolean {
  const date = new Date(day * DAY_MS)
  if (!cron.months.has(date.getUTCMonth() + 1)) return false
  const [isDay, isWeekday] = [cron.days.has(day - firstOfMonth(day) + 1), cron.weekdays.has(weekdayOf(day))]
  return cron.eitherDay ? isDay || isWeekday : isDay && isWeekday
}

function isAny(field: string): boolean {
  return field === '*' || field === '?' || field.startsWith('*/')
}

function parseField(text: string, what: string, least: number, most: number, names: readonly string[] = []): number[] {
  const values = new Set<number>()
  for (const part of text.split(',')) {
    const match = /^(?:([*?])|([a-z]+|\d+)(?:-([a-z]+|\d+))?)(?:\/(\d+))?$/i.exec(part)
    if (!match) throw new SyntaxError(`has a ${what} that is not understood: "${part}"`)
    const [, any, first, last, step] = match
    const valueOf = (word: string) => {
      const named = names.indexOf(word.toLowerCase())
      const value = named === -1 ? Number(word) : named + least
      if (!Number.isInteger(value) || value < least || value > most)
        throw new SyntaxError(`has a ${what} outside ${least} to ${most}: "${word}"`)
      return value
    }
    const from = any === undefined ? valueOf(first ?? '') : least
    const to = any !== undefined || (last === undefined && step !== undefined) ? most : valueOf(last ?? first ?? '')
    const stride = Number(step ?? 1)
    if (to < from || stride === 0) throw new SyntaxError(`has a ${what} that names nothing: "${part}"`)
    for (let value = from; value <= to; value += stride) values.add(value)
  }
  return [...values].sort((a, b) => a - b)
}
