import { sql } from 'kysely'
import { isDeepStrictEqual } from 'node:util'
import type { Connection } from '../db/database.ts'
import type { Scope } from '../db/scope.ts'

/** The grant of somebody who may show its token to the service, until the lease is over. */
export interface TokenLease {
  readonly id: number
  readonly heldBy: string
  readonly sealed: Readonly<Record<string, string>>
  readonly unsettledSince: Date | null
}

/**
 * Takes the grant, unless somebody else has it: then undefined. From here on it is unsettled, also if its holder dies.
 */
export async function leaseToken(
  db: Connection,
  scope: Scope,
  grantId: string,
  heldBy: string,
  leaseMs: number,
): Promise<TokenLease | undefined> {
  await db
    .insertInto('refresh_token')
    .values({ workspace_id: scope.workspaceId, grant_id: grantId })
    .onConflict((conflict) => conflict.columns(['workspace_id', 'grant_id']).doNothing())
    .execute()
  const { rows } = await sql<TokenLease>`
    with free as (
      select id, unsettled_since from refresh_token
      where workspace_id = ${scope.workspaceId} and grant_id = ${grantId} and (held_until is null or held_until < now())
      for update
    )
    update refresh_token set held_by = ${heldBy}, held_until = now() + ${leaseMs} * interval '1 millisecond',
      unsettled_since = coalesce(free.unsettled_since, now()), used_at = now()
    from free where refresh_token.id = free.id
    returning refresh_token.id, held_by as "heldBy", sealed, free.unsettled_since as "unsettledSince"`.execute(db)
  return rows[0]
}

/** Lets go. Answers whether it was held to the end: otherwise nothing is written. */
export async function releaseToken(
  db: Connection,
  { id, heldBy }: TokenLease,
  { sealed, unsettledSince }: { sealed?: Readonly<Record<string, string>>; unsettledSince?: Date | null },
): Promise<boolean> {
  const row = await db
    .updateTable('refresh_token')
    .set({
      held_by: null,
      held_until: null,
      ...(sealed === undefined ? {} : { sealed: JSON.stringify(sealed) }),
      ...(unsettledSince === undefined ? {} : { unsettled_since: unsettledSince }),
    })
    .where('id', '=', id)
    .where('held_by', '=', heldBy)
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}

/** Whether exactly this is what is kept. */
export async function isTokenKept(
  db: Connection,
  { id }: TokenLease,
  sealed: Readonly<Record<string, string>>,
): Promise<boolean> {
  const row = await db.selectFrom('refresh_token').select('sealed').where('id', '=', id).executeTakeFirst()
  return isDeepStrictEqual(row?.sealed, sealed)
}

/** Grants that nobody has used for so long. Answers how many. */
export async function forgetUnusedTokens(db: Connection, days: number): Promise<number> {
  const { numDeletedRows } = await db
    .deleteFrom('refresh_token')
    .where('used_at', '<', sql<Date>`now() - make_interval(days => ${days}::int)`)
    .executeTakeFirst()
  return Number(numDeletedRows)
}

/** Whoever held one is known to be gone. */
export async function freeTokens(db: Connection): Promise<void> {
  await db
    .updateTable('refresh_token')
    .set({ held_by: null, held_until: null })
    .where('held_until', 'is not', null)
    .execute()
}
