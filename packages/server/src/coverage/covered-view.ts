import type { CoveredRange, CoverageView } from '@datahub/core/api/coverage-shapes'
import { formatInstant } from '@datahub/core/execution/data-range'
import { COVERAGE_STATES, type Covered } from '@datahub/core/task/coverage'

export function coveredView({ range, state, executionId, status }: Covered): CoveredRange {
  const { from, to, timeZone } = range
  return { from: formatInstant(from, timeZone), to: formatInstant(to, timeZone), state, executionId, status }
}

export function countStates(ranges: readonly Covered[]): CoverageView['counts'] {
  const [delivered = 0, running = 0, failed = 0, missing = 0] = COVERAGE_STATES.map(
    (state) => ranges.filter((one) => one.state === state).length,
  )
  return { delivered, running, failed, missing }
}
