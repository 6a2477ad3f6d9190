import type { ErrorCode } from '@datahub/core/error/codes'
import type { FailureRecord } from '../db/schema.ts'

/** What is known of a task that does not deliver. */
export interface Failing {
  readonly name: string
  readonly source: string
  readonly destination: string
  readonly failure: FailureRecord
  readonly since: Date
}

/** Where something is to be done. */
export interface Place {
  readonly noun: 'source' | 'destination' | 'task'
  readonly name: string
}

export interface RootCause<Task> {
  readonly code: ErrorCode
  /** Of the task that has it for the longest. */
  readonly failure: FailureRecord
  readonly place: Place
  readonly since: Date
  /** Those that have it for the longest first. */
  readonly tasks: readonly Task[]
}

/** Tasks of one workspace that fail with one code at one place have one cause; what most of them share comes first. */
export function rootCauses<Task extends Failing>(failing: readonly Task[]): RootCause<Task>[] {
  const groups = Map.groupBy(failing, (task) => JSON.stringify([task.failure.code, placeOf(task)]))
  const causes = [...groups.values()].flatMap((group): RootCause<Task>[] => {
    const tasks = group.toSorted((a, b) => a.since.getTime() - b.since.getTime())
    const [first] = tasks
    if (!first) return []
    return [{ code: first.failure.code, failure: first.failure, place: placeOf(first), since: first.since, tasks }]
  })
  return causes.toSorted((a, b) => b.tasks.length - a.tasks.length)
}

function placeOf({ failure, source, destination, name }: Failing): Place {
  if (failure.code.startsWith('destination.')) return { noun: 'destination', name: destination }
  if (failure.code.startsWith('source.')) return { noun: 'source', name: source }
  return { noun: 'task', name }
}
