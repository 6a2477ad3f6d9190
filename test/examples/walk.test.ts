import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readdir, readFile, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { inbox } from '../../examples/sources/inbox/index.ts'
import { filesystem } from '../../packages/server/src/destinations/filesystem/index.ts'
import { reportApi } from '../../packages/server/src/sources/report-api/index.ts'
import { HubUnderTest } from '../../packages/server/src/testing/hub-under-test.ts'
import { OrdersService } from './orders-service.ts'

/** What the guide to adding a source has a stranger do at the end, with its examples: by the command line, on a whole hub. */

const DATAHUB = fileURLToPath(new URL('../../packages/cli/bin/datahub.js', import.meta.url))
const EXAMPLE = new URL('../../examples/sources/report-api.yaml', import.meta.url)

let folder: string
let hub: HubUnderTest

beforeAll(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'datahub-examples-')))
  hub = await HubUnderTest.start([inbox, reportApi], [filesystem], {
    DATAHUB_FOLDERS_ALLOW: folder,
    DATAHUB_EGRESS_ALLOW: '127.0.0.1',
  })
}, 120_000)

afterAll(async () => {
  await hub[Symbol.asyncDispose]()
  await rm(folder, { recursive: true })
})

/** What the command says; it must end well. */
async function datahub(...words: string[]): Promise<string> {
  const ambient = Object.entries(process.env).filter(([name]) => !name.startsWith('DATAHUB_'))
  const own = { DATAHUB_URL: hub.url, DATAHUB_TOKEN: hub.token, SHOP_TOKEN: 'token' }
  const command = spawn(process.execPath, [DATAHUB, ...words], {
    cwd: folder,
    env: { ...Object.fromEntries(ambient), ...own },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const ended = once(command, 'close')
  const [out, said, [code]] = await Promise.all([text(command.stdout), text(command.stderr), ended])
  expect([code, code === 0 ? '' : out + said]).toEqual([0, ''])
  return out
}

test('the inbox: tested and looked at before it is saved, applied, looked at again, delivered', async () => {
  await mkdir(join(folder, 'inbox', 'clicks'), { recursive: true })
  await writeFile(join(folder, 'inbox/clicks/2025-01-01.jsonl'), '{"n":1,"text":"first"}\n{"n":2}\n')
  await writeFile(
    join(folder, 'hub.yaml'),
    `sources:
  - name: inbox
    kind: inbox
    connection: { folder: ${join(folder, 'inbox')} }
    reports:
      - { table: clicks, columns: [n, text] }
destinations:
  - { name: local, kind: filesystem, path: ${join(folder, 'bucket')} }
tasks:
  - { name: Clicks, source: inbox, destination: local, schedule: { every: day, at: '03:00', timeZone: UTC } }
`,
  )
  expect(await datahub('source', 'test', '-f', 'hub.yaml')).toContain('Find the folder of clicks: It is there.')
  expect(await datahub('source', 'preview', '-f', 'hub.yaml', '--on', '2025-01-01')).toMatch(/2025-01-01 +1 +first/)
  expect(await datahub('plan', '-f', 'hub.yaml')).toContain('+ create source "inbox"')
  expect(await datahub('apply', '-f', 'hub.yaml')).toContain('+ create task "Clicks"')
  expect(await datahub('source', 'test', 'inbox')).toContain('Connection successful')
  expect(await datahub('source', 'preview', 'inbox', '--on', '2025-01-01')).toMatch(/2025-01-01 +1 +first/)
  await datahub('source', 'dry-run', 'inbox', '--on', '2025-01-01', '-o', 'dry.zip')
  expect((await readFile(join(folder, 'dry.zip'))).subarray(0, 2).toString()).toBe('PK')
  const delivered = await datahub('task', 'run', 'Clicks', '--from', '2025-01-01', '--to', '2025-01-01', '--wait')
  expect(delivered).toMatch(/file send success \(6\)[^]*Amount +2 rows/)
  expect(await packagesIn('1')).toHaveLength(1)
}, 120_000)

test('the report API: its file as it is, but for the address of the service', async () => {
  await using service = await OrdersService.start()
  const yaml = (await readFile(EXAMPLE, 'utf8'))
    .replace('https://reports.example.com', service.url)
    .replace('everySeconds: 15', 'everySeconds: 0.05')
    .replace('./bucket', join(folder, 'bucket'))
  await writeFile(join(folder, 'report-api.yaml'), yaml)
  const on = (ago: number) => new Date(Date.now() - ago * 86_400_000).toISOString().slice(0, 10)
  expect(await datahub('source', 'test', '-f', 'report-api.yaml')).toContain('Connection successful')
  const shown = new RegExp(`${on(5)} +9007199254740993 +12.50 +CL`)
  expect(await datahub('source', 'preview', '-f', 'report-api.yaml', '--on', on(5))).toMatch(shown)
  expect(await datahub('apply', '-f', 'report-api.yaml')).toContain('+ create task "Orders daily"')
  expect(await datahub('source', 'test', 'shop')).toContain('Connection successful')
  expect(await datahub('source', 'preview', 'shop', '--on', on(5))).toMatch(shown)
  // More days than the service gives at once: two reports, joined
  const delivered = await datahub('task', 'run', 'Orders daily', '--from', on(30), '--to', on(10), '--wait')
  expect(delivered).toMatch(/file send success \(6\)[^]*Amount +2 rows/)
  expect(await packagesIn('2')).toHaveLength(1)
}, 120_000)

async function packagesIn(task: string): Promise<string[]> {
  return (await readdir(join(folder, 'bucket/reports', task))).filter((name) => name.endsWith('.zip'))
}
