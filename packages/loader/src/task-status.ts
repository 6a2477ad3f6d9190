import { findPackages } from './find-packages.ts'
import { entriesOf, type LedgerEntry } from './ledger/ledger.ts'
import { comparePackages } from './packages-here.ts'
import { openSession, type LoadTaskOptions } from './session.ts'

export interface TaskStatus {
  readonly taskId: number
  readonly by: string
  readonly notes: readonly string[]
  readonly loaded: number
  readonly superseded: number
  readonly rows: number
  readonly refused: readonly { readonly packageName: string; readonly reason: string; readonly recordedAt: string }[]
  /** Oldest first. */
  readonly pending: readonly { readonly packageName: string; readonly deliveredAt: string | null }[]
  /** How long the oldest pending package has waited, 0 when there is none; null when nobody knows. */
  readonly lagMs: number | null
  readonly lastLoaded: { readonly packageName: string; readonly recordedAt: string } | null
}

/** What the ledger has of a task beside what the bucket has. Changes nothing. */
export async function taskStatus(options: LoadTaskOptions): Promise<TaskStatus> {
  await using session = await openSession(options, { reads: true })
  const now = new Date()
  const found = await findPackages(session.bucket, session.prefix, options.taskId)
  const entries = await entriesOf(session.target, options.taskId)
  const { here, pending } = await comparePackages(session, found.packages, entries)
  const inState = (state: LedgerEntry['state']) => here.filter((entry) => entry.state === state)
  const oldest = pending[0]
  const last = inState('loaded').at(-1)
  return {
    taskId: options.taskId,
    by: found.by,
    notes: found.notes,
    loaded: inState('loaded').length,
    superseded: inState('superseded').length,
    rows: inState('loaded').reduce((sum, { rows }) => sum + rows, 0),
    refused: inState('refused').map(({ packageName, reason, recordedAt }) => ({
      packageName,
      reason: reason ?? '',
      recordedAt,
    })),
    pending: pending.map(({ packageName, deliveredAt }) => ({
      packageName,
      deliveredAt: deliveredAt?.toISOString() ?? null,
    })),
    lagMs: oldest === undefined ? 0 : oldest.deliveredAt && Math.max(0, now.getTime() - oldest.deliveredAt.getTime()),
    lastLoaded: last ? { packageName: last.packageName, recordedAt: last.recordedAt } : null,
  }
}
