import type { ChangeEvent } from '@datahub/core/api/live-routes'

/** What has to be asked again, by what has changed; how long an answer is good at least, in milliseconds. */
const answers: Readonly<Record<string, { kinds: readonly ChangeEvent['kind'][]; goodForMs: number }>> = {
  'execution.get': { kinds: ['execution'], goodForMs: 1_000 },
  'execution.list': { kinds: ['execution'], goodForMs: 2_000 },
  'backfill.get': { kinds: ['backfill', 'execution'], goodForMs: 1_000 },
  'backfill.list': { kinds: ['backfill', 'execution'], goodForMs: 3_000 },
  'task.get': { kinds: ['task', 'execution'], goodForMs: 2_000 },
  'task.list': { kinds: ['task', 'execution'], goodForMs: 3_000 },
  'task.ranges': { kinds: ['task', 'execution'], goodForMs: 2_000 },
  'task.activity': { kinds: ['task', 'execution', 'backfill'], goodForMs: 3_000 },
  'task.coverage': { kinds: ['task', 'execution', 'backfill'], goodForMs: 3_000 },
  'task.schedule': { kinds: ['task'], goodForMs: 3_000 },
  'live.home': { kinds: ['task', 'execution', 'backfill'], goodForMs: 5_000 },
  'live.days': { kinds: ['task', 'execution', 'backfill'], goodForMs: 5_000 },
  'live.files': { kinds: ['execution'], goodForMs: 3_000 },
  'live.syncLog': { kinds: ['execution'], goodForMs: 3_000 },
}

/**
 * Whether an answer may be another one since the event; `key` as oRPC makes it: path, then input. What a page asks under a
 * key of its own stays as it is.
 */
export function isTouched(key: readonly unknown[], event: ChangeEvent): boolean {
  const [path, options] = key as [unknown, { input?: { id?: number; task?: string } }?]
  const answer = answerOf(path)
  if (!answer) return false
  if (event.kind === 'refetch') return true
  if (!answer.kinds.includes(event.kind)) return false
  const { id, task } = options?.input ?? {}
  if (answer.noun === event.kind && id !== undefined && event.id !== null) return id === event.id
  // A task may be asked for by its name as well, which an event does not know
  return task === undefined || event.taskId === null || !/^\d+$/.test(task) || Number(task) === event.taskId
}

export function goodForMs(key: readonly unknown[]): number {
  return answerOf(key[0])?.goodForMs ?? 0
}

function answerOf(path: unknown) {
  if (!Array.isArray(path)) return undefined
  const answer = answers[path.join('.')]
  return answer && { ...answer, noun: path[0] as string }
}
