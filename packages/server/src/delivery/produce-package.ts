import { formatCsvName } from '@datahub/core/bucket/names'
import type { StagedFile } from '@datahub/core/destination/destination'
import { DataHubError } from '@datahub/core/error/data-hub-error'
import { STATUS } from '@datahub/core/execution/status'
import type { Dispatched, Pending, Report, Source } from '@datahub/core/source/source'
import type { ReportFacts } from '../executions/claim-store.ts'
import { createPackage } from '../package/package-writer.ts'
import type { Attempt, DeliveryTools } from './delivery-tools.ts'
import { packReport } from './pack-report.ts'
import type { PackageSending } from './store-package.ts'

/**
 * Asks the source, and packs what comes into one zip on disk, which `sending` follows. Nothing is published yet. Reports
 * that are still being produced are nothing to sit and wait for: whoever comes back later goes on with the same ones.
 */
export async function producePackage(
  attempt: Attempt,
  tools: DeliveryTools,
  sending: PackageSending,
): Promise<StagedFile | Pending> {
  const { claim, meter, signal } = attempt
  const source = await tools.openSource(claim.sourceId)
  try {
    meter.step = 'dispatch'
    const reports = await wantedReports(attempt, source)
    const request = { requestId: claim.requestId, range: claim.range, tables: reports.map((report) => report.table) }
    const dispatched = await source.dispatch(request, signal, tools.referenceMemory(claim))
    try {
      if (!claim.isBack) {
        await tools.executions.accepted(claim)
        tools.syncLogs.touch(claim.taskId)
      }
      const state = await source.poll(dispatched, signal)
      if (state !== 'ready') {
        await watchProduction(attempt, tools)
        return state
      }
      await tools.executions.generating(claim)
      meter.step = 'generate'
      return await pack(attempt, tools, source, dispatched, reports, sending)
    } finally {
      await dispatched.close()
    }
  } finally {
    await source.close()
  }
}

/** Status 2 until the source has been asked after them once, then 4. */
async function watchProduction({ claim }: Attempt, tools: DeliveryTools): Promise<void> {
  if (claim.status !== STATUS.dispatchSuccess) return
  await tools.executions.producing(claim)
  tools.syncLogs.touch(claim.taskId)
}

async function wantedReports({ claim, signal }: Attempt, source: Source): Promise<Report[]> {
  const reports = await source.reports(signal)
  if (claim.tables === null) return [...reports]
  return claim.tables.map((table) => {
    const report = reports.find((candidate) => candidate.table === table)
    if (!report) throw new DataHubError('source.report_missing', `read the report ${table}`)
    return report
  })
}

async function pack(
  attempt: Attempt,
  tools: DeliveryTools,
  source: Source,
  dispatched: Dispatched,
  reports: readonly Report[],
  sending: PackageSending,
): Promise<StagedFile> {
  const { claim, meter, signal } = attempt
  // All of them before anything is written, where the source knows its columns beforehand
  for (const [table, columns] of dispatched.columns ?? []) await tools.schemas.admit(claim, table, columns)
  const path = await tools.staging.prepare(claim)
  await using writer = await createPackage({ path, deflater: tools.deflater, modifiedAt: claim.triggeredAt })
  sending.follow(writer.growing)
  const files: ReportFacts[] = []
  for (const report of reports) {
    const stream = await source.read(dispatched, report.table, signal)
    const schemaVersion = await tools.schemas.admit(claim, report.table, stream.columns)
    const fileName = formatCsvName(report.table, claim.taskId, claim.packageDay)
    const before = meter.sizeBytes
    const packed = await packReport(report, stream, fileName, writer, signal, (size) => (meter.sizeBytes += size))
    for (const remark of stream.remarks?.() ?? []) await tools.executions.remark(claim, remark)
    meter.rows += packed.rows
    meter.sizeBytes = before + packed.sizeBytes
    files.push({ ...packed, schemaVersion })
  }
  const staged = await writer.seal()
  await tools.executions.sealed(claim, staged, files, dispatched.snapshotAt ?? new Date())
  return staged
}
