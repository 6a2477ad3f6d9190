import type { Implementer } from '../implementer.ts'

export function auditRoutes(os: Implementer) {
  const { audit } = os
  return audit.router({
    list: audit.list.handler(({ context, input }) => context.audit.list(context.access, input)),
    verify: audit.verify.handler(({ context }) => context.audit.verify(context.access)),
  })
}
