import { parseManifest } from '@datahub/core/bucket/manifest'
import { parseRecords } from '@datahub/core/bucket/csv'
import { rangeOfDays } from '@datahub/core/execution/data-range'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openEgress } from '../../foundation/egress.ts'
import { HubUnderTest } from '../../testing/hub-under-test.ts'
import { refreshTokensInMemory } from '../../testing/refresh-tokens-in-memory.ts'
import { connectionTo } from '../../testing/report-service-connection.ts'
import { ReportServiceDouble, type DoubleRequest } from '../../testing/report-service-double.ts'
import { watchedDestination } from '../../testing/watched-destination.ts'
import { exerciseSource } from '../exercise-source.ts'
import { readReport } from '../read-report.ts'
import { reportApi } from './index.ts'

/** A service that reports by the hour. Its requests name instants. */

const HOUR_MS = 3_600_000
const zone = 'America/Los_Angeles'
const world = {
  egress: openEgress(['127.0.0.1'], 'source'),
  folders: [],
  temporaryDir: '/nonexistent',
  refreshTokens: refreshTokensInMemory(),
}

const connectionOf = (service: ReportServiceDouble) => ({
  ...connectionTo(service),
  timeZone: zone,
  grain: 'hour',
  create: {
    path: '/reporting/reports',
    body: {
      startDate: '{from:instant}',
      endDate: '{until:instant}',
      configuration: { reportTypeId: '{parameter.type}' },
    },
    reportId: 'reportId',
  },
})

const traffic = {
  table: 'traffic',
  dateColumn: 'hour',
  primaryKey: ['hour', 'id'],
  parameters: { type: 'spTraffic' },
  columns: [
    { name: 'hour', type: 'timestamptz' },
    { name: 'id', type: 'bigint' },
    { name: 'text', type: 'text' },
  ],
}

function open(service: ReportServiceDouble, more: object = {}, reports: object[] = [traffic]) {
  const connection = reportApi.connectionSchema.parse({ ...connectionOf(service), ...more })
  const parsed = reports.map((report) => reportApi.reportSchema.parse(report))
  reportApi.admit(connection, parsed, world)
  return reportApi.open(connection, parsed, world)
}

/** Of each hour that is asked for, so many rows. */
const rowsOfHours =
  (perHour: number, until = Infinity) =>
  ({ startDate, endDate }: DoubleRequest) => {
    const rows: Record<string, unknown>[] = []
    for (let at = Date.parse(startDate); at < Math.min(Date.parse(endDate), until); at += HOUR_MS)
      for (let id = 0; id < perHour; id += 1)
        rows.push({ hour: new Date(at).toISOString(), id, text: `row ${id} ${'x'.repeat(id % 80)}` })
    return rows
  }

exerciseSource(
  'report-api',
  async () => {
    const service = await ReportServiceDouble.start()
    const nasty = { ...traffic, table: 'nasty', parameters: { type: 'spNasty' } }
    const rows = rowsOfHours(400, Date.parse('2025-01-10T00:00:00Z'))
    service.script.rows = (request) =>
      request.configuration.reportTypeId === 'spNasty'
        ? [{ hour: '2025-01-01T00:30:00+05:30', id: '7', text: 'comma, "quote"\r\n' }]
        : rows(request)
    return {
      source: open(service, {}, [traffic, nasty]),
      table: 'traffic',
      dateColumn: 'hour',
      firstOn: '2025-01-01',
      lastOn: '2025-01-05',
      emptyOn: '2025-02-01',
      nasty: {
        table: 'nasty',
        header: ['hour', 'id', 'text'],
        records: [['2024-12-31 19:00:00+00', '7', 'comma, "quote"\r\n']],
      },
      broken: open(service, {}, [{ ...traffic, table: 'lost', parameters: { type: 'lost' } }]),
      leftOpen: () => Promise.resolve(service.open),
      close: () => service[Symbol.asyncDispose](),
    }
  },
  { takesOrders: true },
)

describe('a report API that counts hours', () => {
  let service: ReportServiceDouble

  beforeEach(async () => {
    service = await ReportServiceDouble.start()
    service.script.pollsUntilReady = 1
    service.script.rows = rowsOfHours(1)
  })

  afterEach(() => service[Symbol.asyncDispose]())

  const asked = () => service.reports.map(({ startDate, endDate }) => [startDate, endDate])

  test.each([
    ['2024-03-10', 23, ['2024-03-10T01:00:00-08:00', '2024-03-10T03:00:00-07:00']],
    ['2024-11-03', 25, ['2024-11-03T01:00:00-07:00', '2024-11-03T01:00:00-08:00']],
  ])('asks for each hour of %s once, though the clocks change: %i', async (day, count, two) => {
    const { text } = await readReport(open(service, { maxHours: 1 }), 'traffic', rangeOfDays(day, day, zone))
    expect(asked()).toHaveLength(count)
    expect(asked().map(([from]) => from)).toEqual(expect.arrayContaining(two))
    asked().forEach(([from], index) => {
      if (index > 0) expect(from && Date.parse(from)).toBe(Date.parse(asked()[index - 1]?.[1] ?? ''))
    })
    const hours = parseRecords(text)
      .slice(1)
      .map(([hour]) => hour)
    expect(new Set(hours).size).toBe(count)
  })

  test('may be named by seconds, the beginning of the last hour, too', async () => {
    const body = {
      startDate: '{from:epoch}',
      endDate: '{to:epoch}',
      configuration: { reportTypeId: 'spTraffic', end: '{until:epoch}' },
    }
    const source = open(service, { create: { ...connectionOf(service).create, body } })
    service.script.rows = () => []
    await readReport(source, 'traffic', rangeOfDays('2024-11-03', '2024-11-03', zone))
    const start = Date.parse('2024-11-03T07:00:00Z') / 1000
    expect(service.reports).toMatchObject([
      {
        startDate: String(start),
        endDate: String(start + 24 * 3600),
        configuration: { end: String(start + 25 * 3600) },
      },
    ])
  })

  test('an hour that is not over is waited for', async () => {
    const hour = Math.floor(Date.now() / HOUR_MS) * HOUR_MS
    const range = { from: new Date(hour), to: new Date(hour + HOUR_MS), timeZone: 'UTC' }
    const request = { requestId: 'early', range, tables: ['traffic'] }
    const error = await open(service)
      .dispatch(request, new AbortController().signal)
      .catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'source.too_early', retryAfterMs: expect.any(Number) })
    expect((error as { retryAfterMs: number }).retryAfterMs).toBeLessThanOrEqual(HOUR_MS)
    expect(asked()).toEqual([])
  })

  test.each([
    [{ maxDays: 3 }, 'goes with grain: day'],
    [{ grain: 'day', maxHours: 3 }, 'goes with grain: hour'],
    [{ headers: { 'X-Day': '{from}' } }, 'says no hour: write {from:instant} or {from:epoch}'],
    [{ download: { format: 'json', headers: { 'X-Day': '{until:compact}' } } }, 'write {until:instant}'],
  ])('a definition that means no hours is refused with the reason (%#)', (more, words) => {
    expect(() => open(service, more)).toThrow(words)
  })

  test('a date column that is a date is refused: receivers would replace a day by an hour of it', () => {
    const [hour, ...others] = traffic.columns
    const report = { ...traffic, columns: [{ ...hour, type: 'date' }, ...others] }
    expect(() => open(service, {}, [report])).toThrow(
      expect.objectContaining({ fields: [expect.objectContaining({ field: 'reports[0].dateColumn' })] }),
    )
  })
})

describe('a hub that asks by the hour', () => {
  let service: ReportServiceDouble
  let hub: HubUnderTest
  let store: ReturnType<typeof watchedDestination>

  beforeEach(async () => {
    service = await ReportServiceDouble.start()
    service.script.rows = rowsOfHours(2)
    store = watchedDestination()
    hub = await HubUnderTest.start([reportApi], [store.kind], { DATAHUB_EGRESS_ALLOW: '127.0.0.1' })
  })

  afterEach(async () => {
    await hub[Symbol.asyncDispose]()
    await service[Symbol.asyncDispose]()
  })

  const define = (schedule: object, more: object = {}) =>
    hub.request('POST', '/apply', {
      sources: [
        { name: 'ads', kind: 'report-api', connection: { ...connectionOf(service), ...more }, reports: [traffic] },
      ],
      destinations: [{ name: 'store', kind: 'memory' }],
      tasks: [{ name: 'hourly', source: 'ads', destination: 'store', schedule: { timeZone: zone, ...schedule } }],
    })

  test('delivers the hour before, as one report of one hour, and says which in the manifest', async () => {
    expect((await define({ every: 'hour', minute: 5 })).status).toBe(200)
    const { id } = await hub.ask('POST', '/tasks/hourly/run', {})
    const execution = await hub.settled(id)
    expect(execution).toMatchObject({ status: 6, rows: 2 })
    const [{ startDate, endDate } = { startDate: '', endDate: '' }] = service.reports
    expect(Date.parse(endDate) - Date.parse(startDate)).toBe(HOUR_MS)
    const path = `reports/1/${execution.fileName?.replace('.zip', '.manifest.json')}`
    const { dataRange, reports } = parseManifest(store.objects.get(path)?.bytes.toString() ?? '')
    expect(dataRange).toMatchObject({ from: startDate, to: endDate, timeZone: zone })
    expect(reports).toMatchObject([{ replaceByRange: { dateColumn: 'hour' } }])
  })

  test.each([
    [{ every: 'minutes', minutes: 15 }, {}, 'the data source counts hours and delivers nothing smaller'],
    [
      { every: 'hour' },
      {
        grain: 'day',
        create: {
          path: '/reporting/reports',
          reportId: 'reportId',
          body: { startDate: '{from}', endDate: '{to}', configuration: { reportTypeId: '{parameter.type}' } },
        },
      },
      'the data source counts days and delivers nothing smaller',
    ],
  ])('a schedule finer than the service counts is refused when it is saved (%#)', async (schedule, more, problem) => {
    const { status, body } = await define(schedule, more)
    expect(status).toBe(422)
    expect(JSON.stringify(body)).toContain(problem)
    expect(JSON.stringify(body)).toContain('tasks[0].schedule.every')
  })
})
