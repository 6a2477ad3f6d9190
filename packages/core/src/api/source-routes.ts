import { oc } from '@orpc/contract'
import { z } from 'zod'
import { SourceDefinition } from '../task/definition.ts'
import { Nothing } from './values.ts'
import { Preview, SourceView, TestResult } from './shapes.ts'

const Named = z.object({ name: z.string() })
const Day = z.iso.date()

/** The routes of sources. */
export const sourceRoutes = {
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
}
