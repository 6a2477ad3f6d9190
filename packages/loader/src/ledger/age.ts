import { sql, type Sql } from '../targets/sql.ts'

/** What says how new the rows of a package are. */
export interface Age {
  /** The hub that made it; Execution Record IDs are compared within it. */
  readonly instance: string
  readonly executionId: number | null
  /** The instant of the source that it shows, in UTC with milliseconds; null without a manifest. */
  readonly snapshotAt: string | null
}

/**
 * Whether `one` shows a later state of the source than `other`. Its snapshot decides: an execution that was retried for
 * hours shows more than one with a higher number that was done before it. Of equal snapshots the higher execution.
 * Without a snapshot, packages of different hubs cannot be compared: neither is newer.
 */
export function isNewer(one: Age, other: Age): boolean {
  if (one.executionId === null || other.executionId === null) return false
  const isSameHub = one.instance === other.instance
  if (one.snapshotAt === null || other.snapshotAt === null) return isSameHub && one.executionId > other.executionId
  if (one.snapshotAt !== other.snapshotAt) return one.snapshotAt > other.snapshotAt
  return isSameHub ? one.executionId > other.executionId : one.instance > other.instance
}

/** The same as a condition on lines of the ledger, as `l`. */
export function newerThan({ instance, executionId, snapshotAt }: Age): Sql {
  if (executionId === null) return sql`1 = 0`
  const later = sql`(l.instance = ${instance} and l.execution_id > ${executionId})`
  if (snapshotAt === null) return later
  return sql`(l.snapshot_at > ${snapshotAt} or (l.snapshot_at = ${snapshotAt} and (l.instance > ${instance} or ${later})))`
}

/** Instants are compared as text, so all of them have one form. */
export function snapshotText(instant: string): string {
  return new Date(instant).toISOString()
}
