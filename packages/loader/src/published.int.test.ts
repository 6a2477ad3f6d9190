import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { buildProgram } from './cli/program.ts'
import { TestSender } from './testing/sender.ts'

const run = promisify(execFile)
const root = resolve(import.meta.dirname, '../../..')
const manifest = JSON.parse(await readFile(join(root, 'packages/loader/package.json'), 'utf8')) as {
  version: string
  dependencies: Record<string, string>
  optionalDependencies: Record<string, string>
}

let home = ''
let installed = ''

/** The packed loader, unpacked into an empty folder with its dependencies beside it, and without any driver. */
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'datahub-loader-published-'))
  installed = join(home, 'node_modules/datahub-loader')
  await mkdir(installed, { recursive: true })
  const env = { ...process.env, PATH: `${dirname(process.execPath)}:${process.env.PATH}` }
  await run(process.execPath, [join(root, 'scripts/build-loader.ts')])
  const pack = ['pack', '--json', '--ignore-scripts', '--pack-destination', home]
  const { stdout } = await run('npm', pack, { cwd: join(root, 'packages/loader'), env })
  const { filename } = (JSON.parse(stdout.slice(stdout.search(/^[[{]/m))) as [{ filename: string }])[0]
  await run('tar', ['-xzf', join(home, filename), '-C', installed, '--strip-components=1'])
  for (const name of Object.keys(manifest.dependencies)) await depend(name)
}, 120_000)
afterAll(() => rm(home, { recursive: true, force: true }))

async function depend(name: string): Promise<void> {
  await mkdir(dirname(join(home, 'node_modules', name)), { recursive: true })
  await symlink(join(root, 'node_modules', name), join(home, 'node_modules', name))
}

/** Neither the folder nor its packages know anything of this checkout. */
const node = (...args: string[]) =>
  run(process.execPath, args, { cwd: home }).then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    ({ code, stdout, stderr }: { code: number; stdout: string; stderr: string }) => ({ code, stdout, stderr }),
  )
const loader = (...args: string[]) => node(join(installed, 'bin/datahub-loader.js'), ...args)

test('the published package shows its help and its version', async () => {
  expect(await loader('--help')).toMatchObject({ code: 0, stdout: expect.stringContaining('Examples:') })
  expect((await loader('--version')).stdout.trim()).toBe(manifest.version)
  expect(buildProgram(new AbortController().signal).version()).toBe(manifest.version)
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
      stderr: expect.stringMatching(/^Error: The driver of this database is not installed\.\nTry: .*npm install /),
    })
  }
})

test('as a library it has types that a strict program compiles against, and the same power', async () => {
  await symlink(join(root, 'node_modules/@types'), join(home, 'node_modules/@types'))
  const program = `import { loadTask, taskStatus, verifyTask, reloadPackage, recipe, type LoadReport } from 'datahub-loader'
const options = { bucket: './nothing', taskId: 161, into: 'sqlite:' + process.argv[2] }
const report: LoadReport | { by: string } = await taskStatus(options)
console.log(typeof loadTask, typeof verifyTask, typeof reloadPackage, typeof recipe, report)
`
  await writeFile(join(home, 'program.mts'), program)
  await writeFile(join(home, 'package.json'), '{ "type": "module" }')
  const strict = ['--strict', '--module', 'nodenext', '--target', 'es2024', '--lib', 'es2024,esnext.disposable']
  const tsc = await run(join(root, 'node_modules/.bin/tsc'), [...strict, '--types', 'node', 'program.mts'], {
    cwd: home,
  }).catch((error: unknown) => error as { stdout: string })
  expect(tsc.stdout).toBe('')
  const { stdout } = await node('program.mjs', join(home, 'other.db'))
  expect(stdout).toMatch(/^function function function function \{\s+taskId: 161/)
})
