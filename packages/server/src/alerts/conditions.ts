import type { AlertFacts, AlertKind, AlertTask } from '@datahub/core/alert/alert'
import { formatInstant } from '@datahub/core/execution/data-range'
import type { Status } from '@datahub/core/execution/status'
import type { Connection } from '../db/database.ts'
import { EVERYWHERE } from '../db/scope.ts'
import { listFailing } from '../home/home-store.ts'
import { rootCauses, type Failing } from '../home/root-cause.ts'
import { listBrokenDestinations, type BrokenDestination } from './broken-destination-store.ts'
import { listLate, listSelfPaused, type LateTask } from './condition-store.ts'

/** Something that somebody should hear of, as it is now: a root cause with all tasks that have it. */
export interface Condition extends AlertFacts {
  readonly workspaceId: number
  readonly kind: AlertKind
  /** The same as long as it is the same root cause. */
  readonly cause: string
  readonly since: Date
  /** Whether it is told again while it lasts: not when somebody has paused all that it is about. */
  readonly reminds: boolean
}

/** Who is late although nobody knows of a failure: they share the source that they wait for. */
const UNKNOWN = 'unknown'

/**
 * All that is wrong, by root cause. What fails is not told as late as well. `isStuck` judges late tasks without an
 * execution: after an outage they are many, and each is about to be dispatched.
 */
export async function findConditions(
  tx: Connection,
  lateAfterMinutes: number,
  isStuck: (task: LateTask) => boolean,
): Promise<Condition[]> {
  const failing = await listFailing(tx, EVERYWHERE)
  const isFailing = new Set(failing.map(({ id }) => id))
  // The execution that is under way tells more than the next one, which is not begun
  const found = await listLate(tx, lateAfterMinutes)
  const byTask = Map.groupBy(
    found.filter((task) => task.execution !== null || isStuck(task)),
    ({ id }) => id,
  )
  const late = [...byTask].flatMap(([id, [first]]) => (first && !isFailing.has(id) ? [first] : []))
  const paused = await listSelfPaused(tx)
  const failures = conditionsOf('failing', failing, ({ pausedBy }) => pausedBy === null)
  return [
    ...failures,
    ...(await listBrokenDestinations(tx)).filter((one) => !isTold(one, failures)).map(connectionCondition),
    ...conditionsOf('late', late.filter(hasFailure).map(begunTask)),
    ...lateConditions(late.filter((task) => !hasFailure(task))),
    ...conditionsOf(
      'paused',
      paused.map(({ reason, ...task }) => ({
        ...task,
        failure: { code: reason.code, message: reason.message, cure: reason.cure, facts: {} },
        since: new Date(reason.at),
      })),
    ),
  ]
}

/** Whether deliveries that fail there say it already. */
function isTold({ workspaceId, name }: BrokenDestination, failures: readonly Condition[]): boolean {
  return failures.some(
    ({ workspaceId: own, place }) => own === workspaceId && place.noun === 'destination' && place.name === name,
  )
}

function connectionCondition({ workspaceId, name, since, message, remedy, tasks }: BrokenDestination): Condition {
  const place = { noun: 'destination', name } as const
  const facts = { code: null, message, cure: remedy, place, tasks: tasks.map((task) => ({ ...task, execution: null })) }
  return {
    workspaceId,
    kind: 'connection',
    cause: causeOf('connection', UNKNOWN, place),
    since,
    reminds: true,
    ...facts,
  }
}

type Told = Failing & Execution & { readonly id: number; readonly workspaceId: number }

interface Execution {
  readonly executionId: number
  readonly status: Status
  readonly from: Date
  readonly to: Date
  readonly timeZone: string
}

function conditionsOf<Task extends Told>(
  kind: AlertKind,
  tasks: readonly Task[],
  reminds: (task: Task) => boolean = () => true,
): Condition[] {
  return [...Map.groupBy(tasks, ({ workspaceId }) => workspaceId)].flatMap(([workspaceId, own]) =>
    rootCauses(own).map(({ code, failure, place, since, tasks }) => ({
      workspaceId,
      kind,
      cause: causeOf(kind, code, place),
      code,
      message: failure.message,
      cure: failure.cure,
      place,
      since,
      tasks: tasks.map((task) => alertTask(task, task)),
      reminds: tasks.some(reminds),
    })),
  )
}

/** Late, and nobody knows why: one for each source. */
function lateConditions(tasks: readonly LateTask[]): Condition[] {
  const groups = Map.groupBy(tasks, ({ workspaceId, source }) => JSON.stringify([workspaceId, source]))
  return [...groups.values()].flatMap((group): Condition[] => {
    const own = group.toSorted((a, b) => a.since.getTime() - b.since.getTime())
    const [first] = own
    if (!first) return []
    const place = { noun: 'source', name: first.source } as const
    return [
      {
        workspaceId: first.workspaceId,
        kind: 'late',
        cause: causeOf('late', UNKNOWN, place),
        code: null,
        message: '',
        cure: '',
        place,
        since: first.since,
        tasks: own.map((task) => alertTask(task, task.execution)),
        reminds: true,
      },
    ]
  })
}

type BegunTask = LateTask & { readonly execution: Execution; readonly failure: NonNullable<LateTask['failure']> }

function hasFailure(task: LateTask): task is BegunTask {
  return task.failure !== null && task.execution !== null
}

function begunTask({ execution, ...task }: BegunTask): Told {
  return { ...task, ...execution }
}

function causeOf(kind: AlertKind, code: string, { noun, name }: AlertFacts['place']): string {
  return JSON.stringify([kind, code, noun, name])
}

function alertTask({ id, name }: { id: number; name: string }, execution: Execution | null): AlertTask {
  if (!execution) return { id, name, execution: null }
  const { executionId, status, from, to, timeZone } = execution
  const dataRange = { from: formatInstant(from, timeZone), to: formatInstant(to, timeZone), timeZone }
  return { id, name, execution: { id: executionId, status, dataRange } }
}
