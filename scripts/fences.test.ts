/** Every fence of .oxlintrc.json is put to the test: a file that breaks it, in a tree like ours, has to be reported. */
import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'

interface Planted {
  fence: string
  path: string
  source: string
  /** A word of the report that the violation gets; without one the file is allowed and must not be reported. */
  report?: string
}

const core = 'packages/core/src'
const cli = 'packages/cli/src'
const page = 'packages/console/src'
const loader = 'packages/loader/src'
const server = 'packages/server/src'

const planted: readonly Planted[] = [
  violation(
    'core does not import the server',
    `${core}/a/server.ts`,
    "export * from '@datahub/server/config'",
    'core imports',
  ),
  violation(
    'core does not reach into the CLI',
    `${core}/a/cli.ts`,
    "export * from '../../../cli/src/x.ts'",
    'core imports',
  ),
  violation('core does not read files', `${core}/a/fs.ts`, "export * from 'node:fs/promises'", 'core does no I/O'),
  violation('core does not open sockets', `${core}/a/net.ts`, "export * from 'net'", 'core does no I/O'),
  violation(
    'core does not import the process',
    `${core}/a/process.ts`,
    "export * from 'node:process'",
    'core does no I/O',
  ),
  violation('core starts no programs', `${core}/a/child.ts`, "export * from 'node:child_process'", 'core does no I/O'),
  violation('core sets no timers', `${core}/a/timers.ts`, "export * from 'node:timers/promises'", 'core does no I/O'),
  violation('core sees no global process', `${core}/a/env.ts`, 'export const a = process.env', "'process'"),
  violation('core sets no global timers', `${core}/a/timeout.ts`, 'setTimeout(() => {}, 1)', "'setTimeout'"),
  violation('core reads no clock', `${core}/a/clock.ts`, 'export const a = Date.now()', 'told the time'),
  violation('core throws no dice', `${core}/a/dice.ts`, 'export const a = Math.random()', 'random values'),
  allowed('core may hash', `${core}/a/hash.ts`, "export * from 'node:crypto'"),

  violation(
    'the CLI does not import the server',
    `${cli}/commands/x.ts`,
    "export * from '@datahub/server/main'",
    'over HTTP',
  ),
  violation('nor when it is run', `${cli}/y.ts`, "export const a = await import('@datahub/server/main')", 'over HTTP'),
  allowed('serve may start the server', `${cli}/commands/serve.ts`, "export * from '@datahub/server/main'"),

  violation(
    'the console knows no server',
    `${page}/a.ts`,
    "export * from '@datahub/server/config'",
    'the console knows core',
  ),
  violation('nor the command line', `${page}/b.ts`, "export * from '../../cli/src/x.ts'", 'the console knows core'),
  violation(
    'React Aria stays in components/ui',
    `${page}/features/c.tsx`,
    "export { Button } from 'react-aria-components'",
    'components/ui only',
  ),
  allowed(
    'components/ui is made of it',
    `${page}/components/ui/d.tsx`,
    "export { Button } from 'react-aria-components'",
  ),
  violation(
    'components/ui knows no feature',
    `${page}/components/ui/e.tsx`,
    "export * from '../../features/tasks/x.ts'",
    'no feature',
  ),
  violation(
    'no schema comes into the browser',
    `${page}/f.ts`,
    "export { contract } from '@datahub/core/api/contract'",
    'Types only',
  ),
  allowed('types of the contract do', `${page}/g.ts`, "export type { contract } from '@datahub/core/api/contract'"),
  allowed('the console knows core', `${page}/h.ts`, "export * from '@datahub/core/destination/policy'"),

  violation('the loader knows no hub', `${loader}/a.ts`, "export * from '@datahub/server/config'", 'The loader'),
  allowed('the loader knows core', `${loader}/b.ts`, "export * from '@datahub/core/bucket/csv'"),

  violation(
    'http does not import stores',
    `${server}/http/a.ts`,
    "export * from '../tasks/task-store.ts'",
    'never stores',
  ),
  violation('http sees no SQL', `${server}/http/b.ts`, "export * from 'kysely'", 'see SQL'),
  violation(
    'http sees one workspace',
    `${server}/http/d.ts`,
    "export { EVERYWHERE } from '../db/scope.ts'",
    'let into',
  ),
  allowed('http may name a scope', `${server}/http/e.ts`, "export type { Scope } from '../db/scope.ts'"),
  allowed('http may import services', `${server}/http/c.ts`, "export * from '../tasks/task-service.ts'"),

  violation('services see no SQL', `${server}/tasks/task-service.ts`, "export * from 'kysely'", 'see SQL'),
  violation('services see no driver', `${server}/tasks/other.ts`, "export * from 'pg'", 'see SQL'),
  allowed('stores see SQL', `${server}/tasks/task-store.ts`, "export * from 'kysely'"),
  allowed('db/ sees the driver', `${server}/db/database.ts`, "export * from 'pg'"),

  violation(
    'delivery knows no source',
    `${server}/delivery/a.ts`,
    "export * from '../sources/sample/index.ts'",
    'a connector',
  ),
  violation('nor a destination', `${server}/delivery/b.ts`, "export * from '../destinations/s3/s3.ts'", 'a connector'),
  violation(
    'nor the list of them',
    `${server}/delivery/c.ts`,
    "export * from '../destinations/index.ts'",
    'a connector',
  ),
  violation('delivery sees no SQL', `${server}/delivery/d.ts`, "export * from 'pg'", 'see SQL'),
  allowed('delivery sees decorators', `${server}/delivery/e.ts`, "export * from '../destinations/with-retry.ts'"),

  violation(
    'connectors stay at home',
    `${server}/sources/one/a.ts`,
    "export * from '../../tasks/x.ts'",
    'A connector imports',
  ),
  violation('and apart', `${server}/destinations/one/b.ts`, "export * from '../two/x.ts'", 'A connector imports'),
  violation('off the list', `${server}/destinations/one/c.ts`, "export * from '../index.ts'", 'A connector imports'),
  violation('and off our tables', `${server}/sources/one/d.ts`, "export * from 'kysely'", 'see our SQL'),
  allowed('connectors share modules', `${server}/sources/one/e.ts`, "export * from '../csv-encoder.ts'"),
  allowed('and ask for egress', `${server}/sources/one/f.ts`, "export * from '../../foundation/egress.ts'"),
  allowed('and speak to their vendor', `${server}/sources/one/g.ts`, "export * from 'pg'"),

  violation('nothing imports in circles', `${server}/tasks/ring.ts`, "export * from './ring-2.ts'", 'no-cycle'),
  violation(
    'no promise floats',
    `${server}/tasks/float.ts`,
    'export async function a() {}\nexport function b() {\n  a()\n}',
    'no-floating-promises',
  ),
  violation(
    'no test is skipped',
    `${server}/a.test.ts`,
    "import { it } from 'vitest'\nit.skip('a', () => {})",
    'disabled',
  ),
  violation(
    'no test is alone',
    `${server}/b.test.ts`,
    "import { it } from 'vitest'\nit.only('a', () => {})",
    'focused',
  ),
]

function violation(fence: string, path: string, source: string, report: string): Planted {
  return { fence, path, source, report }
}

function allowed(fence: string, path: string, source: string): Planted {
  return { fence, path, source }
}

const root = resolve(import.meta.dirname, '..')
const tree = mkdtempSync(join(tmpdir(), 'datahub-fences-'))
let reports: Map<string, string[]>

beforeAll(() => {
  for (const { path, source } of planted) plant(path, source)
  plant(`${server}/tasks/ring-2.ts`, "export * from './ring.ts'")
  for (const name of ['.oxlintrc.json', 'tsconfig.json']) copyFileSync(join(root, name), join(tree, name))
  symlinkSync(join(root, 'node_modules'), join(tree, 'node_modules'))
  reports = lint()
}, 30_000)

afterAll(() => rmSync(tree, { recursive: true, force: true }))

it.each(planted)('$fence', ({ path, report }) => {
  const found = reports.get(path) ?? []
  if (report === undefined) expect(found).toEqual([])
  else expect(found.join('\n')).toContain(report)
})

function plant(path: string, source: string) {
  mkdirSync(dirname(join(tree, path)), { recursive: true })
  writeFileSync(join(tree, path), `${source}\n`)
}

/** What oxlint says, per file: rule, message and help in one string each. */
function lint(): Map<string, string[]> {
  const oxlint = spawnSync(
    process.execPath,
    [join(root, 'node_modules/oxlint/bin/oxlint'), '--type-aware', '-f', 'json', 'packages'],
    {
      cwd: tree,
      encoding: 'utf8',
      maxBuffer: 1 << 26,
    },
  )
  interface Diagnostic {
    filename: string
    code: string
    message: string
    help?: string
  }
  const { diagnostics } = JSON.parse(oxlint.stdout) as { diagnostics: Diagnostic[] }
  return diagnostics.reduce((byFile, { filename, code, message, help }) => {
    return byFile.set(filename, [...(byFile.get(filename) ?? []), `${code} ${message} ${help ?? ''}`])
  }, new Map<string, string[]>())
}
