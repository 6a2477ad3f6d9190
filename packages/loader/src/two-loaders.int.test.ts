import type { Column } from '@datahub/core/bucket/column'
import { expect, test, vi } from 'vitest'
import { loadTask } from './load-task.ts'
import { openTarget } from './targets/open-target.ts'
import { text } from './targets/sql.ts'
import { TestSender } from './testing/sender.ts'
import { rowsIn, TEST_TARGETS, within } from './testing/test-target.ts'

const COLUMNS: readonly Column[] = [{ name: 'asin', type: 'text', nullable: false }]

/** How a server says that somebody waits for a lock by name. */
const WAITING = {
  postgres: `select pid from pg_locks where locktype = 'advisory' and not granted
    and database = (select oid from pg_database where datname = current_database())`,
  mysql: `select id from information_schema.processlist where state = 'User lock' and db = database()`,
} as const

test.each(Object.keys(WAITING) as (keyof typeof WAITING)[])(
  'R32: while one loader is in its transaction, another of the same database waits (%s)',
  async (kind) => {
    await using database = await TEST_TARGETS[kind]()
    await using sender = new TestSender()
    await sender.deliver({ executionId: 1, reports: [{ table: 'events', columns: COLUMNS, rows: [['a']] }] })
    const first = await openTarget(database.url)
    const [entered, done] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    const holding = first.exclusively([], () => {
      entered.resolve()
      return done.promise
    })
    await entered.promise
    let isOver = false
    const second = loadTask({ bucket: sender.folder, taskId: 161, into: database.url }).finally(() => (isOver = true))
    try {
      const isWaiting = () =>
        within(database.url, async (target) => (await target.query(text(WAITING[kind]))).length > 0)
      await vi.waitUntil(async () => isOver || (await isWaiting()), { timeout: 15_000, interval: 50 })
      expect(isOver).toBe(false)
    } finally {
      done.resolve()
      await holding
      await first.close()
    }
    expect((await second).packages).toMatchObject([{ state: 'loaded', rows: 1 }])
    expect(await rowsIn(database.url, 'events', COLUMNS)).toEqual([['a']])
  },
)
