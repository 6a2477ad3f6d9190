import type { LogLevel } from '@datahub/core/execution/log-level'
import { sql, type QueryCreator, type RawBuilder, type UpdateObject } from 'kysely'
import type { Connection } from '../db/database.ts'
import type { Schema } from '../db/schema.ts'
import type { ExecutionRow } from './execution-store.ts'

/** Queries that see the row as the change leaves it, as the table `changed`; it is empty when nothing was changed. */
type AfterChange = QueryCreator<Schema & { changed: Schema['execution'] }>

/** Something else that is written in the same statement. */
export type Also = (query: AfterChange) => AfterChange

/**
 * Changes one execution, if its columns are as `only` says, and raises its task's sync log with it, so that the log is
 * published again. All of it, with what is `also` written, is one statement: it has happened or not, without a transaction
 * around it and its two more trips to the database. Undefined when nothing was changed.
 */
export async function changeLogged(
  db: Connection,
  id: number,
  only: RawBuilder<boolean>,
  set: UpdateObject<Schema, 'execution'>,
  ...also: readonly Also[]
): Promise<ExecutionRow | undefined> {
  const changed: AfterChange = db
    .with('log', (query) =>
      query
        .updateTable('sync_log')
        .set({ wanted: sql`wanted + 1` })
        .where('task_id', '=', (task) =>
          task.selectFrom('execution').select('task_id').where('id', '=', id).where(only),
        )
        .returning('wanted'),
    )
    .with('changed', (query) =>
      query
        .updateTable('execution')
        .set({ ...set, log_wanted: sql`(select wanted from log)` })
        .where('id', '=', id)
        .where(only)
        .returningAll(),
    )
  return also
    .reduce((query, add) => add(query), changed)
    .selectFrom('changed')
    .selectAll()
    .executeTakeFirst()
}

/** A line of an execution's own log, of what goes as it should. */
export interface LogLine {
  readonly step: string
  readonly message: string
}

export function tell({ step, message }: LogLine): Also {
  return (query) =>
    query.with('told', (told) =>
      told
        .insertInto('execution_event')
        .columns(['execution_id', 'attempt', 'step', 'message', 'level'])
        .expression((row) =>
          row
            .selectFrom('changed')
            .select([
              'id',
              'attempt',
              sql<string>`${step}::text`.as('step'),
              sql<string>`${message}::text`.as('message'),
              sql<LogLevel>`'info'`.as('level'),
            ]),
        ),
    )
}

/** The attempt has ended, and well. */
export const endOfAttempt: Also = (query) =>
  query.with('ended', (ended) =>
    ended
      .updateTable('execution_attempt')
      .from('changed')
      .set({ ended_at: sql`now()`, failure: null })
      .whereRef('execution_attempt.execution_id', '=', 'changed.id')
      .whereRef('execution_attempt.attempt', '=', 'changed.attempt'),
  )
