import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join, resolve } from 'node:path'
import { promisify } from 'node:util'
import type { Column } from '@datahub/core/bucket/column'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { parse } from 'yaml'
import { buildProgram } from '../../packages/loader/src/cli/program.ts'
import { TestSender } from '../../packages/loader/src/testing/sender.ts'
import { rowsIn, TEST_TARGETS, type TestTarget } from '../../packages/loader/src/testing/test-target.ts'

/** The examples of the loader run as they are written; only paths and addresses are those of the test. */

const root = resolve(import.meta.dirname, '../..')
const examples = join(root, 'packages/loader/examples')
const read = (name: string) => readFile(join(examples, name), 'utf8')
const run = promisify(execFile)

const ASIN: readonly Column[] = [
  { name: 'date', type: 'date', nullable: false },
  { name: 'asin', type: 'text', nullable: false },
]
const LISTING: readonly Column[] = [{ name: 'asin', type: 'text', nullable: false }]

let home = ''
let database: TestTarget
/** What cron, systemd or Kubernetes gives the loader. */
let env: NodeJS.ProcessEnv = {}

/** A bucket with the three tasks of loader.yaml, that file with its name, and the command on the path. */
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'datahub-loader-examples-'))
  database = await TEST_TARGETS.postgres()
  for (const [taskId, prefix] of [
    [161, ''],
    [162, ''],
    [7, 'acme'],
  ] as const) {
    await using sender = new TestSender(taskId)
    const range = [`2025-01-0${1 + (taskId % 7)}`, `2025-01-0${2 + (taskId % 7)}`] as const
    const asin = { table: 'market_insight_asin', columns: ASIN, rows: [[range[0], `of ${taskId}`]], dateColumn: 'date' }
    const listing = { table: 'market_insight_listing', columns: LISTING, rows: [[`of ${taskId}`]] }
    await sender.deliver({ executionId: taskId, range, reports: [asin, listing] })
    await cp(sender.folder, join(home, 'bucket', prefix), { recursive: true })
  }
  const bin = join(home, 'bin')
  await mkdir(bin)
  const command = join(root, 'packages/loader/bin/datahub-loader.js')
  await writeFile(join(bin, 'datahub-loader'), `#!/bin/sh\nexec '${process.execPath}' '${command}' "$@"\n`)
  await writeFile(join(bin, 'npx'), '#!/bin/sh\n[ "$1" = --yes ] && shift && exec "$@"\n')
  for (const name of ['datahub-loader', 'npx']) await chmod(join(bin, name), 0o755)
  await writeFile(join(home, 'loader.yaml'), await here('loader.yaml'))
  env = { PATH: `${bin}${delimiter}${process.env['PATH']}`, HOME: home, REPORTS_DATABASE: database.url }
})
afterEach(async () => {
  await database[Symbol.asyncDispose]()
  await rm(home, { recursive: true, force: true })
})

/** An example with the paths and addresses of this test in the place of its own. */
async function here(name: string): Promise<string> {
  return (await read(name))
    .replaceAll('/etc/datahub/', `${home}/`)
    .replaceAll('company-xnurta-data', join(home, 'bucket'))
    .replaceAll('postgres://loader@localhost/reports', database.url)
    .replaceAll('/var/cache/datahub-loader', join(home, 'work'))
    .replaceAll('/work]', `${join(home, 'work')}]`)
}

async function expectLoaded(): Promise<void> {
  expect(await rowsIn(database.url, 'market_insight_asin', ASIN)).toEqual([
    ['2025-01-01', 'of 161'],
    ['2025-01-02', 'of 162'],
  ])
  const renamed = ASIN.map((column) => (column.name === 'date' ? { ...column, name: 'report_date' } : column))
  expect(await rowsIn(database.url, 'acme_asin', renamed)).toEqual([['2025-01-01', 'of 7']])
  expect(await rowsIn(database.url, 'market_insight_listing', LISTING)).toEqual([['of 161'], ['of 162'], ['of 7']])
}

test('the line of the crontab loads what the configuration names', async () => {
  const lines = (await here('crontab')).split('\n').filter((line) => line !== '' && !/^(#|PATH=)/.test(line))
  expect(lines).toHaveLength(1)
  const [, minute, user, command = ''] = /^(\S+) \* \* \* \*\s+(\S+)\s+(.+)$/.exec(lines[0] ?? '') ?? []
  expect([minute, user]).toEqual(['*/10', 'loader'])
  await run('sh', ['-c', command], { cwd: home, env })
  await expectLoaded()
})

test('the unit of systemd loads and goes on watching, and ends in order when it is stopped', async () => {
  const unit = await here('datahub-loader.service')
  const [, command = ''] = /^ExecStart=(.+)$/m.exec(unit) ?? []
  const [program = '', ...words] = command.split(' ')
  const child = spawn(program, words, { cwd: home, env, stdio: 'ignore' })
  const ended = once(child, 'exit')
  try {
    await vi.waitUntil(
      async () =>
        ((await rowsIn(database.url, 'acme_asin', [{ name: 'asin', type: 'text', nullable: false }])) ?? []).length > 0,
      { timeout: 40_000, interval: 200 },
    )
  } finally {
    child.kill('SIGTERM')
  }
  expect(await ended).toEqual([0, null])
  await expectLoaded()
})

test('the CronJob of Kubernetes runs the loader with what it mounts', async () => {
  const job = parse(await read('cronjob.yaml')) as { spec: { jobTemplate: { spec: { template: { spec: PodSpec } } } } }
  const { containers, volumes } = job.spec.jobTemplate.spec.template.spec
  const [container] = containers as [Container]
  const mounted = container.volumeMounts.map(({ name, mountPath }) => [name, mountPath])
  expect(mounted).toEqual([
    ['config', '/etc/datahub'],
    ['work', '/work'],
  ])
  expect(volumes.map(({ name }) => name)).toEqual(['config', 'work'])
  const adapted = parse(await here('cronjob.yaml')) as typeof job
  const [program = '', ...words] = adapted.spec.jobTemplate.spec.template.spec.containers[0]?.command ?? []
  await run(program, words, { cwd: home, env })
  await expectLoaded()
})

interface Container {
  readonly command: readonly string[]
  readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string }[]
}

interface PodSpec {
  readonly containers: readonly Container[]
  readonly volumes: readonly { readonly name: string }[]
}

test('commands of the guide, the README and the help have options that there are', async () => {
  const program = buildProgram(new AbortController().signal)
  const texts = [
    await readFile(join(root, 'docs/050-loader.md'), 'utf8'),
    await readFile(join(root, 'packages/loader/README.md'), 'utf8'),
    ...(await Promise.all(['crontab', 'datahub-loader.service', 'loader.yaml'].map(read))),
  ]
  const commands = texts.flatMap((text) => [...text.matchAll(/datahub-loader ([a-z]+)( [^`\n]*)?/g)])
  const known = new Map(program.commands.map((command) => [command.name(), command.options.map(({ long }) => long)]))
  const seen = commands.filter(([, verb = '']) => known.has(verb))
  expect(new Set(seen.map(([, verb]) => verb))).toEqual(new Set(['load', 'recipes']))
  for (const [text, verb = '', rest = ''] of seen)
    for (const [option] of rest.matchAll(/--[a-z-]+/g)) expect(known.get(verb), text).toContain(option)
})
