import { z } from 'zod'
import { OneTime } from '../task/definition.ts'
import { Schedule } from '../task/schedule.ts'
import { StatusCode } from './execution-shapes.ts'
import { Bound, Count, DataRangeView, Id, Instant, pageOf } from './values.ts'

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

export type TaskView = z.output<typeof TaskView>
export type TaskPage = z.output<typeof TaskPage>
export type TaskSchedule = z.output<typeof TaskSchedule>
export type SchedulePreview = z.output<typeof SchedulePreview>
export type TaskValidation = z.output<typeof TaskValidation>
