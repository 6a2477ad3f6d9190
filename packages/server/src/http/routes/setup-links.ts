import type { Implementer } from '../implementer.ts'
import { policyFor } from './destinations.ts'

export function setupLinkRoutes(os: Implementer) {
  const { setupLink } = os
  return setupLink.router({
    create: setupLink.create.handler(({ context, input }) => context.setupLinks.create(context.access, input)),
    list: setupLink.list.handler(({ context }) => context.setupLinks.list(context.access)),
    revoke: setupLink.revoke.handler(async ({ context, input }) => {
      await context.setupLinks.revoke(context.access, input.id)
      return {}
    }),
    show: setupLink.show.handler(({ context }) => context.setupLinks.show(context.access)),
    policy: setupLink.policy.handler(({ input }) => policyFor({ ...input, objectAcl: false, userName: 'data-hub' })),
    test: setupLink.test.handler(({ context, input }) => context.setupLinks.test(context.access, input)),
    submit: setupLink.submit.handler(async ({ context, input }) => {
      await context.setupLinks.submit(context.access, input)
      return {}
    }),
  })
}
