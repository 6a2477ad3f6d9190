import { oc } from '@orpc/contract'
import { z } from 'zod'
import { Instant, PathId } from './values.ts'

export const AuditEntryView = z
  .object({
    id: z.number().int().positive(),
    at: Instant,
    actor: z.object({
      kind: z.enum(['user', 'token', 'nobody', 'setup-link', 'hub']),
      id: z.number().int(),
      name: z.string(),
    }),
    from: z.string().meta({ description: 'The address it came from' }),
    action: z.string().meta({ description: 'The operation, such as task.run' }),
    subject: z.string().meta({ description: 'The name or id of what it was done to' }),
    outcome: z.string().meta({
      description: 'done; begun: written down before it is done, and again when it is; or the code of the error',
    }),
    before: z.unknown().meta({ description: 'As it was; without secrets' }),
    after: z.unknown().meta({ description: 'As it is since then; without secrets' }),
    hash: z.string(),
  })
  .meta({ id: 'AuditEntry' })

export const AuditVerdict = z
  .object({
    ok: z.boolean(),
    entries: z.number().int().nonnegative(),
    head: z
      .string()
      .nullable()
      .meta({ description: 'The hash of the newest entry; kept elsewhere, it proves all before it' }),
    brokenAt: z.number().int().nullable().meta({ description: 'The first entry that is not what was written' }),
  })
  .meta({ id: 'AuditVerdict' })

/** The routes of the audit log. */
export const auditRoutes = {
  list: oc
    .route({ method: 'GET', path: '/audit', tags: ['audit'], summary: 'Who did what in the workspace, newest first' })
    .input(
      z.object({
        actor: z.string().optional().meta({ description: 'The name of a user or token' }),
        action: z.string().optional().meta({ description: 'An operation, or the noun that it begins with' }),
        subject: z.string().optional(),
        since: Instant.optional(),
        until: Instant.optional(),
        before: PathId.optional().meta({ description: 'Only entries with a smaller id: the next page' }),
        after: PathId.optional().meta({
          description: 'Only entries with a greater id, those next to it: the page before',
        }),
        limit: z.coerce.number().int().min(1).max(1000).default(50),
      }),
    )
    .output(z.array(AuditEntryView)),
  verify: oc
    .route({ method: 'POST', path: '/audit/verify', tags: ['audit'], summary: 'Whether the log is as it was written' })
    .output(AuditVerdict),
}

export type AuditEntryView = z.output<typeof AuditEntryView>
export type AuditVerdict = z.output<typeof AuditVerdict>
