import { gzipSync } from 'node:zlib'
import { parseRecords } from '@datahub/core/bucket/csv'
import { rangeOfDays } from '@datahub/core/execution/data-range'
import type { ReferenceMemory, Source } from '@datahub/core/source/source'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { openEgress } from '../../foundation/egress.ts'
import { connectionTo } from '../../testing/report-service-connection.ts'
import { ReportServiceDouble, type DoubleRequest } from '../../testing/report-service-double.ts'
import { exerciseSource } from '../exercise-source.ts'
import { readReport, untilReady } from '../read-report.ts'
import { amazonAds } from './amazon-ads.ts'
import { reportApi } from './index.ts'
import { refreshTokensInMemory } from '../../testing/refresh-tokens-in-memory.ts'

const world = {
  egress: openEgress(['127.0.0.1'], 'source'),
  folders: [],
  temporaryDir: '/nonexistent',
  refreshTokens: refreshTokensInMemory(),
}
const never = new AbortController().signal

/** As a person writes it; what stands in `more` instead. */
function generic(service: ReportServiceDouble, more: object = {}, reports: object[] = [clicks]): Source {
  const connection = reportApi.connectionSchema.parse({ ...connectionTo(service), ...more })
  const parsed = reports.map((report) => reportApi.reportSchema.parse(report))
  reportApi.admit(connection, parsed, world)
  return reportApi.open(connection, parsed, world)
}

const clicks = {
  table: 'clicks',
  dateColumn: 'date',
  primaryKey: ['date', 'id'],
  parameters: { type: 'spClicks' },
  columns: [
    { name: 'date', type: 'date' },
    { name: 'id', type: 'bigint' },
    { name: 'text', type: 'text' },
  ],
}

function daysOf({ startDate, endDate }: DoubleRequest): string[] {
  const days: string[] = []
  for (let at = Date.parse(startDate); at <= Date.parse(endDate); at += 86_400_000)
    days.push(new Date(at).toISOString().slice(0, 10))
  return days
}

const rowsOfDays = (perDay: number) => (request: DoubleRequest) =>
  daysOf(request)
    .filter((date) => date < '2025-01-10')
    .flatMap((date) =>
      Array.from({ length: perDay }, (_, n) => ({
        date,
        id: n,
        text: `row ${n} of ${request.profile} ${'x'.repeat(n % 80)}`,
      })),
    )

/** Numbers as a service writes them, which JavaScript could not. */
const NASTY_JSON = `[
  {"a":9223372036854775807,"b":12345678901234567890.123456789012345678,"c":"=1+1","d":"comma, \\"quote\\"\\r\\nline","__proto__":"kept","deep":{"x":[1,{"y":1e400}]}},
  {"a":-5,"b":1e-10,"c":"","d":null,"__proto__":null,"deep":{"x":[]}},
  {"a":"7","b":"0.10","c":"\\ud83c\\udfa7 \\u0000","d":"NULL","__proto__":"","deep":{}},
  {"b":-0,"c":true,"d":12}
]`
const NASTY_MARK = {}
const nastyReport = {
  table: 'nasty',
  parameters: { type: 'spNasty' },
  columns: [
    { name: 'a', type: 'bigint' },
    { name: 'b', type: 'decimal', precision: 38, scale: 18 },
    { name: 'c', type: 'text' },
    { name: 'd', type: 'text' },
    { name: '__proto__', type: 'text' },
    { name: 'x', from: 'deep.x', type: 'json' },
  ],
}
const NASTY = [
  [
    '9223372036854775807',
    '12345678901234567890.123456789012345678',
    '=1+1',
    'comma, "quote"\r\nline',
    'kept',
    '[1,{"y":1e400}]',
  ],
  ['-5', '0.0000000001', '', null, null, '[]'],
  ['7', '0.10', '🎧 \0', 'NULL', '', null],
  [null, '0', 'true', '12', null, null],
]

exerciseSource(
  'report-api',
  async () => {
    const service = await ReportServiceDouble.start()
    service.script.rows = (request) =>
      request.configuration.reportTypeId === 'spNasty' ? [NASTY_MARK] : rowsOfDays(9_000)(request)
    service.script.encode = (rows) => gzipSync(rows[0] === NASTY_MARK ? NASTY_JSON : JSON.stringify(rows))
    const nasty = generic(service, {}, [clicks, nastyReport])
    return {
      source: nasty,
      table: 'clicks',
      dateColumn: 'date',
      firstOn: '2025-01-01',
      lastOn: '2025-01-05',
      emptyOn: '2025-02-01',
      nasty: { table: 'nasty', header: nastyReport.columns.map(({ name }) => name), records: NASTY },
      broken: generic(service, {}, [{ ...clicks, table: 'lost', parameters: { type: 'lost' } }]),
      leftOpen: () => Promise.resolve(service.open),
      close: () => service[Symbol.asyncDispose](),
    }
  },
  { takesOrders: true },
)

exerciseSource(
  'amazon-ads',
  async () => {
    const service = await ReportServiceDouble.start()
    const day = (ago: number) => new Date(Date.now() - ago * 86_400_000).toISOString().slice(0, 10)
    const [firstOn, lastOn] = [day(40), day(36)]
    service.script.rows = (request) =>
      daysOf(request)
        .filter((date) => date >= firstOn && date <= lastOn)
        .flatMap((date) =>
          Array.from({ length: 9_000 }, (_, n) => ({
            date,
            campaignId: n,
            campaignName: `campaign ${n} ${'x'.repeat(n % 80)}`,
          })),
        )
    const open = (reports: object[]) => {
      const connection = amazonAds.connectionSchema.parse({
        region: 'EU',
        clientId: 'amzn1.application-oa2-client.1',
        clientSecret: 'client-secret',
        refreshToken: 'Atzr|refresh',
        profiles: [{ id: '1001' }],
        pollEverySeconds: 0.05,
        apiUrl: service.url,
        tokenUrl: `${service.url}/auth/o2/token`,
      })
      const parsed = reports.map((report) => amazonAds.reportSchema.parse(report))
      amazonAds.admit(connection, parsed, world)
      return amazonAds.open(connection, parsed, world)
    }
    const report = {
      table: 'sp_campaigns',
      product: 'sponsored-products',
      reportType: 'spCampaigns',
      groupBy: ['campaign'],
      columns: ['date', 'campaignId', 'campaignName'],
    }
    return {
      source: open([report]),
      table: 'sp_campaigns',
      dateColumn: 'date',
      firstOn,
      lastOn,
      emptyOn: day(20),
      leftOpen: () => Promise.resolve(service.open),
      close: () => service[Symbol.asyncDispose](),
    }
  },
  { makesItsOwnData: true },
)

describe('a report API', () => {
  let service: ReportServiceDouble
  const range = rangeOfDays('2025-01-01', '2025-01-03', 'UTC')
  const read = (source: Source, table = 'clicks') => readReport(source, table, range)
  const idsOf = (text: string) => parseRecords(text).slice(1).length

  beforeEach(async () => {
    await service?.[Symbol.asyncDispose]()
    service = await ReportServiceDouble.start()
    service.script.pollsUntilReady = 1
    service.script.rows = rowsOfDays(2_000)
  })

  afterAll(() => service[Symbol.asyncDispose]())

  test('R6: a connection that dies at any byte of the download, 50 times, is taken up again there, to the same bytes', async () => {
    const whole = await read(generic(service))
    const { length } = gzipSync(JSON.stringify(rowsOfDays(2_000)({ ...anyRequest, endDate: '2025-01-03' })))
    for (let n = 0; n < 50; n += 1) {
      service.script.cut = { downloads: 2, afterBytes: Math.floor((length * n) / 110) }
      expect((await read(generic(service))).bytes.equals(whole.bytes)).toBe(true)
    }
    expect(service.callsTo('/files/').filter(({ headers }) => headers['range'] !== undefined).length).toBeGreaterThan(
      90,
    )
  }, 240_000)

  test('R6: where the server cannot go on in the middle, a download that breaks is a failure and never a short report', async () => {
    service.script.hasRanges = false
    for (const afterBytes of [0, 1, 500, 5_000]) {
      service.script.cut = { downloads: 1, afterBytes }
      await expect(read(generic(service))).rejects.toMatchObject({ code: 'source.download_failed' })
    }
    expect(await settled(() => service.open)).toBe(0)
  })

  test('R6: a file that has changed meanwhile is not continued: it would be one of two halves', async () => {
    service.script.cut = { downloads: 1, afterBytes: 3_000 }
    const { script } = service
    script.rows = (request) => rowsOfDays(script.cut.downloads > 0 ? 2_000 : 1_000)(request)
    const source = generic(service)
    script.hasRanges = false
    await expect(read(source)).rejects.toMatchObject({ code: 'source.download_failed' })
  })

  test('R7: a file cut off anywhere is noticed, by gzip or by JSON, whatever its length says', async () => {
    const rows = rowsOfDays(20)({ ...anyRequest, endDate: '2025-01-02' })
    const zipped = gzipSync(JSON.stringify(rows))
    const plain = Buffer.from(JSON.stringify(rows))
    for (const [bytes, step] of [
      [zipped, 97],
      [plain, 311],
    ] as const) {
      for (let end = 1; end < bytes.length; end += step) {
        service.script.encode = () => bytes.subarray(0, end)
        await expect(read(generic(service))).rejects.toMatchObject({ code: 'source.download_failed' })
      }
    }
  })

  test('R7: JSON Lines cut off between two records: the count that the service tells decides', async () => {
    service.script.encode = (rows) => Buffer.from(rows.map((row) => `${JSON.stringify(row)}\n`).join(''))
    const source = () => generic(service, { download: { format: 'json-lines' } })
    service.script.rowCountOf = (rows) => rows.length
    expect((await read(source())).rowsSent).toBe(6_000)
    service.script.rowCountOf = (rows) => (rows.length === 0 ? undefined : rows.length + 1)
    await expect(read(source())).rejects.toMatchObject({
      code: 'source.download_failed',
      facts: { rowsTold: 6_001, rowsReceived: 6_000 },
    })
  })

  test('R7: a JSON about something else is no empty report', async () => {
    service.script.encode = () => Buffer.from('{"error":"no such thing"}')
    await expect(read(generic(service))).rejects.toMatchObject({ code: 'source.answer_unreadable' })
    const nested = generic(service, { download: { format: 'json', records: 'data.rows' } })
    await expect(read(nested)).rejects.toMatchObject({ code: 'source.answer_unreadable' })
    service.script.encode = () => Buffer.from('{"rows":[{"id":1}],"data":{"n":1,"rows":[]}}')
    expect((await read(nested)).rowsSent).toBe(0)
    service.script.encode = () => Buffer.from('{"data":{"more":{"rows":[1]},"rows":[{"id":1},{"id":2}]}}')
    expect((await read(nested)).rowsSent).toBe(2)
  })

  test('R30: a download slower than its deadline is given up, and its connection is closed', async () => {
    const source = generic(service, { deadlineMinutes: 0.05 })
    const dispatched = await source.dispatch({ requestId: 'slow', range, tables: ['clicks'] }, never)
    await untilReady(source, dispatched, never)
    const { chunks } = await source.read(dispatched, 'clicks', never)
    let taken = 0
    const slowly = async () => {
      for await (const _ of chunks) if (taken++ === 0) await new Promise((resolve) => setTimeout(resolve, 3500))
    }
    await expect(slowly()).rejects.toMatchObject({ code: 'source.timeout' })
    expect(await settled(() => service.open)).toBe(0)
  })

  test('R31: CSV and JSON Lines give what JSON gives, packed or not', async () => {
    const wanted = (await read(generic(service))).text
    service.script.encode = (rows) => Buffer.from(rows.map((row) => `${JSON.stringify(row)}\r\n\n`).join(''))
    expect((await read(generic(service, { download: { format: 'json-lines' } }))).text).toBe(wanted)
    service.script.encode = (rows) =>
      gzipSync(
        `\uFEFFtext,date,more,id\n${rows.map((row) => `"${String(row['text'])}",${String(row['date'])},,${String(row['id'])}\n`).join('')}`,
      )
    expect((await read(generic(service, { download: { format: 'csv' } }))).text).toBe(wanted)
    service.script.encode = () => Buffer.from('date,text\n')
    await expect(read(generic(service, { download: { format: 'csv' } }))).rejects.toMatchObject({
      code: 'source.answer_unreadable',
      hint: expect.stringContaining('id'),
    })
  })

  test('fields that come or go are told: a report has the columns of its definition', async () => {
    const remarksOf = async (more: object = {}) => {
      const source = generic(service, more)
      const dispatched = await source.dispatch({ requestId: 'remarks', range, tables: ['clicks'] }, never)
      await untilReady(source, dispatched, never)
      const stream = await source.read(dispatched, 'clicks', never)
      for await (const _ of stream.chunks);
      await dispatched.close()
      return stream.remarks?.()
    }
    expect(await remarksOf()).toEqual([])
    service.script.rows = () => [
      { date: '2025-01-01', id: 1, label: 'x', 'ad group': 1 },
      { date: '2025-01-01', id: 2 },
    ]
    const untaken = 'The service sends fields of clicks that no column takes: ad group, label'
    expect(await remarksOf()).toEqual([
      'No record of clicks has the field of text: NULL in every row. Has the service renamed or removed it?',
      untaken,
    ])
    service.script.encode = () => Buffer.from('date,label,id,text,ad group\n2025-01-01,x,1,,\n')
    expect(await remarksOf({ download: { format: 'csv' } })).toEqual([untaken])
    service.script.encode = () => Buffer.from('[]')
    expect(await remarksOf()).toEqual([])
  })

  test('a value that does not fit its column is told by column, not by value', async () => {
    service.script.rows = () => [{ date: '2025-01-01', id: 1.5, text: 'secret' }]
    const error = await read(generic(service)).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'source.value_unreadable', message: expect.stringContaining('column id') })
    expect(JSON.stringify(error)).not.toContain('1.5')
  })

  test('ranges longer than the service allows are asked for in parts and joined, each account with its column', async () => {
    service.script.rows = (request) => daysOf(request).map((date) => ({ date, id: 1, text: request.profile }))
    const source = generic(
      service,
      {
        maxDays: 2,
        headers: { 'Amazon-Advertising-API-Scope': '{account}' },
        accounts: [{ id: '7' }, { id: '8', timeZone: 'Asia/Tokyo' }],
        accountColumn: 'account',
      },
      [{ ...clicks, primaryKey: ['account', 'date', 'id'] }],
    )
    const { text } = await read(source)
    expect(parseRecords(text)).toEqual([
      ['account', 'date', 'id', 'text'],
      ...['7', '8'].flatMap((account) =>
        ['2025-01-01', '2025-01-02', '2025-01-03'].map((date) => [account, date, '1', account]),
      ),
    ])
    expect(service.reports.map(({ startDate, endDate, profile }) => [profile, startDate, endDate])).toEqual([
      ['7', '2025-01-01', '2025-01-02'],
      ['7', '2025-01-03', '2025-01-03'],
      ['8', '2025-01-01', '2025-01-02'],
      ['8', '2025-01-03', '2025-01-03'],
    ])
  })

  test('R5: each id is kept as soon as it is known, and the key of a report is the same for every attempt at it', async () => {
    const kept: string[] = []
    const memory = (reference?: unknown): ReferenceMemory => ({
      reference,
      keep: (next) => {
        kept.push(JSON.stringify(next))
        return Promise.resolve()
      },
    })
    const duplicate = { status: 425, reportId: 'detail', after: 'duplicate of :' }
    const source = generic(service, { maxDays: 1, create: { ...connectionTo(service).create, duplicate } })
    const request = { requestId: 'kept', range, tables: ['clicks'] }
    await source.dispatch(request, never, memory())
    expect(kept).toHaveLength(3)
    // As if the hub had died after the second one
    await source.dispatch(request, never, memory(JSON.parse(kept[1] ?? '')))
    expect(service.reports).toHaveLength(3)
    const keys = service.callsTo('/reporting/reports', 'POST').map(({ headers }) => headers['x-idempotency-key'])
    expect(keys[3]).toBe(keys[2])
    expect(new Set(keys).size).toBe(3)
  })

  test('a token is fetched once for many requests, and once more when the service refuses it', async () => {
    const source = generic(service)
    await read(source)
    const before = service.callsTo('/auth').length
    await read(source)
    expect(service.callsTo('/auth').length).toBe(before)
    service.expireTokens()
    await read(source)
    expect(service.callsTo('/auth').length).toBe(before + 1)
  })

  test('faults that pass within seconds are tried again at once, with nothing of an answer in what is told', async () => {
    service.script.broken = 2
    expect(idsOf((await read(generic(service))).text)).toBe(6_000)
    service.script.broken = 99
    const error = await read(generic(service)).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'source.unreachable' })
    expect(JSON.stringify(error)).not.toContain('secret')
  })

  test('a URL on another host gets neither headers nor token of the service, and one that must have them is refused', async () => {
    await using elsewhere = await ReportServiceDouble.start()
    elsewhere.script.rows = rowsOfDays(1)
    service.script.urlOf = (path) => `${elsewhere.url}${path}`
    const headers = { headers: { 'X-Ours': 'ours' } }
    await read(generic(service, headers)).catch(() => {})
    expect(elsewhere.calls).toHaveLength(2)
    for (const call of elsewhere.calls) expect(Object.keys(call.headers)).not.toContain('authorization')
    for (const call of elsewhere.calls) expect(Object.keys(call.headers)).not.toContain('x-ours')
    elsewhere.calls.length = 0
    const eager = generic(service, { ...headers, download: { format: 'json', urlNeedsAuth: true } })
    await expect(read(eager)).rejects.toMatchObject({ code: 'source.egress_blocked' })
    expect(elsewhere.calls).toHaveLength(0)
  })

  test.each([
    'http://169.254.169.254/latest/meta-data/',
    'https://169.254.169.254/x',
    'https://[fd00:ec2::254]/x',
    'file:///etc/passwd',
    'https://user:password@127.0.0.1/x',
    'http://reports.example.com/x',
  ])('R35: a report that is said to be at %s is not fetched', async (url) => {
    service.script.urlOf = () => url
    await expect(read(generic(service))).rejects.toMatchObject({ code: 'source.egress_blocked' })
  })

  test('R35: addresses of this machine are refused when a source is saved, unless the operator allows them', () => {
    const connection = reportApi.connectionSchema.parse(connectionTo(service))
    const strict = { ...world, egress: openEgress([], 'source') }
    expect(() => reportApi.admit(connection, [], strict)).toThrow(
      expect.objectContaining({ code: 'source.egress_blocked' }),
    )
  })

  test.each([
    [{ ...clicks, parameters: {} }, {}, 'reports[0].parameters.type'],
    [{ ...clicks, dateColumn: 'day' }, {}, 'reports[0].dateColumn'],
    [clicks, { accounts: [{ id: '1' }, { id: '2' }], accountColumn: 'account' }, 'reports[0].primaryKey'],
    [clicks, { headers: { 'X-Scope': '{account}' } }, 'connection.accounts'],
  ])('a definition that does not fit together is refused by field (%#)', (report, more, field) => {
    expect(() => generic(service, more, [report])).toThrow(
      expect.objectContaining({ fields: expect.arrayContaining([expect.objectContaining({ field })]) }),
    )
  })

  test.each([
    [{ baseUrl: 'http://reports.example.com' }, 'https'],
    [{ clientSecret: undefined }, 'is needed'],
    [{ apiKey: 'key' }, 'is not used'],
    [{ headers: { Authorization: 'Bearer x' } }, 'carries a secret'],
    [{ headers: { Host: 'x' } }, 'sets itself'],
    [{ headers: { 'X-A': '{nothing}' } }, 'stands for nothing'],
    [{ download: { format: 'json', path: '/x' } }, 'only one of the two'],
  ])('a definition that means nothing is refused with the reason (%#)', (more, words) => {
    expect(() => generic(service, more)).toThrow(words)
  })

  const anyRequest = { profile: '', startDate: '2025-01-01', endDate: '2025-01-01', configuration: {} }
})

async function settled(count: () => number): Promise<number> {
  await expect.poll(count, { timeout: 3_000 }).toBe(0)
  return count()
}
