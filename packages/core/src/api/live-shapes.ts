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
  tasks: z.array(z.object({ id: Id, name: z.string(), executionId: Id, gaps: Count })),
})

export const HomeView = z
  .object({
    needsAction: z.array(Cause),
    counts: z.object({ tasks: Count, onTime: Count, failing: Count, paused: Count, withGaps: Count }),
    sentToday: z.object({ packages: Count, sizeBytes: Count, rows: Count }).meta({ description: 'Since 00:00 UTC' }),
    queue: z.object({ waiting: Count, running: Count, retrying: Count }),
    next: z.object({ taskId: Id, task: z.string(), fireAt: Instant }).nullable(),
    grid: z
      .array(
        z.object({
          taskId: Id,
          task: z.string(),
          timeZone: z.string(),
          freshUntil: Instant.nullable().meta({ description: 'Data up to there is delivered' }),
          days: z.array(z.object({ on: z.string(), state: z.enum(['delivered', 'failed', 'running', 'none']) })),
        }),
      )
      .meta({ description: 'The last 14 data days of each task, those that fail first; at most 100 tasks' }),
  })
  .meta({ id: 'Home' })

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
export type FilePage = z.output<typeof FilePage>
