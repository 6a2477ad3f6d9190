import type { SchemaPolicy } from '@datahub/core/source/schema-change'
import type { Selectable } from 'kysely'
import type { Connection } from '../db/database.ts'
import type { Schema } from '../db/schema.ts'
import { isWithin, type Scope, type Within } from '../db/scope.ts'

export type SourceRow = Selectable<Schema['source']>

export interface SourceValues {
  readonly name: string
  readonly kind: string
  readonly connection: Readonly<Record<string, unknown>>
  readonly maxRangeDays: number
  readonly schemaChanges: SchemaPolicy
  readonly reports: readonly Readonly<Record<string, unknown>>[]
  /** By which a connection test is known to be of these values. */
  readonly fingerprint: string
}

export async function listSources(db: Connection, scope: Scope): Promise<SourceRow[]> {
  return db.selectFrom('source').selectAll().where(isWithin(scope, 'source')).orderBy('name').execute()
}

/** By name only within a workspace: elsewhere the same name is another source. */
export async function findSource(
  db: Connection,
  within: Within,
  key: { name: string } | { id: number },
): Promise<SourceRow | undefined> {
  const query = db.selectFrom('source').selectAll().where(isWithin(within, 'source'))
  return ('id' in key ? query.where('id', '=', key.id) : query.where('name', '=', key.name)).executeTakeFirst()
}

export async function insertSource(db: Connection, scope: Scope, values: SourceValues): Promise<number> {
  const { id } = await db
    .insertInto('source')
    .values({ workspace_id: scope.workspaceId, ...columnsOf(values) })
    .returning('id')
    .executeTakeFirstOrThrow()
  return id
}

export async function updateSource(db: Connection, id: number, values: SourceValues): Promise<void> {
  await db
    .updateTable('source')
    .set({ ...columnsOf(values), updated_at: new Date() })
    .where('id', '=', id)
    .execute()
}

/** Apart from the other columns, because a secret is sealed against the id of its row. */
export async function setSourceSecrets(
  db: Connection,
  id: number,
  sealed: Readonly<Record<string, string>>,
): Promise<void> {
  await db
    .updateTable('source')
    .set({ sealed: JSON.stringify(sealed) })
    .where('id', '=', id)
    .execute()
}

export async function setFingerprint(db: Connection, id: number, fingerprint: string): Promise<void> {
  await db.updateTable('source').set({ fingerprint }).where('id', '=', id).execute()
}

export async function deleteSource(db: Connection, id: number): Promise<void> {
  await db.deleteFrom('source').where('id', '=', id).execute()
}

function columnsOf(values: SourceValues) {
  return {
    name: values.name,
    kind: values.kind,
    connection: JSON.stringify(values.connection),
    max_range_days: values.maxRangeDays,
    schema_changes: values.schemaChanges,
    reports: JSON.stringify(values.reports),
    fingerprint: values.fingerprint,
  }
}
