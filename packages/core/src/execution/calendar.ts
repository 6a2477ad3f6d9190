/** Days as numbers, counted from 1970-01-01: what lies between two of them is a subtraction. */

const DAY_MS = 86_400_000

/** `YYYY-MM-DD` → the number of the day. */
export function dayNumber(day: string): number {
  return Date.parse(`${day}T00:00:00Z`) / DAY_MS
}

/** The number of a day → `YYYY-MM-DD`. */
export function dayText(number: number): string {
  return new Date(number * DAY_MS).toISOString().slice(0, 10)
}

/** A day so many days later; earlier where the number is negative. */
export function addDays(day: string, days: number): string {
  return dayText(dayNumber(day) + days)
}

/** 0 is Sunday, as in `Date` and cron. */
export function weekdayOf(number: number): number {
  return (((number + 4) % 7) + 7) % 7
}

/** The number of the first day of the month that the day lies in, or of one so many months later. */
export function firstOfMonth(number: number, months = 0): number {
  const date = new Date(number * DAY_MS)
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + months, 1) / DAY_MS
}
