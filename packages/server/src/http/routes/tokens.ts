import type { Implementer } from '../implementer.ts'

export function tokenRoutes(os: Implementer) {
  const { token } = os
  return token.router({
    list: token.list.handler(({ context }) => context.tokens.list(context.access)),
    create: token.create.handler(({ context, input }) => context.tokens.create(context.access, input)),
    revoke: token.revoke.handler(async ({ context, input }) => {
      await context.tokens.revoke(context.access, input.id)
      return {}
    }),
  })
}
