import { formatCsvName } from '@datahub/core/bucket/names'
import type { StagedFile } from '@datahub/core/destination/destination'
import { DataHubError } from '@datahub/core/error/data-hub-error'
import { STATUS } from '@datahub/core/execution/status'
import type { Dispatched, Pending, Report, Source } from '@datahub/core/source/source'
import type { ReportFacts } from '../executions/execution-store.ts'
import { createPackage, type PackageWriter } from '../package/package-writer.ts'
import type { Attempt, DeliveryTools, Meter } from './delivery-tools.ts'
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
    const dispatched = await source.dispatch(request, signal, await tools.referenceMemory(claim))
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
  await tools.executions.generating(claim, 'The data source is producing the reports')
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
  const { claim } = attempt
  const path = await tools.staging.prepare(claim)
  await using writer = await createPackage({ path, deflater: tools.deflater, modifiedAt: claim.triggeredAt })
  sending.follow(writer.growing)
  const files: ReportFacts[] = []
  for (const report of reports) files.push(await packReport(attempt, source, dispatched, report, writer))
  const staged = await writer.seal()
  await tools.executions.sealed(claim, staged, files, dispatched.snapshotAt ?? new Date())
  return staged
}

async function packReport(
  { claim, meter, signal }: Attempt,
  source: Source,
  dispatched: Dispatched,
  report: Report,
  writer: PackageWriter,
): Promise<ReportFacts> {
  const stream = await source.read(dispatched, report.table, signal)
  const fileName = formatCsvName(report.table, claim.taskId, claim.packageDay)
  const before = meter.sizeBytes
  const packed = await writer.addFile(fileName, metered(stream.chunks, meter), signal)
  const rowsSent = stream.rowsSent()
  // A clean end too early makes a valid zip: only counts that do not come from the stream itself can tell
  if (packed.rows !== rowsSent) {
    throw new DataHubError('source.incomplete', `read the report ${report.table}`, {
      facts: { rowsSent, rowsReceived: packed.rows },
    })
  }
  meter.rows += packed.rows
  meter.sizeBytes = before + packed.sizeBytes
  return {
    table: report.table,
    ...packed,
    columns: stream.columns,
    primaryKey: report.primaryKey ?? null,
    dateColumn: report.dateColumn ?? null,
  }
}

async function* metered(chunks: AsyncIterable<Uint8Array>, meter: Meter): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    meter.sizeBytes += chunk.byteLength
    yield chunk
  }
}
