import { REMAINS, type RetentionView } from '@datahub/core/api/operation-shapes'

/** For how many days the cleaner leaves records that nothing refers to any more. */
export const KEPT_DAYS = { alerts: 400, refreshTokens: 400, throttles: 1, processes: 1 } as const

const UNTIL_OVER = ['packages', 'uploads'] as const

/** What the cleaner removes. */
export type Removed = keyof typeof KEPT_DAYS | (typeof UNTIL_OVER)[number]

/** What the cleaners of all processes have removed of something, also of processes that are gone. */
export interface Cleaned {
  readonly what: Removed
  readonly lookedAt: Date
  readonly removedAt: Date | null
  readonly removed: number
}

/** What is kept for how long, and what the cleaners have removed of it. */
export function describeRetention(cleaned: readonly Cleaned[]): RetentionView[] {
  return REMAINS.map((what) => {
    const done = cleaned.find((one) => one.what === what)
    const days = Object.hasOwn(KEPT_DAYS, what) ? KEPT_DAYS[what as keyof typeof KEPT_DAYS] : null
    const kept = days !== null ? 'days' : UNTIL_OVER.some((one) => one === what) ? 'until_over' : 'for_ever'
    return {
      what,
      kept,
      days,
      lookedAt: done?.lookedAt.toISOString() ?? null,
      removedAt: done?.removedAt?.toISOString() ?? null,
      removed: done?.removed ?? 0,
    } as const
  })
}
