import { eventIterator, oc } from '@orpc/contract'
import { z } from 'zod'
import { SourceDefinition } from '../task/definition.ts'
import { TimeZone } from '../task/schedule.ts'
import { Nothing } from './values.ts'
import { Discovery } from '../source/discovery.ts'
import { Estimate, Preview, SchemaView, SourceKindView, SourceReports, SourceView } from './source-shapes.ts'
import { CheckStepView } from './connection-test-shapes.ts'

const Named = z.object({ name: z.string() })
const Day = z.iso.date()

const DiscoverInput = z.object({
  match: z.string().max(255).default('').meta({ description: 'Part of the name' }),
  limit: z.coerce.number().int().min(1).max(1000).default(100),
})

const PreviewInput = z.object({
  table: z.string().optional().meta({ description: 'Absent: the first report' }),
  on: Day.optional().meta({ description: 'Absent: yesterday in UTC' }),
  rows: z.coerce.number().int().min(1).max(100).default(10),
})

const DaysInput = z.object({
  from: Day.meta({ description: 'The first day' }),
  to: Day.meta({ description: 'The last day, included' }),
  timeZone: TimeZone.default('UTC').meta({ description: 'The zone in which the days are cut' }),
})

const EstimateInput = DaysInput.extend({
  table: z.string().optional().meta({ description: 'Absent: the first report' }),
})

const DryRunInput = DaysInput.extend({
  tables: z.array(z.string()).min(1).optional().meta({ description: 'Absent: all reports' }),
})

/** Values that are not saved. A secret left out is the saved one's of the same name, while nothing else has changed. */
const Unsaved = z.object({ source: SourceDefinition })

const Zip = z.file().mime('application/zip')

/** The routes of sources. */
export const sourceRoutes = {
  list: oc
    .route({ method: 'GET', path: '/sources', tags: ['sources'], summary: 'List the data sources' })
    .output(z.array(SourceView)),
  kinds: oc
    .route({
      method: 'GET',
      path: '/source-kinds',
      tags: ['sources'],
      summary: 'The kinds of data source that this hub knows, and what has to be entered for each',
    })
    .output(z.array(SourceKindView)),
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
      summary: 'Try sign-in and every report, step by step',
    })
    .input(Named)
    .output(eventIterator(CheckStepView)),
  testUnsaved: oc
    .route({
      method: 'POST',
      path: '/source-tests',
      tags: ['sources'],
      summary: 'Try sign-in and every report of values not saved yet',
    })
    .input(Unsaved)
    .output(eventIterator(CheckStepView)),
  discover: oc
    .route({
      method: 'GET',
      path: '/sources/{name}/discovery',
      tags: ['sources'],
      summary: 'What the data source has that could become a report',
    })
    .input(DiscoverInput.extend(Named.shape))
    .output(Discovery),
  discoverUnsaved: oc
    .route({
      method: 'POST',
      path: '/source-discoveries',
      tags: ['sources'],
      summary: 'The same with values not saved yet; their reports do not matter',
    })
    .input(DiscoverInput.extend(Unsaved.shape))
    .output(Discovery),
  reports: oc
    .route({
      method: 'GET',
      path: '/sources/{name}/reports',
      tags: ['sources'],
      summary: 'The reports of a data source, also those that it brings itself',
    })
    .input(Named)
    .output(SourceReports),
  preview: oc
    .route({
      method: 'GET',
      path: '/sources/{name}/preview',
      tags: ['sources'],
      summary: 'The first rows of a report, as they would be delivered',
    })
    .input(PreviewInput.extend(Named.shape))
    .output(Preview),
  previewUnsaved: oc
    .route({
      method: 'POST',
      path: '/source-previews',
      tags: ['sources'],
      summary: 'The same with values not saved yet',
    })
    .input(PreviewInput.extend(Unsaved.shape))
    .output(Preview),
  estimate: oc
    .route({
      method: 'GET',
      path: '/sources/{name}/estimate',
      tags: ['sources'],
      summary: 'About how many rows a report has in a range, without reading them',
    })
    .input(EstimateInput.extend(Named.shape))
    .output(Estimate),
  estimateUnsaved: oc
    .route({
      method: 'POST',
      path: '/source-estimates',
      tags: ['sources'],
      summary: 'The same with values not saved yet',
    })
    .input(EstimateInput.extend(Unsaved.shape))
    .output(Estimate),
  dryRun: oc
    .route({
      method: 'POST',
      path: '/sources/{name}/dry-run',
      tags: ['sources'],
      summary: 'The package of a range as a download: nothing is delivered, nothing is written down',
    })
    .input(DryRunInput.extend(Named.shape))
    .output(Zip),
  dryRunUnsaved: oc
    .route({
      method: 'POST',
      path: '/source-dry-runs',
      tags: ['sources'],
      summary: 'The same with values not saved yet',
    })
    .input(DryRunInput.extend(Unsaved.shape))
    .output(Zip),
  schemas: oc
    .route({
      method: 'GET',
      path: '/sources/{name}/schemas',
      tags: ['sources'],
      summary: 'The columns of each report as last delivered, and how they have changed',
    })
    .input(Named)
    .output(z.array(SchemaView)),
  acceptSchema: oc
    .route({
      method: 'POST',
      path: '/sources/{name}/accept-schema',
      tags: ['sources'],
      summary: 'Let the next delivery take the columns that it finds, whatever the policy',
    })
    .input(Named.extend({ table: z.string().optional().meta({ description: 'Absent: every report' }) }))
    .output(z.array(SchemaView)),
}
