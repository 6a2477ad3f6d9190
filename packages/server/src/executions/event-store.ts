import type { LogLevel } from '@datahub/core/execution/log-level'
import type { Connection } from '../db/database.ts'

/** One line of an execution's own log, in the transaction of what it tells. */
export async function addEvent(
  db: Connection,
  of: { id: number; attempt: number },
  step: string,
  message: string,
  level: LogLevel = 'info',
): Promise<void> {
  await db
    .insertInto('execution_event')
    .values({ execution_id: of.id, attempt: of.attempt, step, message, level })
    .execute()
}
