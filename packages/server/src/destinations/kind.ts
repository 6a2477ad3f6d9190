import type { Capabilities } from '@datahub/core/destination/capabilities'
import type { Destination } from '@datahub/core/destination/destination'
import type { z } from 'zod'
import type { EgressPolicy } from '../foundation/egress.ts'
import type { StoreClock } from './store-clock.ts'

/** What a connector may use of the hub it runs in. */
export interface DestinationWorld {
  /** Who this hub is: what it signs its objects with, and what a role's external ID is made of. */
  readonly instanceId: string
  readonly egress: EgressPolicy
  /** Folders in which a filesystem destination may live; undefined: anywhere that is not the hub's own. */
  readonly folders: readonly string[] | undefined
  /** The hub's own folder, into which nothing is ever delivered. */
  readonly dataDir: string
  /** Who wants to know what the storage says of the time; undefined: nobody. */
  readonly clock?: StoreClock
}

/** An upload in parts that was begun and, as far as is known, neither completed nor aborted. */
export interface OpenUpload {
  readonly key: string
  readonly uploadId: string
}

/** What the hub remembers of one storage between two openings of it. */
export interface StoreMemory {
  /** Undefined: it has never been tried out with these settings, or has refused something since. */
  readonly capabilities: Capabilities | undefined
  /** Keeps what was found out; null: to be found out again. */
  keep(capabilities: Capabilities | null): Promise<void>
  begun(upload: OpenUpload): Promise<void>
  ended(upload: OpenUpload): Promise<void>
  openUploads(): Promise<readonly OpenUpload[]>
}

/** One kind of storage: its settings, described once, and how to open it. */
export interface DestinationKind<Settings = unknown> {
  readonly kind: string
  readonly title: string
  /** A strict object; secret fields by `secretField`. Feeds the API's validation, the forms and the guide. */
  readonly configSchema: z.ZodType<Settings>
  /** Fields of the settings that are sealed at rest and never given back. */
  readonly secrets: readonly string[]
  /** Fields that change together when keys are rotated, the secret ones among them; none: there is nothing to rotate. */
  readonly credentials: readonly string[]
  /** Checks that need the world around (addresses, folders). Called when settings are saved and again when they are used. */
  admit(settings: Settings, world: DestinationWorld): void
  open(settings: Settings, world: DestinationWorld, memory: StoreMemory): Destination
}
