import type { Implementer } from '../implementer.ts'

export function userRoutes(os: Implementer) {
  const { user } = os
  return user.router({
    list: user.list.handler(({ context }) => context.users.list(context.access)),
    create: user.create.handler(({ context, input }) => context.users.create(context.access, input)),
    setRole: user.setRole.handler(({ context, input }) => context.users.setRole(context.access, input.id, input.role)),
    remove: user.remove.handler(async ({ context, input }) => {
      await context.users.remove(context.access, input.id)
      return {}
    }),
    disable: user.disable.handler(({ context, input }) => context.users.disable(context.access, input.id)),
    enable: user.enable.handler(({ context, input }) => context.users.enable(context.access, input.id)),
    invite: user.invite.handler(({ context, input }) => context.users.invite(context.access, input.id)),
  })
}
