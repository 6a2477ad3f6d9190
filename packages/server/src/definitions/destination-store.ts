import type { Capabilities } from '@datahub/core/destination/capabilities'
import { sql, type Selectable } from 'kysely'
import type { Connection } from '../db/database.ts'
import type { Schema } from '../db/schema.ts'
import { isWithin, type Scope, type Within } from '../db/scope.ts'
import type { OpenUpload } from '../destinations/kind.ts'

export type DestinationRow = Selectable<Schema['destination']>

export interface DestinationValues {
  readonly name: string
  readonly kind: string
  readonly settings: Readonly<Record<string, unknown>>
  /** By which a connection test is known to be of these values. */
  readonly fingerprint: string
}

export async function listDestinations(db: Connection, scope: Scope): Promise<DestinationRow[]> {
  return db.selectFrom('destination').selectAll().where(isWithin(scope, 'destination')).orderBy('name').execute()
}

/** By name only within a workspace: elsewhere the same name is another destination. */
export async function findDestination(
  db: Connection,
  within: Within,
  key: { name: string } | { id: number },
): Promise<DestinationRow | undefined> {
  const query = db.selectFrom('destination').selectAll().where(isWithin(within, 'destination'))
  return ('id' in key ? query.where('id', '=', key.id) : query.where('name', '=', key.name)).executeTakeFirst()
}

export async function insertDestination(db: Connection, scope: Scope, values: DestinationValues): Promise<number> {
  const { id } = await db
    .insertInto('destination')
    .values({ workspace_id: scope.workspaceId, ...columnsOf(values) })
    .returning('id')
    .executeTakeFirstOrThrow()
  return id
}

export async function updateDestination(db: Connection, id: number, values: DestinationValues): Promise<void> {
  await db
    .updateTable('destination')
    .set({ ...columnsOf(values), updated_at: new Date() })
    .where('id', '=', id)
    .execute()
}

/** Apart from the other columns, because a secret is sealed against the id of its row. */
export async function setDestinationSecrets(
  db: Connection,
  id: number,
  sealed: Readonly<Record<string, string>>,
): Promise<void> {
  await db
    .updateTable('destination')
    .set({ sealed: JSON.stringify(sealed) })
    .where('id', '=', id)
    .execute()
}

export async function deleteDestination(db: Connection, id: number): Promise<void> {
  await db.deleteFrom('destination').where('id', '=', id).execute()
}

export async function setFingerprint(db: Connection, id: number, fingerprint: string): Promise<void> {
  await db.updateTable('destination').set({ fingerprint }).where('id', '=', id).execute()
}

/** Null: to be found out again. */
export async function setCapabilities(db: Connection, id: number, capabilities: Capabilities | null): Promise<void> {
  await db
    .updateTable('destination')
    .set({ capabilities: capabilities && JSON.stringify(capabilities) })
    .where('id', '=', id)
    .execute()
}

export async function addOpenUpload(db: Connection, destinationId: number, upload: OpenUpload): Promise<void> {
  await db
    .insertInto('open_upload')
    .values({ destination_id: destinationId, upload_id: upload.uploadId, key: upload.key })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

export async function removeOpenUpload(db: Connection, destinationId: number, upload: OpenUpload): Promise<void> {
  await db
    .deleteFrom('open_upload')
    .where('destination_id', '=', destinationId)
    .where('upload_id', '=', upload.uploadId)
    .execute()
}

/** The uploads that were begun there and whose end nobody has seen, oldest first. */
export async function listOpenUploads(db: Connection, destinationId: number): Promise<OpenUpload[]> {
  const rows = await db
    .selectFrom('open_upload')
    .select(['key', 'upload_id'])
    .where('destination_id', '=', destinationId)
    .orderBy('begun_at')
    .execute()
  return rows.map((row) => ({ key: row.key, uploadId: row.upload_id }))
}

/** Destinations in which uploads are open that may be aborted, as far as is known. */
export async function findWithOpenUploads(db: Connection): Promise<number[]> {
  const rows = await db
    .selectFrom('open_upload')
    .innerJoin('destination', 'destination.id', 'open_upload.destination_id')
    .select('destination.id')
    .distinct()
    .where(sql<boolean>`coalesce(destination.capabilities->>'abort' <> 'denied', true)`)
    .execute()
  return rows.map((row) => row.id)
}

function columnsOf(values: DestinationValues) {
  return {
    name: values.name,
    kind: values.kind,
    settings: JSON.stringify(values.settings),
    fingerprint: values.fingerprint,
  }
}
