import type { Selectable } from 'kysely'
import type { Connection } from '../db/database.ts'
import type { Schema } from '../db/schema.ts'

export type WorkspaceRow = Selectable<Schema['workspace']>

/** Undefined when the name is taken. */
export async function insertWorkspace(db: Connection, name: string): Promise<WorkspaceRow | undefined> {
  return db
    .insertInto('workspace')
    .values({ name })
    .onConflict((conflict) => conflict.doNothing())
    .returningAll()
    .executeTakeFirst()
}

export async function listWorkspaces(db: Connection): Promise<WorkspaceRow[]> {
  return db.selectFrom('workspace').selectAll().orderBy('name').execute()
}

export async function findWorkspace(
  db: Connection,
  key: { id: number } | { name: string },
): Promise<WorkspaceRow | undefined> {
  const query = db.selectFrom('workspace').selectAll()
  return ('id' in key ? query.where('id', '=', key.id) : query.where('name', '=', key.name)).executeTakeFirst()
}

export async function setParallel(
  db: Connection,
  name: string,
  parallel: number | null,
): Promise<WorkspaceRow | undefined> {
  return db.updateTable('workspace').set({ parallel }).where('name', '=', name).returningAll().executeTakeFirst()
}
