import { eventIterator, oc } from '@orpc/contract'
import { z } from 'zod'
import { DestinationDefinition, HubDefinition, SourceDefinition, TaskDefinition } from '../task/definition.ts'
import {
  BackfillDetail,
  BackfillPlan,
  BackfillRequest,
  BackfillView,
  Change,
  CheckStepView,
  CoverageView,
  DestinationView,
  ExecutionDetail,
  ExecutionView,
  Preview,
  SourceView,
  SystemView,
  TaskSchedule,
  TaskView,
  TestResult,
  TokenView,
} from './shapes.ts'

/** The whole API, once: the server implements it, command line and console call it, OpenAPI falls out of it. */

export const API_PREFIX = '/api/v1'

const PathId = z.coerce.number().int().positive()
const Named = z.object({ name: z.string() })
const TaskRef = z.object({ task: z.string().meta({ description: 'The id or the name' }) })
const Day = z.iso.date()
const BackfillRef = z.object({ id: PathId })

const Nothing = z.object({})

export const contract = {
  source: {
    list: oc
      .route({ method: 'GET', path: '/sources', tags: ['sources'], summary: 'List the data sources' })
      .output(z.array(SourceView)),
    create: oc
      .route({
        method: 'POST',
        path: '/sources',
        tags: ['sources'],
        successStatus: 201,
        summary: 'Define a data source',
      })
      .input(SourceDefinition)
      .output(SourceView),
    get: oc
      .route({ method: 'GET', path: '/sources/{name}', tags: ['sources'], summary: 'Show a data source' })
      .input(Named)
      .output(SourceView),
    replace: oc
      .route({
        method: 'PUT',
        path: '/sources/{name}',
        tags: ['sources'],
        summary: 'Replace the definition of a data source; secrets left out stay',
      })
      .input(SourceDefinition)
      .output(SourceView),
    remove: oc
      .route({
        method: 'DELETE',
        path: '/sources/{name}',
        tags: ['sources'],
        summary: 'Remove a data source that no task uses',
      })
      .input(Named)
      .output(Nothing),
    test: oc
      .route({
        method: 'POST',
        path: '/sources/{name}/test',
        tags: ['sources'],
        summary: 'Try sign-in and every report',
      })
      .input(Named)
      .output(TestResult),
    preview: oc
      .route({
        method: 'GET',
        path: '/sources/{name}/preview',
        tags: ['sources'],
        summary: 'The first rows of a report',
      })
      .input(
        Named.extend({
          table: z.string().optional(),
          on: Day.optional(),
          rows: z.coerce.number().int().min(1).max(100).default(10),
        }),
      )
      .output(Preview),
  },
  destination: {
    list: oc
      .route({ method: 'GET', path: '/destinations', tags: ['destinations'], summary: 'List the destinations' })
      .output(z.array(DestinationView)),
    create: oc
      .route({
        method: 'POST',
        path: '/destinations',
        tags: ['destinations'],
        successStatus: 201,
        summary: 'Define a destination',
      })
      .input(DestinationDefinition)
      .output(DestinationView),
    get: oc
      .route({ method: 'GET', path: '/destinations/{name}', tags: ['destinations'], summary: 'Show a destination' })
      .input(Named)
      .output(DestinationView),
    replace: oc
      .route({
        method: 'PUT',
        path: '/destinations/{name}',
        tags: ['destinations'],
        summary: 'Replace the definition of a destination; secrets left out stay',
      })
      .input(DestinationDefinition)
      .output(DestinationView),
    remove: oc
      .route({
        method: 'DELETE',
        path: '/destinations/{name}',
        tags: ['destinations'],
        summary: 'Remove a destination that no task uses',
      })
      .input(Named)
      .output(Nothing),
    test: oc
      .route({
        method: 'POST',
        path: '/destinations/{name}/test',
        tags: ['destinations'],
        summary: 'Test Connection of a saved destination, step by step',
      })
      .input(Named)
      .output(eventIterator(CheckStepView)),
    testUnsaved: oc
      .route({
        method: 'POST',
        path: '/destination-tests',
        tags: ['destinations'],
        summary:
          'Test Connection of values not saved yet; a secret left out is taken from the saved destination of that name',
      })
      .input(DestinationDefinition)
      .output(eventIterator(CheckStepView)),
    policy: oc
      .route({
        method: 'GET',
        path: '/destination-policy',
        tags: ['destinations'],
        summary: 'The IAM policy for a bucket, right for its partition',
      })
      .input(
        z.object({
          bucket: z.string(),
          region: z.string(),
          prefix: z.string().default(''),
          kmsKeyArn: z.string().optional(),
        }),
      )
      .output(z.object({ partition: z.string(), policy: z.record(z.string(), z.unknown()) })),
  },
  task: {
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
  },
  backfill: {
    start: oc
      .route({
        method: 'POST',
        path: '/backfills',
        tags: ['backfills'],
        summary: 'Deliver a past range in chunks, or with dryRun only tell what would be delivered',
      })
      .input(BackfillRequest)
      .output(BackfillPlan),
    list: oc
      .route({ method: 'GET', path: '/backfills', tags: ['backfills'], summary: 'List backfills, newest first' })
      .input(z.object({ task: z.string().optional(), limit: z.coerce.number().int().min(1).max(1000).default(50) }))
      .output(z.array(BackfillView)),
    get: oc
      .route({
        method: 'GET',
        path: '/backfills/{id}',
        tags: ['backfills'],
        summary: 'Show a backfill with its ranges, progress and time to go',
      })
      .input(BackfillRef)
      .output(BackfillDetail),
    pause: oc
      .route({
        method: 'POST',
        path: '/backfills/{id}/pause',
        tags: ['backfills'],
        summary: 'Begin no further range; those under way go on',
      })
      .input(BackfillRef)
      .output(BackfillView),
    resume: oc
      .route({ method: 'POST', path: '/backfills/{id}/resume', tags: ['backfills'], summary: 'Go on' })
      .input(BackfillRef)
      .output(BackfillView),
    cancel: oc
      .route({
        method: 'POST',
        path: '/backfills/{id}/cancel',
        tags: ['backfills'],
        summary: 'Begin no further range and cancel those under way',
      })
      .input(BackfillRef)
      .output(BackfillView),
    retry: oc
      .route({
        method: 'POST',
        path: '/backfills/{id}/retry',
        tags: ['backfills'],
        summary: 'Deliver the ranges that failed again',
      })
      .input(BackfillRef)
      .output(BackfillView),
  },
  execution: {
    list: oc
      .route({ method: 'GET', path: '/executions', tags: ['executions'], summary: 'List executions, newest first' })
      .input(
        z.object({
          task: z.string().optional(),
          status: z.coerce.number().int().min(0).max(8).optional(),
          before: PathId.optional().meta({ description: 'Only executions with a smaller id: the next page' }),
          limit: z.coerce.number().int().min(1).max(1000).default(50),
        }),
      )
      .output(z.array(ExecutionView)),
    get: oc
      .route({
        method: 'GET',
        path: '/executions/{id}',
        tags: ['executions'],
        summary: 'Show an execution with its attempts, files and log',
      })
      .input(z.object({ id: PathId }))
      .output(ExecutionDetail),
    cancel: oc
      .route({
        method: 'POST',
        path: '/executions/{id}/cancel',
        tags: ['executions'],
        summary: 'Cancel; too late once it is delivered',
      })
      .input(z.object({ id: PathId }))
      .output(ExecutionView),
    retry: oc
      .route({
        method: 'POST',
        path: '/executions/{id}/retry',
        tags: ['executions'],
        successStatus: 202,
        summary: 'Deliver the data range of an execution that is over again, as a new execution',
      })
      .input(z.object({ id: PathId }))
      .output(ExecutionView),
  },
  hub: {
    plan: oc
      .route({ method: 'POST', path: '/plan', tags: ['hub'], summary: 'What applying these definitions would change' })
      .input(HubDefinition)
      .output(z.array(Change)),
    apply: oc
      .route({ method: 'POST', path: '/apply', tags: ['hub'], summary: 'Create or update all of these, or nothing' })
      .input(HubDefinition)
      .output(z.array(Change)),
    system: oc
      .route({ method: 'GET', path: '/system', tags: ['hub'], summary: 'Version, services and checks' })
      .output(SystemView),
  },
  token: {
    list: oc
      .route({ method: 'GET', path: '/tokens', tags: ['tokens'], summary: 'List API tokens' })
      .output(z.array(TokenView)),
    create: oc
      .route({
        method: 'POST',
        path: '/tokens',
        tags: ['tokens'],
        successStatus: 201,
        summary: 'Make an API token; it is shown this once',
      })
      .input(z.object({ name: z.string().min(1).max(100) }))
      .output(TokenView.extend({ token: z.string() })),
    revoke: oc
      .route({ method: 'DELETE', path: '/tokens/{id}', tags: ['tokens'], summary: 'Revoke an API token' })
      .input(z.object({ id: PathId }))
      .output(Nothing),
  },
}
