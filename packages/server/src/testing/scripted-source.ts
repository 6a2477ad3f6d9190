import type { Column } from '@datahub/core/bucket/column'
import type { CsvStream, Source } from '@datahub/core/source/source'
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
  }
  const source: Source = {
    kind: 'scripted',
    reports: () => Promise.resolve([{ table: 'clicks', dateColumn: 'date', primaryKey: ['date'] }]),
    async dispatch() {
      script.dispatched += 1
      await script.dispatch()
      return { reference: null, snapshotAt: new Date('2025-08-26T10:00:00Z'), close: () => Promise.resolve() }
    },
    poll: () => Promise.resolve('ready'),
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

async function* toBytes(texts: AsyncIterable<string>): AsyncGenerator<Buffer> {
  for await (const text of texts) yield Buffer.from(text)
}
