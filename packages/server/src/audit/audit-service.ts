import type { AuditEntryView, AuditVerdict } from '@datahub/core/api/audit-routes'
import type { Access, Actor } from '../access/access.ts'
import type { Connection, Database } from '../db/database.ts'
import { asOne } from '../db/one-transaction.ts'
import type { Scope } from '../db/scope.ts'
import { appendEntry, listEntries, walkChain, type AuditFilter, type AuditRow } from './audit-store.ts'

export interface Deed {
  readonly action: string
  readonly subject: string
  /** `done`, or the code of the error. */
  readonly outcome: string
  readonly before?: unknown
  readonly after?: unknown
}

export interface Done<Output> {
  readonly output: Output
  readonly by: { readonly actor: Actor; readonly workspaceId: number }
  readonly deed: Deed
}

/** Shown once or never: they do not stand in the log. */
const SECRET_FIELDS = new Set(['token', 'invitation', 'code', 'password', 'secretAccessKey', 'sessionToken', 'secret'])

/** Who did what, when, from where, and what it was before and after. Entries are added, never changed. */
export class AuditService {
  readonly #db: Database

  constructor(db: Database) {
    this.#db = db
  }

  async record(by: { actor: Actor; workspaceId: number }, from: string, deed: Deed): Promise<void> {
    await this.#db.transaction().execute((tx) => this.recordIn(tx, by, from, deed))
  }

  /**
   * Does what changes something and writes it down, both or neither: `work` answers what was done and by whom. What its
   * services ask of the database is one transaction, and the entry, which comes last, its last statement.
   */
  async done<Output>(from: string, work: () => Promise<Done<Output>>): Promise<Output> {
    return asOne(this.#db as never, async () => {
      const { output, by, deed } = await work()
      await this.recordIn(this.#db, by, from, deed)
      return output
    })
  }

  /** In the transaction of the deed. */
  async recordIn(
    tx: Connection,
    by: { actor: Actor; workspaceId: number },
    from: string,
    { action, subject, outcome, before, after }: Deed,
  ): Promise<void> {
    await appendEntry(tx, {
      workspace_id: by.workspaceId === 0 ? null : by.workspaceId,
      actor_kind: by.actor.kind,
      actor_id: by.actor.id,
      actor_name: by.actor.name,
      address: from,
      action,
      subject: subject.slice(0, 200),
      outcome,
      before: withoutSecrets(before),
      after: withoutSecrets(after),
    })
  }

  async list(scope: Scope, filter: AuditFilter): Promise<AuditEntryView[]> {
    return (await listEntries(this.#db, scope, filter)).map(view)
  }

  async verify(_access: Access): Promise<AuditVerdict> {
    const { entries, head, brokenAt } = await walkChain(this.#db)
    return { ok: brokenAt === undefined, entries, head: head?.toString('hex') ?? null, brokenAt: brokenAt ?? null }
  }
}

/** As JSON, so that what is hashed is what is read back. */
function withoutSecrets(value: unknown): unknown {
  const text = JSON.stringify(value, (field, part: unknown) => (SECRET_FIELDS.has(field) ? told(part) : part))
  return text === undefined ? null : JSON.parse(text)
}

function told(secret: unknown): unknown {
  return secret === null || secret === undefined ? null : { set: true }
}

function view(row: AuditRow): AuditEntryView {
  return {
    id: row.id,
    at: row.at.toISOString(),
    actor: { kind: row.actor_kind, id: row.actor_id, name: row.actor_name },
    from: row.address,
    action: row.action,
    subject: row.subject,
    outcome: row.outcome,
    before: row.before,
    after: row.after,
    hash: row.hash.toString('hex'),
  }
}
