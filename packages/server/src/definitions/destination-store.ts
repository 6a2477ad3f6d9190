import type { Selectable } from 'kysely'
import type { Connection } from '../db/database.ts'
import type { Schema } from '../db/schema.ts'

export type DestinationRow = Selectable<Schema['destination']>

export interface DestinationValues {
  readonly name: string
  readonly kind: string
  readonly settings: Readonly<Record<string, unknown>>
}

export async function listDestinations(db: Connection): Promise<DestinationRow[]> {
  return db.selectFrom('destination').selectAll().orderBy('name').execute()
}

export async function findDestination(
  db: Connection,
  key: { name: string } | { id: number },
): Promise<DestinationRow | undefined> {
  const query = db.selectFrom('destination').selectAll()
  return ('id' in key ? query.where('id', '=', key.id) : query.where('name', '=', key.name)).executeTakeFirst()
}

export async function insertDestination(db: Connection, values: DestinationValues): Promise<number> {
  const { id } = await db.insertInto('destination').values(columnsOf(values)).returning('id').executeTakeFirstOrThrow()
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

function columnsOf(values: DestinationValues) {
  return { name: values.name, kind: values.kind, settings: JSON.stringify(values.settings) }
}
