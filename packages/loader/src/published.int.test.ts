import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { buildProgram } from './cli/program.ts'
import { startRegistry } from './testing/local-registry.ts'
import { TestSender } from './testing/sender.ts'

const run = promisify(execFile)
const root = resolve(import.meta.dirname, '../../..')
const manifest = JSON.parse(await readFile(join(root, 'packages/loader/package.json'), 'utf8')) as {
  version: string
  optionalDependencies: Record<string, string>
}

let home = ''

/** What npm would publish, installed by npm into an empty folder, without the optional drivers. */
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'datahub-loader-published-'))
  await using registry = await startRegistry(root)
  // This project lets no script of a package run, its own neither, unless it is told to
  await npm(['pack', '--ignore-scripts=false', '--pack-destination', home], join(root, 'packages/loader'))
  await writeFile(join(home, 'package.json'), '{ "type": "module" }')
  const quiet = ['--no-audit', '--no-fund', '--registry', registry.url, '--cache', join(home, 'cache')]
  await npm(['install', '--omit=optional', ...quiet, `./datahub-loader-${manifest.version}.tgz`])
}, 180_000)
afterAll(() => rm(home, { recursive: true, force: true }))

function npm(args: readonly string[], cwd = home) {
  const env = { ...process.env, PATH: `${dirname(process.execPath)}:${process.env.PATH}` }
  return run('npm', args, { cwd, env })
}

/** The folder knows nothing of this checkout. */
const ended = (child: Promise<{ stdout: string; stderr: string }>) =>
  child.then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    ({ code, stdout, stderr }: { code: number; stdout: string; stderr: string }) => ({ code, stdout, stderr }),
  )
const loader = (...args: string[]) => ended(npm(['exec', '--offline', '--', 'datahub-loader', ...args]))

test('the published package shows its help and its version', async () => {
  expect(await loader('--help')).toMatchObject({ code: 0, stdout: expect.stringContaining('Examples:') })
  expect((await loader('--version')).stdout.trim()).toBe(manifest.version)
  expect(buildProgram(new AbortController().signal).version()).toBe(manifest.version)
})

test('it has brought no driver, and nothing that only the hub needs', async () => {
  const there = await readdir(join(home, 'node_modules'))
  expect(there).toEqual(expect.arrayContaining(['datahub-loader', 'yauzl', 'zod']))
  for (const name of [...Object.keys(manifest.optionalDependencies), '@datahub', 'pg-boss', 'fastify'])
    expect(there).not.toContain(name.split('/')[0])
  expect(await readdir(join(home, 'node_modules/datahub-loader'))).toEqual(
    expect.arrayContaining(['LICENSE', 'README.md', 'bin', 'dist', 'examples', 'package.json']),
  )
})

test('it loads into SQLite although no other driver is installed, and says which one is missing', async () => {
  await using sender = new TestSender()
  await sender.deliver({
    executionId: 1,
    reports: [{ table: 'daily', columns: [{ name: 'a', type: 'text', nullable: true }], rows: [['x'], ['y']] }],
  })
  const place = ['load', '--bucket', sender.folder, '--task', '161', '--into']
  const loaded = await loader(...place, `sqlite:${join(home, 'reports.db')}`, '--json')
  expect(JSON.parse(loaded.stdout)).toMatchObject({ rows: 2, refused: 0 })
  for (const into of ['duckdb:x.duckdb', 'postgres://localhost/x', 'mysql://localhost/x']) {
    expect(await loader(...place, into)).toMatchObject({
      code: 2,
      // npm may say something of its own before
      stderr: expect.stringMatching(/^Error: The driver of this database is not installed\.\nTry: .*npm install /m),
    })
  }
})

/** The TypeScript that a guide shows. */
async function examplesIn(path: string): Promise<string[]> {
  const text = await readFile(join(root, path), 'utf8')
  return [...text.matchAll(/^```ts\n([^]*?)^```$/gm)].map(([, code = '']) => code)
}

test('as a library it has types that a strict program and the examples of the guide compile against, and the same power', async () => {
  await symlink(join(root, 'node_modules/@types'), join(home, 'node_modules/@types'))
  const program = `import { loadTask, taskStatus, verifyTask, reloadPackage, reloadRefused, recipe, type LoadReport } from 'datahub-loader'
const options = { bucket: './bucket', taskId: 161, into: 'sqlite:' + process.argv[2] }
const report: LoadReport | { by: string } = await taskStatus(options)
console.log(typeof loadTask, typeof verifyTask, typeof reloadPackage, typeof reloadRefused, typeof recipe, report)
`
  await writeFile(join(home, 'program.mts'), program)
  const shown = await Promise.all(['docs/050-loader.md', 'packages/loader/README.md'].map(examplesIn))
  expect(shown.map(({ length }) => length)).toEqual([1, 1])
  for (const [at, example] of shown.flat().entries()) await writeFile(join(home, `example-${at}.mts`), example)
  await mkdir(join(home, 'bucket'))
  const strict = ['--strict', '--module', 'nodenext', '--target', 'es2024', '--lib', 'es2024,esnext.disposable']
  const tsc = await run(
    join(root, 'node_modules/.bin/tsc'),
    [...strict, '--types', 'node', 'program.mts', 'example-0.mts', 'example-1.mts'],
    {
      cwd: home,
    },
  ).catch((error: unknown) => error as { stdout: string })
  expect(tsc.stdout).toBe('')
  const { stdout } = await run(process.execPath, ['program.mjs', join(home, 'other.db')], { cwd: home })
  expect(stdout).toMatch(/^function function function function function \{\s+taskId: 161/)
})
