import type { Source } from '@datahub/core/source/source'
import type { z } from 'zod'
import type { EgressPolicy } from '../foundation/egress.ts'
import type { RefreshTokens } from './refresh-tokens.ts'

/** What a connector may use of the hub it runs in. */
export interface SourceWorld {
  readonly egress: EgressPolicy
  /** Folders that the operator allows files to be read from (DATAHUB_FOLDERS_ALLOW). */
  readonly folders: readonly string[]
  /** A private folder for pipes and the like. */
  readonly temporaryDir: string
  /** Of the source's workspace. */
  readonly refreshTokens: RefreshTokens
}

/** One kind of data source: its connection, its reports, described once, and how to open it. */
export interface SourceKind<Connection = unknown, Definition = unknown> {
  readonly kind: string
  readonly title: string
  /** Strict schema of the source's `connection`; secret fields by `secretField`. */
  readonly connectionSchema: z.ZodType<Connection>
  /** Strict schema of one entry of the source's `reports`. */
  readonly reportSchema: z.ZodType<Definition>
  /** Fields of the connection that are sealed at rest and never given back. */
  readonly secrets: readonly string[]
  /** Whether its reports are found in it: its sources have `discover`. */
  readonly discovers?: boolean
  /** For how many days its data changes after the fact: what a schedule that does not say refreshes; absent: it does not. */
  readonly refreshDays?: number
  /** Checks that need the world around (addresses, folders). Called when a source is saved and again when it is used. */
  admit(connection: Connection, reports: readonly Definition[], world: SourceWorld): void
  open(connection: Connection, reports: readonly Definition[], world: SourceWorld): Source
}
