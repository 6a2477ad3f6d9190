import { oc } from '@orpc/contract'
import { z } from 'zod'
import { PathId, Nothing } from './values.ts'
import { RoleName, TokenView } from './access-shapes.ts'

/** The routes of tokens. */
export const tokenRoutes = {
  list: oc
    .route({ method: 'GET', path: '/tokens', tags: ['tokens'], summary: 'List API tokens' })
    .output(z.array(TokenView)),
  create: oc
    .route({
      method: 'POST',
      path: '/tokens',
      tags: ['tokens'],
      successStatus: 201,
      summary: 'Make an API token; it is shown this once',
    })
    .input(
      z.object({
        name: z.string().min(1).max(100),
        role: RoleName.default('admin'),
        expiresInDays: z
          .number()
          .int()
          .min(1)
          .max(3650)
          .optional()
          .meta({ description: 'Absent: it does not expire; made with a token that does, it ends with that one' }),
        only: z
          .array(z.string())
          .min(1)
          .optional()
          .meta({ description: 'Operations it is narrowed to, such as task.run; absent: all of its role' }),
      }),
    )
    .output(TokenView.extend({ token: z.string() })),
  revoke: oc
    .route({ method: 'DELETE', path: '/tokens/{id}', tags: ['tokens'], summary: 'Revoke an API token' })
    .input(z.object({ id: PathId }))
    .output(Nothing),
}
