import { expect, test } from 'vitest'
import { fakeHub } from '../../testing/fake-hub.ts'
import { runIn } from '../../testing/test-world.ts'

const source = {
  id: 1,
  name: 'market_insight',
  kind: 'postgres',
  connection: { host: '127.0.0.1', port: 5432, password: { set: true } },
  maxRangeDays: 365,
  reports: [{ table: 'market_insight_asin' }, { table: 'market_insight_brand' }],
  createdAt: '2026-11-01T08:00:00.000Z',
  updatedAt: '2026-11-02T08:00:00.000Z',
}

test('list and show name the reports and no secret', async () => {
  const sample = { ...source, name: 'sample', kind: 'sample', connection: {}, reports: [] }
  const hub = await fakeHub({
    'GET /sources': { body: [source, sample] },
    'GET /sources/market_insight': { body: source },
  })
  expect((await runIn({ url: hub.url }, 'source', 'list')).out).toBe(
    `NAME            KIND      REPORTS                                    UPDATED
market_insight  postgres  market_insight_asin, market_insight_brand  2026-11-02 08:00:00 UTC
sample          sample    built in                                   2026-11-02 08:00:00 UTC
`,
  )
  const { out } = await runIn({ url: hub.url }, 'source', 'show', 'market_insight')
  expect(out).toContain('password       (set)\n')
  expect(out).toContain('longest range  365 days\n')
})

test('preview shows the rows as a table, wide characters aligned, NULL as NULL', async () => {
  const preview = {
    table: 'market_insight_asin',
    columns: [
      { name: 'date', type: 'date', nullable: false },
      { name: 'title', type: 'text', nullable: true },
      { name: 'units', type: 'integer', nullable: true },
    ],
    rows: [
      ['2024-01-31', '保温杯 500ml', '7'],
      ['2024-01-31', null, ''],
    ],
  }
  const hub = await fakeHub({ 'GET /sources/market_insight/preview': { body: preview } })
  const options = ['--table', 'market_insight_asin', '--on', '2024-01-31', '--rows', '2']
  const { out } = await runIn({ url: hub.url }, 'source', 'preview', 'market_insight', ...options)
  expect(hub.asked[0]?.path).toBe('/sources/market_insight/preview?rows=2&table=market_insight_asin&on=2024-01-31')
  expect(out).toBe('date        title         units\n2024-01-31  保温杯 500ml  7\n2024-01-31  NULL\n')
})

test('a source test shows every step and exits 6 when one failed', async () => {
  const steps = [
    { name: 'sign-in', title: 'Sign in', verdict: 'passed', message: 'as reader', durationMs: 4 },
    { name: 'report', title: 'Report', verdict: 'failed', message: 'no column', remedy: 'Add it.', durationMs: 2 },
  ]
  const body = { ok: false, headline: 'Connection failed: please check the entered information. no column', steps }
  const hub = await fakeHub({ 'POST /sources/market_insight/test': { body } })
  const { code, out } = await runIn({ url: hub.url }, 'source', 'test', 'market_insight')
  expect(code).toBe(6)
  expect(out).toBe(`✓ Sign in: as reader (4 ms)
✗ Report: no column (2 ms)
    Add it.
Connection failed: please check the entered information. no column
`)
})

test('remove says what it removed', async () => {
  const hub = await fakeHub({ 'DELETE /sources/orders': {} })
  expect((await runIn({ url: hub.url }, 'source', 'remove', 'orders')).out).toBe('Removed data source "orders".\n')
})
