import { z } from 'zod'
import { StatusCode } from './execution-shapes.ts'

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

export type ErrorView = z.output<typeof ErrorView>
export type Problem = z.output<typeof Problem>
