import type { HubDefinition } from '@datahub/core/task/definition'
import type { RequestContext } from '../hub.ts'
import type { Implementer } from '../implementer.ts'

export function hubRoutes(os: Implementer) {
  const { hub } = os
  return hub.router({
    plan: hub.plan.handler(({ context, input }) => {
      assertMayDefine(context, input)
      return context.definitions.plan(context.access, input)
    }),
    apply: hub.apply.handler(({ context, input }) => {
      assertMayDefine(context, input)
      return context.definitions.apply(context.access, input)
    }),
    system: hub.system.handler(({ context }) => context.system(context.access)),
    notices: hub.notices.handler(({ context }) => context.operation.notices()),
    operation: hub.operation.handler(({ context }) => context.operation.describe()),
    diagnostics: hub.diagnostics.handler(async ({ context }) => {
      const bundle = await context.operation.diagnostics(context.access)
      const name = `datahub-diagnostics-${bundle.madeAt.replaceAll(/[:.]/g, '-')}.json`
      context.client.answer.set('Content-Disposition', `attachment; filename="${name}"`)
      return bundle
    }),
  })
}

/** Who may apply a file may not therefore decide where alerts go. */
function assertMayDefine({ gate, access }: RequestContext, { alertChannels }: HubDefinition): void {
  if (alertChannels.length > 0) gate.assertMay(access, 'alertChannel.replace')
}
