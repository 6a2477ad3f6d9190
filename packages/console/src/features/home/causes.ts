import type { ExecutionView } from '@datahub/core/api/shapes'
import type { TaskRow } from '../tasks/use-tasks.ts'

/** One root cause: the same failure at the same destination is one row, however many tasks it stops. */
export interface Cause {
  readonly code: string
  readonly message: string
  readonly destination: string
  readonly tasks: readonly TaskRow[]
  /** The first that failed of it, to look into. */
  readonly execution: ExecutionView
}

/** `executions` are the latest; a task that failed longer ago than they reach has none of them and is left out. */
export function findCauses(failing: readonly TaskRow[], executions: readonly ExecutionView[]): Cause[] {
  const causes = new Map<string, { tasks: TaskRow[]; execution: ExecutionView }>()
  for (const task of failing) {
    const execution = executions.find(({ id }) => id === task.lastExecution?.id)
    if (!execution?.failure) continue
    const key = `${execution.failure.code} ${task.destination}`
    const known = causes.get(key)
    if (known) known.tasks.push(task)
    else causes.set(key, { tasks: [task], execution })
  }
  return [...causes.values()].map(({ tasks, execution }) => ({
    code: execution.failure?.code ?? '',
    message: execution.failure?.message ?? '',
    destination: tasks[0]?.destination ?? '',
    tasks,
    execution,
  }))
}
