import { DatabaseSync } from 'node:sqlite'
import type { Column } from '@datahub/core/bucket/column'
import { expect, test, vi } from 'vitest'
import { loadTask } from '../../load-task.ts'
import { TestSender } from '../../testing/sender.ts'
import { TEST_TARGETS, within } from '../../testing/test-target.ts'
import { text } from '../sql.ts'
import { exerciseTarget } from '../exercise-target.ts'

exerciseTarget('sqlite')

const COLUMNS: readonly Column[] = [
  { name: 'asin', type: 'text', nullable: false },
  { name: 'day', type: 'date', nullable: false },
  { name: 'sold', type: 'integer', nullable: true },
]

/** How SQLite goes about each statement on the staging table, told as it is prepared. */
function watchPlans() {
  const plans: string[] = []
  const prepare = DatabaseSync.prototype.prepare
  const spy = vi.spyOn(DatabaseSync.prototype, 'prepare').mockImplementation(function (this: DatabaseSync, words) {
    if (/^(insert|delete|select)\b.*_datahub_stage/s.test(words)) {
      const steps = prepare.call(this, `explain query plan ${words}`).all()
      plans.push(steps.map(({ detail }) => String(detail)).join('; '))
    }
    return prepare.call(this, words)
  })
  return { plans, [Symbol.dispose]: () => spy.mockRestore() }
}

test.each([
  ['the loader made', async () => {}],
  [
    'has no index',
    (url: string) =>
      within(url, (target) => target.run(text('create table daily (asin text, day date_text, sold integer)'))),
  ],
] as const)('an upsert into a table that %s goes through its rows once, not once for each new row', async (_, make) => {
  await using database = await TEST_TARGETS.sqlite()
  await using sender = new TestSender()
  await make(database.url)
  using watch = watchPlans()
  // The older one comes last: what newer loads have put in is looked for as well.
  for (const executionId of [2, 1]) {
    const rows = [['a1', '2025-01-01', String(executionId)]]
    await sender.deliver({
      executionId,
      reports: [{ table: 'daily', columns: COLUMNS, rows, primaryKey: ['asin', 'day'] }],
    })
    await loadTask({ bucket: sender.folder, taskId: sender.taskId, into: database.url })
  }
  expect(watch.plans.filter((plan) => plan.includes('LEFT-JOIN'))).toHaveLength(1)
  expect(watch.plans.filter((plan) => plan.includes('CORRELATED'))).toEqual([])
})
