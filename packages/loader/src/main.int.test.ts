import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdir, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { promisify } from 'node:util'
import type { Column } from '@datahub/core/bucket/column'
import { expect, test } from 'vitest'
import { TestSender } from './testing/sender.ts'
import { rowsIn, TEST_TARGETS } from './testing/test-target.ts'

const program = resolve(import.meta.dirname, '../bin/datahub-loader.js')
const COLUMNS: readonly Column[] = [
  { name: 'date', type: 'date', nullable: false },
  { name: 'asin', type: 'text', nullable: false },
]

interface Ended {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

function loader(args: readonly string[], env: Record<string, string> = {}, cwd?: string): Promise<Ended> {
  return new Promise((settle) => {
    const options = { env: { ...process.env, ...env }, ...(cwd === undefined ? {} : { cwd }) }
    execFile(process.execPath, [program, ...args], options, (error, stdout, stderr) => {
      settle({ code: typeof error?.code === 'number' ? error.code : error ? -1 : 0, stdout, stderr })
    })
  })
}

async function deliver(sender: TestSender, executionId: number): Promise<string> {
  return sender.deliver({
    executionId,
    reports: [{ table: 'daily', columns: COLUMNS, rows: [['2025-01-01', `a${executionId}`]], dateColumn: 'date' }],
  })
}

test('dry run, load, load again, status, verify and reload speak for themselves', async () => {
  await using database = await TEST_TARGETS.sqlite()
  await using sender = new TestSender()
  const name = await deliver(sender, 1)
  const place = ['--bucket', sender.folder, '--task', '161', '--into', database.url]
  const dry = await loader(['load', ...place, '--dry-run'])
  expect(dry).toMatchObject({ code: 0, stderr: '' })
  expect(dry.stdout).toContain('Task 161: 1 package with 1 row would be loaded.')
  expect(await rowsIn(database.url, 'daily', COLUMNS)).toBeUndefined()

  expect((await loader(['load', ...place])).stdout).toContain('Task 161: 1 package, 1 row loaded.')
  expect(await loader(['load', ...place])).toEqual({ code: 0, stdout: 'Task 161: nothing to do.\n', stderr: '' })
  const reloaded = await loader(['reload', name, ...place, '--json'])
  expect(JSON.parse(reloaded.stdout)).toMatchObject({ taskId: 161, rows: 1, packages: [{ state: 'loaded' }] })
  expect(await rowsIn(database.url, 'daily', COLUMNS)).toHaveLength(1)
  expect(JSON.parse((await loader(['status', ...place, '--json'])).stdout)).toMatchObject({
    loaded: 1,
    pending: [],
    refused: [],
    lagMs: 0,
  })
  expect(await loader(['verify', ...place])).toMatchObject({ code: 0, stdout: expect.stringContaining('right') })
})

test('a refused package is exit code 1, wrong usage 2, a database that does not answer 5', async () => {
  await using database = await TEST_TARGETS.sqlite()
  await using sender = new TestSender()
  await sender.log({ executionId: 1, fileName: sender.nameOf(1) })
  const place = ['--bucket', sender.folder, '--task', '161']
  const refused = await loader(['load', ...place, '--into', database.url])
  expect(refused).toMatchObject({ code: 1, stdout: expect.stringContaining('refused: the package is not there') })
  expect(await loader(['load', ...place])).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/^Error: No database is given\.\nTry: /),
  })
  const name = await deliver(sender, 2)
  const reload = (...words: string[]) => loader(['reload', name, ...place, '--into', database.url, ...words])
  expect(await reload('--max-content', '9')).toMatchObject({
    code: 1,
    stdout: expect.stringContaining('more than 9 (--max'),
  })
  expect(await reload()).toMatchObject({ code: 0, stdout: expect.stringContaining('1 package, 1 row loaded.') })
  expect((await loader(['load', ...place, '--into', database.url, '--mode', 'never'])).code).toBe(2)
  expect((await loader(['frobnicate'])).code).toBe(2)
  expect((await loader(['load', ...place, '--into', 'postgres://me:canary@127.0.0.1:1/x'])).code).toBe(5)
  const help = await loader(['--help'])
  expect(help).toMatchObject({ code: 0, stdout: expect.stringContaining('Examples:') })
})

test('a file with many tasks, a mapping and a variable loads them all', async () => {
  await using database = await TEST_TARGETS.sqlite()
  await using one = new TestSender(161)
  await using two = new TestSender(162)
  await deliver(one, 1)
  await deliver(two, 2)
  const config = join(one.folder, 'loader.yaml')
  await writeFile(
    config,
    `into: \${REPORTS}\ntasks:\n  - task: 161\n    bucket: ${one.folder}\n  - task: 162\n    bucket: ${two.folder}\n    tables:\n      daily: { table: other, mode: append }\n`,
  )
  const { code, stdout } = await loader(['load', '--config', config, '--json'], { REPORTS: database.url })
  expect(code).toBe(0)
  expect(
    stdout
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { taskId: number }).taskId),
  ).toEqual([161, 162])
  expect(await rowsIn(database.url, 'daily', COLUMNS)).toEqual([['2025-01-01', 'a1']])
  expect(await rowsIn(database.url, 'other', COLUMNS)).toEqual([['2025-01-01', 'a2']])
  await writeFile(config, 'tasks:\n  - task: 161\n    buckett: x\n')
  expect(await loader(['load', '--config', config])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('buckett'),
  })
})

test('a folder that is not there is no bucket without packages', async () => {
  const place = ['--bucket', './nothere', '--task', '161', '--into', 'sqlite:nothere.db']
  for (const verb of ['load', 'status', 'verify'])
    expect(await loader([verb, ...place])).toMatchObject({
      code: 4,
      stderr: expect.stringContaining('Could not open the bucket ./nothere: there is no such folder.'),
    })
})

test.each(['sqlite', 'duckdb'] as const)('who only looks makes no file (%s)', async (kind) => {
  await using database = await TEST_TARGETS[kind]()
  await using sender = new TestSender()
  await deliver(sender, 1)
  const place = ['--bucket', sender.folder, '--task', '161', '--into', database.url]
  const here = dirname(database.url.replace(/^\w+:/, ''))
  for (const words of [['load', '--dry-run'], ['status'], ['verify']])
    expect(await loader([...words, ...place], {}, here)).toMatchObject({ code: 0, stderr: '' })
  expect(await readdir(here)).toEqual([])
})

test('a mapping that names what no package has is told, and what was refused comes in once it is mended', async () => {
  await using database = await TEST_TARGETS.sqlite()
  await using sender = new TestSender()
  await deliver(sender, 1)
  await deliver(sender, 2)
  const [place, file] = [
    ['--bucket', sender.folder, '--task', '161', '--into', database.url],
    join(sender.folder, 'm.yaml'),
  ]
  await writeFile(file, 'dayly: { table: other }\ndaily: { mode: upsert, primaryKey: [isbn], columns: { asim: a } }')
  const wrong = await loader(['load', ...place, '--mapping', file])
  expect(wrong).toMatchObject({ code: 1, stdout: expect.stringContaining('2 refused') })
  expect(wrong.stderr).toBe(
    'Note: The mapping names the table dayly; the packages have daily.\n' +
      'Note: The mapping renames daily.asim, a column that no package has.\n',
  )
  expect((await loader(['reload', ...place])).code).toBe(2)
  await writeFile(file, 'daily: { mode: upsert, primaryKey: [asin] }')
  const right = await loader(['reload', '--refused', ...place, '--mapping', file])
  expect(right).toMatchObject({ code: 0, stdout: expect.stringContaining('Task 161: 2 packages, 2 rows loaded.') })
  expect((await loader(['reload', '--refused', ...place])).stdout).toBe('Task 161: nothing to do.\n')
  expect(await rowsIn(database.url, 'daily', COLUMNS)).toHaveLength(2)
})

test('on a terminal a bar shows how far it is, and is gone in the end', async () => {
  await using database = await TEST_TARGETS.sqlite()
  await using sender = new TestSender()
  const name = await deliver(sender, 1)
  const place = ['--bucket', sender.folder, '--task', '161', '--into', database.url]
  const command = [process.execPath, program, 'load', ...place].map((word) => `'${word}'`).join(' ')
  const { stdout } = await promisify(execFile)('script', ['-qec', command, '/dev/null'], {
    env: { ...process.env, NO_COLOR: '1' },
  })
  expect(stdout).toContain('░░░░  0/1')
  expect(stdout).toMatch(new RegExp(`█{20}  0/1  load 100 %  ${name.slice(0, 30)}`))
  // What stands after the line was painted for the last time.
  const [last = ''] = stdout.split('\u001b[2K').slice(-1)
  expect(last).toMatch(/^Package .*Task 161: 1 package, 1 row loaded\.\s*$/s)
})

test('--watch loads what arrives, and ends in order when it is told to', async () => {
  await using database = await TEST_TARGETS.sqlite()
  await using sender = new TestSender()
  await deliver(sender, 1)
  const child = spawn(process.execPath, [
    program,
    'load',
    '--bucket',
    sender.folder,
    '--task',
    '161',
    '--into',
    database.url,
    '--watch',
    '1s',
    '--json',
  ])
  const lines: string[] = []
  let heard = () => {}
  child.stdout.on('data', (text: Buffer) => {
    lines.push(...text.toString().trim().split('\n'))
    heard()
  })
  const count = async (wanted: number) => {
    while (lines.length < wanted) await new Promise<void>((resolve) => (heard = resolve))
  }
  await count(1)
  await deliver(sender, 2)
  await count(2)
  child.kill('SIGTERM')
  expect(await once(child, 'exit')).toEqual([0, null])
})
