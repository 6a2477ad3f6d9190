import { z } from 'zod'
import { Count, Instant } from './values.ts'

export const CheckStepView = z
  .object({
    name: z.string(),
    title: z.string(),
    verdict: z.enum(['passed', 'failed', 'skipped', 'warning']),
    message: z.string(),
    remedy: z.string().optional(),
    code: z.string().optional().meta({ description: 'Of a failed step: what kind of failure it is' }),
    suggestion: z
      .object({ field: z.string(), value: z.string() })
      .optional()
      .meta({ description: 'A value of a field that would put it right' }),
    durationMs: z.number().nonnegative(),
  })
  .meta({ id: 'CheckStep' })

/** How the last connection test ended. */
export const LastTestView = z
  .object({
    at: Instant,
    by: z
      .object({
        kind: z
          .enum(['user', 'token', 'setup-link', 'nobody', 'hub', 'delivery'])
          .meta({ description: 'hub: the daily test; delivery: nobody tested, but a delivery went through' }),
        name: z.string(),
      })
      .meta({ description: 'Who has tried it' }),
    ok: z.boolean(),
    headline: z.string(),
    isCurrent: z.boolean().meta({ description: 'false: what is saved has changed since' }),
    steps: z.array(CheckStepView),
  })
  .meta({ id: 'LastTest' })

/** What stands beside every definition of a connection. */
export const connectionFacts = {
  lastTest: LastTestView.nullable()
    .default(null)
    .meta({ description: 'Of what is saved, or else of other values under its name; null: it was never tested' }),
  tasks: Count.default(0).meta({ description: 'How many tasks use it' }),
}

export type LastTestView = z.output<typeof LastTestView>
