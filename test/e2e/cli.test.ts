import { spawn } from 'node:child_process'
import { mkdtemp, readdir, readFile, realpath, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'

/** The command as it is installed, against a hub that it started itself, in a folder of their own. */

const DATAHUB = fileURLToPath(new URL('../../packages/cli/bin/datahub.js', import.meta.url))
const HUB_YAML = `sources:
  - { name: market_insight, kind: sample }
destinations:
  - { name: local, kind: filesystem, path: ./bucket }
tasks:
  - name: Market insight daily
    source: market_insight
    destination: local
    schedule: { every: day, at: 03:00, timeZone: America/Los_Angeles }
  - name: Market insight history
    source: market_insight
    destination: local
    oneTime: { from: 2024-01-01, to: 2024-01-31 }
`

let folder: string
let url: string
let hub: ReturnType<typeof start>

function start(args: readonly string[], env: Record<string, string> = {}) {
  const { DATABASE_URL: _, DATAHUB_TOKEN: __, ...ambient } = process.env
  const child = spawn(process.execPath, [DATAHUB, ...args], { cwd: folder, env: { ...ambient, ...env } })
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve))
  return { child, ended }
}

async function datahub(...args: string[]): Promise<{ code: number | null; out: string; err: string }> {
  const { child, ended } = start(args, { DATAHUB_URL: url })
  const [out, err, code] = await Promise.all([text(child.stdout), text(child.stderr), ended])
  return { code, out, err }
}

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'datahub-cli-'))
  await writeFile(path.join(folder, 'hub.yaml'), HUB_YAML)
  hub = start(['serve', '--port', '0'])
  url = await new Promise((resolve, reject) => {
    let said = ''
    hub.child.stderr.on('data', (bytes: Buffer) => {
      said += bytes.toString()
      const listening = /listens on (http:\S+)\n/.exec(said)
      if (listening?.[1]) resolve(listening[1])
    })
    void hub.ended.then((code) => reject(new Error(`the hub ended with ${code}: ${said}`)))
  })
})

afterAll(async () => {
  hub.child.kill('SIGTERM')
  await hub.ended
  // As root it may be a link to a folder that the database's account can reach.
  await rm(await realpath(path.join(folder, '.datahub', 'postgres')), { recursive: true })
  await rm(folder, { recursive: true })
})

test('applying a file creates what it says, and applying it again changes nothing', async () => {
  const planned = await datahub('plan', '-f', 'hub.yaml', '--json')
  expect(JSON.parse(planned.out)).toHaveLength(4)
  expect((await datahub('task', 'list', '--json')).out).toBe('[]\n')

  const first = await datahub('apply', '-f', 'hub.yaml')
  expect([first.code, first.out]).toEqual([
    0,
    `+ create source "market_insight"
+ create destination "local"
+ create task "Market insight daily"
+ create task "Market insight history"
`,
  ])
  const second = await datahub('apply', '-f', 'hub.yaml')
  expect(second.out.match(/^= unchanged /gm)).toHaveLength(4)
})

test('task list --json has id, name and status of every task', async () => {
  const tasks: unknown = JSON.parse((await datahub('task', 'list', '--json')).out)
  expect(tasks).toMatchObject([
    { id: 1, name: 'Market insight daily', status: 'scheduled' },
    { id: 2, name: 'Market insight history', status: expect.stringMatching(/^(running|waiting|finished)$/) },
  ])
})

test('task run --wait delivers, shows progress, and leaves the package and the log in the bucket', async () => {
  const days = ['--from', '2024-02-01', '--to', '2024-02-29']
  const { code, out, err } = await datahub('task', 'run', 'Market insight daily', '--wait', ...days)
  expect(code).toBe(0)
  expect(out).toContain('Status      file send success (6)')
  expect(out).toContain('Data range  2024-02-01 to 2024-02-29 (29 days) America/Los_Angeles')
  expect(err).toMatch(/^execution=\d+ status=\d step=/)

  const reports = path.join(folder, 'bucket', 'reports', '1')
  const packageName = /Package +(\S+)/.exec(out)?.[1] ?? ''
  expect(await readdir(reports)).toEqual(expect.arrayContaining([packageName, 'sync_log_1.csv']))
  expect(await readFile(path.join(reports, 'sync_log_1.csv'), 'utf8')).toContain(packageName)
})

test('task run --wait on a one-time push ends with its execution', async () => {
  const { code, out } = await datahub('task', 'run', '2', '--wait', '--json')
  expect(code).toBe(0)
  expect(JSON.parse(out)).toMatchObject({ taskId: 2, status: 6, syncLog: 'published' })
})

test('executions can be listed and shown', async () => {
  const listed: { id: number }[] = JSON.parse((await datahub('execution', 'list', '--task', '2', '--json')).out)
  expect(listed.length).toBeGreaterThan(0)
  const shown = await datahub('execution', 'show', String(listed[0]?.id))
  expect(shown.out).toContain('market_insight_asin_2_')
})

test('pause and resume', async () => {
  expect((await datahub('task', 'pause', '1')).out).toContain('Status          paused')
  expect((await datahub('task', 'resume', '1')).out).toContain('Status          scheduled')
})

test('a source can be tested and looked into', async () => {
  expect(await datahub('source', 'test', 'market_insight')).toMatchObject({
    code: 0,
    out: expect.stringContaining('\nConnection successful\n'),
  })
  const preview = await datahub('source', 'preview', 'market_insight', '--on', '2024-01-31', '--rows', '2', '--json')
  expect(JSON.parse(preview.out)).toMatchObject({ table: 'market_insight_asin', rows: [{}, {}] })
})

test('a destination test exits 0 when it passes and 6 when it fails, with the headline last', async () => {
  const good = await datahub('destination', 'test', 'local')
  expect([good.code, good.out.trim().split('\n').at(-1)]).toEqual([0, 'Connection successful'])

  await writeFile(path.join(folder, 'a-file'), '')
  const broken = 'destinations: [{ name: broken, kind: filesystem, path: ./a-file/bucket }]'
  await writeFile(path.join(folder, 'broken.yaml'), broken)
  expect((await datahub('apply', '-f', 'broken.yaml')).code).toBe(0)
  const bad = await datahub('destination', 'test', 'broken')
  expect(bad.code).toBe(6)
  expect(bad.out).toContain('✗ ')
  expect(bad.out.trim().split('\n').at(-1)).toMatch(/^Connection failed: please check the entered information/)
  expect((await datahub('destination', 'remove', 'broken')).code).toBe(0)
})

test('what only the hub can know to be wrong comes back with the line of the file', async () => {
  await writeFile(path.join(folder, 'wrong.yaml'), HUB_YAML.replace('source: market_insight', 'source: market_insite'))
  const { code, err } = await datahub('apply', '-f', 'wrong.yaml')
  expect(code).toBe(2)
  expect(err).toMatch(/^  wrong\.yaml:7:13 tasks\[0\]\.source: /m)
})

test('errors have codes of their own: refused, not found, in use', async () => {
  expect((await datahub('task', 'show', 'nobody')).code).toBe(4)
  expect((await datahub('source', 'remove', 'market_insight')).code).toBe(1)
  const { child, ended } = start(['task', 'list'], { DATAHUB_URL: url, DATAHUB_TOKEN: 'dh_wrong' })
  expect(await text(child.stderr)).toContain('(token: DATAHUB_TOKEN)')
  expect(await ended).toBe(3)
})

test('a token is made, works, and is refused once it is revoked', async () => {
  const made: { id: number; token: string } = JSON.parse((await datahub('token', 'create', 'e2e', '--json')).out)
  const listWith = () => start(['task', 'list'], { DATAHUB_URL: url, DATAHUB_TOKEN: made.token }).ended
  expect(await listWith()).toBe(0)
  expect((await datahub('token', 'revoke', String(made.id))).code).toBe(0)
  expect(await listWith()).toBe(3)
})

test('doctor finds the hub well, with the token that serve left, which only its owner may read', async () => {
  const { code, out } = await datahub('doctor')
  expect([code, out]).toEqual([0, expect.stringContaining('All is well.')])
  expect((await stat(path.join(folder, '.datahub', 'token'))).mode & 0o777).toBe(0o600)
})

test('SIGTERM ends the hub with 0, and the command then says that nothing answers', async () => {
  hub.child.kill('SIGTERM')
  expect(await hub.ended).toBe(0)
  expect(await datahub('task', 'list')).toMatchObject({
    code: 5,
    err: expect.stringContaining('the hub does not answer'),
  })
})
