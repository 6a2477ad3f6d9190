import { formatSyncLog, parseSyncLog, type SyncLogRow } from '@datahub/core/bucket/sync-log'
import { syncLogName, taskDirectory } from '@datahub/core/bucket/names'
import type { Destination, StoredObject } from '@datahub/core/destination/destination'
import { DataHubError } from '@datahub/core/error/data-hub-error'
import { isFinal } from '@datahub/core/execution/status'
import { hash } from 'node:crypto'

export interface LogToWrite {
  readonly taskId: number
  readonly instanceId: string
  /** All executions of the task that the database knows. */
  readonly rows: readonly SyncLogRow[]
  /** Executions of the task that were delivered elsewhere: they tell whose log it is that stands there. */
  readonly elsewhere: readonly SyncLogRow[]
  /** Rows found in the bucket earlier that the database does not know. */
  readonly kept: readonly SyncLogRow[]
  /** What the store called the log when we wrote it last; null: we never did. */
  readonly version: string | null
}

export interface WrittenLog {
  readonly version: string
  readonly kept: readonly SyncLogRow[]
}

const TRIES = 5

export function keyOfLog({ prefix }: Destination, taskId: number): string {
  return taskDirectory(prefix, taskId) + syncLogName(taskId)
}

/**
 * Writes the whole log over the version that we know, or, where somebody changed it meanwhile, over what stands there
 * after taking over the rows that only it has. With the seed's policy a missing log cannot be told from a forbidden one
 * by reading, so a first log is simply created. Another installation's log is never overwritten.
 */
export async function writeLog(destination: Destination, log: LogToWrite, signal: AbortSignal): Promise<WrittenLog> {
  const key = keyOfLog(destination, log.taskId)
  let { version, kept, rows } = log
  for (let tries = 1; ; tries += 1) {
    const body = Buffer.from(formatSyncLog(rows, kept))
    const labels = { instance: log.instanceId, sha256: hash('sha256', body) }
    try {
      return { version: (await destination.putVersion(key, body, labels, version, signal)).version, kept }
    } catch (error) {
      if (!(error instanceof DataHubError) || error.code !== 'destination.lost_race' || tries === TRIES) throw error
    }
    const found = await destination.get(key, signal)
    // Under the seed's policy a log that the customer has removed looks like a forbidden one: creating it tells which
    if (found === 'absent' || (found === 'unreadable' && version !== null)) version = null
    else if (found === 'unreadable') throw new DataHubError('destination.unreadable', `update ${key}`)
    else {
      kept = merge(key, found, log, kept)
      rows = withEnds(rows, found, log.instanceId)
      version = found.version
    }
  }
}

/** The rows to keep beside the database's, or `destination.directory_taken` when the log is another installation's. */
function merge(key: string, found: StoredObject, log: LogToWrite, kept: readonly SyncLogRow[]): SyncLogRow[] {
  const theirs = readRows(found)
  if (!isOurs(found, theirs, log)) throw new DataHubError('destination.directory_taken', `write ${key}`)
  // A database restored from an older backup gives numbers out again: only number and Request ID together say who it is
  const requests = new Map(log.rows.map((row) => [row.executionId, row.requestId]))
  const unknown = [...kept, ...(theirs ?? [])].filter((row) => requests.get(row.executionId) !== row.requestId)
  return [...new Map(unknown.map((row) => [row.executionId, row])).values()]
}

/** No end that we have told is taken back: whoever has lost a race may have read the database before the end. */
function withEnds(rows: readonly SyncLogRow[], found: StoredObject, instanceId: string): readonly SyncLogRow[] {
  if (found.labels.instance !== instanceId) return rows
  const ended = (readRows(found) ?? []).filter(({ status }) => isFinal(status))
  const ends = new Map(ended.map((row) => [row.requestId, row]))
  return rows.map((row) => (isFinal(row.status) ? row : (ends.get(row.requestId) ?? row)))
}

/** Undefined when it is no sync log any more, whatever somebody did to it. */
function readRows(found: StoredObject): SyncLogRow[] | undefined {
  try {
    return parseSyncLog(found.body.toString('utf8'))
  } catch {
    return undefined
  }
}

function isOurs(found: StoredObject, theirs: readonly SyncLogRow[] | undefined, log: LogToWrite): boolean {
  if (log.version !== null || found.labels.instance === log.instanceId) return true
  if (found.labels.instance !== undefined || theirs === undefined) return false
  const requests = new Map([...log.rows, ...log.elsewhere].map((row) => [row.executionId, row.requestId]))
  return theirs.length === 0 || theirs.some((row) => requests.get(row.executionId) === row.requestId)
}
