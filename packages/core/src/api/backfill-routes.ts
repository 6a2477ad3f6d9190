import { oc } from '@orpc/contract'
import { z } from 'zod'
import { PathId } from './values.ts'
import { BackfillDetail, BackfillPlan, BackfillRequest, BackfillView } from './backfill-shapes.ts'

const BackfillRef = z.object({ id: PathId })

/** The routes of backfills. */
export const backfillRoutes = {
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
}
