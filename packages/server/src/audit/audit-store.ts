import { sql, type Selectable } from 'kysely'
import { createHash } from 'node:crypto'
import type { Connection } from '../db/database.ts'
import type { Schema } from '../db/schema.ts'
import { FIRST_WORKSPACE, isWithin, type Scope } from '../db/scope.ts'

export type AuditRow = Selectable<Schema['audit_entry']>

/** What is written down, but for its place in the chain. */
export type AuditValues = Omit<AuditRow, 'id' | 'at' | 'hash'>

export interface AuditFilter {
  readonly actor?: string | undefined
  readonly action?: string | undefined
  readonly subject?: string | undefined
  readonly since?: string | undefined
  readonly until?: string | undefined
  readonly before?: number | undefined
  readonly after?: number | undefined
  readonly limit: number
}

const LOCK = 7_316_001

/** Entries are written one after the other, so that each can hold the hash of the one before it. Needs a transaction. */
export async function appendEntry(tx: Connection, values: AuditValues): Promise<void> {
  await sql`select pg_advisory_xact_lock(${LOCK})`.execute(tx)
  const last = await tx
    .selectFrom('audit_entry')
    .select(['id', 'hash'])
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst()
  const { rows } = await sql<{ at: Date }>`select date_trunc('milliseconds', clock_timestamp()) as at`.execute(tx)
  const entry = { ...values, id: (last?.id ?? 0) + 1, at: rows[0]?.at ?? new Date() }
  await tx
    .insertInto('audit_entry')
    .values({
      ...entry,
      before: entry.before === null ? null : JSON.stringify(entry.before),
      after: entry.after === null ? null : JSON.stringify(entry.after),
      hash: hashOf(entry, last?.hash),
    })
    .execute()
}

export async function listEntries(db: Connection, scope: Scope, filter: AuditFilter): Promise<AuditRow[]> {
  // What nobody did, such as a sign-in that was refused, belongs to no workspace: those who run the hub see it
  const own = isWithin(scope, 'audit_entry')
  let query = db
    .selectFrom('audit_entry')
    .selectAll()
    .where((test) =>
      scope.workspaceId === FIRST_WORKSPACE ? test.or([own, test('audit_entry.workspace_id', 'is', null)]) : own,
    )
  const { actor, action, subject, since, until, before, after } = filter
  if (actor !== undefined) query = query.where('actor_name', '=', actor)
  if (action !== undefined)
    query = query.where((test) =>
      test.or([test('action', '=', action), test(sql`starts_with(action, ${`${action}.`})`, 'is', true)]),
    )
  if (subject !== undefined) query = query.where('subject', '=', subject)
  if (since !== undefined) query = query.where('at', '>=', new Date(since))
  if (until !== undefined) query = query.where('at', '<', new Date(until))
  if (before !== undefined) query = query.where('id', '<', before)
  if (after === undefined) return query.orderBy('id', 'desc').limit(filter.limit).execute()
  const next = await query.where('id', '>', after).orderBy('id').limit(filter.limit).execute()
  return next.toReversed()
}

const PAGE = 1000

/** Goes through the whole log, the oldest first. Answers the first entry that does not follow from those before it. */
export async function walkChain(
  db: Connection,
): Promise<{ entries: number; head: Buffer | undefined; brokenAt: number | undefined }> {
  let head: Buffer | undefined
  let entries = 0
  for (;;) {
    const page = await db
      .selectFrom('audit_entry')
      .selectAll()
      .where('id', '>', entries)
      .orderBy('id')
      .limit(PAGE)
      .execute()
    for (const row of page) {
      if (row.id !== entries + 1 || !row.hash.equals(hashOf(row, head))) return { entries, head, brokenAt: entries + 1 }
      entries += 1
      head = row.hash
    }
    if (page.length < PAGE) return { entries, head, brokenAt: undefined }
  }
}

function hashOf(entry: Omit<AuditRow, 'hash'>, previous: Buffer | undefined): Buffer {
  const { id, at, workspace_id, actor_kind, actor_id, actor_name, address, action, subject, outcome } = entry
  const told = [id, at.toISOString(), workspace_id, actor_kind, actor_id, actor_name, address, action, subject, outcome]
  return createHash('sha256')
    .update(previous ?? '')
    .update(JSON.stringify([...told, entry.before, entry.after]))
    .digest()
}
