import { oc } from '@orpc/contract'
import { z } from 'zod'
import { PathId } from './values.ts'
import { ExecutionDetail, ExecutionView } from './shapes.ts'

/** The routes of executions. */
export const executionRoutes = {
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
}
