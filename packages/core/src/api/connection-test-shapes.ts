import { z } from 'zod'

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

export const TestResult = z
  .object({ ok: z.boolean(), headline: z.string(), steps: z.array(CheckStepView) })
  .meta({ id: 'ConnectionTest' })

export type TestResult = z.output<typeof TestResult>
