import type * as real from '@datahub/server/coverage/coverage-store'
import { statement } from '../database.ts'

export * from '@datahub/server/coverage/coverage-store'

export const listCovering: typeof real.listCovering = (db, taskId, from, to) =>
  statement(db, (tx) =>
    tx
      .select('execution', (row) => row.task_id === taskId && row.range_to > from && row.range_from < to)
      .sort((a, b) => a.id - b.id)
      .map((row) => ({ id: row.id, from: row.range_from, to: row.range_to, status: row.status })),
  )
