import { createHash } from 'node:crypto'
import { parseRecords } from '@datahub/core/bucket/csv'
import { rangeOfDays } from '@datahub/core/execution/data-range'
import { describe, expect, test } from 'vitest'
import { exerciseSource } from '../exercise-source.ts'
import { readReport } from '../read-report.ts'
import { asinReport } from './asin-report.ts'
import { brandReport } from './brand-report.ts'
import { sample } from './index.ts'
import { keywordReport } from './keyword-report.ts'
import { openSample } from './sample-source.ts'

const reports = [asinReport, keywordReport, brandReport]
const clock = { now: () => new Date('2024-06-15T12:00:00Z') }

exerciseSource(
  'sample',
  async () => ({
    source: openSample(reports, null, clock),
    table: 'market_insight_asin',
    dateColumn: 'date',
    firstOn: '2024-03-01',
    lastOn: '2024-04-05',
    emptyOn: '2024-06-15',
    leftOpen: async () => 0,
    close: async () => {},
  }),
  { makesItsOwnData: true },
)

describe('the built-in data', () => {
  const source = openSample(reports, null, clock)
  const read = (table: string, firstOn: string, lastOn: string) =>
    readReport(source, table, rangeOfDays(firstOn, lastOn, 'UTC'))

  test('is at least 200,000 rows a year', async () => {
    const counts = await Promise.all(reports.map(({ table }) => read(table, '2023-01-01', '2023-12-31')))
    expect(counts.map((report) => report.rowsSent)).toEqual([109_500, 73_000, 21_900])
  })

  test('is the same bytes on every machine', async () => {
    const hashes = await Promise.all(
      reports.map(async ({ table }) => {
        const { bytes } = await read(table, '2024-02-27', '2024-03-02')
        return createHash('sha256').update(bytes).digest('hex').slice(0, 16)
      }),
    )
    expect(hashes).toMatchInlineSnapshot(`
      [
        "19db0661d4814934",
        "01ff9e29b365bc8e",
        "f45b328841b4bceb",
      ]
    `)
  })

  test('begins in 2022 and ends yesterday, as the zone of the range sees it', async () => {
    expect((await read('market_insight_brand', '2021-12-30', '2022-01-01')).rowsSent).toBe(60)
    expect((await read('market_insight_brand', '2024-06-14', '2024-07-01')).rowsSent).toBe(60)
    const inAuckland = rangeOfDays('2024-06-14', '2024-06-16', 'Pacific/Auckland')
    expect((await readReport(source, 'market_insight_brand', inAuckland)).rowsSent).toBe(120)
  })

  test.each(reports)('$table has unique keys and fields as its columns say', async ({ table, columns, primaryKey }) => {
    const { text } = await read(table, '2024-01-01', '2024-01-07')
    const [header = [], ...records] = parseRecords(text)
    const keys = records.map((record) => primaryKey.map((name) => record[header.indexOf(name)]).join('|'))
    expect(new Set(keys).size).toBe(records.length)
    columns.forEach((column, at) => {
      const values = records.map((record) => record[at] ?? null)
      const filled = values.filter((value) => value !== null)
      if (!column.nullable) expect(filled).toHaveLength(values.length)
      expect(filled.filter((value) => !SHAPES[column.type]?.test(value))).toEqual([])
    })
  })

  test('has what real data has: NULL, empty, negative, large, commas, quotes, line feeds, other scripts', async () => {
    const { text } = await read('market_insight_asin', '2024-01-01', '2024-01-03')
    for (const part of [',,', ',"",', ',-', ',9007199254740993,', '""', 'さくら工房', 'line one\nline two', '🎁']) {
      expect(text).toContain(part)
    }
  })

  test('may be as large as the connection asks', async () => {
    const connection = sample.connectionSchema.parse({ rowsPerDay: 5600 })
    const large = sample.open(connection, [{ table: 'market_insight_asin' }], undefined as never)
    expect((await large.reports(new AbortController().signal)).map(({ table }) => table)).toEqual([
      'market_insight_asin',
    ])
    const range = rangeOfDays('2024-01-01', '2024-01-01', 'UTC')
    expect((await readReport(large, 'market_insight_asin', range)).rowsSent).toBe(5600)
  })

  test('takes no settings but its own', () => {
    expect(sample.connectionSchema.safeParse({ host: 'x' }).success).toBe(false)
    expect(sample.reportSchema.safeParse({ table: 'market_insight_x' }).success).toBe(false)
  })
})

const SHAPES: Partial<Record<string, RegExp>> = {
  boolean: /^(true|false)$/,
  integer: /^-?\d{1,10}$/,
  bigint: /^-?\d{1,19}$/,
  decimal: /^-?\d+\.\d+$/,
  date: /^\d{4}-\d{2}-\d{2}$/,
  timestamptz: /^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}\.\d{6}\+00$/,
  text: /[\s\S]*/,
}
