import { sql, type RawBuilder } from 'kysely'
import type { Connection } from '../db/database.ts'
import { isWithin, type Scope } from '../db/scope.ts'
import { readPage, type PageOf } from '../foundation/paging.ts'

/** A recurring task whose last days are shown. */
export interface ShownTask {
  readonly id: number
  readonly name: string
  readonly timeZone: string
}

interface Ranked extends ShownTask {
  readonly rank: number
  readonly worse: number
}

/** Failing ones, the longest first; then those with gaps, the most first; then all others. */
const RANK = sql<number>`(case when outcome.failing_since is not null then 0 when task.gaps > 0 then 1 else 2 end)`
const WORSE = sql<number>`(case when outcome.failing_since is not null
  then (extract(epoch from outcome.failing_since) * 1000)::bigint when task.gaps > 0 then -task.gaps else 0 end)`

/** Recurring tasks, the worst first. `text`: a part of the name, or the id. */
export async function listShownTasks(
  db: Connection,
  scope: Scope,
  text: string | undefined,
  request: { readonly cursor?: string | undefined; readonly limit: number },
): Promise<PageOf<ShownTask>> {
  return readPage<Ranked>(
    request,
    ({ rank, worse, id }) => [rank, worse, id],
    async (direction, key, _isIncluded, limit) => {
      const isNext = direction === 'next'
      const order = isNext ? sql`rank, worse, id` : sql`rank desc, worse desc, id desc`
      const [rank, worse, id] = key ?? []
      const isBeyond = key
        ? sql`(rank, worse, id) ${isNext ? sql`>` : sql`<`} (${rank}::int, ${worse}::bigint, ${id}::bigint)`
        : sql`true`
      const { rows } = await sql<Ranked>`
        select id, name, "timeZone", rank, worse from (
          select task.id, task.name, task.time_zone as "timeZone", ${RANK} as rank, ${WORSE} as worse
          from task left join task_outcome outcome on outcome.task_id = task.id
          where ${isShown(scope, text)}
        ) ranked where ${isBeyond} order by ${order} limit ${limit}`.execute(db)
      return rows
    },
  )
}

export async function countShownTasks(db: Connection, scope: Scope, text: string | undefined): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from task where ${isShown(scope, text)}`.execute(db)
  return rows[0]?.count ?? 0
}

function isShown(scope: Scope, text: string | undefined): RawBuilder<unknown> {
  const matches =
    text === undefined ? sql`true` : sql`(strpos(lower(task.name), lower(${text})) > 0 or task.id::text = ${text})`
  return sql`${isWithin(scope, 'task')} and task.schedule is not null and ${matches}`
}

export interface WorkedRange {
  readonly taskId: number
  readonly from: Date
  readonly to: Date
  readonly status: number
}

/** What was done for data that ends after an instant, in the order in which it was begun. */
export async function listRangesSince(db: Connection, taskIds: readonly number[], since: Date): Promise<WorkedRange[]> {
  if (taskIds.length === 0) return []
  return db
    .selectFrom('execution')
    .select(['task_id as taskId', 'range_from as from', 'range_to as to', 'status'])
    .where('task_id', 'in', taskIds)
    .where('range_to', '>', since)
    .orderBy('id')
    .execute()
}
