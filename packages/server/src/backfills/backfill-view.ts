import type { BackfillDetail, BackfillView } from '@datahub/core/api/backfill-shapes'
import { formatInstant } from '@datahub/core/execution/data-range'
import { isFailed, isFinal, STATUS } from '@datahub/core/execution/status'
import type { PushRange, PushRecord } from './push-store.ts'

/** Pushes as the API shows them. */

export function backfillView(push: PushRecord, ranges: readonly PushRange[], now: Date): BackfillView {
  const delivered = ranges.filter(({ status }) => status === STATUS.fileSendSuccess)
  const counts = {
    waiting: ranges.filter(({ executionId }) => executionId === null).length,
    running: ranges.filter(({ status }) => status !== null && !isFinal(status)).length,
    delivered: delivered.length,
    failed: ranges.filter(({ status }) => status !== null && isFailed(status)).length,
  }
  return {
    id: push.id,
    taskId: push.task_id,
    task: push.task,
    trigger: push.trigger === 'one-time' ? 'one-time' : 'backfill',
    from: push.from_on,
    to: push.to_on,
    timeZone: push.time_zone,
    chunk: push.chunk,
    only: push.only_states,
    parallel: push.parallel,
    state: push.state === 'finished' && counts.failed > 0 ? 'failed' : push.state,
    counts,
    rows: delivered.reduce((sum, { rows }) => sum + (rows ?? 0), 0),
    sizeBytes: delivered.reduce((sum, { sizeBytes }) => sum + (sizeBytes ?? 0), 0),
    etaMs: push.state === 'running' ? timeToGo(push, ranges, now) : null,
    createdAt: push.created_at.toISOString(),
    endedAt: push.ended_at?.toISOString() ?? null,
  }
}

export function backfillDetail(push: PushRecord, ranges: readonly PushRange[], now: Date): BackfillDetail {
  return {
    ...backfillView(push, ranges, now),
    ranges: ranges.map(({ from, to, executionId, status }) => ({
      from: formatInstant(from, push.time_zone),
      to: formatInstant(to, push.time_zone),
      executionId,
      status,
    })),
  }
}

/** At the pace of what it has delivered: time worked for each hour of data, shared by those under way at once. */
function timeToGo(push: PushRecord, ranges: readonly PushRange[], now: Date): number | null {
  const lengthMs = (range: PushRange) => range.to.getTime() - range.from.getTime()
  let [workMs, doneMs, leftMs, spentMs, left] = [0, 0, 0, 0, 0]
  for (const range of ranges) {
    if (range.status !== null && isFinal(range.status)) {
      if (range.status !== STATUS.fileSendSuccess || !range.startedAt || !range.endedAt) continue
      workMs += range.endedAt.getTime() - range.startedAt.getTime()
      doneMs += lengthMs(range)
    } else {
      left += 1
      leftMs += lengthMs(range)
      spentMs += range.startedAt ? now.getTime() - range.startedAt.getTime() : 0
    }
  }
  if (left === 0) return 0
  if (doneMs === 0) return null
  return Math.max(0, Math.round(((workMs / doneMs) * leftMs - spentMs) / Math.min(push.parallel, left)))
}
