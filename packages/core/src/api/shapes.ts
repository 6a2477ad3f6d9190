import { z } from 'zod'
import { Column } from '../bucket/column.ts'
import { Capabilities } from '../destination/capabilities.ts'
import { SIDES } from '../error/diagnosis.ts'
import { STAGE_STATES, STAGES } from '../execution/timeline.ts'
import { SchemaChange } from '../source/schema-change.ts'
import { BACKFILL_ONLY } from '../task/backfill.ts'
import { CHUNKS } from '../task/chunks.ts'
import { COVERAGE_STATES } from '../task/coverage.ts'
import { DEFAULT_PARALLEL, DestinationDefinition, OneTime, Parallel, SourceDefinition } from '../task/definition.ts'
import { Day, Schedule } from '../task/schedule.ts'
import { pageOf } from './values.ts'

/** What the API answers with. Instants are ISO 8601 in UTC; ids are the numbers of the sync log. */

const Id = z.number().int().positive()
const Instant = z.iso.datetime()
const Count = z.number().int().nonnegative()

const StatusCode = z.number().int().min(0).max(8).meta({
  description:
    '0 pending, 1 running, 2 dispatch success, 3 dispatch fail, 4 file pending, 5 file generation fail, 6 file send success, 7 file send fail, 8 file download fail',
})

export const SourceView = SourceDefinition.extend({
  id: Id,
  connection: z.record(z.string(), z.unknown()).meta({ description: 'Without secrets: those read {"set": true}' }),
  createdAt: Instant,
  updatedAt: Instant,
}).meta({ id: 'Source' })

/** What a task can take from a data source. */
export const SourceReports = z
  .object({ tables: z.array(z.string()), maxRangeDays: z.number().int().positive() })
  .meta({ id: 'SourceReports' })

export const DestinationView = DestinationDefinition.extend({
  id: Id,
  capabilities: Capabilities.nullable()
    .default(null)
    .meta({ description: 'What the storage was found to do; null: found out before the next write' }),
  createdAt: Instant,
  updatedAt: Instant,
}).meta({ id: 'Destination' })

/** Half-open, with the zone it was cut in and its bounds as that zone's clock shows them. */
const DataRangeView = z
  .object({ from: z.iso.datetime({ offset: true }), to: z.iso.datetime({ offset: true }), timeZone: z.string() })
  .meta({ id: 'DataRange' })

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
  events: z.array(z.object({ at: Instant, attempt: Count, step: z.string(), message: z.string() })),
}).meta({ id: 'ExecutionDetail' })

export const TASK_STATUSES = ['scheduled', 'running', 'paused', 'waiting', 'finished', 'failed'] as const

export const TaskView = z
  .object({
    id: Id,
    name: z.string(),
    status: z.enum(TASK_STATUSES).meta({
      description:
        'running: an execution is under way; scheduled or waiting: the next one is to come; finished or failed: how the last execution of a one-time task ended',
    }),
    source: z.string(),
    destination: z.string(),
    reports: z.array(z.string()).nullable().meta({ description: 'null: all reports of the source' }),
    schedule: Schedule.nullable(),
    oneTime: OneTime.nullable(),
    paused: z.boolean(),
    pauseReason: z
      .object({
        failures: Count,
        code: z.string(),
        message: z.string(),
        cure: z.string(),
        executionId: Id,
        at: Instant,
      })
      .nullable()
      .optional()
      .meta({ description: 'Why it has paused by itself; null: it is not paused, or somebody has paused it' }),
    pauseAfterFailures: Count.nullable().optional().meta({ description: 'null: as the hub says; 0: never' }),
    lateAfterMinutes: Count.nullable().optional().meta({ description: 'null: as the hub says; 0: never' }),
    nextFireAt: Instant.nullable(),
    gaps: Count.nullable()
      .optional()
      .meta({ description: 'Periods neither delivered nor under way when last looked at; null: not looked at yet' }),
    schemaChange: z
      .object({ table: z.string(), at: Instant, words: z.string(), isRefused: z.boolean() })
      .nullable()
      .optional()
      .meta({ description: 'The newest change of the columns of its reports; refused: deliveries fail by it' }),
    lastExecution: z
      .object({ id: Id, status: StatusCode, statusWords: z.string(), endedAt: Instant.nullable() })
      .nullable(),
    createdAt: Instant,
    updatedAt: Instant,
  })
  .meta({ id: 'Task' })

/** A row of the list of tasks. */
const TaskRow = TaskView.extend({
  recent: z
    .array(z.object({ id: Id, status: StatusCode }))
    .meta({ description: 'Its last 14 executions, the newest last' }),
}).meta({ id: 'TaskRow' })

export const TaskPage = pageOf(TaskRow)
  .extend({
    total: Count.meta({ description: 'Of all pages' }),
    counts: z.record(z.enum(TASK_STATUSES), Count).meta({ description: 'What the other filters leave, by status' }),
  })
  .meta({ id: 'TaskPage' })

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

const Bound = z.iso.datetime({ offset: true })

const FireTime = z
  .object({
    slotAt: Bound.meta({ description: 'As the schedule names it' }),
    fireAt: Bound.meta({ description: 'With settle delay and jitter' }),
    dataRange: DataRangeView,
  })
  .meta({ id: 'FireTime' })

export const TaskSchedule = z
  .object({ id: Id, task: z.string(), words: z.string(), timeZone: z.string(), fireTimes: z.array(FireTime) })
  .meta({ id: 'TaskSchedule' })

/** What a schedule means, before it is saved. */
export const SchedulePreview = z
  .object({
    words: z.string(),
    timeZone: z.string(),
    fireTimes: z.array(FireTime),
    clockChanges: z
      .array(
        z.object({
          localTime: z.string().meta({ description: 'What the schedule names: 2026-03-08T02:30' }),
          kind: z.enum(['skipped', 'twice']).meta({
            description: 'skipped: no clock shows it that day; twice: it comes two times, and the first one counts',
          }),
          fireAt: Bound.meta({ description: 'When it fires instead' }),
        }),
      )
      .meta({ description: 'Fire times of the next year that a change of the clock touches' }),
  })
  .meta({ id: 'SchedulePreview' })

/** What saving a task would do. What is wrong with it is answered as a problem, field by field. */
export const TaskValidation = z
  .object({
    changes: z.array(z.string()).meta({ description: 'Fields that differ from the saved task; ["*"] for a new one' }),
    nextFireAt: Instant.nullable().meta({ description: 'What the next fire time becomes' }),
    dataRange: DataRangeView.nullable().meta({ description: 'What is delivered first; null: not known yet' }),
    packages: Count.nullable().meta({ description: 'Of a one-time push; null: it is recurring' }),
    days: Count.nullable(),
    maxRangeDays: Count.meta({ description: 'What the data source gives at once' }),
    folder: z.string().meta({ description: 'Where it delivers; <task> stands for an id that is not given yet' }),
    fileName: z.string().meta({ description: 'Of the first package, with <task> and <execution>' }),
  })
  .meta({ id: 'TaskValidation' })

/** What has become of a range that should be delivered. */
export const CoveredRange = z
  .object({
    from: Bound,
    to: Bound,
    state: z.enum(COVERAGE_STATES),
    executionId: Id.nullable().meta({ description: 'The newest execution that made it so' }),
  })
  .meta({ id: 'CoveredRange' })

const StateCounts = z.object({ delivered: Count, running: Count, failed: Count, missing: Count })

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

export const CheckStepView = z
  .object({
    name: z.string(),
    title: z.string(),
    verdict: z.enum(['passed', 'failed', 'skipped', 'warning']),
    message: z.string(),
    remedy: z.string().optional(),
    suggestion: z
      .object({ field: z.string(), value: z.string() })
      .optional()
      .meta({ description: 'A value of a field that would put it right' }),
    durationMs: z.number().nonnegative(),
  })
  .meta({ id: 'CheckStep' })

export const DestinationPolicy = z
  .object({
    partition: z.string(),
    policy: z.record(z.string(), z.unknown()),
    actions: z
      .array(z.object({ action: z.string(), reason: z.string() }))
      .meta({ description: 'Each action that is allowed, and why' }),
    json: z.string().meta({ description: 'For the IAM console' }),
    cli: z.string().meta({ description: 'For the AWS command line' }),
    terraform: z.string(),
  })
  .meta({ id: 'DestinationPolicy' })

/** What an error means: the registry behind every code that the hub, its command line or a storage answers with. */
export const ErrorView = z
  .object({
    code: z.string(),
    origin: z.enum(['hub', 'storage']).meta({ description: 'storage: what a store itself answered' }),
    hubCode: z.string().meta({ description: 'What the hub makes of it; of a code of its own, the same' }),
    meaning: z.string(),
    action: z.string(),
    fault: z.enum(['customer', 'operator', 'service']).meta({ description: 'Who has to act' }),
    errorClass: z.enum(['transient', 'user', 'ambiguous', 'ours']),
    retry: z
      .enum(['later', 'soon', 'never'])
      .meta({ description: 'Whether it is tried again: for hours, three times, never' }),
    httpStatus: z.number().int(),
    exitCode: z.number().int(),
    status: StatusCode.nullable().meta({ description: 'How an execution ends that fails with it; null: by its step' }),
  })
  .meta({ id: 'Error' })

export const TestResult = z
  .object({ ok: z.boolean(), headline: z.string(), steps: z.array(CheckStepView) })
  .meta({ id: 'ConnectionTest' })

export const Preview = z
  .object({
    table: z.string(),
    columns: z.array(Column),
    rows: z.array(z.array(z.string().nullable())),
  })
  .meta({ id: 'Preview' })

export const Estimate = z
  .object({
    table: z.string(),
    rows: Count.nullable().meta({ description: "By the source's statistics; null: it cannot tell" }),
  })
  .meta({ id: 'Estimate' })

/** The columns of one report over time. */
export const SchemaView = z
  .object({
    table: z.string(),
    version: z
      .number()
      .int()
      .positive()
      .meta({ description: 'Counts up with every change; it stands in the manifest' }),
    columns: z.array(Column).meta({ description: 'As last delivered' }),
    changedAt: Instant.meta({ description: 'When this version was first seen' }),
    changes: z
      .array(SchemaChange)
      .meta({ description: 'What made this version of the one before; none for the first' }),
    executionId: Id.nullable().meta({ description: 'The execution that noticed it' }),
    refused: z
      .object({ at: Instant, changes: z.array(SchemaChange) })
      .nullable()
      .meta({ description: 'Changes that the policy does not allow, since a delivery last failed by them' }),
  })
  .meta({ id: 'ReportSchema' })

export const Change = z
  .object({
    noun: z.enum(['source', 'destination', 'task', 'alertChannel']),
    name: z.string(),
    action: z.enum(['create', 'update', 'unchanged']),
    fields: z.array(z.string()).meta({ description: 'What an update changes; secrets by name only' }),
  })
  .meta({ id: 'Change' })

export const SystemCheck = z.object({
  name: z.string(),
  ok: z.boolean(),
  message: z.string(),
  remedy: z.string().optional(),
})

export const SystemView = z
  .object({
    version: z.string(),
    instanceId: z.uuid(),
    services: z.array(z.string()),
    database: z.enum(['embedded', 'external']),
    now: Instant,
    checks: z.array(SystemCheck),
  })
  .meta({ id: 'System' })

/** RFC 9457, the body of every error. */
export const Problem = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.number().int(),
    detail: z.string(),
    code: z.string(),
    cure: z.string(),
    errors: z.array(z.object({ field: z.string(), problem: z.string(), cure: z.string() })),
    facts: z.record(z.string(), z.union([z.string(), z.number()])),
  })
  .meta({ id: 'Problem' })

export type SourceView = z.output<typeof SourceView>
export type SourceReports = z.output<typeof SourceReports>
export type DestinationView = z.output<typeof DestinationView>
export type ExecutionView = z.output<typeof ExecutionView>
export type ExecutionDetail = z.output<typeof ExecutionDetail>
export type TaskView = z.output<typeof TaskView>
export type TaskPage = z.output<typeof TaskPage>
export type ExecutionPage = z.output<typeof ExecutionPage>
export type DeliveredRangePage = z.output<typeof DeliveredRangePage>
export type SchedulePreview = z.output<typeof SchedulePreview>
export type TaskValidation = z.output<typeof TaskValidation>
export type TaskSchedule = z.output<typeof TaskSchedule>
export type CoverageView = z.output<typeof CoverageView>
export type CoveredRange = z.output<typeof CoveredRange>
export type BackfillRequest = z.output<typeof BackfillRequest>
export type BackfillView = z.output<typeof BackfillView>
export type BackfillDetail = z.output<typeof BackfillDetail>
export type BackfillPlan = z.output<typeof BackfillPlan>
export type Change = z.output<typeof Change>
export type SystemView = z.output<typeof SystemView>
export type SystemCheck = z.output<typeof SystemCheck>
export type Estimate = z.output<typeof Estimate>
export type SchemaView = z.output<typeof SchemaView>
export type DestinationPolicy = z.output<typeof DestinationPolicy>
export type ErrorView = z.output<typeof ErrorView>
export type Preview = z.output<typeof Preview>
export type TestResult = z.output<typeof TestResult>
export type Problem = z.output<typeof Problem>
