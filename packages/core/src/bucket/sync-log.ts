import { isStatus, type Status } from '../execution/status.ts'
import { formatRecord, parseRecords } from './csv.ts'

/** The seed's 11 columns, in its order. */
export const SYNC_LOG_COLUMNS = [
  'Execution Record ID',
  'Task ID',
  'Request ID',
  'Trigger Time',
  'Start Time',
  'End Time',
  'File Send Time',
  'Status',
  'File Name',
  'File Size (B)',
  'Failure Reason',
] as const

const REASON_MAX_CHARACTERS = 300

export interface SyncLogRow {
  readonly executionId: number
  readonly taskId: number
  readonly requestId: string
  readonly triggeredAt: Date
  readonly startedAt: Date | null
  readonly endedAt: Date | null
  readonly sendStartedAt: Date | null
  readonly status: Status
  readonly fileName: string | null
  readonly sizeBytes: number | null
  readonly failureReason: string | null
}

/**
 * The whole log, oldest execution first. `kept` are rows that stand in the bucket and that this hub does not know, verbatim;
 * where one has the number of a known execution but another Request ID, the one that was published stays.
 */
export function formatSyncLog(rows: readonly SyncLogRow[], kept: readonly SyncLogRow[] = []): string {
  const taken = new Map(kept.map((row) => [row.executionId, row.requestId]))
  const ours = rows.filter((row) => (taken.get(row.executionId) ?? row.requestId) === row.requestId)
  const known = new Set(ours.map((row) => row.executionId))
  const all = [...ours, ...kept.filter((row) => !known.has(row.executionId))].sort(
    (a, b) => a.executionId - b.executionId,
  )
  return formatRecord(SYNC_LOG_COLUMNS) + all.map(formatRow).join('')
}

/**
 * The rows of a log, whoever wrote it. Throws a SyntaxError that names line and column when it is not a sync log.
 * A header cell may hold white space around its words, because some published samples do.
 */
export function parseSyncLog(text: string): SyncLogRow[] {
  const [header, ...records] = parseRecords(text)
  const columns = (header ?? []).map((cell) => (cell ?? '').trim())
  const at = SYNC_LOG_COLUMNS.map((column) => columns.indexOf(column))
  const missing = SYNC_LOG_COLUMNS.filter((_, index) => at[index] === -1)
  if (missing.length > 0) throw new SyntaxError(`sync log: the header lacks ${missing.join(', ')}`)
  return records.map((record, index) => {
    try {
      return parseRow(at.map((position) => record[position] ?? null))
    } catch (error) {
      throw new SyntaxError(`sync log, line ${index + 2}: ${(error as Error).message}`)
    }
  })
}

/** One line, no control characters, no formula for a spreadsheet, at most 300 characters; null when nothing is left. */
export function neutralizeReason(reason: string | null): string | null {
  if (reason === null) return null
  const line = reason
    .toWellFormed()
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ')
    .replace(/^[\s=+\-@]+/, '')
    .trim()
  return [...line].slice(0, REASON_MAX_CHARACTERS).join('').trim() || null
}

/** `2025-08-26 03:00:00.123`: UTC, always this width, so that it sorts as text. */
function formatTime(instant: Date | null): string | null {
  if (instant === null) return null
  const text = instant.toISOString()
  return `${text.slice(0, 10)} ${text.slice(11, 23)}`
}

function formatRow(row: SyncLogRow): string {
  return formatRecord([
    String(row.executionId),
    String(row.taskId),
    row.requestId,
    formatTime(row.triggeredAt),
    formatTime(row.startedAt),
    formatTime(row.endedAt),
    formatTime(row.sendStartedAt),
    String(row.status),
    row.fileName,
    row.sizeBytes === null ? null : String(row.sizeBytes),
    neutralizeReason(row.failureReason),
  ])
}

function parseRow(cells: readonly (string | null)[]): SyncLogRow {
  const [executionId, taskId, requestId, triggered, started, ended, sendStarted, status, fileName, size, reason] = cells
  const code = wholeNumber('Status', status)
  if (!isStatus(code)) throw new Error(`Status ${code} is not one of 0 to 8`)
  return {
    executionId: wholeNumber('Execution Record ID', executionId),
    taskId: wholeNumber('Task ID', taskId),
    requestId: requestId ?? '',
    triggeredAt: time('Trigger Time', triggered) ?? new Date(0),
    startedAt: time('Start Time', started),
    endedAt: time('End Time', ended),
    sendStartedAt: time('File Send Time', sendStarted),
    status: code,
    fileName: fileName || null,
    sizeBytes: size ? wholeNumber('File Size (B)', size) : null,
    failureReason: reason || null,
  }
}

function wholeNumber(column: string, cell: string | null | undefined): number {
  // pandas writes integers of a column with gaps as 42.0
  const match = /^\s*(\d+)(?:\.0+)?\s*$/.exec(cell ?? '')
  const value = Number(match?.[1])
  if (!match || !Number.isSafeInteger(value))
    throw new Error(`${column} ${JSON.stringify(cell ?? '')} is not a whole number`)
  return value
}

function time(column: string, cell: string | null | undefined): Date | null {
  const text = (cell ?? '').trim()
  if (text === '') return null
  const match = /^(\d{4}-\d{2}-\d{2})[ T](\d{2}:\d{2}:\d{2})(\.\d{1,9})?Z?$/.exec(text)
  const instant = new Date(match ? `${match[1]}T${match[2]}${(match[3] ?? '.0').slice(0, 4)}Z` : Number.NaN)
  if (Number.isNaN(instant.getTime()))
    throw new Error(`${column} ${JSON.stringify(text)} is not a time such as 2025-08-26 03:00:00.000`)
  return instant
}
