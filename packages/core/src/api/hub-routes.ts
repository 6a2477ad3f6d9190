import { oc } from '@orpc/contract'
import { z } from 'zod'
import { HubDefinition } from '../task/definition.ts'
import { Change, SystemView } from './hub-shapes.ts'
import { Diagnostics, Notice, OperationView } from './operation-shapes.ts'

/** The routes of the hub itself. */
export const hubRoutes = {
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
  notices: oc
    .route({ method: 'GET', path: '/notices', tags: ['hub'], summary: 'What everybody should know about the hub now' })
    .output(z.array(Notice)),
  operation: oc
    .route({
      method: 'GET',
      path: '/operation',
      tags: ['hub'],
      summary: 'Processes, queue, retention, settings with their origin, versions',
    })
    .output(OperationView),
  diagnostics: oc
    .route({ method: 'GET', path: '/diagnostics', tags: ['hub'], summary: 'All of this in one file, without secrets' })
    .output(Diagnostics),
}
