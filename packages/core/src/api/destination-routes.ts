import { eventIterator, oc } from '@orpc/contract'
import { z } from 'zod'
import { DestinationDefinition } from '../task/definition.ts'
import { Nothing } from './values.ts'
import { DestinationKindView, DestinationPolicy, DestinationView } from './destination-shapes.ts'
import { CheckStepView } from './connection-test-shapes.ts'

const Named = z.object({ name: z.string() })

/** The routes of destinations. */
export const destinationRoutes = {
  list: oc
    .route({ method: 'GET', path: '/destinations', tags: ['destinations'], summary: 'List the destinations' })
    .output(z.array(DestinationView)),
  kinds: oc
    .route({
      method: 'GET',
      path: '/destination-kinds',
      tags: ['destinations'],
      summary: 'The kinds of destination that this hub knows, and what has to be entered for each',
    })
    .output(z.array(DestinationKindView)),
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
  rotate: oc
    .route({
      method: 'POST',
      path: '/destinations/{name}/rotation',
      tags: ['destinations'],
      summary: 'Swap the keys of a destination for new ones that have passed Test Connection just before',
    })
    .input(
      Named.extend({
        credentials: z.record(z.string(), z.string().min(1).max(10_000)).meta({
          description: 'The fields that its kind names as credentials, all of them',
          examples: [{ accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: '…' }],
        }),
      }),
    )
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
      summary: 'The IAM policy for a bucket, right for its partition, in the forms in which people attach it',
    })
    .input(
      z.object({
        bucket: z.string(),
        region: z.string(),
        prefix: z.string().default(''),
        kmsKeyArn: z.string().optional(),
        objectAcl: z.stringbool().or(z.boolean()).default(false),
        userName: z.string().default('xnurta-data-task').meta({ description: 'The IAM user who gets it' }),
      }),
    )
    .output(DestinationPolicy),
}
