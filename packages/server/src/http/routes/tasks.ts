import type { Implementer } from '../implementer.ts'

export function taskRoutes(os: Implementer) {
  const { task } = os
  return task.router({
    list: task.list.handler(({ context }) => context.tasks.list(context.access)),
    create: task.create.handler(({ context, input }) => context.tasks.create(context.access, input)),
    get: task.get.handler(({ context, input }) => context.tasks.get(context.access, input.task)),
    remove: task.remove.handler(async ({ context, input }) => {
      await context.tasks.remove(context.access, input.task)
      return {}
    }),
    run: task.run.handler(async ({ context, input: { task: reference, ...days } }) => {
      const id = await context.tasks.run(context.access, reference, days)
      return context.executions.get(context.access, id)
    }),
    pause: task.pause.handler(({ context, input }) => context.tasks.pause(context.access, input.task)),
    resume: task.resume.handler(({ context, input }) => context.tasks.resume(context.access, input.task, input.missed)),
    schedule: task.schedule.handler(({ context, input }) =>
      context.coverage.schedule(context.access, input.task, input.next),
    ),
    coverage: task.coverage.handler(({ context, input: { task: reference, ...days } }) =>
      context.coverage.coverage(context.access, reference, days),
    ),
  })
}
