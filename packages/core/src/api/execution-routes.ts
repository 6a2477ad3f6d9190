import { oc } from '@orpc/contract'
import { z } from 'zod'
import { Cursor, Limit, PathId, several } from './values.ts'
import { ExecutionDetail, ExecutionPage, ExecutionView, LogPage, TRIGGERS } from './execution-shapes.ts'
import { Day } from '../task/schedule.ts'

/** The routes of executions. */
export const executionRoutes = {
  list: oc
    .route({ method: 'GET', path: '/executions', tags: ['executions'], summary: 'List executions, newest first' })
    .input(
      z.object({
        task: z.string().optional().meta({ description: 'The id or the name' }),
        status: several(z.coerce.number().int().min(0).max(8)).optional(),
        trigger: several(z.enum(TRIGGERS)).optional(),
        from: Day.optional().meta({ description: 'Only those whose data range touches this day or later ones' }),
        to: Day.optional().meta({ description: 'Only those whose data range touches this day or earlier ones' }),
        text: z
          .string()
          .max(200)
          .optional()
          .meta({ description: 'An id, a Request ID or a file name, or its beginning' }),
        around: PathId.optional().meta({ description: 'The page with this execution in its middle' }),
        cursor: Cursor.optional(),
        limit: Limit.default(50),
      }),
    )
    .output(ExecutionPage),
  get: oc
    .route({
      method: 'GET',
      path: '/executions/{id}',
      tags: ['executions'],
      summary: 'Show an execution with its attempts, files and log',
    })
    .input(z.object({ id: PathId }))
    .output(ExecutionDetail),
  log: oc
    .route({
      method: 'GET',
      path: '/executions/{id}/log',
      tags: ['executions'],
      summary: 'Read the log of an execution from its end to its beginning',
    })
    .input(
      z.object({
        id: PathId,
        before: PathId.optional().meta({ description: 'Lines before the one with this id; absent: the last ones' }),
        limit: z.coerce.number().int().min(1).max(1000).default(1000),
      }),
    )
    .output(LogPage),
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
}
