import type { Problem } from '@datahub/core/api/error-shapes'
import { hub } from '../../../api/hub.ts'
import { ProblemError } from '../../../api/problem.ts'
import { kindNamed, toDefinition, type Kinds } from '../../destinations/destination-values.ts'
import { toTaskDefinition, type TaskValues } from './task-values.ts'

/**
 * Creates the task, and with it the destination that stands in the form, both or neither. Throws a ProblemError whose
 * fields are named as in the form.
 */
export async function createTask(values: TaskValues, kinds: Kinds, paused: boolean): Promise<number> {
  const task = toTaskDefinition(values, paused)
  if (values.where === 'saved') return (await hub.task.create(task)).id
  const { newDestination } = values
  const destination = toDefinition(newDestination, kindNamed(kinds, newDestination.kind))
  const definitions = { destinations: [destination], tasks: [task] }
  try {
    // Applying would change what has these names already
    const [plannedDestination, planned] = await hub.hub.plan(definitions)
    const taken = [
      ...(planned && planned.action !== 'create' ? ['name'] : []),
      ...(plannedDestination && plannedDestination.action !== 'create' ? ['destination.name'] : []),
    ]
    if (taken.length > 0) throw new ProblemError(nameTaken(taken))
    await hub.hub.apply(definitions)
    return (await hub.task.get({ task: task.name })).id
  } catch (error) {
    throw error instanceof ProblemError ? new ProblemError(inForm(error.problem)) : error
  }
}

/** Replaces a task that exists; what the form does not show, such as its first day, stays. */
export async function replaceTask(id: number, values: TaskValues): Promise<void> {
  const task = String(id)
  const { schedule, paused } = await hub.task.definition({ task })
  const body = { ...toTaskDefinition(values), paused }
  if (body.schedule && schedule) {
    const { startOn, endOn, jitterMinutes, catchUp, catchUpDays, overlap } = schedule
    const kept = { startOn, endOn, jitterMinutes, catchUp, catchUpDays, overlap }
    Object.assign(body.schedule, Object.fromEntries(Object.entries(kept).filter(([, value]) => value !== undefined)))
  }
  await hub.task.replace({ params: { task }, body })
}

/** `tasks[0].schedule.at` → `schedule.at`, `destinations[0].bucket` → `bucket` */
function inForm(problem: Problem): Problem {
  const errors = problem.errors.map((error) => ({
    ...error,
    field: error.field
      .replace(/^tasks\[0\]\.|^destinations\[0\]\.(?!name)/, '')
      .replace('destinations[0].', 'destination.'),
  }))
  return { ...problem, errors }
}

function nameTaken(fields: readonly string[]): Problem {
  return {
    type: 'urn:datahub:error:request.name_taken',
    title: 'the name is taken',
    status: 409,
    code: 'request.name_taken',
    detail: 'The name is taken.',
    cure: 'Choose another name.',
    errors: fields.map((field) => ({ field, problem: 'is taken', cure: 'Choose another name.' })),
    facts: {},
  }
}
