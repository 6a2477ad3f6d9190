import { rangeOfDays, startOfDay } from '@datahub/core/execution/data-range'
import type { Implementer } from '../implementer.ts'

export function executionRoutes(os: Implementer) {
  const { execution } = os
  return execution.router({
    list: execution.list.handler(
      async ({ context, input: { task: reference, status, trigger, from, to, text, ...request } }) => {
        const task = reference === undefined ? undefined : await context.tasks.find(context.access, reference)
        const timeZone = task?.time_zone ?? 'UTC'
        const filter = {
          taskId: task?.id,
          statuses: status,
          triggers: trigger,
          from: from === undefined ? undefined : startOfDay(from, timeZone),
          to: to === undefined ? undefined : rangeOfDays(to, to, timeZone).to,
          text,
        }
        return context.executions.list(context.access, filter, request)
      },
    ),
    get: execution.get.handler(({ context, input }) => context.executions.detail(context.access, input.id)),
    log: execution.log.handler(({ context, input: { id, ...part } }) =>
      context.executions.log(context.access, id, part),
    ),
    cancel: execution.cancel.handler(async ({ context, input }) => {
      await context.executions.cancel(context.access, input.id)
      return context.executions.get(context.access, input.id)
    }),
    retry: execution.retry.handler(async ({ context, input }) =>
      context.executions.get(context.access, await context.tasks.retry(context.access, input.id)),
    ),
  })
}
