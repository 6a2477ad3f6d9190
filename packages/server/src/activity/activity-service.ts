import type { ACTIVITY_KINDS, TaskActivity } from '@datahub/core/api/activity-shapes'
import type { AuditRow } from '../audit/audit-store.ts'
import type { Database } from '../db/database.ts'
import type { Scope } from '../db/scope.ts'
import { listExecutionViews } from '../executions/execution-view-store.ts'
import { readPage, type Direction, type Key } from '../foundation/paging.ts'
import type { FindTask } from '../tasks/task-service.ts'
import type { TaskRecord } from '../tasks/task-store.ts'
import { listChanges, listExecutionDates } from './activity-store.ts'
import { merge, START, type Kind, type Merged, type Place } from './merge.ts'

interface ActivityRequest {
  /** Undefined: both. */
  readonly kind?: (typeof ACTIVITY_KINDS)[number] | undefined
  readonly cursor?: string | undefined
  readonly limit: number
}

interface Row {
  readonly kind: Kind
  readonly id: number
  readonly at: Date
  readonly entry?: AuditRow
}

/** What was done by a task, to it, and for it. */
export class ActivityService {
  readonly #db: Database
  readonly #findTask: FindTask

  constructor(db: Database, findTask: FindTask) {
    this.#db = db
    this.#findTask = findTask
  }

  /** Executions and changes together, the newest first. */
  async ofTask(scope: Scope, reference: string, { kind, ...request }: ActivityRequest): Promise<TaskActivity> {
    const task = await this.#findTask(scope, reference)
    const page = await readPage<Merged<Row>>(
      request,
      ({ row, place }) => [row.kind, place.execution, place.change],
      (direction, key, _isIncluded, limit) => this.#read(scope, task, kind, direction, key, limit),
    )
    const ids = page.rows.flatMap(({ row }) => (row.kind === 'execution' ? [row.id] : []))
    const executions = new Map((await listExecutionViews(this.#db, scope, ids)).map((view) => [view.id, view]))
    const items = page.rows.flatMap(({ row: { id, entry } }): TaskActivity['items'] => {
      if (entry) return [{ execution: null, change: changeOf(entry) }]
      const execution = executions.get(id)
      return execution ? [{ execution, change: null }] : []
    })
    return { ...page, items }
  }

  async #read(
    scope: Scope,
    task: TaskRecord,
    kind: ActivityRequest['kind'],
    direction: Direction,
    key: Key | undefined,
    limit: number,
  ): Promise<Merged<Row>[]> {
    const from = placeOf(key, direction)
    const [executions, changes] = await Promise.all([
      kind === 'changes' ? [] : listExecutionDates(this.#db, task.id, direction, from.execution, limit),
      kind === 'executions' ? [] : listChanges(this.#db, scope, task, direction, from.change, limit),
    ])
    return merge<Row>(
      [
        executions.map((execution) => ({ kind: 'execution', ...execution })),
        changes.map((entry) => ({ kind: 'change', id: entry.id, at: entry.at, entry })),
      ],
      from,
      direction,
      limit,
    )
  }
}

/** A key stands right after its row: upwards from there the row itself would come again. */
function placeOf(key: Key | undefined, direction: Direction): Place {
  if (!key) return START
  const [kind, execution, change] = [key[0], Number(key[1]), Number(key[2])]
  if (direction === 'next') return { execution, change }
  return kind === 'execution' ? { execution: execution + 1, change } : { execution, change: change + 1 }
}

/** Without the address it came from, which is for those who read the audit log. */
function changeOf(entry: AuditRow): NonNullable<TaskActivity['items'][number]['change']> {
  return {
    id: entry.id,
    at: entry.at.toISOString(),
    actor: { kind: entry.actor_kind, id: entry.actor_id, name: entry.actor_name },
    action: entry.action,
    subject: entry.subject,
    outcome: entry.outcome,
    before: entry.before,
    after: entry.after,
  }
}
