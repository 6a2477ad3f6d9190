import { z } from 'zod'
import { ROLES } from '../access/role.ts'

/** Who uses the hub, and what they may. */

/** Which workspace a request is about, by name; without it the token's own, or the first that the user belongs to. */
export const WORKSPACE_HEADER = 'DataHub-Workspace'

const Id = z.number().int().positive()
const Instant = z.iso.datetime()

export const RoleName = z
  .enum(ROLES)
  .meta({ description: 'viewer sees; operator also defines, tests and runs; admin also decides who may' })

export const WorkspaceName = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,62}$/, 'must be lower-case letters, digits and hyphens, and begin with a letter')

export const WorkspaceView = z.object({ id: Id, name: z.string(), createdAt: Instant }).meta({ id: 'Workspace' })

export const TokenView = z
  .object({
    id: Id,
    name: z.string(),
    hint: z.string(),
    role: RoleName,
    only: z
      .array(z.string())
      .nullable()
      .meta({ description: 'The operations it is narrowed to; null: all of its role' }),
    createdAt: Instant,
    expiresAt: Instant.nullable(),
    lastUsedAt: Instant.nullable(),
  })
  .meta({ id: 'Token' })

export type WorkspaceView = z.output<typeof WorkspaceView>
export type TokenView = z.output<typeof TokenView>
