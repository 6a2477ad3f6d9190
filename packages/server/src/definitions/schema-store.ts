import type { Column } from '@datahub/core/bucket/column'
import type { SchemaChange, SchemaPolicy } from '@datahub/core/source/schema-change'
import { sql, type Selectable } from 'kysely'
import type { Connection } from '../db/database.ts'
import type { Schema } from '../db/schema.ts'

export type SchemaRow = Selectable<Schema['report_schema']>

/** The present version of each report's columns, by table. */
export async function listSchemas(db: Connection, sourceId: number): Promise<SchemaRow[]> {
  return db
    .selectFrom('report_schema')
    .selectAll()
    .distinctOn('table_name')
    .where('source_id', '=', sourceId)
    .orderBy('table_name')
    .orderBy('version', 'desc')
    .execute()
}

export async function findSchema(db: Connection, sourceId: number, table: string): Promise<SchemaRow | undefined> {
  return db
    .selectFrom('report_schema')
    .selectAll()
    .where('source_id', '=', sourceId)
    .where('table_name', '=', table)
    .orderBy('version', 'desc')
    .limit(1)
    .executeTakeFirst()
}

/** The source's policy; holds its schemas still until the transaction ends. */
export async function lockPolicy(tx: Connection, sourceId: number): Promise<SchemaPolicy> {
  const row = await tx
    .selectFrom('source')
    .select('schema_changes')
    .where('id', '=', sourceId)
    .forNoKeyUpdate()
    .executeTakeFirstOrThrow()
  return row.schema_changes
}

export interface NewSchema {
  readonly sourceId: number
  readonly table: string
  readonly version: number
  readonly columns: readonly Column[]
  readonly changes: readonly SchemaChange[]
  readonly executionId: number
}

export async function insertSchema(tx: Connection, schema: NewSchema): Promise<void> {
  await tx
    .insertInto('report_schema')
    .values({
      source_id: schema.sourceId,
      table_name: schema.table,
      version: schema.version,
      columns: JSON.stringify(schema.columns),
      changes: JSON.stringify(schema.changes),
      execution_id: schema.executionId,
    })
    .execute()
}

/** The version stands as it is: nothing is accepted any more, nothing refused. */
export async function settleSchema(tx: Connection, { source_id, table_name, version }: SchemaRow): Promise<void> {
  await tx
    .updateTable('report_schema')
    .set({ accepts_any: false, refused: null, refused_at: null })
    .where('source_id', '=', source_id)
    .where('table_name', '=', table_name)
    .where('version', '=', version)
    .execute()
}

export async function markRefused(
  tx: Connection,
  { source_id, table_name, version }: SchemaRow,
  changes: readonly SchemaChange[],
): Promise<void> {
  await tx
    .updateTable('report_schema')
    .set({ refused: JSON.stringify(changes), refused_at: sql`now()` })
    .where('source_id', '=', source_id)
    .where('table_name', '=', table_name)
    .where('version', '=', version)
    .execute()
}

/** Lets the next delivery of these tables bring whatever columns; null: of all tables. */
export async function acceptAny(db: Connection, sourceId: number, tables: readonly string[] | null): Promise<void> {
  await db
    .updateTable('report_schema')
    .set({ accepts_any: true, refused: null, refused_at: null })
    .where('source_id', '=', sourceId)
    .$if(tables !== null, (query) => query.where('table_name', 'in', [...(tables ?? [])]))
    .execute()
}
