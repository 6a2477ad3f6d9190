import { offsetOf } from '../../../components/time/format-time.ts'
import type { Item } from '../../../components/ui/list-entry.tsx'

let known: readonly Item[] | undefined

/** Every time zone that the browser knows, with its offset at present. */
export function timeZones(): readonly Item[] {
  const now = new Date()
  known ??= ['UTC', ...Intl.supportedValuesOf('timeZone').filter((zone) => zone !== 'UTC')].map((zone) => ({
    key: zone,
    title: zone,
    detail: offsetOf(now, zone),
  }))
  return known
}
