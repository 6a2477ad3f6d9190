import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { parseRecords } from '@datahub/core/bucket/csv'
import { installedReaders } from '@datahub/server/package/readers/readers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { connectionTo, createAdsDatabase, query } from '../e2e/ads-database.ts'
import { expectWholePackage, readLog } from '../e2e/delivered.ts'
import { HubProcess } from '../e2e/hub-process.ts'
import { asDestination, createBucket, type TestBucket } from '../parts/bucket.ts'
import { createDatabase, type TestDatabase } from '../parts/database.ts'
import { python } from '../parts/install.ts'
import { nastyTable, nastyValues } from './nasty-values.ts'

/**
 * Strangers consume what the hub wrote into a real S3: the sample of the setup page, with the key pair that the page has
 * the customer make and that may do nothing else (R12), and programs of other authors.
 */

const run = promisify(execFile)
const script = (name: string) => fileURLToPath(new URL(name, import.meta.url))
const ROWS_PER_DAY = 20

const resources = new AsyncDisposableStack()
let ads: TestDatabase
let bucket: TestBucket
let hub: HubProcess
/** What the sample of the setup page has made of the recurring task. */
let consumed: Consumed

beforeAll(async () => {
  ads = resources.use(await createAdsDatabase(ROWS_PER_DAY))
  await query(ads, nastyTable)
  bucket = resources.use(await createBucket({ strict: true }))
  const own = resources.use(await createDatabase())
  hub = resources.use(await HubProcess.start({ databaseUrl: own.url }))
  await hub.ask('POST', '/apply', {
    sources: [
      {
        name: 'market_insight',
        kind: 'postgres',
        connection: connectionTo(ads),
        reports: [
          { table: 'market_insight_asin', from: 'market_insight_asin', dateColumn: 'date' },
          {
            table: 'market_insight_daily',
            query: `select date, count(*) as items, sum(spend) as spend from market_insight_asin
                    where date >= :from and date < :to group by date order by date`,
          },
        ],
      },
      {
        name: 'nasty',
        kind: 'postgres',
        connection: connectionTo(ads),
        reports: [
          { table: 'nasty', from: 'nasty' },
          { table: 'twins', query: 'select 1 as twin, 2 as twin where current_date > :to' },
        ],
      },
    ],
    destinations: [asDestination(bucket, 'acme')],
    tasks: [
      {
        name: 'daily',
        source: 'market_insight',
        destination: 'acme',
        schedule: { every: 'day', at: '03:00', timeZone: 'UTC' },
      },
      { name: 'nasty', source: 'nasty', destination: 'acme', oneTime: { from: '2024-01-01', to: '2024-01-01' } },
    ],
  })
})

afterAll(async () => {
  await resources.disposeAsync()
})

/** Has the recurring task deliver these days now; answers with the status. */
async function deliver(from: string, to: string): Promise<number> {
  const { id } = (await hub.ask('POST', '/tasks/daily/run', { from, to })) as { id: number }
  return (await hub.settled(id)).status
}

interface Consumed {
  readonly log: { columns: string[]; dtypes: Record<string, string>; statuses: number[] }
  readonly fileName: string
  readonly fileSize: number
  readonly zipPath: string
  readonly damaged: string | null
  readonly files: string[]
  readonly tables: {
    file: string
    rows: number
    dtypes: Record<string, string>
    sums: Record<string, number>
    first: Record<string, string>
    last: Record<string, string>
  }[]
}

/** What the sample of the setup page makes of the bucket. */
async function consume(taskId: number): Promise<Consumed> {
  const folder = join(hub.folder, `downloads-${taskId}`)
  const args = [script('seed_sample.py'), bucket.endpoint, bucket.region, bucket.name, String(taskId), folder]
  const keys = { ACCESS_KEY: bucket.user.accessKeyId, SECRET_KEY: bucket.user.secretAccessKey }
  const { stdout } = await run(python, args, { env: { ...process.env, ...keys } })
  return JSON.parse(stdout) as Consumed
}

test('the sample of the setup page loads the latest package, past an earlier one and a failure', async () => {
  expect(await deliver('2024-01-01', '2024-01-31')).toBe(6)
  expect(await deliver('2024-02-01', '2024-02-29')).toBe(6)
  await query(ads, 'alter table market_insight_asin rename to elsewhere')
  expect(await deliver('2024-03-01', '2024-03-31')).toBe(3)
  await query(ads, 'alter table elsewhere rename to market_insight_asin')

  consumed = await consume(1)
  expect(consumed.log.statuses).toEqual([6, 6, 3])
  expect(consumed.log.columns).toEqual([
    'Execution Record ID',
    'Task ID',
    'Request ID',
    'Trigger Time',
    'Start Time',
    'End Time',
    'File Send Time',
    'Status',
    'File Name',
    'File Size (B)',
    'Failure Reason',
  ])
  expect(consumed.log.dtypes).toMatchObject({ 'Execution Record ID': 'int64', 'Task ID': 'int64', Status: 'int64' })

  const { fileName, sizeBytes } = await hub.execution(3)
  expect([consumed.fileName, consumed.fileSize, consumed.damaged]).toEqual([fileName, sizeBytes, null])
  const day = /_(\d{8})_\d{10}\.zip$/.exec(consumed.fileName)?.[1]
  expect(consumed.files).toEqual([`market_insight_asin_1_${day}.csv`, `market_insight_daily_1_${day}.csv`])

  const [february] = await query<{ rows: string; impressions: string; spend: string }>(
    ads,
    `select count(*) as rows, sum(impressions) as impressions, sum(spend) as spend
     from market_insight_asin where date between '2024-02-01' and '2024-02-29'`,
  )
  const sums = { impressions: Number(february?.impressions), spend: Number(february?.spend) }
  expect(consumed.tables).toMatchObject([
    {
      rows: Number(february?.rows),
      dtypes: {
        date: 'object',
        marketplace: 'object',
        asin: 'object',
        title: 'object',
        impressions: 'int64',
        spend: 'float64',
      },
      sums,
      first: { date: '2024-02-01', marketplace: 'DE' },
      last: { date: '2024-02-29', marketplace: 'US' },
    },
    {
      rows: 29,
      dtypes: { date: 'object', items: 'int64', spend: 'float64' },
      sums: { items: 29 * ROWS_PER_DAY, spend: sums.spend },
    },
  ])
})

test.each(['Python zipfile', 'Info-ZIP', '7-Zip', 'Java'])('%s opens the package and finds it whole', async (name) => {
  const { zipPath, files } = consumed
  const reader = (await installedReaders()).find((reader) => reader.name === name)
  const found = await reader?.read(zipPath)
  // Fails when anything is wrong, a warning included; the first and the last print what they have read.
  expect(found).toBeDefined()
  if (name === 'Java' || name === 'Python zipfile') for (const file of files) expect(found).toContain(file)
})

test('R31: values that break naive writers reach Python csv and pandas as they were', async () => {
  expect(await hub.settled(1)).toMatchObject({ taskId: 2, status: 6 })
  const [row] = await readLog(bucket, 2)
  const { files, manifest } = await expectWholePackage(bucket, row)
  const columns = nastyValues.map(({ column, type }) => ({ name: column, type }))
  expect(manifest.reports).toMatchObject([{ rows: 2, columns }, { rows: 1 }])

  const path = join(hub.folder, 'nasty.csv')
  await writeFile(path, [...files.values()][0] ?? '')
  const read = JSON.parse((await run(python, [script('read_values.py'), path])).stdout) as Record<string, string[][]>
  const header = columns.map(({ name }) => name)
  const records = [header, nastyValues.map(({ csv }) => csv), nastyValues.map(() => '')]
  expect(read).toEqual({ csv: records, pandas: records })
})

test('R31: NULL and the empty text stay apart, and so do columns of the same name', async () => {
  const [row] = await readLog(bucket, 2)
  const { files } = await expectWholePackage(bucket, row)
  const [[, values, nulls] = [], twins] = [...files.values()].map((csv) => parseRecords(csv.toString()))
  expect(twins).toEqual([
    ['twin', 'twin'],
    ['1', '2'],
  ])
  const empty = nastyValues.findIndex(({ column }) => column === 'empty')
  expect([values?.[empty], nulls?.[empty]]).toEqual(['', null])
})
