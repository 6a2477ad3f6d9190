import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { fakeHub } from '../testing/fake-hub.ts'
import { sampleProblem } from '../testing/samples.ts'
import { runIn } from '../testing/test-world.ts'

const system = {
  version: '0.1.0',
  instanceId: '3f0e9a52-0d3c-4a5e-9b1a-7c2d8e4f6a10',
  services: ['api', 'worker'],
  database: 'embedded',
  now: '2026-11-22T12:00:00.000Z',
  checks: [{ name: 'database', ok: true, message: 'PostgreSQL 18' }],
}
const env = { DATAHUB_TOKEN: 'dh_x' }

test('all is well', async () => {
  const hub = await fakeHub({ 'GET /system': { body: system } })
  const { code, out } = await runIn({ url: hub.url, env }, 'doctor')
  expect(code).toBe(0)
  expect(out).toBe(`✓ node: Node ${process.versions.node}
✓ address: ${hub.url}
✓ token: from DATAHUB_TOKEN
✓ hub: version 0.1.0, embedded database, runs api, worker
✓ clock here: agrees with the hub's
✓ database: PostgreSQL 18
All is well.
`)
})

test('a check of the hub that fails is exit 1, with its remedy', async () => {
  const checks = [{ name: 'disk', ok: false, message: '1 % free', remedy: 'Free some.' }]
  const hub = await fakeHub({ 'GET /system': { body: { ...system, now: '2026-11-22T11:58:00.000Z', checks } } })
  const { code, out } = await runIn({ url: hub.url, env }, 'doctor')
  expect(code).toBe(1)
  expect(out).toContain("✗ clock here: differs from the hub's by 120 s\n    Turn on NTP")
  expect(out).toContain('✗ disk: 1 % free\n    Free some.\nSomething needs attention.\n')
})

test('a token that is refused is exit 3, a hub that does not answer exit 5, a wrong address exit 2', async () => {
  const refused = sampleProblem({ status: 401, code: 'auth.refused', detail: 'No.' })
  const hub = await fakeHub({ 'GET /system': { status: 401, body: refused } })
  expect((await runIn({ url: hub.url, env }, 'doctor')).code).toBe(3)
  expect((await runIn({ url: 'http://127.0.0.1:1' }, 'doctor')).code).toBe(5)
  expect((await runIn({ url: 'nonsense' }, 'doctor')).code).toBe(2)
})

test('with --json it is one object', async () => {
  const cwd = await mkdtemp(path.join(tmpdir(), 'datahub-doctor-'))
  onTestFinished(() => rm(cwd, { recursive: true }))
  await writeFile(path.join(cwd, 'token'), 'dh_file\n')
  const hub = await fakeHub({ 'GET /system': { body: system } })
  const { out } = await runIn({ url: hub.url, env: { DATAHUB_DATA_DIR: cwd } }, 'doctor', '--json')
  expect(JSON.parse(out)).toMatchObject({
    ok: true,
    system,
    checks: [{ name: 'node' }, {}, { message: `from ${cwd}/token` }, {}, {}, {}],
  })
  expect(hub.asked[0]?.headers.authorization).toBe('Bearer dh_file')
})

test('the bundle is what the hub tells and what was found here, for the eyes of its owner', async () => {
  const cwd = await mkdtemp(path.join(tmpdir(), 'datahub-doctor-'))
  onTestFinished(() => rm(cwd, { recursive: true }))
  const hub = await fakeHub({
    'GET /system': { body: system },
    'GET /diagnostics': { body: { format: 'datahub-diagnostics/1' } },
  })
  const { code, err } = await runIn({ url: hub.url, env, cwd }, 'doctor', '--bundle', 'diagnostics.json')
  expect([code, err]).toEqual([0, expect.stringContaining('Written: diagnostics.json')])
  const file = path.join(cwd, 'diagnostics.json')
  expect((await stat(file)).mode & 0o777).toBe(0o600)
  const text = await readFile(file, 'utf8')
  expect(text).not.toContain('dh_x')
  expect(JSON.parse(text)).toMatchObject({
    here: { checks: [{ name: 'node' }, {}, {}, {}, {}, {}] },
    hub: { format: 'datahub-diagnostics/1' },
  })
})

test('a bundle is written also where the hub does not answer; where it cannot be is said', async () => {
  const cwd = await mkdtemp(path.join(tmpdir(), 'datahub-doctor-'))
  onTestFinished(() => rm(cwd, { recursive: true }))
  const nobody = { url: 'http://127.0.0.1:1', env, cwd }
  expect((await runIn(nobody, 'doctor', '--bundle', 'here.json')).code).toBe(5)
  expect(JSON.parse(await readFile(path.join(cwd, 'here.json'), 'utf8'))).toMatchObject({
    hub: { error: { code: 'hub.unreachable' } },
  })
  const { code, err } = await runIn(nobody, 'doctor', '--bundle', 'no/such/folder.json')
  expect([code, err]).toEqual([2, expect.stringContaining('cannot be written (ENOENT)')])
})
