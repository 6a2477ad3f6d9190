import { expect, test } from 'vitest'
import { fakeHub } from '../../testing/fake-hub.ts'
import { sampleExecution } from '../../testing/samples.ts'
import { runIn } from '../../testing/test-world.ts'

test('execution show tells the whole story: summary, files, attempts, log', async () => {
  const hub = await fakeHub({ 'GET /executions/42': { body: sampleExecution() } })
  const { code, out } = await runIn({ url: hub.url }, 'execution', 'show', '42')
  expect(code).toBe(0)
  expect(out).toBe(`Execution 42
Status      file send success (6)
Task        Market insight daily #161
Data range  2026-11-21 (1 day) America/Los_Angeles
Trigger     manual, 2026-11-22 03:00:00 -08:00
Request ID  3f0e9a52-0d3c-4a5e-9b1a-7c2d8e4f6a10
Attempt     1
Started     2026-11-22 03:00:01 -08:00
Ended       2026-11-22 03:00:32 -08:00 (took 31.4 s)
Stages      queued waited 1.0 s, dispatch 0.2 s, generate 20.8 s (waited 6.0 s), send 4.4 s
Package     market_insight_161_20261122_0000000042.zip
Amount      120,345 rows, 9.5 MB
Sync log    published

FILE                                  TABLE                   ROWS     SIZE  SHA-256
market_insight_asin_161_20261122.csv  market_insight_asin  120,345  31.0 MB  ${'a'.repeat(64)}

ATTEMPT  STARTED                     ENDED                       WORKER  FAILURE
      1  2026-11-22 03:00:01 -08:00  2026-11-22 03:00:32 -08:00  host-1  -

AT                          ATTEMPT  LEVEL  STEP  LOG
2026-11-22 03:00:28 -08:00        1  info   send  Package stored and verified.
`)
})

test('one that is under way tells its pace, and one that waits for its next attempt what is kept for it', async () => {
  const changes = {
    pace: { bytesPerSecond: 1_500_000, share: 0.25, etaMs: 62_000 },
    staged: { sizeBytes: 9_512_345, keptUntil: '2026-11-23T11:00:01.000Z' },
  }
  const hub = await fakeHub({ 'GET /executions/42': { body: sampleExecution(changes) } })
  const { out } = await runIn({ url: hub.url }, 'execution', 'show', '42')
  expect(out).toContain('Pace        1.5 MB/s, 25 %, about 1 min 02 s to go\n')
  expect(out).toContain('Staged      9.5 MB, kept until 2026-11-23 03:00:01 -08:00\n')
})

test('an execution that failed says why, whose fault it is and what to try', async () => {
  const failure = {
    code: 'source.access_denied',
    message: 'Could not sign in.',
    cure: 'Check the password.',
    facts: {},
  }
  const failed = sampleExecution({
    status: 3,
    statusWords: 'dispatch fail',
    failure,
    diagnosis: { side: 'source', fault: 'customer', remedy: 'Reset the password.' },
    rows: null,
    syncLog: 'pending',
  })
  const hub = await fakeHub({ 'GET /executions/42': { body: failed } })
  const { code, out } = await runIn({ url: hub.url }, 'execution', 'show', '42')
  expect(code).toBe(0)
  expect(out).toContain('Status      dispatch fail (3)\n')
  expect(out).toContain('Failure     source.access_denied: Could not sign in.\n')
  expect(out).toContain("Fault       the data source's; its owner has to act\nTry         Reset the password.\n")
  expect(out).toContain('Sync log    pending: the bucket does not show this status yet\n')
})

test('execution log shows lines of a level and graver ones, and those with a text', async () => {
  const line = (id: number, level: 'info' | 'warn' | 'error', message: string) =>
    ({ id, at: '2026-11-22T11:00:28.000Z', attempt: 1, level, step: 'fail', message }) as const
  const lines = [line(1, 'info', 'Began'), line(2, 'warn', 'Slow DOWN.'), line(3, 'error', 'Access denied.')]
  // The end comes with the execution, what is earlier apart
  const hub = await fakeHub({
    'GET /executions/42': { body: sampleExecution({ log: { lines: lines.slice(2), earlier: 2 } }) },
    'GET /executions/42/log': { body: { lines: lines.slice(0, 2), earlier: 0 } },
  })
  const log = async (...words: string[]) => (await runIn({ url: hub.url }, 'execution', 'log', '42', ...words)).out
  expect((await log()).split('\n')).toHaveLength(1 + lines.length + 1)
  expect(await log('--level', 'warn')).toBe(`AT                          ATTEMPT  LEVEL  STEP  LOG
2026-11-22 03:00:28 -08:00        1  warn   fail  Slow DOWN.
2026-11-22 03:00:28 -08:00        1  error  fail  Access denied.
`)
  expect(await log('--level', 'warn', '--find', 'down', '--json')).toContain('"Slow DOWN."')
  expect(await log('--find', 'down')).not.toContain('Access denied.')
  expect((await runIn({ url: hub.url }, 'execution', 'log', '42', '--level', 'loud')).code).toBe(2)
})

test('execution list passes the filters on and says when there may be more', async () => {
  const page = { items: [sampleExecution({ id: 44 }), sampleExecution({ id: 42 })], next: 'bmV4dA', previous: null }
  const hub = await fakeHub({ 'GET /executions': { body: page } })
  const filters = ['--task', '161', '--status', '6,7', '--trigger', 'manual', '--find', '4', '--limit', '2']
  const { out, err } = await runIn({ url: hub.url }, 'execution', 'list', ...filters)
  expect(Object.fromEntries(new URL(hub.asked[0]?.path ?? '', hub.url).searchParams)).toEqual({
    task: '161',
    'status[0]': '6',
    'status[1]': '7',
    trigger: 'manual',
    text: '4',
    limit: '2',
  })
  expect(out.split('\n')[1]).toBe(
    '44  Market insight daily  file send success (6)  2026-11-21 (1 day)  manual   2026-11-22 03:00:00 -08:00  2026-11-22 03:00:32 -08:00  120,345  9.5 MB',
  )
  expect(err).toBe('There are more: add --cursor bmV4dA\n')
})

test.each([
  ['--status', '9'],
  ['--status', '-1'],
  ['--limit', '0'],
  ['--limit', '1e2'],
  ['--around', 'x'],
  ['--status', '6,x'],
  ['--trigger', 'luck'],
  ['--from', 'monday'],
])('execution list %s %s is refused before anything is sent', async (option, value) => {
  const hub = await fakeHub({})
  expect((await runIn({ url: hub.url }, 'execution', 'list', option, value)).code).toBe(2)
  expect(hub.asked).toEqual([])
})

test('execution cancel shows what became of it', async () => {
  const hub = await fakeHub({
    'POST /executions/42/cancel': { body: sampleExecution({ status: 3, statusWords: 'dispatch fail' }) },
  })
  expect((await runIn({ url: hub.url }, 'execution', 'cancel', '42')).out).toContain('dispatch fail (3)')
})
