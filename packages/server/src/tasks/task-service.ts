import { TASK_STATUSES, type TaskPage, type TaskValidation, type TaskView } from '@datahub/core/api/task-shapes'
import { asDataHubError, DataHubError, invalid } from '@datahub/core/error/data-hub-error'
import { nearest } from '@datahub/core/error/field-problems'
import { isFinal } from '@datahub/core/execution/status'
import type { TaskDefinition } from '@datahub/core/task/definition'
import { databaseNow, type Connection, type Database } from '../db/database.ts'
import type { Scope } from '../db/scope.ts'
import { findDestination } from '../definitions/destination-store.ts'
import { findSource } from '../definitions/source-store.ts'
import type { ExecutionService } from '../executions/execution-service.ts'
import { findExecution, findOpenExecution } from '../executions/execution-store.ts'
import { listOwed } from '../executions/owed-store.ts'
import { moveLog } from '../sync-log/sync-log-store.ts'
import { describePlan } from './describe-plan.ts'
import { fireAfterSave, resumeAt } from './next-fire.ts'
import { prepareTask, type TaskSurroundings } from './prepare-task.ts'
import type { PreparedTask } from './prepared-task.ts'
import { executionOf, runTask, startOneTime, startUnlessOpen, type RequestedDays } from './run-task.ts'
import { countTasks, listRecent, listTaskIds, type TaskFilter, type TaskListRequest } from './task-list-store.ts'
import {
  deleteTask,
  findTask,
  insertTask,
  listTaskNames,
  listTasks,
  listTasksNamed,
  lockTask,
  setDestination,
  setNextFireTimes,
  setPaused,
  updateTask,
  type TaskRecord,
  type TaskValues,
} from './task-store.ts'
import { definitionOf, viewOf } from './task-view.ts'

/** By id or by name, within a workspace. Throws `request.not_found`. */
export type FindTask = (scope: Scope, reference: string) => Promise<TaskRecord>

/** What is to be done with many tasks; `destination`: where they are moved to. */
interface ChangeOfMany {
  readonly action: 'run' | 'pause' | 'resume' | 'move'
  readonly tasks: readonly number[]
  readonly destination?: string | undefined
}

/** What became of one task of many. */
export interface TaskChange {
  readonly task: number
  readonly executionId: number | null
  readonly error: DataHubError | null
}

/** Tasks: standing orders, recurring or one-time. */
export class TaskService {
  readonly #db: Database
  readonly #executions: ExecutionService
  readonly #stored: (scope: Scope) => TaskSurroundings

  /** `stored`: the sources and destinations that the database knows. */
  constructor(db: Database, executions: ExecutionService, stored: (scope: Scope) => TaskSurroundings) {
    this.#db = db
    this.#executions = executions
    this.#stored = stored
  }

  /** A page, with the last executions of each task and how many there are of each status. */
  async list(scope: Scope, { statuses, ...others }: TaskFilter, request: TaskListRequest): Promise<TaskPage> {
    const [{ rows, next, previous }, counts] = await Promise.all([
      listTaskIds(this.#db, scope, { ...others, statuses }, request),
      countTasks(this.#db, scope, others),
    ])
    const [tasks, recent] = await Promise.all([listTasks(this.#db, scope, rows), listRecent(this.#db, rows)])
    const countOf = (status: string) => counts.get(status) ?? 0
    return {
      items: tasks.map((task) => ({ ...viewOf(task), recent: recent.get(task.id) ?? [] })),
      next,
      previous,
      total: (statuses ?? TASK_STATUSES).reduce((sum, status) => sum + countOf(status), 0),
      counts: Object.fromEntries(TASK_STATUSES.map((status) => [status, countOf(status)])) as TaskPage['counts'],
    }
  }

  /** Those that there are of these names. */
  async listNamed(scope: Scope, names: readonly string[]): Promise<TaskView[]> {
    return (await listTasksNamed(this.#db, scope, names)).map(viewOf)
  }

  async get(scope: Scope, reference: string): Promise<TaskView> {
    return viewOf(await this.find(scope, reference))
  }

  /** By id or by name. */
  async find(scope: Scope, reference: string, db: Connection = this.#db): Promise<TaskRecord> {
    const id = /^[1-9]\d{0,15}$/.test(reference) ? Number(reference) : undefined
    const task = await findTask(db, scope, id === undefined ? { name: reference } : { id })
    if (task) return task
    const near = nearest(reference, await listTaskNames(db, scope))
    throw new DataHubError(
      'request.not_found',
      `find the task "${reference}"`,
      near ? { hint: `Did you mean "${near}"?` } : {},
    )
  }

  async create(scope: Scope, definition: TaskDefinition): Promise<TaskView> {
    await this.#requireNew(scope, definition)
    const prepared = await this.prepare(scope, definition, '', this.#stored(scope))
    await this.#db.transaction().execute((tx) => this.save(tx, scope, prepared))
    return this.get(scope, definition.name)
  }

  /** Before anything else is said of a definition: held against another task, half of it would be wrong. */
  async #requireNew(scope: Scope, { name }: TaskDefinition): Promise<void> {
    if (await findTask(this.#db, scope, { name }))
      throw new DataHubError('request.name_taken', `create the task "${name}"`)
  }

  /** As one would write it. */
  async definition(scope: Scope, reference: string): Promise<TaskDefinition> {
    return definitionOf(await this.find(scope, reference))
  }

  /** Another name renames it; a changed schedule goes on with the data that the old one would have delivered next. */
  async replace(scope: Scope, reference: string, definition: TaskDefinition): Promise<TaskView> {
    const task = await this.find(scope, reference)
    const prepared = await this.prepare(scope, definition, '', this.#stored(scope), task)
    await this.#db.transaction().execute((tx) => this.save(tx, scope, prepared))
    return this.get(scope, String(task.id))
  }

  /** What creating the task, or replacing the one given, would do; throws what is wrong with it. Nothing is written. */
  async validate(scope: Scope, definition: TaskDefinition, reference?: string): Promise<TaskValidation> {
    const existing = reference === undefined ? undefined : await this.find(scope, reference)
    if (!existing) await this.#requireNew(scope, definition)
    const prepared = await this.prepare(scope, definition, '', this.#stored(scope), existing)
    const source = await this.#stored(scope).source(definition.source)
    const destination = await findDestination(this.#db, scope, { name: definition.destination })
    const prefix = destination?.settings['prefix']
    return describePlan(prepared, await databaseNow(this.#db), {
      maxRangeDays: source?.maxRangeDays ?? 0,
      prefix: typeof prefix === 'string' ? prefix : '',
    })
  }

  /**
   * One after the other, in the order given; one that cannot be changed does not stop the others. `each`: does what changes
   * one task, and whatever has to be done with it; by itself nothing.
   */
  async changeMany(
    scope: Scope,
    { action, tasks, destination = '' }: ChangeOfMany,
    each: <Output>(task: number, change: () => Promise<Output>) => Promise<Output> = (_task, change) => change(),
  ): Promise<TaskChange[]> {
    const changes: TaskChange[] = []
    const change = async (id: string): Promise<number | null> => {
      if (action === 'run') return this.run(scope, id, {})
      if (action === 'move') await this.move(scope, id, destination)
      else await this[action](scope, id)
      return null
    }
    for (const id of tasks) {
      try {
        const executionId = await each(id, () => change(String(id)))
        changes.push({ task: id, executionId, error: null })
      } catch (error) {
        changes.push({ task: id, executionId: null, error: asDataHubError(error, `${action} the task ${id}`) })
      }
    }
    return changes
  }

  /**
   * One that has been run goes with its history, and only when its name is typed again. What it delivered stays in the
   * bucket; its id is not given again, so nothing else will ever write there.
   */
  async remove(scope: Scope, reference: string, confirm?: string): Promise<void> {
    const task = await this.find(scope, reference)
    const doing = `remove the task "${task.name}"`
    if (confirm !== undefined && confirm !== task.name)
      throw invalid(doing, [{ field: 'confirm', problem: 'is not the name of the task', cure: `Type "${task.name}".` }])
    await this.#db.transaction().execute(async (tx) => {
      await lockTask(tx, task.id)
      const last = await findTask(tx, scope, { id: task.id })
      if (last?.status === 'running')
        throw new DataHubError('request.conflict', doing, {
          hint: 'It is under way: pause it, and cancel its executions and backfills first.',
        })
      if (last?.last_id && confirm === undefined)
        throw new DataHubError('request.in_use', doing, {
          hint: 'It has a history; pause it, or confirm with its name to remove it with its history.',
        })
      await deleteTask(tx, task.id)
    })
  }

  async pause(scope: Scope, reference: string): Promise<TaskView> {
    const task = await this.find(scope, reference)
    await setPaused(this.#db, task.id, true, null)
    return this.get(scope, String(task.id))
  }

  /**
   * A recurring task goes on with its next fire time, after those that it missed while it was paused, or the last of
   * them, where that is asked for; one that had paused by itself owes them all, and what failed before. A one-time push
   * that never ran starts now.
   */
  async resume(scope: Scope, reference: string, missed?: 'none' | 'last' | 'all'): Promise<TaskView> {
    const { id } = await this.find(scope, reference)
    await this.#db.transaction().execute(async (tx) => {
      await lockTask(tx, id)
      const task = await this.find(scope, String(id), tx)
      const now = await databaseNow(tx)
      await this.#goOn(tx, task, now, missed ?? (task.pause_reason ? 'all' : 'none'))
      if (task.one_time && task.last_id === null) await startOneTime(tx, this.#executions, task, task.one_time, now)
    })
    return this.get(scope, String(id))
  }

  /** Delivers to another destination from now on; what was delivered stays where it is, with its log. */
  async move(scope: Scope, reference: string, to: string): Promise<void> {
    const { id } = await this.find(scope, reference)
    await this.#db.transaction().execute(async (tx) => {
      await lockTask(tx, id)
      const task = await findTask(tx, scope, { id })
      const destination = await findDestination(tx, scope, { name: to })
      if (!destination) {
        const problem = `there is no destination "${to}"`
        throw invalid(`move the task ${reference}`, [
          { field: 'destination', problem, cure: 'Define it first, or correct the name.' },
        ])
      }
      if (!task || task.destination_id === destination.id) return
      await this.#leave(tx, task)
      await setDestination(tx, id, destination.id)
    })
  }

  /** Nothing of it may be under way, and its log must show how all of it ended: nobody looks after the old place any more. */
  async #leave(tx: Connection, task: TaskRecord): Promise<void> {
    await lockTask(tx, task.id)
    const doing = `let the task "${task.name}" deliver elsewhere`
    const hasLeft = await moveLog(tx, task.id)
    // After the log, which whoever creates an execution holds first
    const open = await findOpenExecution(tx, task.id)
    if (open)
      throw new DataHubError('request.conflict', doing, {
        hint: `Execution ${open.id} is under way: wait until it is over, or cancel it first.`,
        facts: { execution: open.id },
      })
    if (!hasLeft)
      throw new DataHubError('request.conflict', doing, {
        hint: 'Its sync log is being written. Try again in a few seconds.',
      })
  }

  /** Starts an execution for the days given, or the latest data range; answers the one that is under way for the same range, if any. */
  async run(scope: Scope, reference: string, days: RequestedDays): Promise<number> {
    const task = await this.find(scope, reference)
    return this.#db.transaction().execute(async (tx) => {
      await lockTask(tx, task.id)
      const now = await databaseNow(tx)
      return runTask(tx, this.#executions, task, days, now)
    })
  }

  /** Delivers the data range of an execution that is over again; answers the one that is under way for it, if any. */
  async retry(scope: Scope, executionId: number): Promise<number> {
    return this.#db.transaction().execute(async (tx) => {
      const before = await findExecution(tx, scope, executionId)
      if (!before) throw new DataHubError('request.not_found', `find execution ${executionId}`)
      if (!isFinal(before.status))
        throw new DataHubError('request.conflict', `retry execution ${executionId}`, {
          hint: 'It is under way; cancel it first, or wait.',
        })
      await lockTask(tx, before.task_id)
      const task = await findTask(tx, scope, { id: before.task_id })
      if (!task) throw new DataHubError('request.not_found', `find the task of execution ${executionId}`)
      const range = { from: before.range_from, to: before.range_to, timeZone: before.time_zone }
      return startUnlessOpen(tx, this.#executions, task, 'retry', range, await databaseNow(tx))
    })
  }

  /** As `prepareTask`. Nothing is written. */
  async prepare(
    scope: Scope,
    given: TaskDefinition,
    root: string,
    surroundings: TaskSurroundings,
    renamed?: TaskRecord,
  ): Promise<PreparedTask> {
    return prepareTask(this.#db, scope, given, root, surroundings, renamed)
  }

  /** Creates or updates; a new one-time push starts at once unless it is paused. */
  async save(tx: Connection, scope: Scope, prepared: PreparedTask): Promise<number> {
    const { definition, existing, changed } = prepared
    const source = await findSource(tx, scope, { name: definition.source })
    const destination = await findDestination(tx, scope, { name: definition.destination })
    if (!source || !destination) throw new DataHubError('request.conflict', `save the task "${definition.name}"`)
    const now = await databaseNow(tx)
    const values = valuesOf(definition, existing, source.id, destination.id)
    const id = existing?.id ?? (await insertTask(tx, scope, values))
    if (existing) {
      if (existing.destination_id !== destination.id) await this.#leave(tx, existing)
      await updateTask(tx, id, values)
    }
    const nextFireAt = values.paused ? null : fireAfterSave(definition.schedule, id, existing, now)
    if (existing?.pause_reason && !values.paused)
      await this.#goOn(tx, { ...existing, schedule: values.schedule }, now, 'all')
    else if (values.paused !== existing?.paused) await setPaused(tx, id, values.paused, nextFireAt)
    else await setNextFireTimes(tx, [{ id, nextFireAt }])
    const task = await findTask(tx, scope, { id })
    const due =
      !values.paused && (!existing || changed.includes('oneTime') || (existing.paused && existing.last_id === null))
    if (task?.one_time && due) await startOneTime(tx, this.#executions, task, task.one_time, now)
    return id
  }

  /** What failed before it paused by itself comes first: nobody else would deliver it. */
  async #goOn(tx: Connection, task: TaskRecord, now: Date, missed: 'none' | 'last' | 'all'): Promise<void> {
    const { id, paused, pause_reason: reason } = task
    const owed = reason && missed === 'all' ? await listOwed(tx, id, reason.firstExecutionId) : []
    const retries = owed.map((range) => executionOf(task, 'retry', range, now))
    await this.#executions.create(tx, retries)
    const owedUntil = missed === 'none' || !paused ? null : now
    await setPaused(tx, id, false, paused ? resumeAt(task, now, missed) : task.next_fire_at, owedUntil)
  }
}

function valuesOf(
  definition: TaskDefinition,
  existing: TaskRecord | undefined,
  sourceId: number,
  destinationId: number,
): TaskValues {
  const schedule = definition.schedule ?? null
  const oneTime = definition.oneTime ?? null
  const paused = definition.paused ?? existing?.paused ?? false
  return {
    name: definition.name,
    sourceId,
    destinationId,
    reports: definition.reports ?? null,
    schedule,
    oneTime,
    timeZone: (schedule ?? oneTime)?.timeZone ?? 'UTC',
    paused,
    pauseAfterFailures: definition.pauseAfterFailures ?? null,
    lateAfterMinutes: definition.lateAfterMinutes ?? null,
  }
}
