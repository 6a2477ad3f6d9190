import type { Clock } from '@datahub/core/clock'
import type { Hub } from './client.ts'
import type { Wanted } from './connection.ts'

/** Where a command writes. `columns` is undefined unless it is a terminal. */
export interface Output {
  write(text: string): void
  readonly isTTY: boolean
  readonly columns: number | undefined
}

/** Everything of the outside that a command touches, beside the files it is told to read. */
export interface World {
  readonly stdout: Output
  readonly stderr: Output
  readonly readStdin: () => Promise<Uint8Array>
  readonly env: Readonly<Record<string, string | undefined>>
  readonly cwd: string
  readonly clock: Clock
  /** Resolves after the time, or as soon as `interrupted` is aborted. */
  readonly sleep: (ms: number) => Promise<void>
  /** Aborted by the first Ctrl-C. */
  readonly interrupted: AbortSignal
  /** A client of the hub that is wanted, or of the one that the environment names. Does not talk to it yet. */
  readonly connect: (wanted: Wanted) => Promise<Hub>
}
