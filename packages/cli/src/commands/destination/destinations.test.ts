import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { fakeHub } from '../../testing/fake-hub.ts'
import { sampleProblem } from '../../testing/samples.ts'
import { runIn } from '../../testing/test-world.ts'

const acme = {
  id: 3,
  name: 'acme',
  kind: 's3',
  bucket: 'company-data',
  region: 'us-east-1',
  pathStyle: true,
  secretAccessKey: { set: true },
  lastTest: null,
  tasks: 1,
  createdAt: '2026-11-01T08:00:00.000Z',
  updatedAt: '2026-11-02T08:00:00.000Z',
}

const write = {
  name: 'write',
  title: 'Write a test file',
  verdict: 'failed',
  message: 'AccessDenied (403)',
  remedy: 'Attach the policy.',
  durationMs: 12.4,
}
const address = { name: 'address', title: 'Address', verdict: 'passed', message: 'answers', durationMs: 3 }
const read = { name: 'read', title: 'Read it back', verdict: 'skipped', message: 'not run', durationMs: 0 }
const clock = { name: 'clock', title: 'Clock', verdict: 'warning', message: '4 s off', remedy: 'NTP.', durationMs: 1 }

function stream(...events: string[]) {
  return { type: 'text/event-stream', body: events.join('') }
}

const message = (value: unknown) => `event: message\ndata: ${JSON.stringify(value)}\n\n`
const done = 'event: done\ndata: \n\n'

test('a test that fails shows each step, the remedies, the headline last, and exits 6', async () => {
  const steps = [address, clock, write, read].map(message)
  const hub = await fakeHub({ 'POST /destinations/acme/test': stream(...steps, done) })
  const { code, out, err } = await runIn({ url: hub.url }, 'destination', 'test', 'acme')
  expect(code).toBe(6)
  expect(err).toBe('')
  expect(out).toBe(`✓ Address: answers (3 ms)
! Clock: 4 s off (1 ms)
    NTP.
✗ Write a test file: AccessDenied (403) (12 ms)
    Attach the policy.
– Read it back: not run
Connection failed: please check the entered information. AccessDenied (403)
`)
})

test('a test that passes ends with the words of the guide', async () => {
  const hub = await fakeHub({ 'POST /destinations/acme/test': stream(message(address), done) })
  const { code, out } = await runIn({ url: hub.url }, 'destination', 'test', 'acme')
  expect(code).toBe(0)
  expect(out.trim().split('\n').at(-1)).toBe('Connection successful')
})

test('a test with --json is one value', async () => {
  const hub = await fakeHub({ 'POST /destinations/acme/test': stream(message(address), message(write), done) })
  const { code, out } = await runIn({ url: hub.url }, 'destination', 'test', 'acme', '--json')
  expect(code).toBe(6)
  expect(JSON.parse(out)).toEqual({
    ok: false,
    headline: 'Connection failed: please check the entered information. AccessDenied (403)',
    steps: [address, write],
  })
})

test('a test that the hub breaks off is an error, not a pass', async () => {
  const fault = `event: error\ndata: ${JSON.stringify({ defined: false, code: 'X', status: 500, message: 'x', data: sampleProblem({ code: 'hub.disk_full', status: 507, detail: 'Full.' }) })}\n\n`
  const told = await fakeHub({ 'POST /destinations/acme/test': stream(message(address), fault) })
  expect(await runIn({ url: told.url }, 'destination', 'test', 'acme')).toMatchObject({
    code: 1,
    err: expect.stringContaining('Error: Full.'),
  })

  const cut = await fakeHub({ 'POST /destinations/acme/test': stream(message(address), 'event: mess') })
  const { code, err } = await runIn({ url: cut.url }, 'destination', 'test', 'acme')
  expect(code).toBe(5)
  expect(err).toContain('Error: Could not test destination "acme": the hub does not answer.')
})

const EXAMPLE = fileURLToPath(new URL('../../yaml/fixtures/hub.yaml.txt', import.meta.url))
const env = { ADS_PASSWORD: 's3cret', ACME_KEY: 'AKIAEXAMPLE', ACME_SECRET: 'wJalr' }

test('values of a file are tested without being saved', async () => {
  const hub = await fakeHub({ 'POST /destination-tests': stream(message(address), done) })
  const { code, out } = await runIn({ url: hub.url, env }, 'destination', 'test', 'acme', '-f', EXAMPLE)
  expect([code, out.trim().split('\n').at(-1)]).toEqual([0, 'Connection successful'])
  expect(hub.asked).toMatchObject([{ body: { name: 'acme', accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'wJalr' } }])
})

test('a name that the file does not define is told, with those that it does', async () => {
  const hub = await fakeHub({})
  const { code, err } = await runIn({ url: hub.url, env }, 'destination', 'test', 'nobody', '-f', EXAMPLE)
  expect(code).toBe(2)
  expect(err).toContain('defines no destination "nobody"')
  expect(err).toContain('It defines "acme"')
  expect(hub.asked).toEqual([])
})

test('list and show give no secret, only whether it is set', async () => {
  const hub = await fakeHub({ 'GET /destinations': { body: [acme] }, 'GET /destinations/acme': { body: acme } })
  expect((await runIn({ url: hub.url }, 'destination', 'list')).out).toBe(
    'NAME  KIND  WHERE         TASKS  TESTED  UPDATED\nacme  s3    company-data      1  never   2026-11-02 08:00:00 UTC\n',
  )
  expect((await runIn({ url: hub.url }, 'destination', 'show', 'acme')).out).toBe(`acme #3
kind             s3
bucket           company-data
region           us-east-1
pathStyle        true
secretAccessKey  (set)
tested           never
used by          1 task
created          2026-11-01 08:00:00 UTC
updated          2026-11-02 08:00:00 UTC
`)
})

test('remove says what it removed', async () => {
  const hub = await fakeHub({ 'DELETE /destinations/acme': {} })
  expect((await runIn({ url: hub.url }, 'destination', 'remove', 'acme')).out).toBe('Removed destination "acme".\n')
})

test('policy prints nothing but JSON, with the ARNs of the partition, and asks no hub', async () => {
  const options = ['--bucket', 'acme-data', '--region', 'cn-north-1', '--prefix', 'eu']
  const { code, out, err } = await runIn({}, 'destination', 'policy', ...options)
  expect(code).toBe(0)
  expect(err).toBe('')
  expect(JSON.parse(out).Statement[0].Resource).toEqual(['arn:aws-cn:s3:::acme-data/eu/reports/*'])
})

test.each([
  ['cli', 'aws iam put-user-policy'],
  ['terraform', 'resource "aws_iam_user_policy"'],
])('policy --format %s attaches it to the user and explains each action', async (format, words) => {
  const options = ['--bucket', 'acme-data', '--region', 'us-east-1', '--format', format, '--user', 'hub']
  const { code, out, err } = await runIn({}, 'destination', 'policy', ...options)
  expect([code, err]).toEqual([0, ''])
  for (const part of [words, 'hub', 's3:PutObject', 'asks whether a name is taken']) expect(out).toContain(part)
})

test('policy names a user that could end the command it prints', async () => {
  const options = ['--bucket', 'acme-data', '--region', 'us-east-1', '--format', 'cli', '--user', "x'; rm -rf ~"]
  const { code, out, err } = await runIn({}, 'destination', 'policy', ...options)
  expect([code, out]).toEqual([2, ''])
  expect(err).toContain('--user')
})

test('policy --seed is the one of the guide', async () => {
  const { out } = await runIn({}, 'destination', 'policy', '--bucket', 'acme-data', '--region', 'us-east-1', '--seed')
  expect(JSON.parse(out).Statement).toEqual([
    {
      Effect: 'Allow',
      Action: ['s3:PutObject', 's3:PutObjectAcl', 's3:GetObject'],
      Resource: ['arn:aws:s3:::acme-data/*'],
    },
  ])
})

test('policy names everything that is wrong at once', async () => {
  const options = ['--bucket', 'acme/data', '--region', 'us-est-1', '--prefix', '/x', '--kms-key', 'alias/x']
  const { code, out, err } = await runIn({}, 'destination', 'policy', ...options)
  expect(code).toBe(2)
  expect(out).toBe('')
  for (const option of ['--bucket', '--region', '--prefix', '--kms-key']) expect(err).toContain(`  ${option}: `)
  expect(err).toContain('"us-east-1"')
})
