import { expect, test } from 'vitest'
import { fakeHub, type Reply } from '../../testing/fake-hub.ts'
import { sampleExecution, sampleProblem } from '../../testing/samples.ts'
import { runIn } from '../../testing/test-world.ts'

const pending = sampleExecution({ status: 0, statusWords: 'pending', endedAt: null, rows: null, sizeBytes: null })
const packing = sampleExecution({
  status: 4,
  statusWords: 'file pending',
  endedAt: null,
  progress: { step: 'packing', rows: 60_000, sizeBytes: 4_700_000 },
})
const denied = sampleExecution({
  status: 7,
  statusWords: 'file send fail',
  failure: {
    code: 'destination.access_denied',
    message: 'Could not store the package: the storage refused access.',
    cure: 'Attach the policy.',
    facts: { vendorCode: 'AccessDenied' },
  },
})

async function hubThatGoesThrough(...later: Reply[]) {
  return fakeHub({
    'POST /tasks/161/run': { status: 202, body: pending },
    'GET /executions/42': later,
  })
}

test('without --wait it starts the execution and says how to look again', async () => {
  const hub = await hubThatGoesThrough()
  const { code, out, err } = await runIn({ url: hub.url }, 'task', 'run', '161')
  expect(code).toBe(0)
  expect(out).toContain('pending (0)')
  expect(err).toBe('It goes on in the hub. Look again with: datahub execution show 42\n')
})

test('a name with blanks and slashes arrives, and so do the days', async () => {
  const hub = await fakeHub({ 'POST /tasks/Ads%2FEU%20daily/run': { status: 202, body: pending } })
  const days = ['--from', '2024-01-01', '--to', '2024-01-31']
  const { code } = await runIn({ url: hub.url }, 'task', 'run', 'Ads/EU daily', ...days)
  expect(code).toBe(0)
  expect(hub.asked[0]?.body).toEqual({ from: '2024-01-01', to: '2024-01-31' })
})

test('with --wait it follows the execution and exits 0 when the package was sent', async () => {
  const hub = await hubThatGoesThrough({ body: pending }, { body: packing }, { body: sampleExecution() })
  const { code, out, err } = await runIn({ url: hub.url }, 'task', 'run', '161', '--wait')
  expect(code).toBe(0)
  expect(out).toContain('file send success (6)')
  expect(out).toContain('market_insight_161_20261122_0000000042.zip')
  expect(err.split('\n')).toEqual([
    'execution=42 status=0 step="pending" rows=0 bytes=0 elapsed=0s',
    'execution=42 status=4 step="packing" rows=60000 bytes=4700000 elapsed=1s',
    'execution=42 status=6 step="file send success" rows=120345 bytes=9512345 elapsed=2s',
    '',
  ])
})

test('one that was sent already when it was asked for needs no waiting', async () => {
  const hub = await fakeHub({ 'POST /tasks/161/run': { status: 202, body: sampleExecution() } })
  const { code } = await runIn({ url: hub.url }, 'task', 'run', '161', '--wait')
  expect(code).toBe(0)
  expect(hub.asked).toHaveLength(1)
})

test('work that failed is exit 1, with the reason and what to try', async () => {
  const hub = await hubThatGoesThrough({ body: denied })
  const { code, out, err } = await runIn({ url: hub.url }, 'task', 'run', '161', '--wait')
  expect(code).toBe(1)
  expect(out).toContain('file send fail (7)')
  expect(err).toContain(
    'Error: Execution 42 of "Market insight daily" ended with file send fail (7). ' +
      'Could not store the package: the storage refused access. (vendorCode: AccessDenied)\nTry: Attach the policy.\n',
  )
})

test('with --json stdout is the execution and stderr is silent, but for the problem of one that failed', async () => {
  const sent = await hubThatGoesThrough({ body: packing }, { body: sampleExecution() })
  const good = await runIn({ url: sent.url }, 'task', 'run', '161', '--wait', '--json')
  expect(JSON.parse(good.out)).toEqual(sampleExecution())
  expect(good.err).toBe('')

  const failing = await hubThatGoesThrough({ body: denied })
  const bad = await runIn({ url: failing.url }, 'task', 'run', '161', '--wait', '--json')
  expect(bad.code).toBe(1)
  expect(JSON.parse(bad.out)).toEqual(denied)
  expect(JSON.parse(bad.err)).toMatchObject({ code: 'destination.access_denied', cure: 'Attach the policy.' })
})

test('it waits for the sync log too, and warns when it does not follow', async () => {
  const late = { body: sampleExecution({ syncLog: 'pending' }) }
  const following = await hubThatGoesThrough(late, late, { body: sampleExecution() })
  const good = await runIn({ url: following.url }, 'task', 'run', '161', '--wait')
  expect(good.out).toContain('Sync log    published')
  expect(good.err).not.toContain('Warning')

  const stuck = await hubThatGoesThrough(late)
  const warned = await runIn({ url: stuck.url }, 'task', 'run', '161', '--wait')
  expect(warned.code).toBe(0)
  expect(warned.err).toContain('Warning: the sync log in the bucket does not show this status yet.')
  expect(stuck.asked.length).toBeGreaterThan(100)
})

test('an attempt that waits for the next one says when it comes', async () => {
  const waiting = { ...packing, attempt: 1, retryAt: '2026-11-22T12:05:00.000Z' }
  const hub = await hubThatGoesThrough({ body: waiting }, { body: sampleExecution() })
  const { err } = await runIn({ url: hub.url }, 'task', 'run', '161', '--wait')
  expect(err).toContain('step="attempt 2 at 2026-11-22 04:05:00 -08:00"')
})

test('Ctrl-C stops the watching, not the work', async () => {
  const hub = await hubThatGoesThrough({ body: packing })
  let sleeps = 0
  const onSleep = (world: { interrupt: () => void }) => void ((sleeps += 1) === 3 && world.interrupt())
  const { code, out, err } = await runIn({ url: hub.url, onSleep }, 'task', 'run', '161', '--wait')
  expect(code).toBe(130)
  expect(out).toBe('')
  expect(err).toContain('Stopped watching; execution 42 goes on. Look again with: datahub execution show 42\n')
})

test('a hub that restarts meanwhile is waited for; one that stays away is exit 5', async () => {
  const away: Reply = { status: 502, type: 'text/html', body: '<h1>Bad Gateway</h1>' }
  const restarting = await hubThatGoesThrough({ body: packing }, away, away, { body: sampleExecution() })
  expect((await runIn({ url: restarting.url }, 'task', 'run', '161', '--wait')).code).toBe(0)

  const gone = await hubThatGoesThrough({ body: packing }, away)
  const { code, err } = await runIn({ url: gone.url }, 'task', 'run', '161', '--wait')
  expect(code).toBe(5)
  expect(err).toContain(`Error: Could not talk to ${gone.url}: the hub does not answer.`)
})

test('on a terminal there is one line that is painted again, and nothing of it is left', async () => {
  const hub = await hubThatGoesThrough({ body: pending }, { body: packing }, { body: sampleExecution() })
  const { err } = await runIn({ url: hub.url, isTTY: true, env: { NO_COLOR: '1' } }, 'task', 'run', '161', '--wait')
  const painted = err.split('\r\u001b[2K')
  expect(painted[1]).toBe('░░░░  Market insight daily #42  pending  0.0 s')
  expect(painted).toContain('███░  Market insight daily #42  packing  60,000 rows  4.7 MB  1.0 s')
  expect(painted.at(-1)).toBe('')
  expect(err).not.toContain('\n')
})

test('what the hub refuses is shown field by field', async () => {
  const problem = sampleProblem({
    errors: [{ field: 'to', problem: '2031-01-01 lies in the future', cure: 'Give a day that is over.' }],
  })
  const hub = await fakeHub({ 'POST /tasks/161/run': { status: 422, type: 'application/problem+json', body: problem } })
  const { code, out, err } = await runIn(
    { url: hub.url },
    'task',
    'run',
    '161',
    '--from',
    '2031-01-01',
    '--to',
    '2031-01-01',
  )
  expect(code).toBe(2)
  expect(out).toBe('')
  expect(err).toBe(`Error: Could not run the task: the input is not valid.
  to: 2031-01-01 lies in the future
      Give a day that is over.
Try: Correct the fields named and send it again.
`)
})

test('one day alone is a wrong usage', async () => {
  const { code, err } = await runIn({}, 'task', 'run', '161', '--from', '2024-01-01')
  expect(code).toBe(2)
  expect(err).toBe('Error: --from and --to belong together.\nTry: Give both; for one day give it twice.\n')
})
