import { sql } from 'kysely'
import type { Connection } from '../db/database.ts'
import type { SealedTable } from '../definitions/sealed-settings.ts'

/**
 * All that is sealed in the database: secrets of sources, destinations and channels of alerts, refresh tokens, and what
 * sources keep for executions.
 */

export interface KeyCount {
  readonly keyId: string
  readonly secrets: number
}

/** How many secrets each key has sealed. */
export async function countByKey(db: Connection): Promise<KeyCount[]> {
  const { rows } = await sql<KeyCount>`
    select split_part(sealed, '.', 2) as "keyId", count(*)::int as secrets
    from (
      select value as sealed from source, jsonb_each_text(source.sealed)
      union all select value from destination, jsonb_each_text(destination.sealed)
      union all select value from alert_channel, jsonb_each_text(alert_channel.sealed)
      union all select value from refresh_token, jsonb_each_text(refresh_token.sealed)
      union all select reference from execution where reference is not null
    ) as secret
    group by 1 order by 1`.execute(db)
  return rows
}

export interface SealedRow {
  readonly id: number
  readonly workspaceId: number
  /** By field. */
  readonly sealed: Readonly<Record<string, string>>
}

/**
 * Rows of one of these tables with a secret that another key has sealed, after the id `after`. They stay as they are
 * until the transaction ends; what refers to them goes on.
 */
export async function lockSettings(
  db: Connection,
  table: SealedTable,
  keyId: string,
  after: number,
  limit: number,
): Promise<SealedRow[]> {
  return db
    .selectFrom(table)
    .select(['id', 'workspace_id as workspaceId', 'sealed'])
    .where('id', '>', after)
    .where(sql<boolean>`exists (select from jsonb_each_text(sealed) where split_part(value, '.', 2) <> ${keyId})`)
    .orderBy('id')
    .limit(limit)
    .forNoKeyUpdate()
    .execute()
}

export async function setSealed(
  db: Connection,
  table: SealedTable,
  { id, sealed }: Pick<SealedRow, 'id' | 'sealed'>,
): Promise<void> {
  await db
    .updateTable(table)
    .set({ sealed: JSON.stringify(sealed) })
    .where('id', '=', id)
    .execute()
}

/** The same of executions for which a source keeps something. */
export async function lockReferences(
  db: Connection,
  keyId: string,
  after: number,
  limit: number,
): Promise<{ id: number; reference: string }[]> {
  return db
    .selectFrom('execution')
    .select(['id', sql<string>`reference`.as('reference')])
    .where('id', '>', after)
    .where('reference', 'is not', null)
    .where(sql<boolean>`split_part(reference, '.', 2) <> ${keyId}`)
    .orderBy('id')
    .limit(limit)
    .forNoKeyUpdate()
    .execute()
}

export async function setSealedReference(db: Connection, id: number, reference: string): Promise<void> {
  await db.updateTable('execution').set({ reference }).where('id', '=', id).execute()
}

/** Until the transaction ends: of several processes that would make a new key, one does. */
export async function lockKeys(tx: Connection): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtext('datahub/keys'))`.execute(tx)
}

/** What they have sealed is missed no more. */
export async function addLostKeys(db: Connection, keyIds: readonly string[]): Promise<void> {
  await db
    .updateTable('hub')
    .set({ lost_keys: sql<string>`lost_keys || ${JSON.stringify(keyIds)}::jsonb` })
    .execute()
}
