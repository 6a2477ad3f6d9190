import type { TaskView } from '@datahub/core/api/task-shapes'
import { statusWords } from '@datahub/core/execution/status'
import { describeChanges } from '@datahub/core/source/schema-change'
import type { TaskDefinition } from '@datahub/core/task/definition'
import type { TaskRecord } from './task-store.ts'

/** A task as the API shows it. */
export function viewOf(task: TaskRecord): TaskView {
  const last =
    task.last_id === null || task.last_status === null ? null : { id: task.last_id, status: task.last_status }
  return {
    id: task.id,
    name: task.name,
    status: task.status,
    source: task.source,
    destination: task.destination,
    reports: task.reports,
    schedule: task.schedule,
    oneTime: task.one_time,
    paused: task.paused,
    pauseReason: task.pause_reason && {
      failures: task.pause_reason.failures,
      code: task.pause_reason.code,
      message: task.pause_reason.message,
      cure: task.pause_reason.cure,
      executionId: task.pause_reason.lastExecutionId,
      at: task.pause_reason.at,
    },
    pauseAfterFailures: task.pause_after_failures,
    lateAfterMinutes: task.late_after_minutes,
    nextFireAt: task.next_fire_at?.toISOString() ?? null,
    gaps: task.gaps,
    schemaChange: task.schema_change && {
      table: task.schema_change.table,
      at: new Date(task.schema_change.at).toISOString(),
      words: describeChanges(task.schema_change.changes),
      isRefused: task.schema_change.isRefused,
    },
    lastExecution: last && {
      ...last,
      statusWords: statusWords(last.status),
      endedAt: task.last_ended_at?.toISOString() ?? null,
    },
    createdAt: task.created_at.toISOString(),
    updatedAt: task.updated_at.toISOString(),
  }
}

/** A task as one would write it. */
export function definitionOf(task: TaskRecord): TaskDefinition {
  return {
    name: task.name,
    source: task.source,
    destination: task.destination,
    ...(task.reports ? { reports: task.reports } : {}),
    ...(task.schedule ? { schedule: task.schedule } : {}),
    ...(task.one_time ? { oneTime: task.one_time } : {}),
    ...(task.paused ? { paused: true } : {}),
    ...(task.pause_after_failures === null ? {} : { pauseAfterFailures: task.pause_after_failures }),
    ...(task.late_after_minutes === null ? {} : { lateAfterMinutes: task.late_after_minutes }),
  }
}
