import { may } from '@datahub/core/access/rights'
import type { Access } from '../../access/access.ts'
import type { Implementer } from '../implementer.ts'

export function liveRoutes(os: Implementer) {
  const { live } = os
  return live.router({
    events: live.events.handler(({ context, signal }) => {
      const { access, client, gate, events } = context
      const caller = `${access.actor.kind}/${access.actor.id}`
      const mayGoOn = async () => {
        const now = await gate.admit(client, access.workspace ?? undefined).catch(() => undefined)
        // Also who may less, or more: a page that opens the stream again learns of it
        return now !== undefined && may(now, 'live.events') && isSame(now, access)
      }
      return events.read(access, caller, signal, mayGoOn)
    }),
    home: live.home.handler(({ context }) => context.home.home(context.access)),
    days: live.days.handler(({ context, input }) => context.home.days(context.access, input)),
    files: live.files.handler(({ context, input: { task, ...request } }) =>
      context.files.list(context.access, task, request),
    ),
    syncLog: live.syncLog.handler(({ context, input }) => context.files.syncLog(context.access, input.task)),
  })
}

function isSame(now: Access, then: Access): boolean {
  return now.workspaceId === then.workspaceId && now.role === then.role && now.isHubAdmin === then.isHubAdmin
}
