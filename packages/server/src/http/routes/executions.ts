import { getExecutionDetail, getExecutionView, listExecutionViews } from '../../executions/execution-views.ts'
import type { Implementer } from '../implementer.ts'

export function executionRoutes(os: Implementer) {
  const { execution } = os
  return execution.router({
    list: execution.list.handler(async ({ context, input: { task, ...filter } }) => {
      const taskId = task === undefined ? undefined : (await context.tasks.find(task)).id
      return listExecutionViews(context.db, { ...filter, taskId })
    }),
    get: execution.get.handler(({ context, input }) => getExecutionDetail(context.db, input.id)),
    cancel: execution.cancel.handler(async ({ context, input }) => {
      await context.executions.cancel(input.id)
      return getExecutionView(context.db, input.id)
    }),
  })
}
