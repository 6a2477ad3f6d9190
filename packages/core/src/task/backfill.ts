import type { CoverageState } from './coverage.ts'

export const BACKFILL_ONLY = ['missing', 'failed', 'missing-and-failed', 'all'] as const

/** Which ranges of a push are delivered; those under way are left alone in any case. */
export type BackfillOnly = (typeof BACKFILL_ONLY)[number]

/** Whether a range in this state is to be delivered. */
export function isWanted(state: CoverageState, only: BackfillOnly): boolean {
  if (state === 'running') return false
  if (only === 'all') return true
  return only === 'missing-and-failed' ? state !== 'delivered' : state === only
}

/** What a task has needed so far, over all the days that it delivered. */
export interface Pace {
  readonly days: number
  readonly rows: number
  readonly sizeBytes: number
  readonly workMs: number
}

/** What so many days will probably need, at the pace of what was delivered before; undefined without such. */
export function estimate(
  days: number,
  parallel: number,
  pace: Pace,
): { rows: number; sizeBytes: number; durationMs: number } | undefined {
  if (pace.days <= 0) return undefined
  const share = days / pace.days
  return {
    rows: Math.round(pace.rows * share),
    sizeBytes: Math.round(pace.sizeBytes * share),
    durationMs: Math.round((pace.workMs * share) / parallel),
  }
}
