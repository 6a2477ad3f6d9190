import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { Column } from '@datahub/core/bucket/column'
import { DuckDBInstance } from '@duckdb/node-api'
import { expect, test, vi } from 'vitest'
import { loadTask } from '../../load-task.ts'
import { TestSender } from '../../testing/sender.ts'
import { TEST_TARGETS, within } from '../../testing/test-target.ts'
import { text } from '../sql.ts'
import { Room } from './room.ts'

const ROWS = 20_000

function columnsOf(count: number): Column[] {
  return [
    { name: 'id', type: 'integer', nullable: false },
    ...Array.from({ length: count - 1 }, (_, at): Column => ({
      name: `c${at}`,
      type: at % 2 ? 'text' : 'double',
      nullable: true,
    })),
  ]
}

async function deliver(sender: TestSender, executionId: number, count: number): Promise<void> {
  const columns = columnsOf(count)
  const rows = Array.from({ length: ROWS }, (_, row) => columns.map((_, at) => `${at === 0 ? row : row * at}`))
  await sender.deliver({ executionId, reports: [{ table: 'wide', columns, rows, primaryKey: ['id'] }] })
}

test.each([
  ['a file that the loader makes', async () => {}],
  ['a file with blocks of the usual size', async (path: string) => (await DuckDBInstance.create(path)).closeSync()],
] as const)(
  '20,000 rows of 302 columns are upserted into %s: what its columns need is allowed to DuckDB at once',
  async (_, make) => {
    await using database = await TEST_TARGETS.duckdb()
    await using sender = new TestSender()
    using grow = vi.spyOn(Room.prototype, 'grow')
    await make(database.url.replace('duckdb:', ''))
    await deliver(sender, 1, 302)
    await deliver(sender, 2, 302)
    const { packages } = await loadTask({ bucket: sender.folder, taskId: sender.taskId, into: database.url })
    expect(packages).toMatchObject([
      { state: 'loaded', rows: ROWS, tables: [{ mode: 'upsert' }] },
      { state: 'loaded', rows: ROWS },
    ])
    const [row] = await within(database.url, (target) => target.query(text('select count(*) as found from wide')))
    expect(row?.found).toBe(String(ROWS))
    expect(grow).not.toHaveBeenCalled()
  },
  120_000,
)

test('20,000 rows of 302 columns go through a staging table: what it needs is allowed to DuckDB at once', async () => {
  await using database = await TEST_TARGETS.duckdb()
  await using sender = new TestSender()
  using grow = vi.spyOn(Room.prototype, 'grow')
  await within(database.url, (target) => target.run(text('create table wide (id integer)')))
  await deliver(sender, 1, 302)
  const { packages } = await loadTask({
    bucket: sender.folder,
    taskId: sender.taskId,
    into: database.url,
    mapping: { wide: { newColumns: 'json' } },
  })
  expect(packages).toMatchObject([{ state: 'loaded', rows: ROWS }])
  expect(grow).not.toHaveBeenCalled()
}, 120_000)

/** The most memory that a process has had, in MB, when it has loaded everything. */
async function peakOf(bucket: string, into: string): Promise<number> {
  const script = `const { loadTask } = await import(${JSON.stringify(new URL('../../index.ts', import.meta.url).href)})
    const { refused } = await loadTask({ bucket: ${JSON.stringify(bucket)}, taskId: 161, into: ${JSON.stringify(into)} })
    console.log(refused === 0 ? process.resourceUsage().maxRSS / 1000 : NaN)`
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script])
  return Number(stdout)
}

test('the memory of an upsert grows by less than 1 MB with each column', async () => {
  const peaks: number[] = []
  for (const count of [5, 105]) {
    await using database = await TEST_TARGETS.duckdb()
    await using sender = new TestSender()
    for (const executionId of [1, 2]) await deliver(sender, executionId, count)
    peaks.push(await peakOf(sender.folder, database.url))
  }
  const [narrow = NaN, wide = NaN] = peaks
  expect(wide - narrow).toBeLessThan(100)
}, 120_000)
