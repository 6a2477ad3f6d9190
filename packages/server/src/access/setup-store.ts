import { sql } from 'kysely'
import type { Connection } from '../db/database.ts'

/** When the code runs out; null: there is none. Undefined once the first administrator has been created. */
export async function readSetup(db: Connection): Promise<{ expiresAt: Date | null } | undefined> {
  const row = await db.selectFrom('hub').select(['set_up_at', 'setup_expires_at']).executeTakeFirstOrThrow()
  return row.set_up_at === null ? { expiresAt: row.setup_expires_at } : undefined
}

/** Answers when it runs out; undefined once there is nothing to set up. */
export async function setSetupCode(db: Connection, hash: Buffer, minutes: number): Promise<Date | undefined> {
  const row = await db
    .updateTable('hub')
    .set({ setup_hash: hash, setup_expires_at: sql<Date>`now() + make_interval(mins => ${minutes})` })
    .where('set_up_at', 'is', null)
    .returning('setup_expires_at')
    .executeTakeFirst()
  return row?.setup_expires_at ?? undefined
}

/** Whether the code was right and is used up now: of two who have it one gets it. */
export async function takeSetupCode(db: Connection, hash: Buffer): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('hub')
    .set({ set_up_at: sql<Date>`now()`, setup_hash: null, setup_expires_at: null })
    .where('set_up_at', 'is', null)
    .where('setup_hash', '=', hash)
    .where('setup_expires_at', '>', sql<Date>`now()`)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

/** From now on there is no set-up. */
export async function endSetup(db: Connection): Promise<void> {
  await db
    .updateTable('hub')
    .set({ set_up_at: sql<Date>`now()`, setup_hash: null, setup_expires_at: null })
    .where('set_up_at', 'is', null)
    .execute()
}
