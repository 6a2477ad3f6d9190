import { z } from 'zod'
import { Problem } from './error-shapes.ts'
import { Instant } from './values.ts'

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
  amount: z.number().optional().meta({ description: 'What was measured: seconds (clock), bytes (disk), or how many' }),
  failures: z
    .array(Problem.pick({ code: true, detail: true, cure: true, errors: true }))
    .optional()
    .meta({ description: 'What is wrong one by one, where the message tells it all in one' }),
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

export type Change = z.output<typeof Change>
export type SystemCheck = z.output<typeof SystemCheck>
export type SystemView = z.output<typeof SystemView>
