import { sql } from 'kysely'
import type { Connection } from '../db/database.ts'

/** A row as it stood when it was looked at; `mark` differs whenever something of it has changed. */
export interface Seen {
  readonly kind: 'task' | 'execution' | 'backfill'
  readonly id: number
  readonly taskId: number
  readonly workspaceId: number
  readonly mark: string
}

/** More than that at once is told as one: look again. */
const MOST_SEEN = 2000

/** What is under way, and what was changed since an instant; all workspaces, by indexes of what is open. */
export async function listMoving(db: Connection, since: Date): Promise<Seen[]> {
  const { rows } = await sql<{
    kind: Seen['kind']
    id: number
    task_id: number
    workspace_id: number
    mark: string
  }>`
    (select 'execution' as kind, id, task_id, workspace_id,
      md5(concat_ws('|', status, attempt, progress, retry_at, cancel_requested_at, sha256)) as mark
      from execution where status in (0, 1, 2, 4) order by id desc limit ${MOST_SEEN})
    union all (select 'execution', id, task_id, workspace_id, md5(concat_ws('|', status, ended_at))
      from execution where ended_at > ${since} order by ended_at desc limit ${MOST_SEEN})
    union all (select 'task', id, id, workspace_id, md5(concat_ws('|', updated_at, next_fire_at, gaps))
      from task where updated_at > ${since} limit ${MOST_SEEN})
    union all (select 'backfill', id, task_id, workspace_id, md5(concat_ws('|', state, ended_at))
      from backfill where state = 'running' or ended_at > ${since} limit ${MOST_SEEN})`.execute(db)
  return rows.map((row) => ({
    kind: row.kind,
    id: row.id,
    taskId: row.task_id,
    workspaceId: row.workspace_id,
    mark: row.mark,
  }))
}
