import { oc } from '@orpc/contract'
import { z } from 'zod'
import { ACTIVITY_KINDS, TaskActivity } from './activity-shapes.ts'
import { TaskDefinition } from '../task/definition.ts'
import { Schedule } from '../task/schedule.ts'
import { CoverageView } from './coverage-shapes.ts'
import { Problem } from './error-shapes.ts'
import { DeliveredRangePage, ExecutionView } from './execution-shapes.ts'
import { SchedulePreview, TASK_STATUSES, TaskPage, TaskSchedule, TaskValidation, TaskView } from './task-shapes.ts'
import { Cursor, Limit, Nothing, PathId, several } from './values.ts'

const TaskRef = z.object({ task: z.string().meta({ description: 'The id or the name' }) })
const Day = z.iso.date()

/** The routes of tasks. */
export const taskRoutes = {
  list: oc
    .route({ method: 'GET', path: '/tasks', tags: ['tasks'], summary: 'List the tasks' })
    .input(
      z.object({
        text: z.string().max(200).optional().meta({ description: 'In the name, or the id' }),
        status: several(z.enum(TASK_STATUSES)).optional(),
        source: z.string().optional(),
        destination: z.string().optional(),
        mode: z.enum(['recurring', 'one-time']).optional(),
        sort: z.enum(['id', 'name', 'nextFire', 'gaps']).default('id'),
        descending: z.stringbool().or(z.boolean()).default(false),
        cursor: Cursor.optional(),
        limit: Limit.default(50),
      }),
    )
    .output(TaskPage),
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
  definition: oc
    .route({
      method: 'GET',
      path: '/tasks/{task}/definition',
      tags: ['tasks'],
      summary: 'A task as one would write it: to keep in a file, or to make another one like it',
    })
    .input(TaskRef)
    .output(TaskDefinition),
  replace: oc
    .route({
      method: 'PUT',
      path: '/tasks/{task}',
      tags: ['tasks'],
      inputStructure: 'detailed',
      summary: 'Replace the definition of a task; another name renames it, a changed schedule goes on without a gap',
    })
    .input(z.object({ params: TaskRef, body: TaskDefinition }))
    .output(TaskView),
  validate: oc
    .route({
      method: 'POST',
      path: '/task-validation',
      tags: ['tasks'],
      inputStructure: 'detailed',
      summary: 'What saving a task would do; nothing is written',
    })
    .input(
      z.object({
        query: z
          .object({ task: z.string().optional().meta({ description: 'The task that would be replaced' }) })
          .default({}),
        body: TaskDefinition,
      }),
    )
    .output(TaskValidation),
  previewSchedule: oc
    .route({
      method: 'POST',
      path: '/schedule-preview',
      tags: ['tasks'],
      summary: 'When a schedule that is not saved yet fires, and what it delivers then',
    })
    .input(
      z.object({
        schedule: Schedule,
        task: z.string().optional().meta({ description: 'The task it is for, whose jitter it then has' }),
        next: z.number().int().min(1).max(100).default(5),
      }),
    )
    .output(SchedulePreview),
  change: oc
    .route({
      method: 'POST',
      path: '/task-changes',
      tags: ['tasks'],
      summary: 'Run, pause, resume or move many tasks; each is done or told why not',
    })
    .input(
      z
        .object({
          action: z
            .enum(['run', 'pause', 'resume', 'move'])
            .meta({ description: 'move: they deliver to another destination from now on' }),
          tasks: z.array(PathId).min(1).max(500),
          destination: z.string().optional().meta({ description: 'Where they are moved to' }),
        })
        .refine(({ action, destination }) => (action === 'move') === (destination !== undefined), {
          error: 'must be there to move tasks, and only then',
          path: ['destination'],
        }),
    )
    .output(
      z.array(
        z.object({
          task: z.number(),
          executionId: z.number().nullable().meta({ description: 'What was started' }),
          problem: Problem.nullable().meta({ description: 'Why it was not done; null: it was' }),
        }),
      ),
    ),
  ranges: oc
    .route({
      method: 'GET',
      path: '/tasks/{task}/ranges',
      tags: ['tasks'],
      summary: 'The data ranges of a task, the newest first, each with its executions',
    })
    .input(
      TaskRef.extend({
        around: PathId.optional().meta({ description: 'The page with the data range of this execution in its middle' }),
        cursor: Cursor.optional(),
        limit: Limit.default(50),
      }),
    )
    .output(DeliveredRangePage),
  activity: oc
    .route({
      method: 'GET',
      path: '/tasks/{task}/activity',
      tags: ['tasks'],
      summary: 'Executions of a task and what was done to it, its source and its destination, the newest first',
    })
    .input(
      TaskRef.extend({
        kind: z.enum(ACTIVITY_KINDS).optional().meta({ description: 'Only these; absent: both' }),
        cursor: Cursor.optional(),
        limit: z.coerce.number().int().min(1).max(200).default(50),
      }),
    )
    .output(TaskActivity),
  remove: oc
    .route({
      method: 'DELETE',
      path: '/tasks/{task}',
      tags: ['tasks'],
      inputStructure: 'detailed',
      summary: 'Remove a task; one that has been run only when its name is typed again, and with its history',
    })
    .input(
      z.object({
        params: TaskRef,
        query: z
          .object({
            confirm: z.string().optional().meta({ description: 'The name of the task: its history goes, too' }),
          })
          .default({}),
      }),
    )
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
        missed: z.enum(['none', 'last', 'all']).optional().meta({
          description:
            'What is delivered of the fire times missed while it was paused; absent: none, or all where it had paused by itself',
        }),
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
