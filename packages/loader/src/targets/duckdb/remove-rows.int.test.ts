import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFile } from 'node:fs/promises'
import type { Column } from '@datahub/core/bucket/column'
import { DuckDBInstance } from '@duckdb/node-api'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { loadTask } from '../../load-task.ts'
import { TestSender } from '../../testing/sender.ts'
import { TEST_TARGETS, within, type TestTarget } from '../../testing/test-target.ts'
import { text } from '../sql.ts'
import { Room } from './room.ts'

/** So many that a few rows of each thousand are of more row groups than notes may be held for. */
const ROWS = 2_000_000
const APART = 10_000
/** A machine that is busy takes its time over so many rows. */
const TIMEOUT_MS = 120_000

const COLUMNS: readonly Column[] = [
  { name: 'id', type: 'integer', nullable: false },
  { name: 'word', type: 'text', nullable: true },
]

let made: TestTarget

/** A file with a table that its owner has made by hand, with what a table can have; tests work on copies of it. */
beforeAll(async () => {
  made = await TEST_TARGETS.duckdb()
  await change(made.url, [
    `create table large (id integer not null, word varchar default 'none', _datahub_load bigint, check (id >= 0))`,
    `insert into large select i, 'old', null from range(${ROWS}) r(i)`,
    `comment on table large is 'it''s ours'`,
    `comment on column large.word is 'said'`,
    'create view words as select word, count(*) as count from large group by word order by word',
  ])
}, TIMEOUT_MS)
afterAll(() => made[Symbol.asyncDispose]())

/** As its owner does, without the loader. */
async function change(url: string, statements: readonly string[]): Promise<void> {
  const instance = await DuckDBInstance.create(pathOf(url))
  const connection = await instance.connect()
  for (const statement of statements) await connection.run(statement)
  connection.closeSync()
  instance.closeSync()
}

async function copyOfLarge(): Promise<TestTarget> {
  const database = await TEST_TARGETS.duckdb()
  await copyFile(pathOf(made.url), pathOf(database.url))
  return database
}

const pathOf = (url: string) => url.replace('duckdb:', '')
const ask = (url: string, query: string) => within(url, (target) => target.query(text(query)))

async function upsert(url: string): Promise<void> {
  await using sender = new TestSender()
  const rows = Array.from({ length: ROWS / APART }, (_, at) => [String(at * APART), 'new'])
  await sender.deliver({ executionId: 1, reports: [{ table: 'large', columns: COLUMNS, rows, primaryKey: ['id'] }] })
  const { packages } = await loadTask({ bucket: sender.folder, taskId: sender.taskId, into: url })
  expect(packages).toMatchObject([{ state: 'loaded', rows: rows.length }])
}

const AFTER = [
  { word: 'new', count: String(ROWS / APART) },
  { word: 'old', count: String(ROWS - ROWS / APART) },
]
const DECLARED = `select comment, sql from duckdb_tables() where table_name = 'large'`

/** Who made the file wrote it in few and large row groups, as DuckDB does by itself; ours are smaller. */
async function rowGroups(url: string): Promise<number> {
  const [row] = await ask(url, `select count(distinct row_group_id) as found from pragma_storage_info('large')`)
  return Number(row?.found)
}

test(
  'of rows that go from all over a large table none is noted: what stays is written anew, in a table made by the same words',
  async () => {
    await using database = await copyOfLarge()
    const before = await ask(database.url, DECLARED)
    using grow = vi.spyOn(Room.prototype, 'grow')
    await upsert(database.url)
    expect(grow).not.toHaveBeenCalled()
    expect(await rowGroups(database.url)).toBeGreaterThan(ROWS / 20_000)
    expect(await ask(database.url, 'select * from words')).toEqual(AFTER)
    expect(await ask(database.url, 'select count(distinct id) as ids from large')).toEqual([{ ids: String(ROWS) }])
    expect(await ask(database.url, DECLARED)).toEqual(before)
    expect(
      await ask(
        database.url,
        `select comment from duckdb_columns() where table_name = 'large' and comment is not null`,
      ),
    ).toEqual([{ comment: 'said' }])
  },
  TIMEOUT_MS,
)

test(
  'a table that has an index stays where it is, and its rows are deleted',
  async () => {
    await using database = await copyOfLarge()
    await change(database.url, ['create index large_word on large (word)'])
    await upsert(database.url)
    expect(await rowGroups(database.url)).toBeLessThan(ROWS / 50_000)
    expect(await ask(database.url, 'select * from words')).toEqual(AFTER)
  },
  TIMEOUT_MS,
)

/** Removes rows in a process that is killed right after the commit. */
async function killedAfterRemoving(url: string): Promise<void> {
  const script = `import { openTarget } from ${JSON.stringify(new URL('../open-target.ts', import.meta.url).href)}
    import { text } from ${JSON.stringify(new URL('../sql.ts', import.meta.url).href)}
    const target = await openTarget(${JSON.stringify(url)})
    await target.exclusively([], () => target.byScan.removeWhere({ name: 'large' }, text('id % ${APART} = 0')))
    process.kill(process.pid, 'SIGKILL')`
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script], { stdio: 'inherit' })
  expect(await once(child, 'exit')).toEqual([null, 'SIGKILL'])
}

test(
  'R32: a table that is written anew is whole when its loader is killed after the commit',
  async () => {
    await using database = await copyOfLarge()
    await killedAfterRemoving(database.url)
    expect(await ask(database.url, 'select * from words')).toEqual([{ word: 'old', count: AFTER[1]?.count }])
    expect(await ask(database.url, DECLARED)).toHaveLength(1)
  },
  TIMEOUT_MS,
)

test(
  'R32: a table that is written anew is as it was when its load fails after that',
  async () => {
    await using database = await copyOfLarge()
    const failing = within(database.url, (target) =>
      target.exclusively([], async () => {
        await target.byScan?.removeWhere({ name: 'large' }, text(`id % ${APART} = 0`))
        throw new Error('it fails')
      }),
    )
    await expect(failing).rejects.toThrow('it fails')
    expect(await ask(database.url, 'select * from words')).toEqual([{ word: 'old', count: String(ROWS) }])
  },
  TIMEOUT_MS,
)
