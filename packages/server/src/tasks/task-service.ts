import type { TaskView } from '@datahub/core/api/shapes'
import { DataHubError, invalid, type FieldProblem } from '@datahub/core/error/data-hub-error'
import { joinPath, nearest } from '@datahub/core/error/field-problems'
import { dayOf, type DataRange } from '@datahub/core/execution/data-range'
import { isFinal, STATUS, statusWords } from '@datahub/core/execution/status'
import type { TaskDefinition } from '@datahub/core/task/definition'
import { dataRangeOf, nextFireAt } from '@datahub/core/task/schedule'
import { isDeepStrictEqual } from 'node:util'
import { databaseNow, type Connection, type Database } from '../db/database.ts'
import type { Trigger } from '../db/schema.ts'
import { findDestination } from '../definitions/destination-store.ts'
import { findSource } from '../definitions/source-store.ts'
import type { ExecutionService } from '../executions/execution-service.ts'
import { findOpenExecution } from '../executions/execution-store.ts'
import { forgetVersion } from '../sync-log/sync-log-store.ts'
import { requestedRange } from './requested-range.ts'
import {
  deleteTask,
  findTask,
  insertTask,
  listTasks,
  lockTask,
  setPaused,
  updateTask,
  type TaskRecord,
  type TaskValues,
} from './task-store.ts'

/** What a task refers to may be defined in the same input, and so not be stored yet. */
export interface TaskSurroundings {
  source(name: string): Promise<{ maxRangeDays: number; tables: readonly string[] } | undefined>
  destination(name: string): Promise<boolean>
}

export interface PreparedTask {
  readonly definition: TaskDefinition
  readonly existing: TaskRecord | undefined
  readonly changed: readonly string[]
}

/** Tasks: standing orders, recurring or one-time. */
export class TaskService {
  readonly #db: Database
  readonly #executions: ExecutionService
  readonly #stored: TaskSurroundings

  /** `stored`: the sources and destinations that the database knows. */
  constructor(db: Database, executions: ExecutionService, stored: TaskSurroundings) {
    this.#db = db
    this.#executions = executions
    this.#stored = stored
  }

  async list(): Promise<TaskView[]> {
    return (await listTasks(this.#db)).map(view)
  }

  async get(reference: string): Promise<TaskView> {
    return view(await this.find(reference))
  }

  /** By id or by name. */
  async find(reference: string): Promise<TaskRecord> {
    const id = /^[1-9]\d{0,15}$/.test(reference) ? Number(reference) : undefined
    const task = await findTask(this.#db, id === undefined ? { name: reference } : { id })
    if (task) return task
    const near = nearest(
      reference,
      (await listTasks(this.#db)).map((known) => known.name),
    )
    throw new DataHubError(
      'request.not_found',
      `find the task "${reference}"`,
      near ? { hint: `Did you mean "${near}"?` } : {},
    )
  }

  async create(definition: TaskDefinition): Promise<TaskView> {
    const prepared = await this.prepare(definition, '', this.#stored)
    if (prepared.existing) throw new DataHubError('request.name_taken', `create the task "${definition.name}"`)
    await this.#db.transaction().execute((tx) => this.save(tx, prepared))
    return this.get(definition.name)
  }

  /** Only one that never delivered: what stands in the bucket keeps its order. */
  async remove(reference: string): Promise<void> {
    const task = await this.find(reference)
    if (task.last_id !== null)
      throw new DataHubError('request.in_use', `remove the task "${task.name}"`, {
        hint: `It has a history that its sync log shows; pause it instead.`,
      })
    await deleteTask(this.#db, task.id)
  }

  async pause(reference: string): Promise<TaskView> {
    const task = await this.find(reference)
    await setPaused(this.#db, task.id, true, null)
    return this.get(String(task.id))
  }

  /** A recurring task goes on with its next fire time; a one-time push that never ran starts now. */
  async resume(reference: string): Promise<TaskView> {
    const task = await this.find(reference)
    await this.#db.transaction().execute(async (tx) => {
      const now = await databaseNow(tx)
      await setPaused(tx, task.id, false, task.schedule && nextFireAt(task.schedule, now))
      if (task.one_time && task.last_id === null)
        await this.#start(tx, task, 'one-time', this.#oneTimeRange(task, now), now)
    })
    return this.get(String(task.id))
  }

  /** Starts an execution for the days given, or the latest data range; answers the one that is under way for the same range, if any. */
  async run(reference: string, days: { from?: string | undefined; to?: string | undefined }): Promise<number> {
    const task = await this.find(reference)
    return this.#db.transaction().execute(async (tx) => {
      await lockTask(tx, task.id)
      const now = await databaseNow(tx)
      const range = this.#rangeToRun(task, days, now)
      const open = await findOpenExecution(tx, task.id, range)
      return open ? open.id : this.#start(tx, task, 'manual', range, now)
    })
  }

  /** Checks a definition against what it refers to. Nothing is written. */
  async prepare(definition: TaskDefinition, root: string, surroundings: TaskSurroundings): Promise<PreparedTask> {
    const problems: FieldProblem[] = []
    const source = await surroundings.source(definition.source)
    const field = (name: string, ...more: PropertyKey[]) => joinPath(root, [name, ...more])
    if (!source)
      problems.push({
        field: field('source'),
        problem: `there is no data source "${definition.source}"`,
        cure: 'Define it first, or correct the name.',
      })
    if (!(await surroundings.destination(definition.destination))) {
      problems.push({
        field: field('destination'),
        problem: `there is no destination "${definition.destination}"`,
        cure: 'Define it first, or correct the name.',
      })
    }
    definition.reports?.forEach((table, index) => {
      if (!source || source.tables.includes(table)) return
      problems.push({
        field: field('reports', index),
        problem: `the data source has no report "${table}"`,
        cure: `Choose from ${source.tables.join(', ')}.`,
      })
    })
    if (problems.length > 0) throw invalid(`use the task "${definition.name}"`, problems)
    if (definition.oneTime && source) {
      requestedRange(
        definition.oneTime,
        definition.oneTime.timeZone,
        source.maxRangeDays,
        await databaseNow(this.#db),
        field('oneTime'),
      )
    }
    const existing = await findTask(this.#db, { name: definition.name })
    return { definition, existing, changed: existing ? changesOf(definition, existing) : ['*'] }
  }

  /** Creates or updates; a new one-time push starts at once unless it is paused. */
  async save(tx: Connection, prepared: PreparedTask): Promise<number> {
    const { definition, existing, changed } = prepared
    const source = await findSource(tx, { name: definition.source })
    const destination = await findDestination(tx, { name: definition.destination })
    if (!source || !destination) throw new DataHubError('request.conflict', `save the task "${definition.name}"`)
    const now = await databaseNow(tx)
    const values = valuesOf(definition, existing, source.id, destination.id, now)
    const id = existing?.id ?? (await insertTask(tx, values))
    if (existing) {
      await updateTask(tx, id, values)
      if (existing.destination_id !== destination.id) await forgetVersion(tx, [id])
    }
    const task = await findTask(tx, { id })
    const due =
      !values.paused && (!existing || changed.includes('oneTime') || (existing.paused && existing.last_id === null))
    if (task?.one_time && due) await this.#start(tx, task, 'one-time', this.#oneTimeRange(task, now), now)
    return id
  }

  async #start(tx: Connection, task: TaskRecord, trigger: Trigger, range: DataRange, now: Date): Promise<number> {
    const packageDay = dayOf(now, task.time_zone).replaceAll('-', '')
    const execution = { taskId: task.id, trigger, slotAt: null, range, dataSource: task.source, packageDay }
    const [id] = await this.#executions.create(tx, [execution])
    return id as number
  }

  #rangeToRun(task: TaskRecord, days: { from?: string | undefined; to?: string | undefined }, now: Date): DataRange {
    const { from = days.to, to = days.from } = days
    if (from !== undefined && to !== undefined)
      return requestedRange({ from, to }, task.time_zone, task.max_range_days, now, '')
    return task.schedule ? dataRangeOf(task.schedule, now) : this.#oneTimeRange(task, now)
  }

  #oneTimeRange(task: TaskRecord, now: Date): DataRange {
    if (!task.one_time) throw new DataHubError('request.conflict', `run the task "${task.name}"`)
    return requestedRange(task.one_time, task.one_time.timeZone, task.max_range_days, now, 'oneTime')
  }
}

function valuesOf(
  definition: TaskDefinition,
  existing: TaskRecord | undefined,
  sourceId: number,
  destinationId: number,
  now: Date,
): TaskValues {
  const schedule = definition.schedule ?? null
  const oneTime = definition.oneTime ?? null
  const paused = definition.paused ?? existing?.paused ?? false
  // An unchanged schedule keeps its place: applying a file again neither skips nor repeats a slot
  const keeps = existing?.next_fire_at && !existing.paused && isDeepStrictEqual(existing.schedule, schedule)
  return {
    name: definition.name,
    sourceId,
    destinationId,
    reports: definition.reports ?? null,
    schedule,
    oneTime,
    timeZone: (schedule ?? oneTime)?.timeZone ?? 'UTC',
    paused,
    nextFireAt: paused || !schedule ? null : keeps ? existing.next_fire_at : nextFireAt(schedule, now),
  }
}

function changesOf(definition: TaskDefinition, existing: TaskRecord): string[] {
  const before = {
    source: existing.source,
    destination: existing.destination,
    reports: existing.reports,
    schedule: existing.schedule,
    oneTime: existing.one_time,
    paused: existing.paused,
  }
  const after = {
    source: definition.source,
    destination: definition.destination,
    reports: definition.reports ?? null,
    schedule: definition.schedule ?? null,
    oneTime: definition.oneTime ?? null,
    paused: definition.paused ?? existing.paused,
  }
  return (Object.keys(after) as (keyof typeof after)[]).filter(
    (field) => !isDeepStrictEqual(before[field], after[field]),
  )
}

function view(task: TaskRecord): TaskView {
  const last =
    task.last_id === null || task.last_status === null ? null : { id: task.last_id, status: task.last_status }
  return {
    id: task.id,
    name: task.name,
    status: wordFor(task),
    source: task.source,
    destination: task.destination,
    reports: task.reports,
    schedule: task.schedule,
    oneTime: task.one_time,
    paused: task.paused,
    nextFireAt: task.next_fire_at?.toISOString() ?? null,
    lastExecution: last && {
      ...last,
      statusWords: statusWords(last.status),
      endedAt: task.last_ended_at?.toISOString() ?? null,
    },
    createdAt: task.created_at.toISOString(),
    updatedAt: task.updated_at.toISOString(),
  }
}

function wordFor(task: TaskRecord): TaskView['status'] {
  if (task.open_executions > 0) return 'running'
  if (task.paused) return 'paused'
  if (task.schedule) return 'scheduled'
  if (task.last_status === null || !isFinal(task.last_status)) return 'waiting'
  return task.last_status === STATUS.fileSendSuccess ? 'finished' : 'failed'
}
