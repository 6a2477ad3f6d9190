import type { Column } from '../bucket/column.ts'
import type { CheckStep } from '../check/check-step.ts'
import type { DataRange } from '../execution/data-range.ts'
import type { ChangeRequest, Changes } from './changes.ts'
import type { Discovery, DiscoveryRequest } from './discovery.ts'

/** One dataset of a source: one CSV in the package, one table at the receiver. */
export interface Report {
  /** Matches NAME of core/bucket/names. */
  readonly table: string
  /** The column that the data range cuts, where there is one. */
  readonly dateColumn?: string
  readonly primaryKey?: readonly string[]
}

export interface ReportRequest {
  readonly requestId: string
  readonly range: DataRange
  /** Tables of the reports wanted. */
  readonly tables: readonly string[]
}

/**
 * Where a source whose reports take their time keeps what a later attempt, or a restarted hub, needs to come back for
 * the same reports. Sealed at rest. Sources whose reports die with the connection leave it alone.
 */
export interface ReferenceMemory {
  /** What was kept last for this request, as JSON gives it back; undefined: nothing was. */
  readonly reference: unknown
  /** Any JSON. Resolves when it is safe; throws when somebody else works on the request by now. */
  keep(reference: unknown): Promise<void>
}

/** What the source gave us when it accepted. SQL sources hold a snapshot open in it until `close`. */
export interface Dispatched {
  /** The one instant that all reports show; null: not known. */
  readonly snapshotAt: Date | null
  /** The columns of each report by its table, where they are known before anything is read. */
  readonly columns?: ReadonlyMap<string, readonly Column[]>
  /** Must be called, whatever happened; leaves nothing open at the source. */
  close(): Promise<void>
}

/** One report as CSV bytes in our dialect, header first. */
export interface CsvStream {
  readonly columns: readonly Column[]
  /**
   * Bytes as the engine writes them: chunks of any size, each valid until the next one is asked for: its memory is used
   * again. Ends only when all rows have come;
   * anything else throws: a DataHubError, or the signal's reason. Whoever leaves early ends what was dispatched, too.
   */
  readonly chunks: AsyncIterable<Uint8Array>
  /** The engine's own count of rows (without the header), known once `chunks` has ended. */
  rowsSent(): number
  /** What people should hear of the report though it is no failure, in sentences; known once `chunks` has ended. */
  remarks?(): readonly string[]
}

/** The reports are being produced. Whoever waits lets go of everything and dispatches again after so long. */
export interface Pending {
  readonly pollAfterMs: number
}

/** Where reports come from; shaped after asynchronous report APIs, which SQL sources satisfy trivially. */
export interface Source {
  readonly kind: string
  /** What it counts in, where its ranges must be whole ones; absent: a range may begin and end at any instant. */
  readonly grain?: 'day' | 'hour'
  reports(signal: AbortSignal): Promise<readonly Report[]>
  /**
   * Asks for the reports, or comes back for those that `memory` tells of: a report is never asked for twice. Refusal, bad
   * credentials or no answer are DataHubErrors with `source.*` codes. Without a memory nothing is kept.
   */
  dispatch(request: ReportRequest, signal: AbortSignal, memory?: ReferenceMemory): Promise<Dispatched>
  poll(dispatched: Dispatched, signal: AbortSignal): Promise<Pending | 'ready'>
  /** Reports are read one after the other; the signal stops the work in the source's engine too. */
  read(dispatched: Dispatched, table: string, signal: AbortSignal): Promise<CsvStream>
  /** Tries what a delivery will do, report by report. Wrong settings are verdicts, not exceptions. */
  check(signal: AbortSignal): AsyncIterable<CheckStep>
  /** What could become reports. Absent where a source brings its own. */
  discover?(request: DiscoveryRequest, signal: AbortSignal): Promise<Discovery>
  /** How many rows a report has in a range, by the source's statistics, without reading them; null where it cannot tell. */
  estimate?(table: string, range: DataRange, signal: AbortSignal): Promise<number | null>
  /** Which past days have changed. Absent where the source cannot tell. */
  changedSince?(request: ChangeRequest, signal: AbortSignal): Promise<Changes>
  close(): Promise<void>
}
