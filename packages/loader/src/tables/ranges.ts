import type { ColumnType } from '@datahub/core/bucket/column'
import type { Manifest } from '@datahub/core/bucket/manifest'
import { daysOf, isTimeZone } from '@datahub/core/execution/data-range'

/**
 * Part of a data range in the words of the column that it cuts: days (`2024-01-01`) or UTC times
 * (`2024-01-01 00:00:00`), so that bounds compare as text. `from` is in, `to` is not.
 */
export interface Cut {
  readonly from: string
  readonly to: string
}

/** The manifest's range for a column of this type; undefined where the type has no order in time. */
export function cutFor(type: ColumnType, range: Manifest['dataRange']): Cut | undefined {
  const bounds = { from: new Date(range.from), to: new Date(range.to), timeZone: range.timeZone }
  if (bounds.from >= bounds.to || !isKnownZone(range.timeZone)) return undefined
  if (type === 'date') {
    const { fromOn, toOn } = daysOf(bounds)
    return { from: fromOn, to: toOn }
  }
  if (type === 'timestamp' || type === 'timestamptz') return { from: utcText(bounds.from), to: utcText(bounds.to) }
  return undefined
}

const zones = new Map<string, boolean>()

/** Asking costs half a millisecond, and every package of a task says the same zone. */
function isKnownZone(name: string): boolean {
  const known = zones.get(name) ?? isTimeZone(name)
  zones.set(name, known)
  return known
}

/** `2024-01-01 00:00:00`, with a fraction only where there is one: CSVs write times the same way. */
function utcText(instant: Date): string {
  const [seconds = '', millis = ''] = instant.toISOString().slice(0, -1).replace('T', ' ').split('.')
  const fraction = millis.replace(/0+$/, '')
  return fraction === '' ? seconds : `${seconds}.${fraction}`
}

/** What is left of `whole` when the others have had their share: disjoint, in order. */
export function subtract(whole: Cut, taken: readonly Cut[]): Cut[] {
  const left: Cut[] = []
  let from = whole.from
  for (const cut of taken.toSorted((a, b) => (a.from < b.from ? -1 : 1))) {
    if (cut.to <= from || cut.from >= whole.to) continue
    if (cut.from > from) left.push({ from, to: cut.from })
    if (cut.to > from) from = cut.to
  }
  if (from < whole.to) left.push({ from, to: whole.to })
  return left
}
