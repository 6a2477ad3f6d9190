import { countDays, daysOf, formatInstant, startOfDay } from '@datahub/core/execution/data-range'

/** `2024-01-01 03:00:00 -08:00`: seconds are enough for people, but never a time without its zone. */
export function timeIn(timeZone: string, instant: string | null): string | null {
  if (instant === null) return null
  return formatInstant(new Date(instant), timeZone)
    .replace('T', ' ')
    .replace(/\.\d+/, '')
    .replace(/(Z|[+-]\d\d:\d\d)$/, (offset) => (offset === 'Z' ? ' UTC' : ` ${offset}`))
}

/** `2024-01-01 to 2024-06-30 (182 days)` where the range is whole days, else both of its bounds. */
export function rangeWords(range: { from: string; to: string; timeZone: string }): string {
  const { timeZone } = range
  const bounds = { from: new Date(range.from), to: new Date(range.to), timeZone }
  const { fromOn, toOn } = daysOf(bounds)
  const isWholeDays =
    startOfDay(fromOn, timeZone).getTime() === bounds.from.getTime() &&
    startOfDay(toOn, timeZone).getTime() === bounds.to.getTime()
  if (!isWholeDays) return `${timeIn(timeZone, range.from)} to ${timeIn(timeZone, range.to)} (excluded)`

  const days = countDays(bounds)
  const lastOn = new Date(Date.parse(toOn) - 86_400_000).toISOString().slice(0, 10)
  return days === 1 ? `${fromOn} (1 day)` : `${fromOn} to ${lastOn} (${days} days)`
}

/** `1 h 02 min`, `3 min 07 s`, `12.3 s` */
export function durationWords(ms: number): string {
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`
  const minutes = Math.floor(ms / 60_000)
  const pad = (value: number) => String(value).padStart(2, '0')
  if (minutes < 60) return `${minutes} min ${pad(Math.floor((ms % 60_000) / 1000))} s`
  return `${Math.floor(minutes / 60)} h ${pad(minutes % 60)} min`
}
