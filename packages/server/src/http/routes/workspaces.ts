import type { Implementer } from '../implementer.ts'

export function workspaceRoutes(os: Implementer) {
  const { workspace } = os
  return workspace.router({
    list: workspace.list.handler(({ context }) => context.workspaces.list(context.access)),
    create: workspace.create.handler(({ context, input }) => context.workspaces.create(context.access, input.name)),
    setLimit: workspace.setLimit.handler(({ context, input }) =>
      context.workspaces.setLimit(context.access, input.name, input.parallel),
    ),
  })
}
