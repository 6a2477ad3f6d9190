import type { Status } from '@datahub/core/execution/status'
import { sql, type RawBuilder } from 'kysely'
import type { Connection } from '../db/database.ts'
import { isWithin, type Scope } from '../db/scope.ts'
import { readPage, type Key, type PageOf } from '../foundation/paging.ts'
import { taskStatus } from './task-status-store.ts'

/** Which tasks stand on a page, and how many there are of each status. */

export interface TaskFilter {
  readonly text?: string | undefined
  readonly statuses?: readonly string[] | undefined
  readonly source?: string | undefined
  readonly destination?: string | undefined
  readonly mode?: 'recurring' | 'one-time' | undefined
}

export interface TaskListRequest {
  readonly sort: 'id' | 'name' | 'nextFire' | 'gaps'
  readonly descending: boolean
  readonly cursor?: string | undefined
  readonly limit: number
}

/** What is sorted by, never null and whole in JSON, so that a cursor can carry it. */
const SORT_KEYS: Record<TaskListRequest['sort'], { key: RawBuilder<string | number>; type: RawBuilder<unknown> }> = {
  id: { key: sql`task.id`, type: sql`bigint` },
  name: { key: sql`lower(task.name)`, type: sql`text` },
  nextFire: {
    key: sql`(extract(epoch from coalesce(task.next_fire_at, '9999-01-01Z')) * 1000)::bigint`,
    type: sql`bigint`,
  },
  gaps: { key: sql`coalesce(task.gaps, 0)`, type: sql`bigint` },
}

/** Ids in the order asked for. */
export async function listTaskIds(
  db: Connection,
  scope: Scope,
  filter: TaskFilter,
  { sort, descending, cursor, limit }: TaskListRequest,
): Promise<PageOf<number>> {
  const { key, type } = SORT_KEYS[sort]
  const page = await readPage<{ id: number; key: string | number }>(
    { cursor, limit },
    (row) => [row.key, row.id],
    async (direction, from, _isIncluded, limit) => {
      const isUp = (direction === 'next') !== descending
      const tests = testsOf(scope, filter)
      if (filter.statuses) tests.push(sql`${taskStatus} = any(${filter.statuses}::text[])`)
      if (from) tests.push(beyond(sql`(${key}, task.id)`, from, type, isUp))
      const { rows } = await sql<{ id: number; key: string | number }>`
        select task.id, ${key} as key ${FROM} where ${allOf(tests)}
        order by ${isUp ? sql`${key}, task.id` : sql`${key} desc, task.id desc`} limit ${limit}`.execute(db)
      return rows
    },
  )
  return { ...page, rows: page.rows.map((row) => row.id) }
}

/** How many tasks of each status the other filters leave. */
export async function countTasks(db: Connection, scope: Scope, filter: TaskFilter): Promise<Map<string, number>> {
  const { rows } = await sql<{ status: string; count: number }>`
    select status, count(*) as count from (
      select ${taskStatus} as status ${filter.source === undefined && filter.destination === undefined ? sql`from task` : FROM}
      where ${allOf(testsOf(scope, filter))}
    ) known group by status`.execute(db)
  return new Map(rows.map(({ status, count }) => [status, count]))
}

export interface RecentExecution {
  readonly id: number
  readonly status: Status
}

const RECENT = 14

/** The last executions of these tasks, the newest last. */
export async function listRecent(db: Connection, taskIds: readonly number[]): Promise<Map<number, RecentExecution[]>> {
  // A row per task and not per execution: what a page takes is mostly the reading of rows
  const { rows } = await sql<{ task_id: number; recent: RecentExecution[] }>`
    select wanted.task_id, (
      select coalesce(json_agg(recent order by id), '[]') from (
        select id, status from execution where execution.task_id = wanted.task_id order by id desc limit ${RECENT}
      ) recent
    ) as recent from unnest(${taskIds}::bigint[]) as wanted (task_id)`.execute(db)
  return new Map(rows.map(({ task_id, recent }) => [task_id, recent]))
}

const FROM = sql`from task join source on source.id = task.source_id join destination on destination.id = task.destination_id`

function testsOf(scope: Scope, { text, source, destination, mode }: TaskFilter): RawBuilder<unknown>[] {
  const tests: RawBuilder<unknown>[] = [isWithin(scope, 'task')]
  if (text !== undefined) tests.push(sql`(strpos(lower(task.name), lower(${text})) > 0 or task.id::text = ${text})`)
  if (source !== undefined) tests.push(sql`source.name = ${source}`)
  if (destination !== undefined) tests.push(sql`destination.name = ${destination}`)
  if (mode !== undefined) tests.push(mode === 'recurring' ? sql`task.schedule is not null` : sql`task.schedule is null`)
  return tests
}

function beyond(columns: RawBuilder<unknown>, [key, id]: Key, type: RawBuilder<unknown>, isUp: boolean) {
  return sql`${columns} ${isUp ? sql`>` : sql`<`} (${key}::${type}, ${id}::bigint)`
}

function allOf(tests: readonly RawBuilder<unknown>[]): RawBuilder<unknown> {
  return tests.length === 0 ? sql`true` : sql.join([...tests], sql` and `)
}
