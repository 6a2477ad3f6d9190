import { z } from 'zod'
import { ROLES } from '../access/role.ts'
import { WORKSPACE_NAME } from '../access/workspace-header.ts'
import { Id, Instant } from './values.ts'

/** Who uses the hub, and what they may. */

export const RoleName = z
  .enum(ROLES)
  .meta({ description: 'viewer sees; operator also defines, tests and runs; admin also decides who may' })

export const WorkspaceName = z
  .string()
  .regex(WORKSPACE_NAME, 'must be lower-case letters, digits and hyphens, and begin with a letter')

export const Parallel = z
  .number()
  .int()
  .min(1)
  .max(1000)
  .nullable()
  .meta({ description: 'How many of its executions are worked on at a time; null: as many as there are slots' })

export const WorkspaceView = z
  .object({ id: Id, name: z.string(), parallel: Parallel, createdAt: Instant })
  .meta({ id: 'Workspace' })

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

const Email = z
  .email('must be an e-mail address')
  .max(254)
  .transform((text) => text.toLowerCase())

const PASSWORD_LEAST = 12

const NewPassword = z
  .string()
  .min(PASSWORD_LEAST, `must have at least ${PASSWORD_LEAST} characters`)
  .max(128)
  .meta({ description: 'Any characters; long rather than odd' })

const Membership = z.object({ id: Id, name: z.string(), role: RoleName })

export const MeView = z
  .object({
    user: z
      .object({ id: Id, email: z.string(), name: z.string() })
      .nullable()
      .meta({ description: 'null: an API token' }),
    token: z.object({ id: Id, name: z.string() }).nullable(),
    workspace: z
      .object({ id: Id, name: z.string() })
      .nullable()
      .meta({ description: 'The one that this request is about; null: a member of none' }),
    workspaces: z.array(Membership).meta({ description: 'Those that may be named in the header DataHub-Workspace' }),
    role: RoleName.nullable(),
    isHubAdmin: z.boolean(),
    rights: z.array(z.string()).meta({ description: 'The operations that may be called, such as task.run' }),
  })
  .meta({ id: 'Me' })

export const SignInOptions = z
  .object({
    setupNeeded: z
      .boolean()
      .meta({ description: 'No administrator yet: ask for the code that the server has printed' }),
    password: z.boolean(),
    oidc: z.object({ name: z.string() }).nullable(),
  })
  .meta({ id: 'SignInOptions' })

export const SignInRequest = z.object({ email: Email, password: z.string().min(1).max(1000) })

export const SetupRequest = z.object({
  code: z.string().min(1).max(100).meta({ description: 'As printed on the console of the server' }),
  email: Email,
  name: z.string().min(1).max(100),
  password: NewPassword,
})

export const PasswordChange = z.object({ current: z.string().min(1).max(1000), password: NewPassword })

export const InvitationAnswer = z.object({ code: z.string().min(1).max(100), password: NewPassword })

export const SessionView = z
  .object({
    id: Id,
    isCurrent: z.boolean(),
    createdAt: Instant,
    lastUsedAt: Instant,
    expiresAt: Instant,
    from: z.string().nullable().meta({ description: 'The address it was opened from' }),
    userAgent: z.string().nullable(),
  })
  .meta({ id: 'Session' })

export const UserView = z
  .object({
    id: Id,
    email: z.string(),
    name: z.string(),
    role: RoleName.meta({ description: 'In this workspace' }),
    signsInBy: z.array(z.enum(['password', 'oidc'])).meta({ description: 'None: the invitation is still open' }),
    isDisabled: z.boolean(),
    createdAt: Instant,
    lastSignInAt: Instant.nullable(),
  })
  .meta({ id: 'User' })

export const NewUser = z.object({ email: Email, name: z.string().min(1).max(100), role: RoleName })

export const Invitation = z
  .object({ code: z.string(), expiresAt: Instant })
  .meta({ id: 'Invitation', description: 'Shown this once; whoever has it sets the password of the user' })

export type MeView = z.output<typeof MeView>
export type SignInOptions = z.output<typeof SignInOptions>
export type SetupRequest = z.output<typeof SetupRequest>
export type SessionView = z.output<typeof SessionView>
export type UserView = z.output<typeof UserView>
export type NewUser = z.output<typeof NewUser>
export type Invitation = z.output<typeof Invitation>
