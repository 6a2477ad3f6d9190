import type { DataRange } from '@datahub/core/execution/data-range'
import type { Status } from '@datahub/core/execution/status'
import type { Trigger } from '../db/schema.ts'

/** One attempt at an execution, as the worker that holds it sees it. Every write of the worker carries its fence. */
export interface Claim {
  readonly id: number
  readonly attempt: number
  readonly fence: number
  /** It has waited for its reports, and goes on with the same attempt. */
  readonly isBack: boolean
  readonly taskId: number
  readonly requestId: string
  readonly trigger: Trigger
  readonly range: DataRange
  readonly dataSource: string
  readonly packageDay: string
  readonly triggeredAt: Date
  readonly sourceId: number
  readonly destinationId: number
  /** Tables wanted; null: all of the source. */
  readonly tables: readonly string[] | null
  readonly status: Status
  readonly lane: string
  /** What the source gave an earlier attempt, or before waiting, to come back for the reports; sealed. */
  readonly reference: string | null
  /** What an earlier attempt sealed; the same bytes may be on disk, or stored already. */
  readonly sealed: SealedFacts | null
}

export interface SealedFacts {
  readonly sha256: string
  readonly sizeBytes: number
}

export function fencedOut(claim: Claim): FencedOut {
  return new FencedOut(`attempt ${claim.attempt} of execution ${claim.id}`)
}

/** A newer attempt owns the execution, or it is over: whatever this worker still does must have no effect. */
export class FencedOut extends Error {
  override readonly name = 'FencedOut'
}
