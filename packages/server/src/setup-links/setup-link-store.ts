import { sql, type Selectable } from 'kysely'
import type { Connection } from '../db/database.ts'
import type { Schema } from '../db/schema.ts'
import { isWithin, type Scope } from '../db/scope.ts'

export type SetupLinkRow = Selectable<Schema['setup_link']>

export interface SetupLinkValues {
  readonly destination: string
  readonly preset: SetupLinkRow['preset']
  readonly hash: Buffer
  readonly hours: number
}

export async function insertSetupLink(db: Connection, scope: Scope, values: SetupLinkValues): Promise<SetupLinkRow> {
  return db
    .insertInto('setup_link')
    .values({
      workspace_id: scope.workspaceId,
      destination: values.destination,
      preset: JSON.stringify(values.preset),
      hash: values.hash,
      expires_at: sql<Date>`now() + make_interval(hours => ${values.hours})`,
    })
    .returningAll()
    .executeTakeFirstOrThrow()
}

export async function listSetupLinks(db: Connection, scope: Scope): Promise<SetupLinkRow[]> {
  return db
    .selectFrom('setup_link')
    .selectAll()
    .where(isWithin(scope, 'setup_link'))
    .orderBy('id', 'desc')
    .limit(200)
    .execute()
}

/** Whether there was an open one. */
export async function revokeSetupLink(db: Connection, scope: Scope, id: number): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('setup_link')
    .set({ revoked_at: sql<Date>`now()` })
    .where(isWithin(scope, 'setup_link'))
    .where('id', '=', id)
    .where('used_at', 'is', null)
    .where('revoked_at', 'is', null)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

/** The link that is neither used nor revoked nor too old at this moment, with the name of its workspace. */
export async function findOpenLink(
  db: Connection,
  key: { hash: Buffer } | { id: number },
): Promise<(SetupLinkRow & { workspace: string }) | undefined> {
  const open = db
    .selectFrom('setup_link')
    .innerJoin('workspace', 'workspace.id', 'setup_link.workspace_id')
    .selectAll('setup_link')
    .select('workspace.name as workspace')
    .where('used_at', 'is', null)
    .where('revoked_at', 'is', null)
    .where('expires_at', '>', sql<Date>`now()`)
  const query = 'id' in key ? open.where('setup_link.id', '=', key.id) : open.where('hash', '=', key.hash)
  return query.executeTakeFirst()
}

/** Whatever has become of it. */
export async function findLink(
  db: Connection,
  key: { hash: Buffer } | { id: number },
): Promise<SetupLinkRow | undefined> {
  const query = db.selectFrom('setup_link').selectAll()
  return ('id' in key ? query.where('id', '=', key.id) : query.where('hash', '=', key.hash)).executeTakeFirst()
}

/** Uses it up: of two who try one gets it. */
export async function takeSetupLink(db: Connection, id: number): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('setup_link')
    .set({ used_at: sql<Date>`now()` })
    .where('id', '=', id)
    .where('used_at', 'is', null)
    .where('revoked_at', 'is', null)
    .where('expires_at', '>', sql<Date>`now()`)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}
