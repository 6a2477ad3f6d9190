import type { Implementer } from '../implementer.ts'

export function hubRoutes(os: Implementer) {
  const { hub } = os
  return hub.router({
    plan: hub.plan.handler(({ context, input }) => context.definitions.plan(context.access, input)),
    apply: hub.apply.handler(({ context, input }) => context.definitions.apply(context.access, input)),
    system: hub.system.handler(({ context }) => context.system(context.access)),
  })
}
