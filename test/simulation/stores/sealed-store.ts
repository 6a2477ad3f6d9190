import type * as real from '@datahub/server/executions/sealed-store'
import { statement, type Transaction } from '../database.ts'

export * from '@datahub/server/executions/sealed-store'

export const listReports: typeof real.listReports = (db, executionId) =>
  statement(db, (tx) => reportsOf(tx, executionId))

export const findSealed: typeof real.findSealed = (db, executionId) =>
  statement(db, (tx) => {
    const row = tx.find('execution', executionId)
    if (!row || row.sha256 === null || row.size_bytes === null || row.snapshot_at === null)
      throw new Error(`execution ${executionId} has no sealed package`)
    const { sha256, size_bytes: sizeBytes, snapshot_at: snapshotAt, supersedes } = row
    return { sha256, sizeBytes, snapshotAt, supersedes, reports: reportsOf(tx, executionId) }
  })

export const findLastSize: typeof real.findLastSize = (db, taskId) =>
  statement(
    db,
    (tx) =>
      tx
        .select('execution', (row) => row.task_id === taskId && row.sha256 !== null)
        .sort((a, b) => a.id - b.id)
        .at(-1)?.size_bytes ?? 0,
  )

function reportsOf(tx: Transaction, executionId: number) {
  return tx
    .select('execution_file', (row) => row.execution_id === executionId)
    .sort((a, b) => a.position - b.position)
    .map((row) => ({
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
