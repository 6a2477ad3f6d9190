import { oc } from '@orpc/contract'
import { z } from 'zod'
import { Parallel, WorkspaceName, WorkspaceView } from './access-shapes.ts'

/** The routes of workspaces. */
export const workspaceRoutes = {
  list: oc
    .route({
      method: 'GET',
      path: '/workspaces',
      tags: ['workspaces'],
      summary: 'List the workspaces that the caller may enter',
    })
    .output(z.array(WorkspaceView)),
  create: oc
    .route({
      method: 'POST',
      path: '/workspaces',
      tags: ['workspaces'],
      successStatus: 201,
      summary: 'Create a workspace; what is in it is seen from no other',
    })
    .input(z.object({ name: WorkspaceName }))
    .output(WorkspaceView),
  setLimit: oc
    .route({
      method: 'PUT',
      path: '/workspaces/{name}/limit',
      tags: ['workspaces'],
      summary: 'How many executions of a workspace are worked on at a time',
    })
    .input(z.object({ name: z.string(), parallel: Parallel }))
    .output(WorkspaceView),
}
