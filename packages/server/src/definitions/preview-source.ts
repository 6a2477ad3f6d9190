import type { Preview } from '@datahub/core/api/source-shapes'
import { parseRecords } from '@datahub/core/bucket/csv'
import { DataHubError } from '@datahub/core/error/data-hub-error'
import { dayOf, rangeOfDays } from '@datahub/core/execution/data-range'
import type { CsvStream, Source } from '@datahub/core/source/source'
import { randomUUID } from 'node:crypto'
import { untilReady } from '../sources/read-report.ts'

const TIMEOUT_MS = 20_000
const MOST_BYTES = 1 << 20
const DAY_MS = 86_400_000

export interface PreviewRequest {
  /** The first report where absent. */
  readonly table?: string | undefined
  /** The day to look at; yesterday in UTC where absent. */
  readonly on?: string | undefined
  readonly rows: number
}

/** The first rows of a report, by the way that a delivery takes, stopped as soon as there are enough. */
export async function previewSource(source: Source, request: PreviewRequest, now: Date): Promise<Preview> {
  const enough = new AbortController()
  const signal = AbortSignal.any([enough.signal, AbortSignal.timeout(TIMEOUT_MS)])
  const table = await tableOf(source, request.table, 'preview', signal)
  const on = request.on ?? dayOf(new Date(now.getTime() - DAY_MS), 'UTC')
  const dispatched = await source.dispatch(
    { requestId: randomUUID(), range: rangeOfDays(on, on, 'UTC'), tables: [table] },
    signal,
  )
  try {
    await untilReady(source, dispatched, signal)
    const stream = await source.read(dispatched, table, signal)
    const rows = await firstRecords(stream, request.rows + 1)
    return { table, columns: [...stream.columns], rows: rows.slice(1) }
  } finally {
    enough.abort()
    await dispatched.close()
  }
}

/** The report asked for, or the first one. */
export async function tableOf(
  source: Source,
  asked: string | undefined,
  verb: 'preview' | 'estimate',
  signal: AbortSignal,
): Promise<string> {
  const tables = (await source.reports(signal)).map((report) => report.table)
  const table = asked ?? tables[0]
  if (table !== undefined && tables.includes(table)) return table
  const hint = tables.length > 0 ? `Choose from ${tables.join(', ')}.` : 'The data source has no reports yet.'
  throw new DataHubError('request.not_found', `${verb} the report "${asked ?? ''}"`, { hint })
}

async function firstRecords(stream: CsvStream, count: number): Promise<(string | null)[][]> {
  const chunks: Buffer[] = []
  let sizeBytes = 0
  for await (const chunk of stream.chunks) {
    // The engine may use its buffer again
    chunks.push(Buffer.from(chunk))
    sizeBytes += chunk.byteLength
    const records = wholeRecords(Buffer.concat(chunks).toString('utf8'))
    if (records.length >= count || sizeBytes >= MOST_BYTES) return records.slice(0, count)
  }
  return parseRecords(Buffer.concat(chunks).toString('utf8')).slice(0, count)
}

/** The records of a text that may break off anywhere. */
function wholeRecords(text: string): (string | null)[][] {
  for (let end = text.lastIndexOf('\n'); end !== -1; end = text.lastIndexOf('\n', end - 1)) {
    try {
      return parseRecords(text.slice(0, end + 1))
    } catch {
      if (end === 0) return []
    }
  }
  return []
}
