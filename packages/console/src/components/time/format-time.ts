import type { Locale } from '../../i18n/messages.tsx'

/** Instants and ranges as people read them: never without a zone. */

const formats = new Map<string, Intl.DateTimeFormat>()

function formatOf(locale: Locale, timeZone: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${locale} ${timeZone} ${JSON.stringify(options)}`
  const known = formats.get(key)
  if (known) return known
  const made = new Intl.DateTimeFormat(locale === 'zh' ? 'zh-CN' : 'en-US', { timeZone, hourCycle: 'h23', ...options })
  formats.set(key, made)
  return made
}

export const myTimeZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone

/** `GMT-8`, `GMT+5:30`, `UTC` */
export function offsetOf(at: Date, timeZone: string): string {
  if (timeZone === 'UTC') return 'UTC'
  const parts = formatOf('en', timeZone, { timeZoneName: 'shortOffset' }).formatToParts(at)
  return parts.find(({ type }) => type === 'timeZoneName')?.value ?? timeZone
}

const dayOptions = { month: 'short', day: 'numeric' } as const
const clockOptions = { hour: '2-digit', minute: '2-digit' } as const

/** `Nov 23, 03:00`, with the year where it is another one than now. */
export function clockText(at: Date, timeZone: string, locale: Locale, seconds = false): string {
  const year = isThisYear(at, timeZone) ? {} : ({ year: 'numeric' } as const)
  const more = seconds ? ({ second: '2-digit' } as const) : {}
  return formatOf(locale, timeZone, { ...dayOptions, ...year, ...clockOptions, ...more }).format(at)
}

/** `Nov 23` or `Nov 23, 2025` */
export function dayText(at: Date, timeZone: string, locale: Locale): string {
  const year = isThisYear(at, timeZone) ? {} : ({ year: 'numeric' } as const)
  return formatOf(locale, timeZone, { ...dayOptions, ...year }).format(at)
}

/** `03:00`; the end of a day reads 24:00 where it ends a range. */
function timeText(at: Date, timeZone: string): string {
  return formatOf('en', timeZone, clockOptions).format(at)
}

/** Half-open: `Nov 22`, `Nov 1 – Nov 30`, `Nov 22, 03:00–04:00`. */
export function rangeText(from: Date, to: Date, timeZone: string, locale: Locale): string {
  const last = new Date(to.getTime() - 1)
  const [first, final] = [dayText(from, timeZone, locale), dayText(last, timeZone, locale)]
  const isWhole = timeText(from, timeZone) === '00:00' && timeText(to, timeZone) === '00:00'
  if (isWhole) return first === final ? first : `${first} – ${final}`
  const end = timeText(to, timeZone) === '00:00' ? '24:00' : timeText(to, timeZone)
  const comma = locale === 'zh' ? ' ' : ', '
  if (first === final) return `${first}${comma}${timeText(from, timeZone)}–${end}`
  return `${first}${comma}${timeText(from, timeZone)} – ${final}${comma}${end}`
}

export function isoIn(at: Date, timeZone: string): string {
  const text = formatOf('en', timeZone, {
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  }).formatToParts(at)
  const part = (wanted: string) => text.find(({ type }) => type === wanted)?.value ?? ''
  return `${part('year')}-${part('month')}-${part('day')} ${part('hour')}:${part('minute')}:${part('second')} ${offsetOf(at, timeZone)}`
}

/** `in 2 h`, `3 min ago` */
export function relativeText(at: Date, now: Date, locale: Locale): string {
  const format = new Intl.RelativeTimeFormat(locale === 'zh' ? 'zh-CN' : 'en', { numeric: 'auto', style: 'short' })
  const seconds = (at.getTime() - now.getTime()) / 1000
  const units = [
    ['day', 86_400],
    ['hour', 3600],
    ['minute', 60],
  ] as const
  for (const [unit, length] of units) {
    if (Math.abs(seconds) >= length) return format.format(Math.trunc(seconds / length), unit)
  }
  return format.format(Math.trunc(seconds), 'second')
}

function isThisYear(at: Date, timeZone: string): boolean {
  const year = formatOf('en', timeZone, { year: 'numeric' })
  return year.format(at) === year.format(new Date())
}
