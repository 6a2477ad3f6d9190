import { z } from 'zod'
import { COVERAGE_STATES } from '../task/coverage.ts'
import { StatusCode } from './execution-shapes.ts'
import { Bound, Count, DataRangeView, Id } from './values.ts'

/** What has become of a range that should be delivered. */
export const CoveredRange = z
  .object({
    from: Bound,
    to: Bound,
    state: z.enum(COVERAGE_STATES),
    executionId: Id.nullable().meta({ description: 'The newest execution that made it so' }),
    status: StatusCode.nullable().meta({ description: 'Its status; null: the range is missing' }),
  })
  .meta({ id: 'CoveredRange' })

export const StateCounts = z.object({ delivered: Count, running: Count, failed: Count, missing: Count })

export const CoverageView = z
  .object({
    taskId: Id,
    task: z.string(),
    timeZone: z.string(),
    every: z.string().meta({ description: 'What one range is: day, hour, …, or the chunk of a one-time push' }),
    counts: StateCounts,
    gaps: z.array(DataRangeView).meta({ description: 'What is neither delivered nor under way, neighbours joined' }),
    ranges: z.array(CoveredRange).meta({ description: 'Every expected range, oldest first' }),
    isCut: z.boolean().meta({ description: 'There are older ones: ask with from and to' }),
  })
  .meta({ id: 'Coverage' })

export type CoveredRange = z.output<typeof CoveredRange>
export type CoverageView = z.output<typeof CoverageView>
