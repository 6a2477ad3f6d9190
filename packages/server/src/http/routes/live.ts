import type { Implementer } from '../implementer.ts'

export function liveRoutes(os: Implementer) {
  const { live } = os
  return live.router({
    events: live.events.handler(({ context, signal }) => {
      const { access, client, gate, events } = context
      const caller = `${access.actor.kind}/${access.actor.id}`
      const mayGoOn = async () => {
        const now = await gate.admit(client, access.workspace ?? undefined).catch(() => undefined)
        return now?.workspaceId === access.workspaceId && now.isSignedIn
      }
      return events.read(access, caller, signal, mayGoOn)
    }),
    home: live.home.handler(({ context }) => context.home.home(context.access)),
    files: live.files.handler(({ context, input: { task, ...request } }) =>
      context.files.list(context.access, task, request),
    ),
    syncLog: live.syncLog.handler(({ context, input }) => context.files.syncLog(context.access, input.task)),
  })
}
