import { oc } from '@orpc/contract'
import { z } from 'zod'
import { ErrorView } from './error-shapes.ts'

/** The routes of the error registry. */
export const errorRoutes = {
  list: oc
    .route({ method: 'GET', path: '/errors', tags: ['errors'], summary: 'Every error code with meaning and action' })
    .input(z.object({ text: z.string().max(200).optional().meta({ description: 'In code, meaning or action' }) }))
    .output(z.array(ErrorView)),
  get: oc
    .route({ method: 'GET', path: '/errors/{code}', tags: ['errors'], summary: 'What an error code means' })
    .input(z.object({ code: z.string() }))
    .output(ErrorView),
}
