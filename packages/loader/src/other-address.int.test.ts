import { cp, rm, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import type { Column } from '@datahub/core/bucket/column'
import { expect, test } from 'vitest'
import { loadTask, reloadPackage, reloadRefused } from './load-task.ts'
import { text } from './targets/sql.ts'
import type { Target } from './targets/target.ts'
import { taskStatus } from './task-status.ts'
import { TestSender, type TestDelivery } from './testing/sender.ts'
import { rowsIn, TEST_TARGETS, within } from './testing/test-target.ts'

const KINDS: readonly Target['kind'][] = ['postgres', 'mysql', 'sqlite', 'duckdb']
const COLUMNS: readonly Column[] = [{ name: 'asin', type: 'text', nullable: false }]

const events = (executionId: number, more: Partial<TestDelivery> = {}): TestDelivery => ({
  executionId,
  reports: [{ table: 'events', columns: COLUMNS, rows: [[`a${executionId}`]] }],
  ...more,
})

test.each(KINDS)(
  'R32: what is met under another address is known by its manifest: not fetched, and then not looked at again (%s)',
  async (kind) => {
    await using database = await TEST_TARGETS[kind]()
    await using sender = new TestSender()
    await using copy = new TestSender()
    const names = [await sender.deliver(events(1)), await sender.deliver(events(2))]
    const options = { taskId: 161, into: database.url }
    await loadTask({ ...options, bucket: sender.folder })
    await sender.deliver(events(3))
    await cp(sender.folder, copy.folder, { recursive: true })
    // A link to itself: whoever opens it fails.
    for (const path of names.map((name) => join(copy.directory, name))) {
      await rm(path)
      await symlink(path, path)
    }

    const there = { ...options, bucket: copy.folder }
    expect(await taskStatus(there)).toMatchObject({ loaded: 2, rows: 2, pending: [{ packageName: sender.nameOf(3) }] })
    const dry = await loadTask({ ...there, dryRun: true })
    expect(dry.packages.map(({ state }) => state)).toEqual(['already loaded', 'already loaded', 'planned'])
    const { packages } = await loadTask(there)
    expect(packages.map(({ state }) => state)).toEqual(['already loaded', 'already loaded', 'loaded'])
    // Nothing of it is there any more, and nobody asks.
    await rm(copy.directory, { recursive: true })
    await copy.log({ executionId: 1, fileName: sender.nameOf(1) })
    expect((await loadTask(there)).packages).toEqual([])
    expect(await taskStatus(there)).toMatchObject({ loaded: 3, pending: [] })
    expect(await rowsIn(database.url, 'events', COLUMNS)).toEqual([['a1'], ['a2'], ['a3']])
  },
)

test.each(KINDS)(
  'R32: a package without manifest counts once under two addresses, by its name and content (%s)',
  async (kind) => {
    await using database = await TEST_TARGETS[kind]()
    await using sender = new TestSender()
    await using copy = new TestSender()
    const name = await sender.deliver(events(1, { withoutManifest: true }))
    const options = { taskId: 161, into: database.url }
    await loadTask({ ...options, bucket: sender.folder })
    await cp(sender.folder, copy.folder, { recursive: true })
    const there = { ...options, bucket: copy.folder }
    expect((await loadTask(there)).packages).toMatchObject([{ state: 'already loaded', rows: 1 }])
    expect((await loadTask(there)).packages).toEqual([])
    expect((await reloadPackage(there, name)).packages).toMatchObject([{ state: 'loaded', rows: 1 }])
    expect(await rowsIn(database.url, 'events', COLUMNS)).toEqual([['a1']])
    // The same name with other content is another package.
    await using other = new TestSender()
    const rows = [['other']]
    await other.deliver({
      ...events(1, { withoutManifest: true }),
      reports: [{ table: 'events', columns: COLUMNS, rows }],
    })
    expect((await loadTask({ ...options, bucket: other.folder })).packages).toMatchObject([{ state: 'loaded' }])
    expect(await rowsIn(database.url, 'events', COLUMNS)).toEqual([['a1'], ['other']])
  },
)

test('what was refused from one address is told once under another, and can be loaded from there', async () => {
  await using database = await TEST_TARGETS.sqlite()
  await using sender = new TestSender()
  await using copy = new TestSender()
  const name = await sender.deliver(events(1))
  await cp(sender.folder, copy.folder, { recursive: true })
  await rm(join(sender.directory, name))
  const options = { taskId: 161, into: database.url }
  await loadTask({ ...options, bucket: sender.folder })
  const there = { ...options, bucket: copy.folder }
  const { packages, refused } = await loadTask(there)
  expect(refused).toBe(1)
  expect(packages[0]?.reason).toMatch(/^the package is not there \(refused before, from file:/)
  expect(await loadTask(there)).toMatchObject({ packages: [], refused: 0 })
  expect(await taskStatus(there)).toMatchObject({ refused: [{ packageName: name }], pending: [] })
  expect((await reloadRefused(there)).packages).toMatchObject([{ state: 'loaded', rows: 1 }])
  expect(await rowsIn(database.url, 'events', COLUMNS)).toEqual([['a1']])
})

test('a ledger that a newer loader keeps is left alone', async () => {
  await using database = await TEST_TARGETS.sqlite()
  await using sender = new TestSender()
  await sender.deliver(events(1))
  const options = { taskId: 161, into: database.url, bucket: sender.folder }
  await loadTask(options)
  await within(database.url, (target) => target.run(text('alter table _datahub_ledger add column tenant text')))
  await sender.deliver(events(2))
  for (const work of [loadTask, taskStatus])
    await expect(work(options)).rejects.toMatchObject({
      message: expect.stringContaining('a newer datahub-loader: _datahub_ledger has the column "tenant"'),
      cure: expect.stringContaining('Update this loader'),
    })
  expect(await rowsIn(database.url, 'events', COLUMNS)).toEqual([['a1']])
})

test('a ledger of an earlier loader, which knows of no other addresses, goes on', async () => {
  await using database = await TEST_TARGETS.sqlite()
  await using sender = new TestSender()
  await sender.deliver(events(1))
  const options = { taskId: 161, into: database.url, bucket: sender.folder }
  await loadTask(options)
  await within(database.url, async (target) => {
    await target.run(text('drop table _datahub_ledger_address'))
    await target.run(text('drop index _datahub_ledger_package'))
  })
  await sender.deliver(events(2))
  expect(await taskStatus(options)).toMatchObject({ loaded: 1 })
  expect((await loadTask(options)).packages).toMatchObject([{ state: 'loaded' }])
  expect(await rowsIn(database.url, 'events', COLUMNS)).toEqual([['a1'], ['a2']])
})
