import { useEffect, useState } from 'react'
import { usePreferences } from '../../app/preferences.ts'
import { useMessages } from '../../i18n/messages.tsx'
import { clockText, isoIn, myTimeZone, offsetOf, rangeText, relativeText } from './format-time.ts'

interface InstantProps {
  /** ISO 8601; null shows a dash. */
  at: string | null
  /** The zone of the task it belongs to; without one it belongs to nobody, and the reader's own is as good. */
  zone?: string | undefined
  seconds?: boolean
  relative?: boolean
}

/** The zone in which instants are shown, by what the reader has chosen. */
function useShownZone(taskZone?: string): string {
  const { timeMode } = usePreferences()
  if (timeMode === 'utc') return 'UTC'
  return timeMode === 'task' && taskZone !== undefined ? taskZone : myTimeZone()
}

/** An instant, never bare: with its offset, and on hover in all three zones and as ISO 8601. */
export function Instant({ at, zone, seconds, relative }: InstantProps) {
  const m = useMessages()
  const { locale } = usePreferences()
  const shown = useShownZone(zone)
  if (at === null) return <span className="text-faint">–</span>
  const instant = new Date(at)
  const lines = [
    ...(zone === undefined ? [] : [`${m.time.task} (${zone}): ${isoIn(instant, zone)}`]),
    `${m.time.mine} (${myTimeZone()}): ${isoIn(instant, myTimeZone())}`,
    `UTC: ${isoIn(instant, 'UTC')}`,
    instant.toISOString(),
  ]
  return (
    <time dateTime={at} title={lines.join('\n')} className="num">
      {clockText(instant, shown, locale, seconds)} <span className="text-faint">{offsetOf(instant, shown)}</span>
      {relative && <RelativeTime at={at} />}
    </time>
  )
}

function RelativeTime({ at }: { at: string }) {
  const { locale } = usePreferences()
  const now = useNow(30_000)
  return <span className="block text-sm text-faint">{relativeText(new Date(at), now, locale)}</span>
}

interface DataRangeProps {
  range: { from: string; to: string; timeZone: string }
}

/** The data range of an execution, in the zone in which its days are cut, unless the reader has chosen another. */
export function DataRange({ range }: DataRangeProps) {
  const { locale } = usePreferences()
  const shown = useShownZone(range.timeZone)
  const [from, to] = [new Date(range.from), new Date(range.to)]
  const title = `${range.from} – ${range.to}\n${range.timeZone}`
  return (
    <time dateTime={`${range.from}/${range.to}`} title={title} className="num">
      {rangeText(from, to, shown, locale)} <span className="text-faint">{offsetOf(from, shown)}</span>
    </time>
  )
}

/** The present, again every so many milliseconds. */
export function useNow(everyMs: number): Date {
  const [now, setNow] = useState(() => new Date())
  useEffect(() => {
    const timer = window.setInterval(() => setNow(new Date()), everyMs)
    return () => window.clearInterval(timer)
  }, [everyMs])
  return now
}
