import { auditedEach } from '../audit-trail.ts'
import type { Implementer } from '../implementer.ts'
import { problemOf, toDataHubError } from '../problem.ts'

export function taskRoutes(os: Implementer) {
  const { task } = os
  return task.router({
    list: task.list.handler(
      ({ context, input: { status, text, source, destination, mode, sort, descending, cursor, limit } }) =>
        context.tasks.list(
          context.access,
          { statuses: status, text, source, destination, mode },
          { sort, descending, cursor, limit },
        ),
    ),
    create: task.create.handler(({ context, input }) => context.tasks.create(context.access, input)),
    get: task.get.handler(({ context, input }) => context.tasks.get(context.access, input.task)),
    remove: task.remove.handler(async ({ context, input }) => {
      await context.tasks.remove(context.access, input.params.task, input.query.confirm)
      return {}
    }),
    definition: task.definition.handler(({ context, input }) => context.tasks.definition(context.access, input.task)),
    replace: task.replace.handler(({ context, input: { params, body } }) =>
      context.tasks.replace(context.access, params.task, body),
    ),
    validate: task.validate.handler(({ context, input: { query, body } }) =>
      context.tasks.validate(context.access, body, query.task),
    ),
    previewSchedule: task.previewSchedule.handler(({ context, input: { schedule, task: reference, next } }) =>
      context.coverage.previewSchedule(context.access, schedule, reference, next),
    ),
    change: task.change.handler(async ({ context, input }) =>
      (
        await context.tasks.changeMany(context.access, input, (task, change) =>
          auditedEach(deedOf(input.action), String(task), context, change, toDataHubError),
        )
      ).map(({ error, ...change }) => ({ ...change, problem: error && problemOf(error) })),
    ),
    ranges: task.ranges.handler(async ({ context, input: { task: reference, ...request } }) =>
      context.executions.ranges(context.access, (await context.tasks.find(context.access, reference)).id, request),
    ),
    activity: task.activity.handler(({ context, input: { task: reference, ...request } }) =>
      context.activity.ofTask(context.access, reference, request),
    ),
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

/** What is done to one of many tasks is written down as if it were done to it alone; only moving is done to many. */
function deedOf(action: 'run' | 'pause' | 'resume' | 'move'): string {
  return action === 'move' ? 'task.change' : `task.${action}`
}
