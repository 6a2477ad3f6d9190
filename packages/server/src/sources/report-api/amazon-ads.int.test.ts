import { parseManifest } from '@datahub/core/bucket/manifest'
import { parseSyncLog } from '@datahub/core/bucket/sync-log'
import { DataHubError } from '@datahub/core/error/data-hub-error'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { HubUnderTest } from '../../testing/hub-under-test.ts'
import { ReportServiceDouble, type DoubleRequest } from '../../testing/report-service-double.ts'
import { watchedDestination } from '../../testing/watched-destination.ts'
import { amazonAds } from './amazon-ads.ts'

/** Deliveries of a whole hub from a double of Amazon Ads, each ending in its status, as the sync log shows it. */

let service: ReportServiceDouble
let store: ReturnType<typeof watchedDestination>
let hub: HubUnderTest

const day = (ago: number) => new Date(Date.now() - ago * 86_400_000).toISOString().slice(0, 10)

function rows({ profile, startDate, endDate }: DoubleRequest): Record<string, unknown>[] {
  const all: Record<string, unknown>[] = []
  for (let at = Date.parse(startDate); at <= Date.parse(endDate); at += 86_400_000)
    all.push({
      date: new Date(at).toISOString().slice(0, 10),
      campaignId: 158_410_630_682_987,
      campaignName: `of ${profile}`,
      impressions: 2216,
      cost: 14.5,
    })
  return all
}

const report = {
  table: 'sp_campaigns',
  product: 'sponsored-products',
  reportType: 'spCampaigns',
  groupBy: ['campaign'],
  columns: ['date', 'campaignId', 'campaignName', 'impressions', 'cost'],
  primaryKey: ['profile_id', 'date', 'campaignId'],
}

const source = (more: object = {}, reports: object[] = [report]) => ({
  name: 'ads',
  kind: 'amazon-ads',
  connection: {
    region: 'NA',
    clientId: 'amzn1.application-oa2-client.1',
    clientSecret: 'client-secret',
    refreshToken: 'Atzr|refresh',
    profiles: [{ id: '1001' }],
    pollEverySeconds: 0.1,
    apiUrl: service.url,
    tokenUrl: `${service.url}/auth/o2/token`,
    ...more,
  },
  reports,
})

async function define(...given: Parameters<typeof source>): Promise<void> {
  await hub.ask('POST', '/apply', {
    sources: [source(...given)],
    destinations: [{ name: 'store', kind: 'memory' }],
    tasks: [
      { name: 'daily', source: 'ads', destination: 'store', schedule: { every: 'day', at: '03:00', timeZone: 'UTC' } },
    ],
  })
}

const run = async (from: number, to: number): Promise<number> =>
  (await hub.ask('POST', '/tasks/daily/run', { from: day(from), to: day(to) })).id
const deliver = async (from = 3, to = 2) => hub.settled(await run(from, to))

function log() {
  return parseSyncLog(store.objects.get('reports/1/sync_log_1.csv')?.bytes.toString() ?? '')
}

/** As if the day had passed for which faults are tried again. */
const giveUp = (id: number) =>
  hub.sql(`update execution set started_at = now() - interval '30 hours' where id = $1`, [id])

beforeEach(async () => {
  service = await ReportServiceDouble.start()
  service.script.rows = rows
  store = watchedDestination()
  hub = await HubUnderTest.start([amazonAds], [store.kind], { DATAHUB_EGRESS_ALLOW: '127.0.0.1' })
})

afterEach(async () => {
  await hub[Symbol.asyncDispose]()
  await service[Symbol.asyncDispose]()
})

test('a report of several profiles over more than 31 days: asked for in parts, joined, statuses 0, 1, 2, 4 and 6 shown', async () => {
  await define({ profiles: [{ id: '1001', timeZone: 'America/Los_Angeles' }, { id: '1002' }] })
  const shown = new Set<number>()
  store.after = (_operation, key) => {
    if (key.endsWith('.csv')) for (const { status } of log()) shown.add(status)
    return Promise.resolve()
  }
  // Slow enough to be seen at work
  service.script.broken = 3
  const first = await run(41, 2)
  const second = await run(44, 43)
  const execution = await hub.settled(first)
  expect(execution).toMatchObject({ status: 6, attempt: 1, rows: 80 })
  await hub.settled(second, 90_000)
  expect([...shown].toSorted((a, b) => a - b)).toEqual([0, 1, 2, 4, 6])
  const asked = service.reports.slice(0, 4).map(({ profile, startDate, endDate }) => [profile, startDate, endDate])
  expect(asked).toEqual([
    ['1001', day(41), day(11)],
    ['1001', day(10), day(2)],
    ['1002', day(41), day(11)],
    ['1002', day(10), day(2)],
  ])
  const [create] = service.callsTo('/reporting/reports', 'POST')
  expect(create?.headers).toMatchObject({
    'content-type': 'application/vnd.createasyncreportrequest.v3+json',
    'amazon-advertising-api-clientid': 'amzn1.application-oa2-client.1',
    'amazon-advertising-api-scope': '1001',
  })
  expect(JSON.parse(service.callsTo('/reporting/reports', 'POST').at(-1)?.body ?? '')).toMatchObject({
    configuration: { adProduct: 'SPONSORED_PRODUCTS', timeUnit: 'DAILY', format: 'GZIP_JSON', groupBy: ['campaign'] },
  })
  const manifest = parseManifest(
    store.objects.get(`reports/1/${execution.fileName?.replace('.zip', '.manifest.json')}`)?.bytes.toString() ?? '',
  )
  expect(manifest.reports[0]?.columns.map(({ name, type }) => `${name} ${type}`)).toEqual([
    'profile_id text',
    'date date',
    'campaignId bigint',
    'campaignName text',
    'impressions bigint',
    'cost decimal',
  ])
})

test('an answer that is lost on its way: the service names the report that it has taken, and there is no second one', async () => {
  await define()
  service.script.createAnswer = 'lost'
  expect(await deliver()).toMatchObject({ status: 6 })
  expect(service.reports).toHaveLength(1)
})

test('a duplicate of another report does not pass for ours: it is asked for again later', async () => {
  await define()
  await deliver(3, 2)
  service.script.takenFor = () => service.reports[0]?.id
  const refused = await hub.until(await run(5, 5), (execution) => execution.retryAt !== null)
  expect(refused).toMatchObject({ status: 1, failure: { code: 'source.throttled', facts: { differs: 'startDate' } } })
  expect(Date.parse(refused.retryAt ?? '') - Date.now()).toBeGreaterThan(30_000)
})

test('R5: killed and started again while it waits, it goes on with the same report', async () => {
  await define({ pollEverySeconds: 3 })
  const id = await run(3, 2)
  await hub.until(id, (execution) => execution.pollAt !== null)
  await hub.stop()
  await hub.start()
  expect(await hub.settled(id)).toMatchObject({ status: 6 })
  expect(service.reports).toHaveLength(1)
})

test('throttled, it comes back when the service wants it to, and holds no worker until then', async () => {
  await define()
  service.script.throttled = { create: 1, poll: 1, seconds: 6 }
  const id = await run(3, 2)
  const waiting = await hub.until(id, (execution) => execution.retryAt !== null)
  expect(waiting.failure).toMatchObject({ code: 'source.throttled' })
  expect(Date.parse(waiting.retryAt ?? '') - Date.parse(waiting.startedAt ?? '')).toBeGreaterThanOrEqual(6_000)
  expect(await hub.settled(id, 60_000)).toMatchObject({ status: 6 })
})

test('3: a refresh token that was revoked, with the remedy', async () => {
  await define()
  service.expireTokens()
  service.script.tokenRefusals = 99
  expect(await deliver()).toMatchObject({
    status: 3,
    failure: { code: 'source.token_refused', cure: expect.stringContaining('refresh token') },
  })
  expect(log()).toMatchObject([{ status: 3, fileName: null }])
})

test('3: a report that the service does not know, with nothing of its answer', async () => {
  await define({}, [{ ...report, reportType: 'unknownCampaigns' }])
  const execution = await deliver()
  expect(execution).toMatchObject({ status: 3, failure: { code: 'source.refused', facts: { httpStatus: 400 } } })
  expect(JSON.stringify(execution)).not.toContain('unknownCampaigns')
})

test('3: days that Amazon does not keep any more, naming the first that it has', async () => {
  await define()
  expect(await deliver(120, 119)).toMatchObject({
    status: 3,
    failure: { code: 'source.range_too_old', cure: expect.stringContaining(day(95)) },
  })
  expect(service.reports).toHaveLength(0)
})

test('a day that is not over where the profile is waits until it is', async () => {
  await define({ profiles: [{ id: '1001', timeZone: 'Pacific/Pago_Pago' }] })
  await hub.ask('POST', '/apply', {
    tasks: [
      {
        name: 'early',
        source: 'ads',
        destination: 'store',
        schedule: { every: 'day', at: '00:00', timeZone: 'Pacific/Kiritimati' },
      },
    ],
  })
  const { id } = await hub.ask('POST', '/tasks/early/run', {})
  const waiting = await hub.until(id, (execution) => execution.retryAt !== null || execution.endedAt !== null)
  expect(waiting).toMatchObject({ status: 1, endedAt: null, failure: { code: 'source.too_early' } })
  expect(service.reports).toHaveLength(0)
})

test('a report that fails is asked for anew; 5 when it fails again and again', async () => {
  await define()
  service.script.failing = 1
  expect(await deliver()).toMatchObject({ status: 6, attempt: 2 })
  expect(service.reports).toHaveLength(2)
  service.script.failing = 99
  expect(await deliver(5, 4)).toMatchObject({ status: 5, attempt: 3, failure: { code: 'source.report_failed' } })
  expect(log().at(-1)).toMatchObject({
    status: 5,
    failureReason: expect.stringContaining('could not produce the report'),
  })
})

test('5: a report that is not ready in time', async () => {
  await define({ deadlineMinutes: 0.03 })
  service.script.pollsUntilReady = 999
  expect(await deliver()).toMatchObject({ status: 5, attempt: 1, failure: { code: 'source.report_overdue' } })
})

test('R31: an empty report is a file with a header only, and 6', async () => {
  await define()
  service.script.rows = () => []
  expect(await deliver()).toMatchObject({ status: 6, rows: 0, files: [{ rows: 0 }] })
})

test('7: produced and fetched, but not stored', async () => {
  await define()
  store.before = (operation, key) =>
    operation === 'putNew' && key.endsWith('.zip')
      ? Promise.reject(new DataHubError('destination.bucket_missing', 'store'))
      : Promise.resolve()
  expect(await deliver()).toMatchObject({ status: 7 })
  expect(log()).toMatchObject([{ status: 7 }])
})

test('R7: 8: produced, but cut off every time it is fetched', async () => {
  await define()
  service.script.hasRanges = false
  service.script.cut = { downloads: 999, afterBytes: 40 }
  const id = await run(3, 2)
  await hub.until(id, (execution) => execution.failure?.code === 'source.download_failed')
  await giveUp(id)
  expect(await hub.settled(id, 90_000)).toMatchObject({ status: 8, failure: { code: 'source.download_failed' } })
  expect(log()).toMatchObject([{ status: 8, failureReason: expect.stringContaining('could not be fetched whole') }])
  expect([...store.objects.keys()].filter((key) => key.endsWith('.zip'))).toEqual([])
  expect(service.reports).toHaveLength(1)
})

test('a URL that has expired is asked for once more, and the report is not', async () => {
  await define()
  service.script.expiredUrls = 1
  expect(await deliver()).toMatchObject({ status: 6, attempt: 1 })
  expect(service.reports).toHaveLength(1)
})

test('R35: 8: a URL that leads to an address of the platform', async () => {
  await define()
  service.script.urlOf = () => 'https://169.254.169.254/latest/meta-data/iam/'
  expect(await deliver()).toMatchObject({ status: 8, attempt: 1, failure: { code: 'source.egress_blocked' } })
})

test('a task that does not say how many days to refresh gets what Amazon restates, and applying it again changes nothing', async () => {
  await define()
  expect((await hub.ask('GET', '/tasks/daily')).schedule).toMatchObject({ refreshDays: 42 })
  const task = {
    name: 'daily',
    source: 'ads',
    destination: 'store',
    schedule: { every: 'day', at: '03:00', timeZone: 'UTC' },
  }
  expect(await hub.ask('POST', '/plan', { tasks: [task] })).toEqual([
    expect.objectContaining({ name: 'daily', action: 'unchanged' }),
  ])
  await hub.ask('POST', '/apply', { tasks: [{ ...task, schedule: { ...task.schedule, refreshDays: 1 } }] })
  expect((await hub.ask('GET', '/tasks/daily')).schedule).toMatchObject({ refreshDays: 1 })
})

describe('sums over a range', () => {
  const summary = {
    ...report,
    timeUnit: 'SUMMARY',
    columns: ['startDate', 'endDate', 'campaignId', 'impressions'],
    primaryKey: ['profile_id', 'startDate', 'endDate', 'campaignId'],
  }

  test('are asked for as they are, of all its days at once', async () => {
    await define({}, [summary])
    service.script.rows = ({ startDate, endDate }) => [{ startDate, endDate, campaignId: 1, impressions: 7 }]
    const execution = await deliver(32, 2)
    expect(execution).toMatchObject({ status: 6, rows: 1 })
    expect(service.reports).toMatchObject([
      { startDate: day(32), endDate: day(2), configuration: { timeUnit: 'SUMMARY', columns: summary.columns } },
    ])
    expect(await hub.ask('GET', '/sources/ads/reports')).toMatchObject({ tables: ['sp_campaigns'] })
  })

  test('3: are not joined of parts: a range too long for one report is refused before anything is asked for', async () => {
    await define({}, [summary])
    expect(await deliver(33, 2)).toMatchObject({
      status: 3,
      failure: { code: 'source.range_too_long', cure: expect.stringContaining('at most 31 days') },
    })
    expect(log()).toMatchObject([{ status: 3, fileName: null }])
    expect(service.reports).toHaveLength(0)
  })

  test.each([
    [{ ...summary, columns: ['campaignId', 'startDate'] }, 'must contain endDate'],
    [{ ...summary, columns: [...summary.columns, 'date'] }, 'must not contain date'],
    [{ ...report, columns: ['campaignId'] }, 'must contain date'],
    [{ ...report, columns: [...report.columns, 'startDate'] }, 'must not contain startDate'],
    [{ ...report, timeUnit: 'HOURLY' }, 'must be one of DAILY, SUMMARY'],
  ])('columns say of which days a row is, as Amazon has them (%#)', async (wrong, words) => {
    await expect(define({}, [wrong])).rejects.toThrow(words)
  })
})

test('a connection test lists the profiles: those that are named have to be among them', async () => {
  await expect(define({ profiles: [{ id: '1001' }, { id: '9999' }] })).rejects.toThrow(
    /do not see 9999: correct the id, or have access granted. They see 1001, 1002/,
  )
  await define({ profiles: [{ id: '1001' }] })
  const calls = service.callsTo('/v2/profiles')
  expect(calls).toHaveLength(2)
  for (const { headers } of calls) {
    expect(headers['amazon-advertising-api-clientid']).toBe('amzn1.application-oa2-client.1')
    expect(headers['amazon-advertising-api-scope']).toBeUndefined()
  }
  expect(service.reports).toHaveLength(0)
})
