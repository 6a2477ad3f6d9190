import { z } from 'zod'
import { Count, Id, Instant, pageOf } from './values.ts'

/** One root cause: what fails with the same code at the same place. */
const Cause = z.object({
  code: z.string(),
  message: z.string(),
  cure: z.string(),
  fault: z.enum(['customer', 'operator', 'service']),
  place: z.object({ noun: z.enum(['source', 'destination', 'task']), name: z.string() }),
  since: Instant.meta({ description: 'When the first of its tasks failed so' }),
  taskCount: Count,
  tasks: z
    .array(z.object({ id: Id, name: z.string(), executionId: Id, gaps: Count }))
    .meta({ description: 'Those that have it for the longest, at most 20' }),
})

export const HomeView = z
  .object({
    needsAction: z.array(Cause),
    counts: z.object({ tasks: Count, onTime: Count, failing: Count, paused: Count, withGaps: Count }),
    sentToday: z.object({ packages: Count, sizeBytes: Count, rows: Count }).meta({ description: 'Since 00:00 UTC' }),
    queue: z.object({ waiting: Count, running: Count, retrying: Count }),
    next: z.object({ taskId: Id, task: z.string(), fireAt: Instant }).nullable(),
  })
  .meta({ id: 'Home' })

/** How the last 14 data days of a task stand. */
const TaskDays = z
  .object({
    taskId: Id,
    task: z.string(),
    timeZone: z.string(),
    freshUntil: Instant.nullable().meta({ description: 'Data up to there is delivered' }),
    days: z.array(z.object({ on: z.string(), state: z.enum(['delivered', 'failed', 'running', 'none']) })),
  })
  .meta({ id: 'TaskDays' })

export const TaskDaysPage = pageOf(TaskDays)
  .extend({ total: Count.meta({ description: 'How many tasks match, on all pages' }) })
  .meta({ id: 'TaskDaysPage' })

export const FilePage = pageOf(
  z.object({
    executionId: Id,
    key: z.string(),
    manifestKey: z.string(),
    sizeBytes: Count,
    rows: Count,
    sha256: z.string(),
    sentAt: Instant,
    dataRange: z.object({ from: z.string(), to: z.string(), timeZone: z.string() }),
    supersededBy: Id.nullable().meta({ description: 'The execution whose package takes its place' }),
  }),
)
  .extend({ folder: z.string(), syncLogKey: z.string() })
  .meta({ id: 'FilePage' })

export type HomeView = z.output<typeof HomeView>
export type TaskDaysPage = z.output<typeof TaskDaysPage>
export type FilePage = z.output<typeof FilePage>
