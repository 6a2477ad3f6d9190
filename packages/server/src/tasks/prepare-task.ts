import { DataHubError, invalid, type FieldProblem } from '@datahub/core/error/data-hub-error'
import { joinPath } from '@datahub/core/error/field-problems'
import type { TaskDefinition } from '@datahub/core/task/definition'
import { isDeepStrictEqual } from 'node:util'
import { databaseNow, type Connection } from '../db/database.ts'
import type { Scope } from '../db/scope.ts'
import type { PreparedTask } from './prepared-task.ts'
import { requestedRange } from './requested-range.ts'
import { findTask, type TaskRecord } from './task-store.ts'

/** What a task needs to know of its source. */
export interface SourceFacts {
  readonly maxRangeDays: number
  readonly tables: readonly string[]
  /** For how many days its data changes after the fact; absent: it does not, as far as its kind knows. */
  readonly refreshDays?: number | undefined
  /** Whether it can say which past days have changed. */
  readonly tellsChanges: boolean
  /** What it counts in, where it delivers nothing smaller. */
  readonly grain?: 'day' | 'hour' | undefined
}

/** What a task refers to may be defined in the same input, and so not be stored yet. */
export interface TaskSurroundings {
  source(name: string): Promise<SourceFacts | undefined>
  destination(name: string): Promise<boolean>
}

/**
 * Checks a definition against what it refers to, and completes it from that. Nothing is written. `renamed`: the task
 * that it replaces; absent: the one of the same name, if there is one.
 */
export async function prepareTask(
  db: Connection,
  scope: Scope,
  given: TaskDefinition,
  root: string,
  surroundings: TaskSurroundings,
  renamed?: TaskRecord,
): Promise<PreparedTask> {
  const named = await findTask(db, scope, { name: given.name })
  const existing = renamed ?? named
  if (named && existing && named.id !== existing.id)
    throw new DataHubError('request.name_taken', `rename the task "${existing.name}" to "${given.name}"`)
  const problems: FieldProblem[] = []
  const source = await surroundings.source(given.source)
  const definition = withRefreshOf(source, given)
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
  if (source && !source.tellsChanges && definition.schedule?.refreshChangedDays !== undefined) {
    problems.push({
      field: field('schedule', 'refreshChangedDays'),
      problem: 'the data source does not tell which days have changed',
      cure: 'Give its reports a changedColumn, or use refreshDays.',
    })
  }
  if (isFiner(definition.schedule, source?.grain)) {
    problems.push({
      field: field('schedule', 'every'),
      problem: `the data source counts ${source?.grain}s and delivers nothing smaller`,
      cure: source?.grain === 'hour' ? 'Use every: hour, or longer.' : 'Use every: day, or longer.',
    })
  }
  if (existing && (existing.schedule === null) !== (definition.schedule === undefined))
    problems.push({
      field: field(definition.schedule ? 'schedule' : 'oneTime'),
      problem: existing.schedule ? 'a recurring task stays recurring' : 'a one-time push stays one',
      cure: 'Create another task; this one keeps its history.',
    })
  if (problems.length > 0) throw invalid(`use the task "${definition.name}"`, problems)
  if (definition.oneTime && source) {
    requestedRange(
      definition.oneTime,
      definition.oneTime.timeZone,
      source.maxRangeDays,
      await databaseNow(db),
      field('oneTime'),
    )
  }
  return { definition, existing, changed: existing ? changesOf(definition, existing) : ['*'] }
}

/** A schedule of days that says nothing of what it delivers again gets what its source is known to change. */
function withRefreshOf(source: SourceFacts | undefined, definition: TaskDefinition): TaskDefinition {
  const { schedule } = definition
  if (source?.refreshDays === undefined || !schedule || schedule.data || schedule.refreshDays !== undefined)
    return definition
  if (schedule.every === 'hour' || schedule.every === 'minutes') return definition
  return { ...definition, schedule: { ...schedule, refreshDays: source.refreshDays } }
}

/** Whether each of its periods is less than what the source counts in. The fire times of a cron say nothing of that. */
function isFiner(schedule: TaskDefinition['schedule'], grain: SourceFacts['grain']): boolean {
  if (schedule?.every === 'hour') return grain === 'day'
  return schedule?.every === 'minutes' && grain !== undefined
}

function changesOf(definition: TaskDefinition, existing: TaskRecord): string[] {
  const before = {
    name: existing.name,
    source: existing.source,
    destination: existing.destination,
    reports: existing.reports,
    schedule: existing.schedule,
    oneTime: existing.one_time,
    paused: existing.paused,
    pauseAfterFailures: existing.pause_after_failures,
    lateAfterMinutes: existing.late_after_minutes,
  }
  const after = {
    name: definition.name,
    source: definition.source,
    destination: definition.destination,
    reports: definition.reports ?? null,
    schedule: definition.schedule ?? null,
    oneTime: definition.oneTime ?? null,
    paused: definition.paused ?? existing.paused,
    pauseAfterFailures: definition.pauseAfterFailures ?? null,
    lateAfterMinutes: definition.lateAfterMinutes ?? null,
  }
  return (Object.keys(after) as (keyof typeof after)[]).filter(
    (field) => !isDeepStrictEqual(before[field], after[field]),
  )
}
