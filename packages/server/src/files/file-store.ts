import type { DataRange } from '@datahub/core/execution/data-range'
import { sql } from 'kysely'
import type { Connection } from '../db/database.ts'
import { readPage, type PageOf } from '../foundation/paging.ts'

/** A package that was delivered. */
export interface DeliveredFile {
  readonly id: number
  readonly dataSource: string
  readonly packageDay: string
  readonly range: DataRange
  readonly sizeBytes: number
  readonly sha256: string
  readonly rows: number
  readonly sentAt: Date
  /** The first execution that took its place. */
  readonly supersededBy: number | null
}

/** Newest first; of a task that has moved, those since then. */
export async function listFiles(
  db: Connection,
  taskId: number,
  request: { cursor?: string | undefined; limit: number },
): Promise<PageOf<DeliveredFile>> {
  return readPage(
    request,
    ({ id }) => [id],
    async (direction, key, _isIncluded, limit) => {
      const isBeyond = key ? (direction === 'next' ? sql`e.id < ${key[0]}` : sql`e.id > ${key[0]}`) : sql`true`
      const { rows } = await sql<{
        id: number
        data_source: string
        package_day: string
        range_from: Date
        range_to: Date
        time_zone: string
        size_bytes: number
        sha256: string
        rows: number
        ended_at: Date
        superseded_by: number | null
      }>`
        select e.*, coalesce((select sum(rows) from execution_file file where file.execution_id = e.id), 0)::bigint as rows,
          (select min(later.id) from execution later
            where later.task_id = e.task_id and later.status = 6 and e.id = any(later.supersedes)) as superseded_by
        from execution e
        where e.task_id = ${taskId} and e.status = 6 and ${isBeyond}
          and e.destination_id = (select destination_id from task where id = ${taskId})
        order by ${direction === 'next' ? sql`e.id desc` : sql`e.id`} limit ${limit}`.execute(db)
      return rows.map((row) => ({
        id: row.id,
        dataSource: row.data_source,
        packageDay: row.package_day,
        range: { from: row.range_from, to: row.range_to, timeZone: row.time_zone },
        sizeBytes: row.size_bytes,
        sha256: row.sha256,
        rows: row.rows,
        sentAt: row.ended_at,
        supersededBy: row.superseded_by,
      }))
    },
  )
}

/** Whether the bucket has the newest version of the log. */
export async function isLogPublished(db: Connection, taskId: number): Promise<boolean> {
  const row = await db
    .selectFrom('sync_log')
    .select(['wanted', 'published'])
    .where('task_id', '=', taskId)
    .executeTakeFirst()
  return row !== undefined && row.published > 0 && row.published >= row.wanted
}
