import type { Column } from '@datahub/core/bucket/column'
import { expect, test } from 'vitest'
import { loadTask } from '../../load-task.ts'
import { TestSender } from '../../testing/sender.ts'
import { TEST_TARGETS, within } from '../../testing/test-target.ts'
import { text } from '../sql.ts'
import { OutOfRoom } from './room.ts'

const COLUMNS: readonly Column[] = [
  { name: 'asin', type: 'text', nullable: false },
  { name: 'title', type: 'text', nullable: true },
  { name: 'sold', type: 'integer', nullable: true },
]

/** Both columns of text are the key: as long as that, and nowhere alike. */
function rowsOf(count: number, length: number, executionId: number): string[][] {
  return Array.from({ length: count }, (_, row) => {
    const piece = `${(row * 2_654_435_761) % 4_294_967_296} `
    return [piece.padEnd(length, piece), piece.padStart(length, piece), String(executionId)]
  })
}

test.each([
  ['keys are long: a statement fails', 2000, 6000],
  ['values are very long: a checkpoint fails, and with it the file', 40, 400_000],
])(
  'where little memory is too little, a package begins anew with more, and each row is there once; %s',
  async (_, count, length) => {
    await using database = await TEST_TARGETS.duckdb()
    await using sender = new TestSender()
    for (const executionId of [1, 2]) {
      const rows = rowsOf(count, length, executionId)
      await sender.deliver({
        executionId,
        reports: [{ table: 'daily', columns: COLUMNS, rows, primaryKey: ['asin', 'title'] }],
      })
    }
    const { packages } = await loadTask({ bucket: sender.folder, taskId: sender.taskId, into: database.url })
    expect(packages.map(({ state }) => state)).toEqual(['loaded', 'loaded'])
    const found = text('select count(*) as rows, min(sold) as oldest from daily')
    const [row] = await within(database.url, (target) => target.query(found))
    expect(row).toEqual({ rows: String(count), oldest: '2' })
  },
  60_000,
)

test('what was too little is doubled, also where a wide table had more than the least', async () => {
  await using database = await TEST_TARGETS.duckdb()
  const columns = Array.from({ length: 400 }, (_, at) => ({ name: `c${at}`, holds: { type: 'text' } as const }))
  async function* noRows(): AsyncGenerator<Uint8Array> {}
  await within(database.url, async (target) => {
    const limit = async () => {
      const [row] = await target.query(text(`select current_setting('memory_limit') as bytes`))
      return parseFloat(row?.bytes ?? '')
    }
    await target.run(text(`create table wide (${columns.map(({ name }) => `${name} varchar`).join(', ')})`))
    await target.exclusively([], () => target.copyIn({ table: { name: 'wide' }, columns }, noRows()))
    const before = await limit()
    expect(await target.makeRoom?.(new OutOfRoom())).toBe(true)
    expect(Math.round(await limit())).toBe(Math.round(2 * before))
  })
})
