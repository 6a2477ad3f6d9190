import { z } from 'zod'
import { BACKFILL_ONLY } from '../task/backfill.ts'
import { CHUNKS } from '../task/chunks.ts'
import { DEFAULT_PARALLEL, Parallel } from '../task/definition.ts'
import { Day } from '../task/schedule.ts'
import { CoveredRange, StateCounts } from './coverage-shapes.ts'
import { StatusCode } from './execution-shapes.ts'
import { Bound, Count, Id, Instant } from './values.ts'

const PushEstimate = z.object({ rows: Count, sizeBytes: Count, durationMs: Count })

export const BackfillRequest = z.object({
  task: z.string().meta({ description: 'The id or the name' }),
  from: Day.meta({ description: 'The first day' }),
  to: Day.meta({ description: 'The last day, included' }),
  chunk: z.enum(CHUNKS).default('day').meta({ description: 'One package per day, week, month, or for the whole' }),
  only: z
    .enum(BACKFILL_ONLY)
    .default('missing-and-failed')
    .meta({ description: 'Which of the ranges are delivered; those under way are left alone' }),
  parallel: Parallel.default(DEFAULT_PARALLEL).meta({ description: 'How many are under way at a time' }),
  newestFirst: z.boolean().default(false),
  dryRun: z.boolean().default(false).meta({ description: 'Answers the plan and does nothing' }),
})

export const BackfillView = z
  .object({
    id: Id,
    taskId: Id,
    task: z.string(),
    trigger: z.enum(['one-time', 'backfill']),
    from: z.string(),
    to: z.string().meta({ description: 'The last day, included' }),
    timeZone: z.string(),
    chunk: z.enum(CHUNKS),
    only: z.enum(BACKFILL_ONLY),
    parallel: Count,
    state: z.enum(['running', 'paused', 'cancelled', 'finished', 'failed']).meta({
      description: 'failed: it is over, and some of its ranges were not delivered',
    }),
    counts: z.object({ waiting: Count, running: Count, delivered: Count, failed: Count }),
    rows: Count.meta({ description: 'Delivered so far' }),
    sizeBytes: Count,
    etaMs: Count.nullable().meta({ description: 'Until it is over, at its pace so far; null: not known' }),
    createdAt: Instant,
    endedAt: Instant.nullable(),
  })
  .meta({ id: 'Backfill' })

export const BackfillDetail = BackfillView.extend({
  ranges: z.array(z.object({ from: Bound, to: Bound, executionId: Id.nullable(), status: StatusCode.nullable() })),
}).meta({ id: 'BackfillDetail' })

/** What a backfill does, range by range; the answer is the same whether it is only asked or started. */
export const BackfillPlan = z
  .object({
    task: z.string(),
    timeZone: z.string(),
    ranges: z.array(CoveredRange.extend({ selected: z.boolean() })),
    counts: StateCounts,
    selected: Count,
    days: Count.meta({ description: 'In the selected ranges' }),
    estimate: PushEstimate.nullable().meta({
      description: 'At the pace of the last deliveries; null: there were none',
    }),
    backfill: BackfillView.nullable().meta({ description: 'null: nothing was started' }),
  })
  .meta({ id: 'BackfillPlan' })

export type BackfillRequest = z.output<typeof BackfillRequest>
export type BackfillView = z.output<typeof BackfillView>
export type BackfillDetail = z.output<typeof BackfillDetail>
export type BackfillPlan = z.output<typeof BackfillPlan>
