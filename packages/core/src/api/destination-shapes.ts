import { z } from 'zod'
import { connectionFacts } from './connection-test-shapes.ts'
import { Capabilities } from '../destination/capabilities.ts'
import { DestinationDefinition } from '../task/definition.ts'
import { Id, Instant } from './values.ts'

export const DestinationView = DestinationDefinition.extend({
  id: Id,
  capabilities: Capabilities.nullable()
    .default(null)
    .meta({ description: 'What the storage was found to do; null: found out before the next write' }),
  ...connectionFacts,
  createdAt: Instant,
  updatedAt: Instant,
}).meta({ id: 'Destination' })

/** A kind of destination, and what has to be entered for it. */
export const DestinationKindView = z
  .object({
    kind: z.string(),
    title: z.string(),
    settings: z
      .record(z.string(), z.unknown())
      .meta({ description: 'JSON Schema of its fields; secret ones are writeOnly' }),
    credentials: z
      .array(z.string())
      .meta({ description: 'Fields that change together when keys are rotated; empty: it has none' }),
  })
  .meta({ id: 'DestinationKind' })

export const DestinationPolicy = z
  .object({
    partition: z.string(),
    policy: z.record(z.string(), z.unknown()),
    actions: z
      .array(z.object({ action: z.string(), reason: z.string() }))
      .meta({ description: 'Each action that is allowed, and why' }),
    json: z.string().meta({ description: 'For the IAM console' }),
    cli: z.string().meta({ description: 'For the AWS command line' }),
    terraform: z.string(),
  })
  .meta({ id: 'DestinationPolicy' })

export type DestinationKindView = z.output<typeof DestinationKindView>
export type DestinationView = z.output<typeof DestinationView>
export type DestinationPolicy = z.output<typeof DestinationPolicy>
