import type { Problem } from '@datahub/core/api/error-shapes'
import type { ExecutionDetail } from '@datahub/core/api/execution-shapes'
import type { TaskPage, TaskView } from '@datahub/core/api/task-shapes'

/** Answers of the hub, whole and plausible, for tests to vary. */

export function sampleTask(changes: Partial<TaskView> = {}): TaskView {
  return {
    id: 161,
    name: 'Market insight daily',
    status: 'scheduled',
    source: 'market_insight',
    destination: 'acme',
    reports: null,
    schedule: { every: 'day', at: '03:00', timeZone: 'America/Los_Angeles' },
    oneTime: null,
    paused: false,
    nextFireAt: '2026-11-23T11:00:00.000Z',
    lastExecution: { id: 42, status: 6, statusWords: 'file send success', endedAt: '2026-11-22T11:00:31.000Z' },
    createdAt: '2026-11-01T08:00:00.000Z',
    updatedAt: '2026-11-02T08:00:00.000Z',
    ...changes,
  }
}

export function sampleExecution(changes: Partial<ExecutionDetail> = {}): ExecutionDetail {
  return {
    id: 42,
    taskId: 161,
    task: 'Market insight daily',
    requestId: '3f0e9a52-0d3c-4a5e-9b1a-7c2d8e4f6a10',
    trigger: 'manual',
    dataRange: {
      from: '2026-11-21T00:00:00-08:00',
      to: '2026-11-22T00:00:00-08:00',
      timeZone: 'America/Los_Angeles',
    },
    status: 6,
    statusWords: 'file send success',
    attempt: 1,
    triggeredAt: '2026-11-22T11:00:00.000Z',
    startedAt: '2026-11-22T11:00:01.000Z',
    endedAt: '2026-11-22T11:00:32.400Z',
    sendStartedAt: '2026-11-22T11:00:28.000Z',
    retryAt: null,
    pollAt: null,
    fileName: 'market_insight_161_20261122_0000000042.zip',
    sizeBytes: 9_512_345,
    rows: 120_345,
    progress: null,
    failure: null,
    syncLog: 'published',
    timeline: [
      { name: 'queued', state: 'done', workMs: 0, waitMs: 1_000 },
      { name: 'dispatch', state: 'done', workMs: 200, waitMs: 0 },
      { name: 'generate', state: 'done', workMs: 20_800, waitMs: 6_000 },
      { name: 'send', state: 'done', workMs: 4_400, waitMs: 0 },
    ],
    diagnosis: null,
    pace: null,
    staged: null,
    files: [
      {
        fileName: 'market_insight_asin_161_20261122.csv',
        table: 'market_insight_asin',
        rows: 120_345,
        sizeBytes: 31_000_000,
        sha256: 'a'.repeat(64),
      },
    ],
    attempts: [
      {
        attempt: 1,
        startedAt: '2026-11-22T11:00:01.000Z',
        endedAt: '2026-11-22T11:00:32.400Z',
        worker: 'host-1',
        failure: null,
      },
    ],
    log: {
      lines: [
        {
          id: 1,
          at: '2026-11-22T11:00:28.000Z',
          attempt: 1,
          level: 'info',
          step: 'send',
          message: 'Package stored and verified.',
        },
      ],
      earlier: 0,
    },
    ...changes,
  }
}

export function sampleProblem(changes: Partial<Problem> = {}): Problem {
  return {
    type: 'urn:datahub:error:request.invalid',
    title: 'the input is not valid',
    status: 422,
    detail: 'Could not run the task: the input is not valid.',
    code: 'request.invalid',
    cure: 'Correct the fields named and send it again.',
    errors: [],
    facts: {},
    ...changes,
  }
}

/** The tasks as a page that is the whole list. */
export function sampleTaskPage(...tasks: TaskView[]): TaskPage {
  const counts = { scheduled: 0, running: 0, paused: 0, waiting: 0, finished: 0, failed: 0 }
  for (const { status } of tasks) counts[status] += 1
  const items = tasks.map((task) => ({ ...task, recent: [] }))
  return { items, next: null, previous: null, total: tasks.length, counts }
}
