import type { Implementer } from '../implementer.ts'

export function tokenRoutes(os: Implementer) {
  const { token } = os
  return token.router({
    list: token.list.handler(({ context }) => context.tokens.list()),
    create: token.create.handler(({ context, input }) => context.tokens.create(input.name)),
    revoke: token.revoke.handler(async ({ context, input }) => {
      await context.tokens.revoke(input.id)
      return {}
    }),
  })
}
