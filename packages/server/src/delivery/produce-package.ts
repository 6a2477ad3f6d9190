import { formatCsvName } from '@datahub/core/bucket/names'
import type { StagedFile } from '@datahub/core/destination/destination'
import { DataHubError } from '@datahub/core/error/data-hub-error'
import type { Dispatched, Report, Source } from '@datahub/core/source/source'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ReportFacts } from '../executions/execution-store.ts'
import { createPackage, type PackageWriter } from '../package/package-writer.ts'
import type { Attempt, DeliveryTools, Meter } from './delivery-tools.ts'

const POLL_PAUSE_MS = 2000

/** Asks the source, and packs what comes into one zip on disk. Nothing is published yet. */
export async function producePackage(attempt: Attempt, tools: DeliveryTools): Promise<StagedFile> {
  const { claim, meter, signal } = attempt
  const source = await tools.openSource(claim.sourceId)
  try {
    meter.step = 'dispatch'
    const reports = await wantedReports(attempt, source)
    const request = { requestId: claim.requestId, range: claim.range, tables: reports.map((report) => report.table) }
    const dispatched = await source.dispatch(request, signal)
    try {
      await tools.executions.accepted(claim)
      tools.syncLogs.touch(claim.taskId)
      await tools.executions.generating(claim)
      meter.step = 'generate'
      while ((await source.poll(dispatched, signal)) === 'pending') await sleep(POLL_PAUSE_MS, undefined, { signal })
      return await pack(attempt, tools, source, dispatched, reports)
    } finally {
      await dispatched.close()
    }
  } finally {
    await source.close()
  }
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
): Promise<StagedFile> {
  const { claim } = attempt
  const path = await tools.staging.prepare(claim)
  await using writer = await createPackage({ path, deflater: tools.deflater, modifiedAt: claim.triggeredAt })
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
