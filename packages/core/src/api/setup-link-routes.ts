import { eventIterator, oc } from '@orpc/contract'
import { z } from 'zod'
import { DestinationPolicy } from './destination-shapes.ts'
import { CheckStepView } from './connection-test-shapes.ts'
import { Instant, Nothing, PathId } from './values.ts'

const tags = ['setup links']

/** What is known of the bucket beforehand; whoever has the link may fill in the rest. */
const Preset = z.object({
  bucket: z.string().max(63).optional(),
  region: z.string().max(40).optional(),
  prefix: z.string().max(500).optional(),
  endpoint: z
    .string()
    .max(500)
    .optional()
    .meta({ description: 'A store other than Amazon. Whoever makes the link says which, its bearer cannot' }),
  pathStyle: z.boolean().optional().meta({ description: 'Put the bucket into the path of the endpoint' }),
})

export const SetupLinkView = z
  .object({
    id: z.number().int().positive(),
    destination: z.string().meta({ description: 'The destination that it creates, or gives new keys to' }),
    preset: Preset,
    state: z.enum(['open', 'used', 'revoked', 'expired']),
    createdAt: Instant,
    expiresAt: Instant,
    usedAt: Instant.nullable(),
  })
  .meta({ id: 'SetupLink' })

const Bucket = z.strictObject({
  bucket: z.string().min(1).max(63),
  region: z.string().min(1).max(40),
  prefix: z.string().max(500).default(''),
})

const BucketWithKeys = Bucket.extend({
  accessKeyId: z.string().min(1).max(200),
  secretAccessKey: z.string().min(1).max(200),
})

/** Setup links: the customer's engineer enters bucket and keys, without an account and without showing them to anybody. */
export const setupLinkRoutes = {
  create: oc
    .route({
      method: 'POST',
      path: '/setup-links',
      tags,
      successStatus: 201,
      summary: 'Make a link for one destination; its code is shown this once',
    })
    .input(
      Preset.extend({
        destination: z.string().min(1).max(100),
        hours: z.number().int().min(1).max(72).default(72),
      }),
    )
    .output(SetupLinkView.extend({ code: z.string() })),
  list: oc
    .route({ method: 'GET', path: '/setup-links', tags, summary: 'List the setup links' })
    .output(z.array(SetupLinkView)),
  revoke: oc
    .route({ method: 'DELETE', path: '/setup-links/{id}', tags, summary: 'Revoke a setup link' })
    .input(z.object({ id: PathId }))
    .output(Nothing),
  show: oc
    .route({ method: 'GET', path: '/setup-link', tags, summary: 'What the bearer of a setup link has to fill in' })
    .output(z.object({ destination: z.string(), preset: Preset, expiresAt: Instant })),
  policy: oc
    .route({ method: 'POST', path: '/setup-link/policy', tags, summary: 'The IAM policy for the bucket entered' })
    .input(Bucket)
    .output(DestinationPolicy),
  test: oc
    .route({ method: 'POST', path: '/setup-link/test', tags, summary: 'Test Connection of what was entered' })
    .input(BucketWithKeys)
    .output(eventIterator(CheckStepView)),
  submit: oc
    .route({ method: 'POST', path: '/setup-link', tags, summary: 'Hand it over; the link is used up' })
    .input(BucketWithKeys)
    .output(Nothing),
}

export type SetupLinkView = z.output<typeof SetupLinkView>
