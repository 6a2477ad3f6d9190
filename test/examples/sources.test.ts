import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseRecords } from '@datahub/core/bucket/csv'
import { rangeOfDays } from '@datahub/core/execution/data-range'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { inbox } from '../../examples/sources/inbox/index.ts'
import { openEgress } from '../../packages/server/src/foundation/egress.ts'
import { exerciseSource } from '../../packages/server/src/sources/exercise-source.ts'
import { readReport } from '../../packages/server/src/sources/read-report.ts'
import { reportApi } from '../../packages/server/src/sources/report-api/index.ts'
import { refreshTokensInMemory } from '../../packages/server/src/testing/refresh-tokens-in-memory.ts'
import { OrdersService } from './orders-service.ts'

const world = {
  egress: openEgress(['127.0.0.1'], 'source'),
  folders: [tmpdir()],
  temporaryDir: tmpdir(),
  refreshTokens: refreshTokensInMemory(),
}

test('the report API of the example delivers what its service has', async () => {
  const file = parse(await readFile(join(import.meta.dirname, '../../examples/sources/report-api.yaml'), 'utf8'))
  const [source] = file.sources
  await using service = await OrdersService.start()
  const poll = { ...source.connection.poll, everySeconds: 0.05 }
  const connection = reportApi.connectionSchema.parse({
    ...source.connection,
    baseUrl: service.url,
    apiKey: 'token',
    poll,
  })
  const reports = source.reports.map((report: unknown) => reportApi.reportSchema.parse(report))
  reportApi.admit(connection, reports, world)
  const opened = reportApi.open(connection, reports, world)
  const on = (ago: number) => new Date(Date.now() - ago * 86_400_000).toISOString().slice(0, 10)
  const { text } = await readReport(opened, 'orders', rangeOfDays(on(30), on(10), 'America/New_York'))
  expect(parseRecords(text)).toEqual([
    ['day', 'order_id', 'total', 'country'],
    [on(30), '9007199254740993', '12.50', 'CL'],
    [on(16), '9007199254740993', '12.50', 'CL'],
  ])
  expect(service.asked).toEqual([
    { type: 'orders', first: on(30), last: on(17), fields: ['day', 'id', 'total', 'customer'] },
    { type: 'orders', first: on(16), last: on(10), fields: ['day', 'id', 'total', 'customer'] },
  ])
  await opened.close()
})

exerciseSource('inbox', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'datahub-inbox-'))
  const write = async (table: string, on: string, lines: object[]) => {
    await mkdir(join(folder, table), { recursive: true })
    await writeFile(join(folder, table, `${on}.jsonl`), lines.map((line) => `${JSON.stringify(line)}\n`).join(''))
  }
  for (const on of ['2025-01-01', '2025-01-02', '2025-01-03'])
    await write(
      'clicks',
      on,
      Array.from({ length: 9_000 }, (_, n) => ({ n, text: `${n} ${'x'.repeat(n % 150)}` })),
    )
  await write('nasty', '2025-01-02', [{ a: '', b: 'comma, "quote"\r\n' }, { a: '=1+1', b: null }, { b: '🎧' }])
  const open = (reports: object[]) =>
    inbox.open(
      { folder },
      reports.map((report) => inbox.reportSchema.parse(report)),
      world,
    )
  return {
    source: open([
      { table: 'clicks', columns: ['n', 'text'] },
      { table: 'nasty', columns: ['a', 'b'] },
    ]),
    table: 'clicks',
    dateColumn: 'day',
    firstOn: '2025-01-01',
    lastOn: '2025-01-03',
    emptyOn: '2025-02-01',
    nasty: {
      table: 'nasty',
      header: ['day', 'a', 'b'],
      records: [
        ['2025-01-02', '', 'comma, "quote"\r\n'],
        ['2025-01-02', '=1+1', null],
        ['2025-01-02', null, '🎧'],
      ],
    },
    broken: open([{ table: 'lost', columns: ['a'] }]),
    leftOpen: () => Promise.resolve(0),
    close: () => rm(folder, { recursive: true }),
  }
})
