import type { CoveringExecution } from '@datahub/core/task/coverage'
import { sql } from 'kysely'
import type { Connection } from '../db/database.ts'
import { isWithin, type Scope } from '../db/scope.ts'

/** Executions of the task that touch a range, whatever has become of them. */
export async function listCovering(db: Connection, taskId: number, from: Date, to: Date): Promise<CoveringExecution[]> {
  return db
    .selectFrom('execution')
    .select(['id', 'range_from as from', 'range_to as to', 'status'])
    .where('task_id', '=', taskId)
    .where('range_to', '>', from)
    .where('range_from', '<', to)
    .orderBy('id')
    .execute()
}

/**
 * Recurring tasks whose gaps nobody has counted for so long, those never counted first; and those with gaps that somebody
 * may have filled since, as their schedule by itself does not.
 */
export async function listUnchecked(db: Connection, olderThanMs: number, limit: number): Promise<number[]> {
  const longAgo = sql<Date>`now() - make_interval(secs => ${olderThanMs / 1000})`
  const rows = await db
    .selectFrom('task')
    .leftJoin(
      (query) =>
        query
          .selectFrom('execution')
          .select(({ fn }) => ['task_id', fn.max('ended_at').as('filled_at')])
          .where('ended_at', '>', longAgo)
          .where('status', '=', 6)
          .where('trigger', '<>', 'schedule')
          .groupBy('task_id')
          .as('filled'),
      (join) => join.onRef('filled.task_id', '=', 'task.id').on('gaps', '>', 0),
    )
    .select('id')
    .where('schedule', 'is not', null)
    .where((test) =>
      test.or([
        test('gaps_checked_at', 'is', null),
        test('gaps_checked_at', '<', longAgo),
        test('gaps_checked_at', '<', test.ref('filled_at')),
      ]),
    )
    .orderBy('gaps_checked_at', (order) => order.asc().nullsFirst())
    .limit(limit)
    .execute()
  return rows.map((row) => row.id)
}

/** `at`: before they were counted, by the clock of the database. */
export async function setGaps(db: Connection, taskId: number, gaps: number, at: Date): Promise<void> {
  await db.updateTable('task').set({ gaps, gaps_checked_at: at }).where('id', '=', taskId).execute()
}

/** Tasks that missed something when they were last looked at. */
export async function countTasksWithGaps(db: Connection, scope: Scope): Promise<number> {
  const { count } = await db
    .selectFrom('task')
    .select((query) => query.fn.countAll<number>().as('count'))
    .where(isWithin(scope, 'task'))
    .where('gaps', '>', 0)
    .executeTakeFirstOrThrow()
  return count
}
