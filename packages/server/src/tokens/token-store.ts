import { sql, type Selectable } from 'kysely'
import type { Connection } from '../db/database.ts'
import type { Schema } from '../db/schema.ts'

export type TokenRow = Selectable<Schema['token']>

export async function insertToken(
  db: Connection,
  token: { name: string; hash: Buffer; hint: string },
): Promise<TokenRow> {
  return db.insertInto('token').values(token).returningAll().executeTakeFirstOrThrow()
}

export async function listTokens(db: Connection): Promise<TokenRow[]> {
  return db.selectFrom('token').selectAll().where('revoked_at', 'is', null).orderBy('id').execute()
}

/** Whether there was one to revoke. */
export async function revokeToken(db: Connection, id: number): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('token')
    .set({ revoked_at: sql`now()` })
    .where('id', '=', id)
    .where('revoked_at', 'is', null)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

/** The token with this hash that is valid at this moment. */
export async function findValidToken(db: Connection, hash: Buffer): Promise<TokenRow | undefined> {
  return db.selectFrom('token').selectAll().where('hash', '=', hash).where('revoked_at', 'is', null).executeTakeFirst()
}

/** Writes down that it is in use, at most once a minute. */
export async function touchToken(db: Connection, id: number): Promise<void> {
  await db
    .updateTable('token')
    .set({ last_used_at: sql`now()` })
    .where('id', '=', id)
    .where((test) =>
      test.or([test('last_used_at', 'is', null), test('last_used_at', '<', sql<Date>`now() - interval '1 minute'`)]),
    )
    .execute()
}
