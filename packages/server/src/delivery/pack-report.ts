import { DataHubError } from '@datahub/core/error/data-hub-error'
import type { CsvStream, Report } from '@datahub/core/source/source'
import type { ReportFacts } from '../executions/claim-store.ts'
import type { PackageWriter } from '../package/package-writer.ts'

/** One report into the package, its rows counted twice. `onBytes` is told of every chunk. */
export async function packReport(
  report: Report,
  stream: CsvStream,
  fileName: string,
  writer: PackageWriter,
  signal: AbortSignal,
  onBytes: (sizeBytes: number) => void,
): Promise<Omit<ReportFacts, 'schemaVersion'>> {
  const packed = await writer.addFile(fileName, counted(stream.chunks, onBytes), signal)
  const rowsSent = stream.rowsSent()
  // A clean end too early makes a valid zip: only counts that do not come from the stream itself can tell
  if (packed.rows !== rowsSent) {
    throw new DataHubError('source.incomplete', `read the report ${report.table}`, {
      facts: { rowsSent, rowsReceived: packed.rows },
    })
  }
  return {
    table: report.table,
    ...packed,
    columns: stream.columns,
    primaryKey: report.primaryKey ?? null,
    dateColumn: report.dateColumn ?? null,
  }
}

async function* counted(
  chunks: AsyncIterable<Uint8Array>,
  onBytes: (sizeBytes: number) => void,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    onBytes(chunk.byteLength)
    yield chunk
  }
}
