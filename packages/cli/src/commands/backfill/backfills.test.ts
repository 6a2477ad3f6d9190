import type { BackfillDetail, BackfillPlan } from '@datahub/core/api/backfill-shapes'
import type { CoverageView } from '@datahub/core/api/coverage-shapes'
import { expect, test } from 'vitest'
import { fakeHub } from '../../testing/fake-hub.ts'
import { runIn } from '../../testing/test-world.ts'

function backfill(changes: Partial<BackfillDetail> = {}): BackfillDetail {
  return {
    id: 17,
    taskId: 161,
    task: 'daily',
    trigger: 'backfill',
    from: '2024-01-01',
    to: '2024-02-29',
    timeZone: 'UTC',
    chunk: 'month',
    only: 'missing-and-failed',
    parallel: 4,
    state: 'running',
    counts: { waiting: 1, running: 1, delivered: 0, failed: 0 },
    rows: 0,
    sizeBytes: 0,
    etaMs: null,
    createdAt: '2026-11-22T12:00:00.000Z',
    endedAt: null,
    ranges: [],
    ...changes,
  }
}

const plan: BackfillPlan = {
  task: 'daily',
  timeZone: 'UTC',
  ranges: [
    {
      from: '2024-01-01T00:00:00Z',
      to: '2024-02-01T00:00:00Z',
      state: 'delivered',
      executionId: 3,
      status: 6,
      selected: false,
    },
    {
      from: '2024-02-01T00:00:00Z',
      to: '2024-03-01T00:00:00Z',
      state: 'missing',
      executionId: null,
      status: null,
      selected: true,
    },
  ],
  counts: { delivered: 1, running: 0, failed: 0, missing: 1 },
  selected: 1,
  days: 29,
  estimate: { rows: 2900, sizeBytes: 58_000, durationMs: 61_000 },
  backfill: null,
}

const days = ['--from', '2024-01-01', '--to', '2024-02-29']

test('a dry run lists the exact ranges, which of them would be delivered, and what that takes', async () => {
  const hub = await fakeHub({ 'POST /backfills': { body: plan } })
  const { code, out } = await runIn(
    { url: hub.url },
    'backfill',
    'start',
    '161',
    ...days,
    '--chunk',
    'month',
    '--dry-run',
  )
  expect(code).toBe(0)
  expect(hub.asked[0]?.body).toMatchObject({ task: '161', chunk: 'month', only: 'missing-and-failed', dryRun: true })
  expect(out).toBe(`DATA RANGE                          STATE      EXECUTION  DELIVER
2024-01-01 to 2024-01-31 (31 days)  delivered          3  -
2024-02-01 to 2024-02-29 (29 days)  missing            -  yes

Ranges      1 delivered, 1 missing
To deliver  1 range, 29 days
Expected    about 2,900 rows, 58.0 kB, 1 min 01 s at the pace of the last deliveries
`)
})

test('with --wait it follows to the end, and what was not delivered is exit 1 with what to do', async () => {
  const failed = backfill({ state: 'failed', counts: { waiting: 0, running: 0, delivered: 1, failed: 1 } })
  const hub = await fakeHub({
    'POST /backfills': { body: { ...plan, backfill: backfill() } },
    'GET /backfills/17': [{ body: backfill() }, { body: failed }],
  })
  const { code, out, err } = await runIn({ url: hub.url }, 'backfill', 'start', '161', ...days, '--wait')
  expect(code).toBe(1)
  expect(out).toContain('1 of 2 delivered, 1 failed')
  expect(err).toContain('backfill=17 state=running delivered=0 failed=0 running=1 waiting=1')
  expect(err).toContain('Try: datahub backfill retry 17')
})

test('coverage is a calendar that needs no colours, with odd days, gaps and the command that fills them', async () => {
  const coverage: CoverageView = {
    taskId: 161,
    task: 'daily',
    timeZone: 'America/New_York',
    every: 'day',
    counts: { delivered: 1, running: 0, failed: 1, missing: 1 },
    gaps: [{ from: '2026-03-08T00:00:00-05:00', to: '2026-03-10T00:00:00-04:00', timeZone: 'America/New_York' }],
    ranges: [
      {
        from: '2026-03-07T00:00:00-05:00',
        to: '2026-03-08T00:00:00-05:00',
        state: 'delivered',
        executionId: 1,
        status: 6,
      },
      {
        from: '2026-03-08T00:00:00-05:00',
        to: '2026-03-09T00:00:00-04:00',
        state: 'failed',
        executionId: 2,
        status: 7,
      },
      {
        from: '2026-03-09T00:00:00-04:00',
        to: '2026-03-10T00:00:00-04:00',
        state: 'missing',
        executionId: null,
        status: null,
      },
    ],
    isCut: false,
  }
  const hub = await fakeHub({ 'GET /tasks/161/coverage': { body: coverage } })
  const { out, err } = await runIn({ url: hub.url }, 'task', 'coverage', '161')
  expect(out).toBe(`daily #161, America/New_York

         1   5    10   15   20   25   30
2026-03  ······■✕□······················  8: 23 h

■ 1 delivered   ◐ 0 running   ✕ 1 failed   □ 1 missing   · not expected

Gaps
  2026-03-08 to 2026-03-09 (2 days)
`)
  expect(err).toBe('Fill the gaps with: datahub backfill start 161 --from 2026-03-08 --to 2026-03-09\n')
})
