import { MANIFEST_VERSION, type Manifest } from '@datahub/core/bucket/manifest'
import { formatInstant } from '@datahub/core/execution/data-range'
import type { Database } from '../db/database.ts'
import type { Claim } from '../executions/claim.ts'
import { findSealed } from '../executions/sealed-store.ts'

/** The manifest of a sealed package (docs/format.md). */
export async function buildManifest(
  db: Database,
  instanceId: string,
  claim: Claim,
  packageKey: string,
): Promise<Manifest> {
  const sealed = await findSealed(db, claim.id)
  const { from, to, timeZone } = claim.range
  return {
    version: MANIFEST_VERSION,
    instanceId,
    taskId: claim.taskId,
    executionId: claim.id,
    requestId: claim.requestId,
    dataSource: claim.dataSource,
    dataRange: { from: formatInstant(from, timeZone), to: formatInstant(to, timeZone), timeZone },
    trigger: claim.trigger,
    supersedes: sealed.supersedes,
    snapshotAt: sealed.snapshotAt.toISOString(),
    package: { key: packageKey, sizeBytes: sealed.sizeBytes, sha256: sealed.sha256 },
    reports: sealed.reports.map((report) => ({
      fileName: report.fileName,
      table: report.table,
      rows: report.rows,
      sizeBytes: report.sizeBytes,
      sha256: report.sha256,
      columns: [...report.columns],
      ...(report.schemaVersion === null ? {} : { schemaVersion: report.schemaVersion }),
      ...(report.primaryKey ? { primaryKey: [...report.primaryKey] } : {}),
      ...(report.dateColumn ? { replaceByRange: { dateColumn: report.dateColumn } } : {}),
    })),
  }
}
