import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdir, writeFile } from 'node:fs/promises'
import { basename, dirname, resolve } from 'node:path'
import type { Column } from '@datahub/core/bucket/column'
import { DuckDBPendingResultState } from '@duckdb/node-api'
import { expect, test } from 'vitest'
import { loadTask } from '../../load-task.ts'
import { collect } from '../../testing/collect.ts'
import { TestSender } from '../../testing/sender.ts'
import { rowsIn, TEST_TARGETS, within } from '../../testing/test-target.ts'
import { text } from '../sql.ts'
import { openFile } from './open-file.ts'

const COLUMNS: readonly Column[] = [{ name: 'asin', type: 'text', nullable: false }]
const program = resolve(import.meta.dirname, '../../main.ts')

/** Dies where a file is whole, and has not got its name yet. */
const MORTAL = `import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
fs.promises.link = () => process.kill(process.pid, 'SIGKILL')
syncBuiltinESMExports()`

test('what a loader that was killed while it made a file has left is gone after the next run', async () => {
  await using database = await TEST_TARGETS.duckdb()
  await using sender = new TestSender()
  await sender.deliver({ executionId: 1, reports: [{ table: 'events', columns: COLUMNS, rows: [['a']] }] })
  const path = database.url.replace('duckdb:', '')
  const beside = async () => (await readdir(dirname(path))).map((name) => name.replace(basename(path), 'file')).sort()

  const child = spawn(process.execPath, [
    `--import=data:text/javascript,${encodeURIComponent(MORTAL)}`,
    program,
    ...['load', '--bucket', sender.folder, '--task', '161', '--into', database.url],
  ])
  expect(await once(child, 'exit')).toEqual([null, 'SIGKILL'])
  expect(await beside()).toEqual([`file.${child.pid}.new`])
  // Somebody who is alive still needs theirs, and what only looks alike is not ours.
  await writeFile(`${path}.${process.ppid}.new`, '')
  await writeFile(`${path}.mine.new`, '')

  expect((await loadTask({ bucket: sender.folder, taskId: 161, into: database.url })).rows).toBe(1)
  expect(await beside()).toEqual(['file', `file.${process.ppid}.new`, 'file.mine.new'])
  expect(await rowsIn(database.url, 'events', COLUMNS)).toEqual([['a']])
})

test('two runs in one process take turns at a file, and each package counts once', async () => {
  await using database = await TEST_TARGETS.duckdb()
  await using sender = new TestSender()
  for (const executionId of [1, 2, 3, 4])
    await sender.deliver({ executionId, reports: [{ table: 'events', columns: COLUMNS, rows: [[`a${executionId}`]] }] })
  const options = { bucket: sender.folder, taskId: 161, into: database.url }
  const reports = await Promise.all([loadTask(options), loadTask(options)])
  expect(reports.map(({ rows }) => rows).toSorted((a, b) => a - b)).toEqual([0, 4])
  expect(await rowsIn(database.url, 'events', COLUMNS)).toEqual([['a1'], ['a2'], ['a3'], ['a4']])
})

test('what is committed stays, also when a statement that failed before is collected later', async () => {
  await using database = await TEST_TARGETS.duckdb()
  const file = await openFile(database.url.replace('duckdb:', ''), {})
  await file.connection.run(`create table events as select 'a' as asin`)
  await file.connection.run('begin transaction')
  await file.connection.run(`insert into events select 'x' from range(20_000)`)
  // Holds the engine until it is collected
  const kept = new Set([await file.connection.start(`select error('no') from events`, [])])
  const failing = () => {
    for (const pending of kept) while (pending.runTask() === DuckDBPendingResultState.RESULT_NOT_READY);
  }
  expect(failing).toThrow('no')
  await file.connection.run('rollback')
  await file.close()
  await within(database.url, (target) => target.run(text(`insert into events values ('b')`)))
  kept.clear()
  await collect()
  expect(await rowsIn(database.url, 'events', COLUMNS)).toEqual([['a'], ['b']])
})
