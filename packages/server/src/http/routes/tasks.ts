import type { Implementer } from '../implementer.ts'

export function taskRoutes(os: Implementer) {
  const { task } = os
  return task.router({
    list: task.list.handler(({ context }) => context.tasks.list()),
    create: task.create.handler(({ context, input }) => context.tasks.create(input)),
    get: task.get.handler(({ context, input }) => context.tasks.get(input.task)),
    remove: task.remove.handler(async ({ context, input }) => {
      await context.tasks.remove(input.task)
      return {}
    }),
    run: task.run.handler(async ({ context, input: { task: reference, ...days } }) => {
      const id = await context.tasks.run(reference, days)
      return context.executions.get(id)
    }),
    pause: task.pause.handler(({ context, input }) => context.tasks.pause(input.task)),
    resume: task.resume.handler(({ context, input }) => context.tasks.resume(input.task, input.missed)),
    schedule: task.schedule.handler(({ context, input }) => context.coverage.schedule(input.task, input.next)),
    coverage: task.coverage.handler(({ context, input: { task: reference, ...days } }) =>
      context.coverage.coverage(reference, days),
    ),
  })
}
