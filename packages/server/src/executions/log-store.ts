import type { LogPage } from '@datahub/core/api/execution-shapes'
import { sql, type Selectable } from 'kysely'
import type { Connection } from '../db/database.ts'
import type { Schema } from '../db/schema.ts'

/** A page of an execution's own log, as many lines as an execution brings with it. */
const PAGE_LINES = 1000

/** The last lines, or the last ones before one of them: `before` is its id. */
export async function readLog(
  db: Connection,
  executionId: number,
  { before, limit = PAGE_LINES }: { readonly before?: number | undefined; readonly limit?: number } = {},
): Promise<LogPage> {
  let query = db.selectFrom('execution_event').where('execution_id', '=', executionId)
  if (before !== undefined) query = query.where('id', '<', before)
  const rows = await query.selectAll().orderBy('id', 'desc').limit(limit).execute()
  const oldest = rows.at(-1)
  if (!oldest || rows.length < limit) return { lines: rows.toReversed().map(lineOf), earlier: 0 }
  const { earlier } = await db
    .selectFrom('execution_event')
    .select(({ fn }) => fn.countAll<number>().as('earlier'))
    .where('execution_id', '=', executionId)
    .where('id', '<', oldest.id)
    .executeTakeFirstOrThrow()
  return { lines: rows.toReversed().map(lineOf), earlier }
}

interface Milestone {
  readonly at: Date
  readonly attempt: number
  readonly step: string
}

/** The first line of every stretch of one step, oldest first, however long the log is. */
export async function listMilestones(db: Connection, executionId: number): Promise<Milestone[]> {
  const { rows } = await sql<Milestone>`
    select at, attempt, step from (
      select id, at, attempt, step, lag(step) over (partition by attempt order by id) as before
      from execution_event where execution_id = ${executionId}
    ) line where before is distinct from step order by id`.execute(db)
  return rows
}

function lineOf({ id, at, attempt, level, step, message }: Selectable<Schema['execution_event']>) {
  return { id, at: at.toISOString(), attempt, level, step, message }
}
