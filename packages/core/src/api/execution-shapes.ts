import { z } from 'zod'
import { SIDES } from '../error/diagnosis.ts'
import { LOG_LEVELS } from '../execution/log-level.ts'
import { STAGES, STAGE_STATES } from '../execution/timeline.ts'
import { Count, DataRangeView, Id, Instant, pageOf } from './values.ts'

/** Executions as the API tells of them. Instants are ISO 8601 in UTC; ids are the numbers of the sync log. */

export const StatusCode = z.number().int().min(0).max(8).meta({
  description:
    '0 pending, 1 running, 2 dispatch success, 3 dispatch fail, 4 file pending, 5 file generation fail, 6 file send success, 7 file send fail, 8 file download fail',
})

const Failure = z
  .object({
    code: z.string(),
    message: z.string(),
    cure: z.string(),
    facts: z.record(z.string(), z.union([z.string(), z.number()])),
  })
  .meta({ id: 'Failure' })

export const TRIGGERS = ['schedule', 'manual', 'one-time', 'backfill', 'retry', 'refresh'] as const

export const ExecutionView = z
  .object({
    id: Id,
    taskId: Id,
    task: z.string(),
    requestId: z.uuid(),
    trigger: z.enum(TRIGGERS),
    dataRange: DataRangeView,
    status: StatusCode,
    statusWords: z.string(),
    attempt: Count,
    triggeredAt: Instant,
    startedAt: Instant.nullable(),
    endedAt: Instant.nullable(),
    sendStartedAt: Instant.nullable(),
    /** When the next attempt is due, while one waits. */
    retryAt: Instant.nullable(),
    pollAt: Instant.nullable().meta({
      description: 'When its reports are asked after again, while the source produces them; no worker holds it',
    }),
    fileName: z.string().nullable(),
    sizeBytes: Count.nullable(),
    rows: Count.nullable(),
    progress: z.object({ step: z.string(), rows: Count, sizeBytes: Count }).nullable(),
    failure: Failure.nullable(),
    syncLog: z.enum(['published', 'pending']).meta({ description: 'Whether the present status stands in the bucket' }),
  })
  .meta({ id: 'Execution' })

const LogLine = z.object({
  id: Id,
  at: Instant,
  attempt: Count,
  level: z.enum(LOG_LEVELS).meta({ description: 'warn: it goes on, but look; error: it did not' }),
  step: z.string(),
  message: z.string(),
})

/** A part of an execution's own log. */
export const LogPage = z
  .object({
    lines: z.array(LogLine).meta({ description: 'Oldest first' }),
    earlier: Count.meta({ description: 'How many there are before these' }),
  })
  .meta({ id: 'LogPage' })

export const ExecutionDetail = ExecutionView.extend({
  timeline: z
    .array(
      z.object({
        name: z.enum(STAGES),
        state: z.enum(STAGE_STATES).meta({ description: 'none: not reached, or not again by the present attempt' }),
        workMs: Count,
        waitMs: Count.meta({ description: 'For its turn, for reports that the source produces, for the next attempt' }),
      }),
    )
    .meta({ description: 'The four stages in their order, all attempts together' }),
  diagnosis: z
    .object({
      side: z.enum(SIDES).meta({
        description: 'Where it went wrong; nobody: somebody wanted it so, or it passes by itself',
      }),
      fault: z.enum(['customer', 'operator', 'service']).meta({ description: 'Who has to act' }),
      remedy: z.string(),
    })
    .nullable()
    .meta({ description: 'Of the failure; null: there is none' }),
  pace: z
    .object({
      bytesPerSecond: Count.meta({ description: 'Of CSV, before it is packed' }),
      share: z.number().min(0).max(1).nullable().meta({ description: 'Beside the last delivery; null: too early' }),
      etaMs: Count.nullable().meta({ description: 'Until all is packed; null: too early, or nothing to compare with' }),
    })
    .nullable()
    .meta({ description: 'While reports are read and packed' }),
  staged: z
    .object({
      sizeBytes: Count,
      keptUntil: Instant.nullable().meta({
        description: 'Unless it is delivered, cancelled or given up before; null: until the present attempt ends',
      }),
    })
    .nullable()
    .meta({ description: 'The finished package on the disk of the hub, which the next attempt sends' }),
  files: z.array(
    z.object({ fileName: z.string(), table: z.string(), rows: Count, sizeBytes: Count, sha256: z.string() }),
  ),
  attempts: z.array(
    z.object({
      attempt: Count,
      startedAt: Instant,
      endedAt: Instant.nullable(),
      worker: z.string(),
      failure: Failure.nullable(),
    }),
  ),
  log: LogPage.meta({
    description: 'The end of it, 1,000 lines at most; GET /executions/{id}/log has what is earlier',
  }),
}).meta({ id: 'ExecutionDetail' })

export const ExecutionPage = pageOf(ExecutionView).meta({ id: 'ExecutionPage' })

/** A data range of a task with all that was done for it. */
const DeliveredRange = z
  .object({
    dataRange: DataRangeView,
    executions: z
      .array(ExecutionView)
      .meta({ description: 'The newest first; what failed was tried again by the next' }),
  })
  .meta({ id: 'DeliveredRange' })

export const DeliveredRangePage = pageOf(DeliveredRange).meta({ id: 'DeliveredRangePage' })

export type ExecutionView = z.output<typeof ExecutionView>
export type ExecutionDetail = z.output<typeof ExecutionDetail>
export type LogPage = z.output<typeof LogPage>
export type ExecutionPage = z.output<typeof ExecutionPage>
export type DeliveredRangePage = z.output<typeof DeliveredRangePage>
