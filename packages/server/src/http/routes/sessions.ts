import { auditedAfterChecks } from '../audit-trail.ts'
import type { Implementer } from '../implementer.ts'

export function sessionRoutes(os: Implementer) {
  const { session } = os
  return session.router({
    options: session.options.handler(({ context }) => context.signIn.options()),
    signIn: session.signIn.handler(async ({ context, input }) =>
      context.signIn.me(await context.signIn.signIn(context.client, input.email, input.password)),
    ),
    oidc: session.oidc.handler(({ context }) => context.signIn.beginOidc(context.client)),
    signOut: session.signOut.handler(async ({ context }) => {
      await context.signIn.signOut(context.client)
      return {}
    }),
    me: session.me.handler(({ context }) => context.signIn.me(context.access)),
    list: session.list.handler(({ context }) => context.signIn.sessions(context.access)),
    revoke: session.revoke.handler(async ({ context, input }) => {
      await context.signIn.revokeSession(context.access, input.id)
      return {}
    }),
    changePassword: session.changePassword.handler(async ({ context, input }) => {
      const { access, client, signIn } = context
      await signIn.assertMayChangePassword(access, client, input.current, input.password)
      await auditedAfterChecks('session.changePassword', context, () => signIn.changePassword(access, input.password))
      return {}
    }),
  })
}

export function setupRoutes(os: Implementer) {
  const { setup } = os
  return setup.router({
    status: setup.status.handler(({ context }) => context.signIn.setup()),
    create: setup.create.handler(async ({ context, input }) =>
      context.signIn.me(await context.signIn.createFirstAdmin(context.client, input)),
    ),
  })
}

export function invitationRoutes(os: Implementer) {
  const { invitation } = os
  return invitation.router({
    accept: invitation.accept.handler(async ({ context, input }) =>
      context.signIn.me(await context.signIn.acceptInvitation(context.client, input.code, input.password)),
    ),
  })
}
