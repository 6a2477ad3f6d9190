import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createBucket, type TestBucket } from '../parts/bucket.ts'
import { createDatabase, type TestDatabase } from '../parts/database.ts'
import { ADS_DAYS, createAdsDatabase } from './ads-database.ts'
import { expectOneDelivery } from './delivered.ts'
import { HubProcess } from './hub-process.ts'

/** The file of the guide, applied to a hub between a real PostgreSQL and a real S3 under the seed's policy. */

const GUIDE = new URL('../../packages/cli/src/yaml/fixtures/hub.yaml.txt', import.meta.url)
const ROWS_PER_DAY = 5
const CREATES = `+ create source "market_insight"
+ create destination "acme"
+ create destination "local"
+ create task "Market insight daily"
+ create task "Market insight history"
`

const resources = new AsyncDisposableStack()
let ads: TestDatabase
let bucket: TestBucket
let hub: HubProcess
let yaml: string

beforeAll(async () => {
  ads = resources.use(await createAdsDatabase(ROWS_PER_DAY))
  bucket = resources.use(await createBucket())
  const own = resources.use(await createDatabase())
  hub = resources.use(
    await HubProcess.start({
      databaseUrl: own.url,
      env: {
        ADS_PASSWORD: 'not asked for on loopback',
        ACME_KEY: bucket.user.accessKeyId,
        ACME_SECRET: bucket.user.secretAccessKey,
      },
    }),
  )
  // Where the throw-away parts differ from those of the guide: names and ports.
  yaml = (await readFile(GUIDE, 'utf8'))
    .replace(
      'port: 5432, database: ads, user: reader',
      `port: ${new URL(ads.url).port}, database: ${ads.name}, user: postgres`,
    )
    .replace('company-xnurta-data', bucket.name)
    .replace('http://127.0.0.1:21390', bucket.endpoint)
  await writeFile(join(hub.folder, 'hub.yaml'), yaml)
})

afterAll(async () => {
  await resources.disposeAsync()
})

test('plan says what apply would do, and does nothing', async () => {
  const planned = await hub.run(['plan', '-f', 'hub.yaml'])
  expect(planned).toMatchObject({ code: 0, out: CREATES })
  expect(await hub.tasks()).toEqual([])
})

test('apply does it, and applied again changes nothing', async () => {
  expect(await hub.run(['apply', '-f', 'hub.yaml'])).toMatchObject({ code: 0, out: CREATES })
  expect(await hub.run(['apply', '-f', 'hub.yaml'])).toMatchObject({
    code: 0,
    out: CREATES.replaceAll('+ create', '= unchanged'),
  })
})

test('the one-time push has started by itself, and delivers the days of the file, the last one included', async () => {
  expect(await hub.tasks()).toMatchObject([
    { id: 1, name: 'Market insight daily', status: 'scheduled', lastExecution: null },
    { id: 2, name: 'Market insight history' },
  ])
  expect(await hub.settled(1)).toMatchObject({ status: 6, trigger: 'one-time' })
  const { manifest, files } = await expectOneDelivery(bucket, 2)
  expect(manifest).toMatchObject({
    dataRange: { from: '2024-01-01T00:00:00Z', to: '2024-07-01T00:00:00Z', timeZone: 'UTC' },
    reports: [
      {
        table: 'market_insight_asin',
        rows: ADS_DAYS * ROWS_PER_DAY,
        primaryKey: ['date', 'marketplace', 'asin'],
        replaceByRange: { dateColumn: 'date' },
      },
    ],
  })
  const days = [...files.values()].flatMap((csv) => csv.toString().match(/^\d{4}-\d{2}-\d{2}(?=,)/gm) ?? []).sort()
  expect([days[0], days.at(-1)]).toEqual(['2024-01-01', '2024-06-30'])
})

test.each(['Market insight history', 'Market insight daily'])('task run "%s" --wait ends with 0', async (task) => {
  const { code, out } = await hub.run(['task', 'run', task, '--wait'])
  expect(out).toContain('Status      file send success (6)')
  expect(code).toBe(0)
})

test('the destination passes its test with the policy of the seed', async () => {
  const { code, out } = await hub.run(['destination', 'test', 'acme'])
  expect([code, out.trimEnd().split('\n').at(-1)]).toEqual([0, 'Connection successful'])
})

test('executions are listed, and the doctor finds everything well', async () => {
  const { code, out } = await hub.run(['execution', 'list', '--json'])
  expect(code).toBe(0)
  expect(JSON.parse(out)).toMatchObject([
    { id: 3, taskId: 1, status: 6, rows: 0 },
    { id: 2, taskId: 2, status: 6 },
    { id: 1, taskId: 2, status: 6 },
  ])
  expect(await hub.run(['doctor'])).toMatchObject({ code: 0, out: expect.stringContaining('All is well.') })
})

interface Mistake {
  readonly what: string
  /** The mistake: `from` of the good file becomes `to`. */
  readonly from: string | RegExp
  readonly to: string
  readonly error: RegExp
}

const mistakes: readonly Mistake[] = [
  {
    what: 'an unknown key',
    from: 'maxRangeDays',
    to: 'maxRangeDay',
    error: /bad\.yaml:5:5 sources\[0\]\.maxRangeDay: is not a known field\n +Did you mean "maxRangeDays"\?/,
  },
  {
    what: 'an unknown key of a kind',
    from: 'pathStyle',
    to: 'pathStile',
    error: /bad\.yaml:12:\d+ destinations\[0\]\.pathStile: is not a known field/,
  },
  {
    what: 'a wrong type',
    from: 'maxRangeDays: 365',
    to: 'maxRangeDays: a year',
    error: /bad\.yaml:5:19 sources\[0\]\.maxRangeDays: "a year" must be a number/,
  },
  {
    what: 'a wrong type in what belongs to a kind',
    from: /port: \d+/,
    to: 'port: default',
    error: /bad\.yaml:4:42 sources\[0\]\.connection\.port: .*must be a number/,
  },
  {
    what: 'a bucket name with a slash',
    from: /bucket: [^,]+/,
    to: 'bucket: acme-data/reports',
    error: /bad\.yaml:12:\d+ destinations\[0\]\.bucket: .*enter "acme-data", and the folder as the prefix/,
  },
  {
    what: 'a region that does not exist',
    from: /region: us-east-1(.*), endpoint: "[^"]*"/,
    to: 'region: us-esat-1$1',
    error: /bad\.yaml:12:\d+ destinations\[0\]\.region: .*"us-esat-1": did you mean "us-east-1"\?/,
  },
  {
    what: 'a table that is not there',
    from: 'from: public.market_insight_asin',
    to: 'from: public.market_insight_sain',
    error:
      /bad\.yaml:7:9 sources\[0\]\.reports\[0\].*public\.market_insight_sain.*\n +Did you mean public\.market_insight_asin\?/,
  },
  {
    what: 'a column that is not there',
    from: 'dateColumn: date',
    to: 'dateColumn: day',
    error: /bad\.yaml:7:9 sources\[0\]\.reports\[0\].*there is no column day\.\n +There is date, marketplace/,
  },
  {
    what: 'a report that the source does not have',
    from: 'oneTime:',
    to: 'reports: [market_insight_sain], oneTime:',
    error: /bad\.yaml:16:90 tasks\[1\]\.reports\[0\]: .*"market_insight_sain"\n +Choose from market_insight_asin\./,
  },
  {
    what: 'a date range that is backwards',
    from: 'from: 2024-01-01, to: 2024-06-30',
    to: 'from: 2024-06-30, to: 2024-01-01',
    error:
      /bad\.yaml:16:\d+ tasks\[1\]\.oneTime\.to: 2024-01-01 lies before the first day 2024-06-30\n +Write the earlier day as from\./,
  },
  {
    what: 'a date range in the future',
    from: 'to: 2024-06-30',
    to: 'to: 2999-06-30',
    error:
      /bad\.yaml:16:\d+ tasks\[1\]\.oneTime\.to: 2999-06-30 is not over yet in UTC\n +End with a day before \d{4}-/,
  },
  {
    what: 'a date range longer than the source allows',
    from: 'from: 2024-01-01',
    to: 'from: 2023-01-01',
    error: /bad\.yaml:16:\d+ tasks\[1\]\.oneTime\.to: 2023-01-01 to 2024-06-30 are 547 days, more than the 365/,
  },
  {
    what: 'a day that does not exist',
    from: '2024-06-30',
    to: '2024-06-31',
    error: /bad\.yaml:16:\d+ tasks\[1\]\.oneTime\.to: "2024-06-31" must be a day/,
  },
  {
    what: 'a name that stands there twice',
    from: 'name: Market insight history',
    to: 'name: Market insight daily',
    error: /bad\.yaml:16:13 tasks\[1\]\.name: "Market insight daily" is already the name of tasks\[0\] in line 15/,
  },
  {
    what: 'an environment variable that is not set',
    from: 'env:ACME_KEY',
    to: 'env:ACME_KEI',
    error:
      /bad\.yaml:12:\d+ destinations\[0\]\.accessKeyId: the environment variable ACME_KEI is not set\n +Set it before/,
  },
  {
    what: 'an endpoint on the addresses of the platform',
    from: /http:\/\/[\d.:]+/,
    to: 'http://169.254.169.254',
    error: /bad\.yaml:12:\d+ destinations\[0\].*169\.254\.169\.254.*\n.*DATAHUB_EGRESS_ALLOW/,
  },
]

test.each(mistakes)('$what is told with its place in the file, and nothing is written', async ({ from, to, error }) => {
  const before = await everything()
  const wrong = yaml.replace(from, to)
  expect(wrong).not.toBe(yaml)
  // A part that is good, and would be an update if it were written.
  await writeFile(join(hub.folder, 'bad.yaml'), wrong.replace('path: ./bucket', 'path: ./elsewhere'))
  const { code, out, err } = await hub.run(['apply', '-f', 'bad.yaml'])
  expect([code, out]).toEqual([2, ''])
  expect(err).toMatch(/^Error: Could not use /)
  expect(err).toMatch(error)
  // The cure stands below the field, or at the end where there is none of its own
  expect(err).toMatch(/^(?: {6}|Try: )\w/m)
  expect(await everything()).toEqual(before)
})

test('after all these mistakes the good file still changes nothing, and plan refuses what apply refuses', async () => {
  expect(await hub.run(['plan', '-f', 'hub.yaml'])).toMatchObject({
    out: CREATES.replaceAll('+ create', '= unchanged'),
  })
  const { code, err } = await hub.run(['plan', '-f', 'bad.yaml'])
  expect([code, err]).toEqual([2, expect.stringMatching(mistakes.at(-1)?.error ?? '')])
})

test('a name that is taken is refused by the API as well', async () => {
  const before = await everything()
  const [task] = await hub.tasks()
  const answer = await hub.request('POST', '/tasks', {
    name: task?.name,
    source: 'market_insight',
    destination: 'acme',
    oneTime: { from: '2024-01-01', to: '2024-01-01' },
  })
  expect(answer).toMatchObject({ status: 409, text: expect.stringContaining('request.name_taken') })
  expect(await everything()).toEqual(before)
})

/** All that the hub shows. */
async function everything(): Promise<unknown[]> {
  return Promise.all(['/sources', '/destinations', '/tasks', '/executions'].map((path) => hub.ask('GET', path)))
}
