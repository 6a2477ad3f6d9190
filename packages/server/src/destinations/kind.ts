import type { Destination } from '@datahub/core/destination/destination'
import type { z } from 'zod'
import type { EgressPolicy } from '../foundation/egress.ts'

/** What a connector may use of the hub it runs in. */
export interface DestinationWorld {
  readonly egress: EgressPolicy
  /** Folders in which a filesystem destination may live; undefined: anywhere that is not the hub's own. */
  readonly folders: readonly string[] | undefined
  /** The hub's own folder, into which nothing is ever delivered. */
  readonly dataDir: string
}

/** One kind of storage: its settings, described once, and how to open it. */
export interface DestinationKind<Settings = unknown> {
  readonly kind: string
  readonly title: string
  /** A strict object; secret fields by `secretField`. Feeds the API's validation, the forms and the guide. */
  readonly configSchema: z.ZodType<Settings>
  /** Fields of the settings that are sealed at rest and never given back. */
  readonly secrets: readonly string[]
  /** Checks that need the world around (addresses, folders). Called when settings are saved and again when they are used. */
  admit(settings: Settings, world: DestinationWorld): void
  open(settings: Settings, world: DestinationWorld): Destination
}
