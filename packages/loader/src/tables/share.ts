import type { History } from '../ledger/history.ts'
import { subtract, type Cut } from './ranges.ts'
import type { TablePlan } from './table-plan.ts'

/** What of a report counts beside the loads that are there already. */
export interface Share {
  /** False: none of its rows, because newer packages have delivered or restated all of it. */
  readonly counts: boolean
  /** With `replace`: the parts of its range that no newer package has delivered. */
  readonly cuts: readonly Cut[]
  /** With `upsert`: newer loads, whose rows it leaves alone. */
  readonly newerLoads: readonly number[]
  /** With `append` and `upsert`: loads whose rows go, because it restates them or is loaded once more. */
  readonly restatedLoads: readonly number[]
}

/**
 * The whole rule of exactly once, as a function of what is in the ledger: what a table holds after any number of packages
 * is the same in whatever order they came. `before` is the package's own earlier load, when it is loaded again.
 */
export function shareOf(
  plan: TablePlan,
  history: History | undefined,
  before: { readonly id: number } | undefined,
): Share {
  const { newer = [], restatedLoads = [], isRestated = false } = history ?? {}
  const none = { cuts: [], newerLoads: [], restatedLoads: [] }
  const again = before ? [before.id] : []
  if (plan.mode === 'append') return { ...none, counts: !isRestated, restatedLoads: [...again, ...restatedLoads] }
  if (plan.mode === 'upsert')
    return { ...none, counts: true, newerLoads: newer.map(({ loadId }) => loadId), restatedLoads: again }
  const cuts = plan.cut
    ? subtract(
        plan.cut,
        newer.flatMap(({ cut }) => (cut ? [cut] : [])),
      )
    : []
  return { ...none, counts: cuts.length > 0, cuts }
}
