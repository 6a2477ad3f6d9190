/**
 * Wall clocks. A local time is written as the milliseconds it would be in UTC, so that calendar arithmetic is plain
 * arithmetic; offsets come from the runtime's zone database and are remembered, because asking it costs microseconds.
 */

const DAY_MS = 86_400_000
/** Days whose offsets are remembered, all zones together: years of daily work, a few megabytes. */
const MOST_DAYS = 50_000

/** The offset at the beginning of a UTC day, and the instant at which it changes, up to the beginning of the next. */
interface ZoneDay {
  readonly offsetMs: number
  readonly changesAtMs: number
  readonly nextOffsetMs: number
}

const zones = new Map<string, { format: Intl.DateTimeFormat; days: Map<number, ZoneDay> }>()
let remembered = 0

/** How far the zone's clock is ahead of UTC at an instant. Throws a RangeError where the zone is unknown. */
export function offsetMsAt(instantMs: number, timeZone: string): number {
  if (timeZone === 'UTC') return 0
  const day = zoneDay(Math.floor(instantMs / DAY_MS), timeZone)
  return instantMs < day.changesAtMs ? day.offsetMs : day.nextOffsetMs
}

/** What the zone's clock shows at an instant. */
export function localMsAt(instantMs: number, timeZone: string): number {
  return instantMs + offsetMsAt(instantMs, timeZone)
}

/**
 * The instant at which the zone's clock shows a local time. One that a clock change skips is the first valid instant
 * behind the gap; one that comes twice is the first of the two.
 */
export function instantMsOf(localMs: number, timeZone: string): number {
  const before = offsetMsAt(localMs - DAY_MS, timeZone)
  const after = offsetMsAt(localMs + DAY_MS, timeZone)
  if (before === after) return localMs - before
  const [first, second] = before > after ? [localMs - before, localMs - after] : [localMs - after, localMs - before]
  for (const instantMs of [first, second]) if (localMsAt(instantMs, timeZone) === localMs) return instantMs
  return changeBetween(first, second, timeZone)
}

/** The instant of the one clock change in (`fromMs`, `toMs`], between which the offset differs. */
export function changeBetween(fromMs: number, toMs: number, timeZone: string): number {
  for (let day = Math.floor(fromMs / DAY_MS); day <= Math.floor(toMs / DAY_MS); day += 1) {
    const { changesAtMs } = zoneDay(day, timeZone)
    if (changesAtMs > fromMs && changesAtMs <= toMs) return changesAtMs
  }
  throw new RangeError(`the clock of ${timeZone} does not change between ${fromMs} and ${toMs}`)
}

function zoneDay(day: number, timeZone: string): ZoneDay {
  let zone = zones.get(timeZone)
  if (!zone) {
    zone = { format: clockOf(timeZone), days: new Map() }
    zones.set(timeZone, zone)
  }
  const known = zone.days.get(day)
  if (known) return known
  if (remembered >= MOST_DAYS) {
    for (const { days } of zones.values()) days.clear()
    remembered = 0
  }
  const found = askZoneDay(day, zone.format)
  zone.days.set(day, found)
  remembered += 1
  return found
}

function askZoneDay(day: number, format: Intl.DateTimeFormat): ZoneDay {
  const startMs = day * DAY_MS
  const offsetMs = askOffset(startMs, format)
  const nextOffsetMs = askOffset(startMs + DAY_MS, format)
  if (offsetMs === nextOffsetMs) return { offsetMs, changesAtMs: Infinity, nextOffsetMs }
  let [low, high] = [startMs, startMs + DAY_MS]
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2)
    if (askOffset(middle, format) === nextOffsetMs) high = middle
    else low = middle
  }
  return { offsetMs, changesAtMs: high, nextOffsetMs }
}

function askOffset(instantMs: number, format: Intl.DateTimeFormat): number {
  const at: Record<string, number> = {}
  let isBeforeChrist = false
  for (const { type, value } of format.formatToParts(instantMs)) {
    if (type === 'era') isBeforeChrist = value.startsWith('B')
    else at[type] = Number(value)
  }
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = at
  const local = new Date(0)
  local.setUTCFullYear(isBeforeChrist ? 1 - year : year, month - 1, day)
  local.setUTCHours(hour, minute, second, 0)
  return local.getTime() - Math.floor(instantMs / 1000) * 1000
}

function clockOf(timeZone: string): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    era: 'short',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  })
}
