import type { DataRange } from '@datahub/core/execution/data-range'
import { sql } from 'kysely'
import type { Connection } from '../db/database.ts'

/** More than a year of hours would be a backfill of its own. */
const MOST_OWED = 1000

/**
 * Data ranges whose scheduled executions from `firstId` on have failed, and that nothing has delivered since or is about
 * to, oldest first.
 */
export async function listOwed(db: Connection, taskId: number, firstId: number): Promise<DataRange[]> {
  const { rows } = await sql<DataRange>`
    select distinct range_from as "from", range_to as "to", time_zone as "timeZone" from execution failed
    where task_id = ${taskId} and id >= ${firstId} and trigger = 'schedule' and status in (3, 5, 7, 8)
      and failure->>'code' <> 'execution.cancelled'
      and not exists (
        select from execution other
        where other.task_id = failed.task_id and other.status in (0, 1, 2, 4, 6)
          and other.range_from <= failed.range_from and other.range_to >= failed.range_to
      )
    order by 1, 2 limit ${MOST_OWED}`.execute(db)
  return rows
}
