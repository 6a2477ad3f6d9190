import type { Connection } from '../db/database.ts'
import type { ReportFacts } from './claim-store.ts'

export interface SealedPackage {
  readonly sha256: string
  readonly sizeBytes: number
  readonly snapshotAt: Date
  readonly supersedes: number[]
  /** In the order in which they stand in the package. */
  readonly reports: readonly ReportFacts[]
}

/** What was written down when the package was sealed. Throws when it was not. */
export async function findSealed(db: Connection, executionId: number): Promise<SealedPackage> {
  const row = await db
    .selectFrom('execution')
    .select(['sha256', 'size_bytes', 'snapshot_at', 'supersedes'])
    .where('id', '=', executionId)
    .executeTakeFirstOrThrow()
  if (row.sha256 === null || row.size_bytes === null || row.snapshot_at === null)
    throw new Error(`execution ${executionId} has no sealed package`)
  const reports = await listReports(db, executionId)
  return {
    sha256: row.sha256,
    sizeBytes: row.size_bytes,
    snapshotAt: row.snapshot_at,
    supersedes: row.supersedes,
    reports,
  }
}

/** The size of the package that the task sealed last, in bytes; 0 when it has none. */
export async function findLastSize(db: Connection, taskId: number): Promise<number> {
  const row = await db
    .selectFrom('execution')
    .select('size_bytes')
    .where('task_id', '=', taskId)
    .where('sha256', 'is not', null)
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row?.size_bytes ?? 0
}

export async function listReports(db: Connection, executionId: number): Promise<ReportFacts[]> {
  const rows = await db
    .selectFrom('execution_file')
    .selectAll()
    .where('execution_id', '=', executionId)
    .orderBy('position')
    .execute()
  return rows.map((row) => ({
    table: row.table_name,
    fileName: row.file_name,
    rows: row.rows,
    sizeBytes: row.size_bytes,
    sha256: row.sha256,
    columns: row.columns,
    primaryKey: row.primary_key,
    dateColumn: row.date_column,
    schemaVersion: row.schema_version,
  }))
}
