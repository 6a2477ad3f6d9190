import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { TestSender } from '../testing/sender.ts'
import { TEST_TARGETS } from '../testing/test-target.ts'

const run = promisify(execFile)
const program = resolve(import.meta.dirname, '../../bin/datahub-loader.js')

/** What an address may load, of all that only some addresses need. */
const DRIVERS = {
  postgres: ['pg'],
  mysql: ['mysql2'],
  sqlite: [],
  duckdb: ['@duckdb/node-api'],
} as const
const OPTIONAL = [...Object.values(DRIVERS).flat(), '@aws-sdk/client-s3']

/** Writes down each package that a process loads a module of. */
const WATCH = `import { registerHooks } from 'node:module'
import { appendFileSync } from 'node:fs'
registerHooks({
  load(url, context, next) {
    const name = /.*\\/node_modules\\/((@[^/]+\\/)?[^/]+)/.exec(url)?.[1]
    if (name) appendFileSync(process.env.LOADED_MODULES, name + '\\n')
    return next(url, context)
  },
})
`

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'datahub-loader-drivers-'))
  await writeFile(join(folder, 'watch.mjs'), WATCH)
})
afterAll(() => rm(folder, { recursive: true, force: true }))

test.each(Object.keys(DRIVERS) as (keyof typeof DRIVERS)[])(
  'a load from a folder into %s loads its own driver, no other, and no S3 client',
  async (kind) => {
    await using database = await TEST_TARGETS[kind]()
    await using sender = new TestSender()
    const columns = [{ name: 'a', type: 'text', nullable: true }] as const
    await sender.deliver({ executionId: 1, reports: [{ table: 'daily', columns, rows: [['x']] }] })
    const log = join(folder, kind)
    await writeFile(log, '')
    const watching = ['--import', join(folder, 'watch.mjs'), program, 'load']
    const place = ['--bucket', sender.folder, '--task', '161', '--into', database.url, '--json']
    const { stdout } = await run(process.execPath, [...watching, ...place], {
      env: { ...process.env, LOADED_MODULES: log },
    })
    expect(JSON.parse(stdout)).toMatchObject({ rows: 1, refused: 0 })
    const loaded = new Set((await readFile(log, 'utf8')).split('\n'))
    expect(loaded).toContain('yauzl')
    expect(OPTIONAL.filter((name) => loaded.has(name))).toEqual(DRIVERS[kind])
  },
)
