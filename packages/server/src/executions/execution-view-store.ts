import type { ExecutionView } from '@datahub/core/api/execution-shapes'
import { formatPackageName } from '@datahub/core/bucket/names'
import { DataHubError } from '@datahub/core/error/data-hub-error'
import { formatInstant } from '@datahub/core/execution/data-range'
import { isFinal, STATUS, statusWords } from '@datahub/core/execution/status'
import type { Connection } from '../db/database.ts'
import { isWithin, type Scope } from '../db/scope.ts'
import type { ExecutionRow } from './execution-store.ts'

/** Executions as the API shows them. */

/** Those that there are, in the order of the ids. */
export async function listExecutionViews(
  db: Connection,
  scope: Scope,
  ids: readonly number[],
): Promise<ExecutionView[]> {
  if (ids.length === 0) return []
  const rows = await views(db, scope).where('execution.id', 'in', ids).execute()
  const byId = new Map(rows.map((row) => [row.id, view(row)]))
  return ids.flatMap((id) => byId.get(id) ?? [])
}

/** Throws `request.not_found`. */
export async function getExecutionView(db: Connection, scope: Scope, id: number): Promise<ExecutionView> {
  return (await findExecutionView(db, scope, id)).view
}

/** With the row that it is made of. Throws `request.not_found`. */
export async function findExecutionView(
  db: Connection,
  scope: Scope,
  id: number,
): Promise<{ view: ExecutionView; row: ExecutionRow }> {
  const row = await views(db, scope).where('execution.id', '=', id).executeTakeFirst()
  if (!row) throw new DataHubError('request.not_found', `find execution ${id}`)
  return { view: view(row), row }
}

function views(db: Connection, scope: Scope) {
  return db
    .selectFrom('execution')
    .where(isWithin(scope, 'execution'))
    .innerJoin('task', 'task.id', 'execution.task_id')
    .innerJoin('sync_log', 'sync_log.task_id', 'execution.task_id')
    .selectAll('execution')
    .select(['task.name as task', 'sync_log.published as log_published'])
    .select((query) =>
      query
        .selectFrom('execution_file')
        .select((sum) => sum.cast<number | null>(sum.fn.sum('execution_file.rows'), 'bigint').as('rows'))
        .whereRef('execution_file.execution_id', '=', 'execution.id')
        .as('rows'),
    )
}

type ViewRow = ExecutionRow & { task: string; log_published: number; rows: number | null }

function view(row: ViewRow): ExecutionView {
  const { range_from, range_to, time_zone } = row
  const name = { dataSource: row.data_source, taskId: row.task_id, day: row.package_day, executionId: row.id }
  return {
    id: row.id,
    taskId: row.task_id,
    task: row.task,
    requestId: row.request_id,
    trigger: row.trigger,
    dataRange: {
      from: formatInstant(range_from, time_zone),
      to: formatInstant(range_to, time_zone),
      timeZone: time_zone,
    },
    status: row.status,
    statusWords: statusWords(row.status),
    attempt: row.attempt,
    triggeredAt: row.triggered_at.toISOString(),
    startedAt: row.started_at?.toISOString() ?? null,
    endedAt: row.ended_at?.toISOString() ?? null,
    sendStartedAt: row.send_started_at?.toISOString() ?? null,
    retryAt: row.retry_at?.toISOString() ?? null,
    pollAt: row.poll_at?.toISOString() ?? null,
    fileName: row.status >= STATUS.filePending ? formatPackageName(name) : null,
    sizeBytes: row.size_bytes,
    rows: row.rows,
    progress: isFinal(row.status) ? null : row.progress,
    failure: row.failure && { ...row.failure, facts: { ...row.failure.facts } },
    syncLog: row.log_published >= row.log_wanted ? 'published' : 'pending',
  }
}
