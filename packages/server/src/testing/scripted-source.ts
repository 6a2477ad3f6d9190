import type { Column } from '@datahub/core/bucket/column'
import type { CsvStream, Pending, Source } from '@datahub/core/source/source'
import { z } from 'zod'
import type { SourceKind } from '../sources/kind.ts'

/** What a scripted source does at each of its moments; a test changes it while the hub runs. */
export interface SourceScript {
  /** The CSV of one report, in pieces; may throw, wait or end early. */
  csv(table: string, signal: AbortSignal): AsyncIterable<string>
  /** What the engine says it has sent. */
  rowsSent: number
  dispatch(): Promise<void>
  /** How often reports were asked for. */
  dispatched: number
  /** What the source says of the reports; the ids under which it was asked after them are in `polled`. */
  poll(): Promise<Pending | 'ready'>
  readonly polled: string[]
  /** Whether it keeps the ids of its reports, as services do that produce them in their own time. */
  keepsReference: boolean
}

const COLUMNS: Column[] = [
  { name: 'date', type: 'date', nullable: false },
  { name: 'clicks', type: 'bigint', nullable: true },
]

/** A source for faults that no database can be made to show, of a kind of its own: `scripted`, with one report, `clicks`. */
export function scriptedSource(): { kind: SourceKind; script: SourceScript } {
  const script: SourceScript = {
    async *csv() {
      yield 'date,clicks\n2025-08-25,1\n'
      yield '2025-08-25,\n'
    },
    rowsSent: 2,
    dispatch: () => Promise.resolve(),
    dispatched: 0,
    poll: () => Promise.resolve('ready'),
    polled: [],
    keepsReference: false,
  }
  const source: Source = {
    kind: 'scripted',
    reports: () => Promise.resolve([{ table: 'clicks', dateColumn: 'date', primaryKey: ['date'] }]),
    async dispatch(_request, _signal, memory) {
      const known = memory?.reference as { reportId: string } | undefined
      if (known) return dispatchedAs(known.reportId)
      script.dispatched += 1
      await script.dispatch()
      const reportId = `report-${script.dispatched}`
      if (script.keepsReference) await memory?.keep({ reportId })
      return dispatchedAs(reportId)
    },
    poll(dispatched) {
      script.polled.push((dispatched as ReturnType<typeof dispatchedAs>).reportId)
      return script.poll()
    },
    read(_dispatched, table, signal): Promise<CsvStream> {
      return Promise.resolve({
        columns: COLUMNS,
        chunks: toBytes(script.csv(table, signal)),
        rowsSent: () => script.rowsSent,
      })
    },
    async *check() {
      yield { name: 'script', title: 'Script', verdict: 'passed', message: 'It is a script.', durationMs: 0 }
    },
    close: () => Promise.resolve(),
  }
  const kind: SourceKind = {
    kind: 'scripted',
    title: 'A script',
    connectionSchema: z.strictObject({}),
    reportSchema: z.strictObject({}),
    secrets: [],
    admit() {},
    open: () => source,
  }
  return { kind, script }
}

function dispatchedAs(reportId: string) {
  return { reportId, snapshotAt: new Date('2025-08-26T10:00:00Z'), close: () => Promise.resolve() }
}

async function* toBytes(texts: AsyncIterable<string>): AsyncGenerator<Buffer> {
  for await (const text of texts) yield Buffer.from(text)
}
