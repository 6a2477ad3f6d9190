import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { EXIT } from '@datahub/core/error/codes'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { loadTask } from '../load-task.ts'
import { LoaderError } from '../problem.ts'
import { durationOf, readOptions, type Flags } from './options.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'datahub-loader-options-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const file = () => join(folder, 'file.yaml')

/** What a load with these flags says before it does anything. */
async function complaint(flags: Flags): Promise<LoaderError> {
  const place = { bucket: folder, task: '161', into: 'sqlite:reports.db' }
  try {
    for (const options of await readOptions({ ...place, ...flags }, {})) await loadTask(options)
  } catch (error) {
    if (error instanceof LoaderError) return error
    throw error
  }
  throw new Error('nothing was wrong')
}

function expectTold({ message, cure, exitCode }: LoaderError, field: string, wanted: string): void {
  expect(message).toMatch(/\.$/)
  expect(message).toContain(field)
  expect(cure).toMatch(/\.$/)
  expect(cure).toContain(wanted)
  expect(exitCode).toBe(EXIT.usage)
}

test.each([
  ['daily: { modus: append }', 'daily: Unrecognized key: "modus"', 'table, mode, primaryKey'],
  ['daily: { mode: never }', 'daily.mode', 'append, upsert, replace'],
  ['daily: { table: "a b" }', 'daily.table: a table, or schema.table', 'Mend it'],
  ['daily: { columns: { date: "x;y" } }', 'daily.columns.date: letters, digits and underscores', 'Mend it'],
  ['daily: yes', 'daily', 'fields'],
  ['[daily]', 'expected record', 'the name of a table'],
  ['', 'is empty', 'Write'],
  ['a: {b', 'at line 1, column 6.', 'YAML'],
])('of the mapping %j it says where it is wrong and what to write', async (content, field, cure) => {
  await writeFile(file(), content)
  expectTold(await complaint({ mapping: file() }), field, cure)
})

test.each([
  ['tasks: [{ task: x }]', 'tasks.0.task', 'a number'],
  ['into: x', 'tasks', 'a list'],
  ['tasks: []', 'tasks: at least one', 'Mend it'],
  ['tasks: [{ task: 1, foo: 2 }]', 'tasks.0: Unrecognized key: "foo"', 'bucket, prefix'],
  [
    'tasks: [{ task: 1, tables: { daily: { modus: x } } }]',
    'tasks.0.tables.daily: Unrecognized',
    'table, mode, primaryKey',
  ],
  ['buckett: x\ntasks: [{ task: 1 }]', 'Unrecognized key: "buckett"', 'workFolder, maxContent, tasks'],
  ['bucket: 5\ntasks: [{ task: 1 }]', 'bucket', 'Put it in quotes'],
  ['pathStyle: maybe\ntasks: [{ task: 1 }]', 'pathStyle', 'true or false'],
  ['tasks: [{ task: 1 }, { task: 2 }]', 'has no task 161', 'It has 1, 2.'],
  ['into: ${NOT_THERE}\ntasks: [{ task: 161 }]', 'no NOT_THERE', 'Set NOT_THERE'],
])('of the configuration %j it says where it is wrong and what to write', async (content, field, cure) => {
  await writeFile(file(), content)
  expectTold(await complaint({ config: file() }), field, cure)
})

test.each<[Flags, string, string]>([
  [{ config: './nothere.yaml' }, './nothere.yaml: there is no such file', 'Check the path'],
  [{ task: 'x' }, '"x" is not the id of a task', '--task 161'],
  [{ bucket: '' }, 'No bucket', '--bucket'],
  [{ into: '' }, 'No database', '--into'],
  [{ maxContent: 'big' }, '"big" is not a size', '100GB'],
  [{ mode: 'never' }, '"never" is not a mode', 'append, upsert, replace'],
  [{ into: 'oracle:x' }, 'address of the database', 'postgres://'],
  [{ into: 'sqlite:' }, '"sqlite:" names no file', 'sqlite:reports.db'],
  [{ bucket: 'company', endpoint: 'minio' }, 'endpoint "minio"', 'https://'],
  [{ bucket: 'file://host/x' }, 'file://host/x', 'file:///'],
])('of %j it says what is wrong and what to write', async (flags, field, cure) => {
  expectTold(await complaint(flags), field, cure)
})

test('a length of time has a unit', () => {
  expect([durationOf('90s'), durationOf('5m'), durationOf('1h')]).toEqual([90_000, 300_000, 3_600_000])
  for (const text of ['5', '5x', '0m', '-1s']) expect(() => durationOf(text)).toThrow('is not a length of time')
})
