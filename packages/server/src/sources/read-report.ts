import type { Column } from '@datahub/core/bucket/column'
import type { DataRange } from '@datahub/core/execution/data-range'
import type { Dispatched, Source } from '@datahub/core/source/source'
import { setTimeout as sleep } from 'node:timers/promises'

/** A report read whole into memory. */
export interface WholeReport {
  readonly columns: readonly Column[]
  readonly bytes: Buffer
  readonly text: string
  readonly rowsSent: number
}

export async function readReport(
  source: Source,
  table: string,
  range: DataRange,
  signal: AbortSignal = new AbortController().signal,
): Promise<WholeReport> {
  const dispatched = await source.dispatch({ requestId: 'read', range, tables: [table] }, signal)
  try {
    await untilReady(source, dispatched, signal)
    const stream = await source.read(dispatched, table, signal)
    const chunks: Uint8Array[] = []
    for await (const chunk of stream.chunks) chunks.push(Buffer.from(chunk))
    const bytes = Buffer.concat(chunks)
    return { columns: stream.columns, bytes, text: bytes.toString('utf8'), rowsSent: stream.rowsSent() }
  } finally {
    await dispatched.close()
  }
}

/** Sits and waits, for callers whose reports come at once or who have the time. */
export async function untilReady(source: Source, dispatched: Dispatched, signal: AbortSignal): Promise<void> {
  for (;;) {
    const state = await source.poll(dispatched, signal)
    if (state === 'ready') return
    await sleep(state.pollAfterMs, undefined, { signal })
  }
}
