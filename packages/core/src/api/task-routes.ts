import { oc } from '@orpc/contract'
import { z } from 'zod'
import { TaskDefinition } from '../task/definition.ts'
import { Nothing } from './values.ts'
import { CoverageView, ExecutionView, TaskSchedule, TaskView } from './shapes.ts'

const TaskRef = z.object({ task: z.string().meta({ description: 'The id or the name' }) })
const Day = z.iso.date()

/** The routes of tasks. */
export const taskRoutes = {
  list: oc
    .route({ method: 'GET', path: '/tasks', tags: ['tasks'], summary: 'List the tasks' })
    .output(z.array(TaskView)),
  create: oc
    .route({
      method: 'POST',
      path: '/tasks',
      tags: ['tasks'],
      successStatus: 201,
      summary: 'Create a task; a one-time push starts at once unless paused',
    })
    .input(TaskDefinition)
    .output(TaskView),
  get: oc
    .route({ method: 'GET', path: '/tasks/{task}', tags: ['tasks'], summary: 'Show a task' })
    .input(TaskRef)
    .output(TaskView),
  remove: oc
    .route({
      method: 'DELETE',
      path: '/tasks/{task}',
      tags: ['tasks'],
      summary: 'Remove a task that never delivered; pause the others',
    })
    .input(TaskRef)
    .output(Nothing),
  run: oc
    .route({
      method: 'POST',
      path: '/tasks/{task}/run',
      tags: ['tasks'],
      successStatus: 202,
      summary: 'Run now, for the latest data range or for the days given (both included)',
    })
    .input(TaskRef.extend({ from: Day.optional(), to: Day.optional() }))
    .output(ExecutionView),
  pause: oc
    .route({ method: 'POST', path: '/tasks/{task}/pause', tags: ['tasks'], summary: 'Pause' })
    .input(TaskRef)
    .output(TaskView),
  resume: oc
    .route({ method: 'POST', path: '/tasks/{task}/resume', tags: ['tasks'], summary: 'Resume' })
    .input(
      TaskRef.extend({
        missed: z
          .enum(['none', 'last', 'all'])
          .default('none')
          .meta({ description: 'What is delivered of the fire times missed while it was paused' }),
      }),
    )
    .output(TaskView),
  schedule: oc
    .route({
      method: 'GET',
      path: '/tasks/{task}/schedule',
      tags: ['tasks'],
      summary: 'When a recurring task fires next, and what it will deliver then',
    })
    .input(TaskRef.extend({ next: z.coerce.number().int().min(1).max(100).default(5) }))
    .output(TaskSchedule),
  coverage: oc
    .route({
      method: 'GET',
      path: '/tasks/{task}/coverage',
      tags: ['tasks'],
      summary: 'Every range the task should have delivered, with what happened to it',
    })
    .input(TaskRef.extend({ from: Day.optional(), to: Day.optional() }))
    .output(CoverageView),
}
