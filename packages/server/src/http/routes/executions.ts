import type { Implementer } from '../implementer.ts'

export function executionRoutes(os: Implementer) {
  const { execution } = os
  return execution.router({
    list: execution.list.handler(async ({ context, input: { task, ...filter } }) => {
      const taskId = task === undefined ? undefined : (await context.tasks.find(task)).id
      return context.executions.list({ ...filter, taskId })
    }),
    get: execution.get.handler(({ context, input }) => context.executions.detail(input.id)),
    cancel: execution.cancel.handler(async ({ context, input }) => {
      await context.executions.cancel(input.id)
      return context.executions.get(input.id)
    }),
    retry: execution.retry.handler(async ({ context, input }) =>
      context.executions.get(await context.tasks.retry(input.id)),
    ),
  })
}
