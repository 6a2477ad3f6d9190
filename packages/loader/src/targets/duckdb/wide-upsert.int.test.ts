import type { Column } from '@datahub/core/bucket/column'
import { expect, test } from 'vitest'
import { loadTask } from '../../load-task.ts'
import { TestSender } from '../../testing/sender.ts'
import { TEST_TARGETS } from '../../testing/test-target.ts'

const ROWS = 20_000
const COLUMNS: readonly Column[] = [
  { name: 'id', type: 'integer', nullable: false },
  ...Array.from({ length: 301 }, (_, at): Column => ({
    name: `c${at}`,
    type: at % 2 ? 'text' : 'double',
    nullable: true,
  })),
]

test('20,000 rows of 302 columns are upserted: what the staging table needs is allowed to DuckDB', async () => {
  await using database = await TEST_TARGETS.duckdb()
  await using sender = new TestSender()
  const rows = Array.from({ length: ROWS }, (_, row) => COLUMNS.map((_, at) => `${at === 0 ? row : row * at}`))
  await sender.deliver({
    executionId: 1,
    reports: [{ table: 'wide', columns: COLUMNS, rows, primaryKey: ['id'] }],
  })
  const { packages } = await loadTask({ bucket: sender.folder, taskId: sender.taskId, into: database.url })
  expect(packages).toMatchObject([{ state: 'loaded', rows: ROWS, tables: [{ mode: 'upsert' }] }])
}, 120_000)
