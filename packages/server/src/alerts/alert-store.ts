import type { AlertFacts, AlertKind } from '@datahub/core/alert/alert'
import { sql, type Selectable } from 'kysely'
import type { Connection } from '../db/database.ts'
import type { Schema } from '../db/schema.ts'
import { isWithin, type Scope } from '../db/scope.ts'
import { readPage, type PageOf } from '../foundation/paging.ts'

export type AlertRow = Selectable<Schema['alert']>

/** Until the transaction ends: of several processes one looks. Answers whether it is this one. */
export async function lockAlerts(tx: Connection): Promise<boolean> {
  const { rows } = await sql<{ ok: boolean }>`
    select pg_try_advisory_xact_lock(hashtext('datahub/alerts')) as ok`.execute(tx)
  return rows[0]?.ok === true
}

export async function listOpenAlerts(db: Connection): Promise<AlertRow[]> {
  return db.selectFrom('alert').selectAll().where('resolved_at', 'is', null).orderBy('id').execute()
}

export interface NewAlert {
  readonly workspaceId: number
  readonly kind: AlertKind
  readonly cause: string
  readonly since: Date
  readonly facts: AlertFacts
}

/** Undefined when the same is open already. */
export async function insertAlert(db: Connection, alert: NewAlert): Promise<AlertRow | undefined> {
  return db
    .insertInto('alert')
    .values({
      workspace_id: alert.workspaceId,
      kind: alert.kind,
      cause: alert.cause,
      since: alert.since,
      facts: JSON.stringify(alert.facts),
    })
    .onConflict((conflict) => conflict.doNothing())
    .returningAll()
    .executeTakeFirst()
}

export async function setFacts(db: Connection, id: number, facts: AlertFacts): Promise<void> {
  await db
    .updateTable('alert')
    .set({ facts: JSON.stringify(facts) })
    .where('id', '=', id)
    .execute()
}

export async function markTold(db: Connection, id: number): Promise<void> {
  await db
    .updateTable('alert')
    .set({ told_at: sql`now()` })
    .where('id', '=', id)
    .execute()
}

export async function resolveAlert(db: Connection, id: number, resolution: 'recovered' | 'over'): Promise<void> {
  await db
    .updateTable('alert')
    .set({ resolved_at: sql`now()`, resolution })
    .where('id', '=', id)
    .execute()
}

export interface ListedAlert extends AlertRow {
  readonly sent: number
  readonly unsent: number
}

/** Newest first, with how many messages of each arrived and how many did not. */
export async function listAlerts(
  db: Connection,
  scope: Scope,
  state: 'open' | 'resolved' | undefined,
  request: { readonly cursor?: string | undefined; readonly limit: number },
): Promise<PageOf<ListedAlert>> {
  return readPage<ListedAlert>(
    request,
    (row) => [row.id],
    async (direction, from, _isIncluded, limit) => {
      const isOpen = state === 'open' ? sql`resolved_at is null` : sql`resolved_at is not null`
      const isBeyond = direction === 'next' ? sql`id < ${from?.[0]}` : sql`id > ${from?.[0]}`
      const { rows } = await sql<ListedAlert>`
        select alert.*, message.sent, message.unsent from alert cross join lateral (
          select count(*) filter (where state = 'sent')::int as sent, count(*) filter (where state <> 'sent')::int as unsent
          from alert_message where alert_id = alert.id
        ) message
        where ${isWithin(scope, 'alert')} and ${state === undefined ? sql`true` : isOpen}
          and ${from ? isBeyond : sql`true`}
        order by id ${direction === 'next' ? sql`desc` : sql`asc`} limit ${limit}`.execute(db)
      return rows
    },
  )
}

/** With their messages: what was resolved so long ago interests nobody. */
export async function forgetAlerts(db: Connection, olderThanDays: number): Promise<number> {
  const { numDeletedRows } = await db
    .deleteFrom('alert')
    .where('resolved_at', '<', sql<Date>`now() - make_interval(days => ${olderThanDays}::int)`)
    .executeTakeFirst()
  return Number(numDeletedRows)
}
