import { formatPackageName } from '@datahub/core/bucket/names'
import type { SyncLogRow } from '@datahub/core/bucket/sync-log'
import { STATUS } from '@datahub/core/execution/status'
import type { ExecutionRow } from '../executions/execution-store.ts'
import { failureReason } from '../executions/failure.ts'

/** What the sync log needs to know of an execution: a task has thousands, which are read with every write of its log. */
export const LOG_FACTS = [
  'id',
  'task_id',
  'destination_id',
  'request_id',
  'triggered_at',
  'started_at',
  'ended_at',
  'send_started_at',
  'status',
  'data_source',
  'package_day',
  'size_bytes',
  'failure',
] as const

export type LogFacts = Pick<ExecutionRow, (typeof LOG_FACTS)[number]>

/** What the sync log shows of an execution. */
export function toLogRow(row: LogFacts): SyncLogRow {
  const named = row.status >= STATUS.filePending
  return {
    executionId: row.id,
    taskId: row.task_id,
    requestId: row.request_id,
    triggeredAt: row.triggered_at,
    startedAt: row.started_at,
    endedAt: row.ended_at,
    sendStartedAt: row.send_started_at,
    status: row.status,
    fileName: named
      ? formatPackageName({
          dataSource: row.data_source,
          taskId: row.task_id,
          day: row.package_day,
          executionId: row.id,
        })
      : null,
    sizeBytes: named ? row.size_bytes : null,
    failureReason:
      row.failure !== null && row.ended_at !== null && row.status !== STATUS.fileSendSuccess
        ? failureReason(row.failure)
        : null,
  }
}
