import { describe, expect, test } from 'vitest'
import { fakeHub } from '../../testing/fake-hub.ts'
import { sampleProblem } from '../../testing/samples.ts'
import { runIn } from '../../testing/test-world.ts'

const source = {
  id: 1,
  name: 'market_insight',
  kind: 'postgres',
  connection: { host: '127.0.0.1', port: 5432, password: { set: true } },
  maxRangeDays: 365,
  schemaChanges: 'refuse',
  reports: [{ table: 'market_insight_asin' }, { table: 'market_insight_brand' }],
  createdAt: '2026-11-01T08:00:00.000Z',
  lastTest: {
    at: '2026-11-02T09:00:00.000Z',
    by: { kind: 'user', name: 'ann@example.com' },
    ok: true,
    headline: 'Connection successful',
    isCurrent: false,
    steps: [],
  },
  tasks: 2,
  updatedAt: '2026-11-02T08:00:00.000Z',
}

const asin = { name: 'asin', type: 'text', nullable: true }
const schema = {
  table: 'market_insight_asin',
  version: 2,
  columns: [asin],
  changedAt: '2026-11-02T08:00:00.000Z',
  changes: [{ column: 'asin', change: 'added', to: asin }],
  executionId: 7,
  refused: { at: '2026-11-03T08:00:00.000Z', changes: [{ column: 'asin', change: 'removed', from: asin }] },
}

test('list and show name the reports and no secret', async () => {
  const sample = { ...source, name: 'sample', kind: 'sample', connection: {}, reports: [], lastTest: null, tasks: 0 }
  const hub = await fakeHub({
    'GET /sources': { body: [source, sample] },
    'GET /sources/market_insight': { body: source },
    'GET /sources/market_insight/schemas': { body: [schema] },
  })
  expect((await runIn({ url: hub.url }, 'source', 'list')).out).toBe(
    `NAME            KIND      REPORTS                                    TASKS  TESTED                                        UPDATED
market_insight  postgres  market_insight_asin, market_insight_brand      2  ✓ 2026-11-02 09:00:00 UTC, with other values  2026-11-02 08:00:00 UTC
sample          sample    built in                                       0  never                                         2026-11-02 08:00:00 UTC
`,
  )
  const { out } = await runIn({ url: hub.url }, 'source', 'show', 'market_insight')
  expect(out).toMatch(/password +\(set\)\n/)
  expect(out).toMatch(/longest range +365 days\n/)
  expect(out).toContain(
    'version 2, 1 column; 2026-11-02 08:00:00 UTC: added asin (text); deliveries fail since 2026-11-03 08:00:00 UTC: removed asin',
  )
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
  const events = steps.map((step) => `event: message\ndata: ${JSON.stringify(step)}\n\n`)
  const body = `${events.join('')}event: done\ndata: \n\n`
  const hub = await fakeHub({ 'POST /sources/market_insight/test': { type: 'text/event-stream', body } })
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

test('discover shows columns and proposals, or YAML to copy', async () => {
  const found = {
    title: 'public.sales',
    kind: 'table',
    report: { table: 'sales', from: 'public.sales', dateColumn: 'day', primaryKey: ['day'] },
    columns: [
      { name: 'day', type: 'date', nullable: false, sourceType: 'date' },
      { name: 'note', type: 'text', nullable: true, sourceType: 'varchar(20)' },
    ],
    rows: 1234,
    note: 'Its engine MyISAM has no transactions.',
  }
  const hub = await fakeHub({ 'GET /sources/shop/discovery': { body: { reports: [found], isCut: true } } })
  const { out, err } = await runIn({ url: hub.url }, 'source', 'discover', 'shop', '--match', 'sal')
  expect(hub.asked[0]?.path).toBe('/sources/shop/discovery?match=sal&limit=20')
  expect(out).toBe(`public.sales  table, about 1,234 rows
  COLUMN  TYPE  IN THE SOURCE  NULL  PROPOSED AS
  day     date  date           no    date column, primary key
  note    text  varchar(20)    yes
  Its engine MyISAM has no transactions.
`)
  expect(err).toContain('There are more')
  const yaml = await runIn({ url: hub.url }, 'source', 'discover', 'shop', '--yaml')
  expect(yaml.out).toBe(
    'reports:\n  - table: sales\n    from: public.sales\n    dateColumn: day\n    primaryKey:\n      - day\n',
  )
})

test('estimate asks for days and says what the source knows', async () => {
  const hub = await fakeHub({ 'GET /sources/shop/estimate': { body: { table: 'sales', rows: 30 } } })
  const { out } = await runIn({ url: hub.url }, 'source', 'estimate', 'shop', '--on', '2024-01-31')
  expect(hub.asked[0]?.path).toBe('/sources/shop/estimate?from=2024-01-31&to=2024-01-31&timeZone=UTC')
  expect(out).toBe('sales: about 30 rows.\n')
  expect((await runIn({ url: hub.url }, 'source', 'estimate', 'shop')).code).toBe(2)
})

test('accept-schema says what happens next', async () => {
  const hub = await fakeHub({ 'POST /sources/shop/accept-schema': { body: [schema] } })
  const { out } = await runIn({ url: hub.url }, 'source', 'accept-schema', 'shop')
  expect(out).toBe('The next delivery of "shop" takes the columns that it finds.\n')
})

describe('a source that stands in a file only', () => {
  const FILE = `sources:
  - name: first
    kind: sample
  - name: shop
    kind: postgres
    connection: { host: db.example.com }
    reports:
      - table: sales
        from: public.sales
        dateColumn: dai
`
  const preview = { table: 'sales', columns: [{ name: 'day', type: 'date', nullable: false }], rows: [['2024-01-31']] }
  const problem = (field: string) => ({
    status: 422,
    body: sampleProblem({
      code: 'source.report_missing',
      errors: [{ field, problem: 'is wrong', cure: 'Mend it.' }],
    }),
  })
  const run = (hub: { url: string }, stdin: string, ...words: string[]) =>
    runIn({ url: hub.url, stdin }, 'source', ...words, '-f', '-')

  test('is sent as it stands there, and nothing is saved', async () => {
    const hub = await fakeHub({ 'POST /source-previews': { body: preview } })
    expect((await run(hub, FILE, 'preview', 'shop', '--on', '2024-01-31')).out).toBe('day\n2024-01-31\n')
    expect(hub.asked).toMatchObject([
      { method: 'POST', body: { rows: 10, on: '2024-01-31', source: { name: 'shop', kind: 'postgres' } } },
    ])
  })

  test.each([
    ['discover', '/source-discoveries', [], { reports: [], isCut: false }],
    ['estimate', '/source-estimates', ['--on', '2024-01-31'], { table: 'sales', rows: 7 }],
    ['preview', '/source-previews', [], preview],
  ])('%s asks with its values', async (verb, path, options, body) => {
    const hub = await fakeHub({ [`POST ${path}`]: { body } })
    expect((await run(hub, FILE, verb, 'shop', ...options)).code).toBe(0)
    expect(hub.asked[0]?.body).toMatchObject({ source: { name: 'shop' } })
  })

  test('a test of it exits 6 when a step failed', async () => {
    const step = { name: 'reach', title: 'Reach', verdict: 'failed', message: 'no', remedy: 'Do.', durationMs: 1 }
    const body = `event: message\ndata: ${JSON.stringify(step)}\n\nevent: done\ndata: \n\n`
    const hub = await fakeHub({ 'POST /source-tests': { type: 'text/event-stream', body } })
    expect((await run(hub, FILE, 'test', 'shop')).code).toBe(6)
  })

  test.each([
    ['source.connection.host', '<stdin>:6:25 sources[1].connection.host'],
    ['source', '<stdin>:4:5 sources[1]'],
    ['dateColumn', '<stdin>:10:21 sources[1].reports[0].dateColumn'],
  ])('what is wrong with %s is told by its place in the file', async (field, place) => {
    for (const [verb, path, ...options] of [
      ['preview', 'POST /source-previews'],
      ['estimate', 'POST /source-estimates', '--on', '2024-01-31'],
      ['dry-run', 'POST /source-dry-runs', '--on', '2024-01-31'],
      ['test', 'POST /source-tests'],
    ] as const) {
      const hub = await fakeHub({ [path]: problem(field) })
      expect((await run(hub, FILE, verb, 'shop', ...options)).err).toContain(`${place}: is wrong`)
    }
  })

  test.each([
    [[], FILE, 'it defines several data sources: "first", "shop"'],
    [['shp'], FILE, 'it defines no data source "shp"'],
    [[], 'tasks: []\n', 'it defines no data source\n'],
  ])('is named where that is needed: %j', async (names, file, words) => {
    const hub = await fakeHub({})
    const { code, err } = await run(hub, file, 'preview', ...names)
    expect([code, hub.asked]).toEqual([2, []])
    expect(err).toContain(words)
  })

  test('a name or a file is needed', async () => {
    const hub = await fakeHub({})
    const { code, err } = await runIn({ url: hub.url }, 'source', 'preview')
    expect([code, err]).toEqual([2, expect.stringContaining('Say which data source')])
  })
})
