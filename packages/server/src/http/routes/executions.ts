import type { Implementer } from '../implementer.ts'

export function executionRoutes(os: Implementer) {
  const { execution } = os
  return execution.router({
    list: execution.list.handler(async ({ context, input: { task, ...filter } }) => {
      const taskId = task === undefined ? undefined : (await context.tasks.find(context.access, task)).id
      return context.executions.list(context.access, { ...filter, taskId })
    }),
    get: execution.get.handler(({ context, input }) => context.executions.detail(context.access, input.id)),
    cancel: execution.cancel.handler(async ({ context, input }) => {
      await context.executions.cancel(context.access, input.id)
      return context.executions.get(context.access, input.id)
    }),
    retry: execution.retry.handler(async ({ context, input }) =>
      context.executions.get(context.access, await context.tasks.retry(context.access, input.id)),
    ),
  })
}
