import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import mysql from 'mysql2/promise'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Column } from '@datahub/core/bucket/column'
import { loadTask } from '../../packages/loader/src/index.ts'
import { plain, rowsIn, sorted, TEST_TARGETS } from '../../packages/loader/src/testing/test-target.ts'
import { filesystem } from '../../packages/server/src/destinations/filesystem/index.ts'
import { mysql as mysqlSource } from '../../packages/server/src/sources/mysql/index.ts'
import { postgres } from '../../packages/server/src/sources/postgres/index.ts'
import { reportApi } from '../../packages/server/src/sources/report-api/index.ts'
import { HubUnderTest } from '../../packages/server/src/testing/hub-under-test.ts'
import { ReportServiceDouble } from '../../packages/server/src/testing/report-service-double.ts'
import { createDatabase, type TestDatabase } from '../parts/database.ts'
import { requirePart } from '../parts/endpoints.ts'
import { isFinite, nastyTable, nastyValues, tableOf } from './nasty-values.ts'

/** R31, all the way: from a source through CSV, zip, folder and loader into a database, which then has what the source has. */

const resources = new AsyncDisposableStack()
let hub: HubUnderTest
let folder: string
let target: TestDatabase

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'datahub-round-trip-'))
  resources.defer(() => rm(folder, { recursive: true, force: true }))
  target = resources.use(await createDatabase())
  hub = resources.use(
    await HubUnderTest.start([postgres, mysqlSource, reportApi], [filesystem], {
      DATAHUB_FOLDERS_ALLOW: folder,
      DATAHUB_EGRESS_ALLOW: '127.0.0.1',
    }),
  )
})

afterAll(() => resources.disposeAsync())

/** Delivers all that a source has, and loads it. */
async function carry(source: object, into: string): Promise<void> {
  const taskId = await deliver(source)
  expect(await loadTask({ bucket: folder, taskId, into })).toMatchObject({ packages: [{}], refused: 0 })
}

/** Delivers all that a source has; gives back the task that did. */
async function deliver(source: object): Promise<number> {
  const { name } = source as { name: string }
  await hub.ask('POST', '/apply', {
    sources: [source],
    destinations: [{ name: 'folder', kind: 'filesystem', path: folder }],
    tasks: [{ name, source: name, destination: 'folder', oneTime: { from: '2025-01-01', to: '2025-01-02' } }],
  })
  const { id } = await hub.ask('GET', `/tasks/${name}`)
  const [execution] = (await hub.ask('GET', `/executions?task=${name}`)).items
  expect(await hub.settled(execution.id)).toMatchObject({ status: 6 })
  return id
}

/** The loader's own column is the last one: which load brought the row. */
const withoutLoad = (rows: unknown[][]) => rows.map((row) => row.slice(0, -1))

/** Every value as the server writes it. */
async function rowsInPostgres(url: string, sql: string): Promise<unknown[][]> {
  const client = new pg.Client({ connectionString: url, types: { getTypeParser: () => (text: string) => text } })
  await client.connect()
  try {
    await client.query("set timezone = 'UTC'")
    return (await client.query<unknown[]>({ text: sql, rowMode: 'array' })).rows
  } finally {
    await client.end()
  }
}

test('R31: rows of PostgreSQL are in the PostgreSQL of the receiver as they were', async () => {
  await using own = await createDatabase()
  await rowsInPostgres(own.url, nastyTable)
  await carry(
    {
      name: 'postgres',
      kind: 'postgres',
      connection: connectionTo(own.url),
      reports: [{ table: 'nasty', from: 'nasty' }],
    },
    target.url,
  )
  const sql = 'select * from nasty order by smallest'
  expect(withoutLoad(await rowsInPostgres(target.url, sql))).toEqual(await rowsInPostgres(own.url, sql))
})

const NASTY_MYSQL = `create table nasty_mysql (
    id int, minus smallint, big bigint, huge bigint unsigned, exact decimal(65,30), at timestamp(6) null,
    wall datetime(6), day date, raw blob, \`__proto__\` text, text text, latin varchar(20) character set latin1, tenths double,
    \`a "b", c\` text
  ) default character set utf8mb4;
  insert into nasty_mysql values
    (1, -32768, -9223372036854775808, 18446744073709551615, 12345678901234567890123456789012345.012345678901234567890123456789,
      '2024-01-02 03:04:05.123456', '1000-01-01 00:00:00.000001', '9999-12-31', x'00ff220a', 'p', '', 'ü', 0.1 + 0.2, 'NULL'),
    (2, -5, 9223372036854775807, 0, -0.000000000000000000000000000001, '2024-06-30 23:59:59.999999', '2024-02-29', '2024-02-29',
      '', '=1+1', 'CR LF \\r\\n "quote", comma', '', 1e300, '\\\\.'),
    (3, null, null, null, null, null, null, null, null, null, null, null, null, null),
    (4, 0, 0, 0, 0, null, null, null, null, ' blank ', '🎧 亚马逊', 'x', -0.5, concat(repeat('x', 200000), '"'))`

test.each(['postgres', 'mysql', 'sqlite', 'duckdb'] as const)(
  'R31: every type and nasty value of PostgreSQL is in the database of the receiver as it was (%s)',
  async (kind) => {
    await using own = await createDatabase()
    await using receiver = await TEST_TARGETS[kind]()
    const values = kind === 'mysql' ? nastyValues.filter(isFinite) : nastyValues
    await rowsInPostgres(own.url, tableOf('every_value', values))
    const reports = [{ table: 'every_value', from: 'every_value' }]
    await carry(
      { name: `every_value_${kind}`, kind: 'postgres', connection: connectionTo(own.url), reports },
      receiver.url,
    )
    const columns = values.map(({ column, type }) => ({ name: column, type, nullable: true }))
    const sent = values.map(({ csv }, at) => plain(columns[at] as Column, csv))
    expect(await rowsIn(receiver.url, 'every_value', columns)).toEqual(sorted([sent, values.map(() => null)]))
  },
)

test('R31: what MySQL has no value for is refused, and said', async () => {
  await using own = await createDatabase()
  await using receiver = await TEST_TARGETS.mysql()
  const values = nastyValues.filter((one) => !isFinite(one))
  expect(values.map(({ csv }) => csv)).toEqual(['NaN', '-Infinity'])
  await rowsInPostgres(own.url, tableOf('not_finite', values))
  const reports = [{ table: 'not_finite', from: 'not_finite' }]
  const taskId = await deliver({ name: 'not_finite', kind: 'postgres', connection: connectionTo(own.url), reports })
  const { packages } = await loadTask({ bucket: folder, taskId, into: receiver.url })
  expect(packages).toMatchObject([{ state: 'refused', reason: expect.stringMatching(/not a number/) }])
})

test('R31: rows of MariaDB are in the MariaDB of the receiver as they were', async () => {
  const { hostname: host, port, username: user } = new URL(requirePart('mariadb').url)
  const connection = await mysql.createConnection({
    ...{ host, port: Number(port), user, multipleStatements: true, timezone: 'Z' },
    ...{ dateStrings: true, supportBigNumbers: true, bigNumberStrings: true, rowsAsArray: true },
  })
  const [from, into] = [`round_${process.pid}_from`, `round_${process.pid}_into`]
  try {
    await connection.query("set time_zone = '+00:00', sql_mode = ''")
    // The driver refuses a column of that name
    const columns =
      'id, minus, big, huge, exact, at, wall, day, raw, `__proto__` as prototype, text, latin, tenths, `a "b", c`'
    await connection.query(`create database ${from}; create database ${into}; use ${from}; ${NASTY_MYSQL}`)
    const source = { host, port: Number(port), user, database: from }
    await carry(
      { name: 'mariadb', kind: 'mysql', connection: source, reports: [{ table: 'nasty_mysql', from: 'nasty_mysql' }] },
      `mariadb://${user}@${host}:${port}/${into}`,
    )
    const rowsOf = async (database: string) =>
      (await connection.query(`select ${columns} from ${database}.nasty_mysql order by id`))[0]
    expect(await rowsOf(into)).toEqual(await rowsOf(from))
  } finally {
    await connection.query(`drop database if exists ${from}; drop database if exists ${into}`)
    await connection.end()
  }
})

test('R31: rows of a report API are in the PostgreSQL of the receiver as the service wrote them', async () => {
  await using service = await ReportServiceDouble.start()
  const values = [
    ['1', '9223372036854775807', '12345678901234567890.123456789012345678', '=1+1', 'comma, "quote"\r\nline'],
    ['2', '-5', '-0.000000000000000001', '', null],
    ['3', null, null, '🎧 亚马逊', 'NULL'],
  ]
  // As a service writes numbers, which JavaScript could not
  const json = values.map(
    ([id, big, exact, ...texts]) => `{"id":${id},"big":${big},"exact":${exact},"texts":${JSON.stringify(texts)}}`,
  )
  service.script.rows = () => [{}]
  service.script.encode = () => Buffer.from(`[${json.join(',')}]`)
  const column = (name: string, more: object) => ({ name, ...more })
  await carry(
    {
      name: 'service',
      kind: 'report-api',
      connection: {
        baseUrl: service.url,
        auth: { type: 'client-credentials', tokenUrl: `${service.url}/auth/o2/token`, clientId: 'client' },
        clientSecret: 'client-secret',
        create: {
          path: '/reporting/reports',
          body: { startDate: '{from}', endDate: '{to}', configuration: { reportTypeId: 'spNasty' } },
          reportId: 'reportId',
        },
        poll: {
          ...{ path: '/reporting/reports/{reportId}', state: 'status', url: 'url', everySeconds: 0.05 },
          ...{ pending: ['PENDING', 'PROCESSING'], ready: ['COMPLETED'] },
        },
        download: { format: 'json' },
      },
      reports: [
        {
          table: 'nasty_service',
          columns: [
            column('id', { type: 'bigint' }),
            column('big', { type: 'bigint' }),
            column('exact', { type: 'decimal', precision: 38, scale: 18 }),
            column('a', { type: 'text', from: 'texts[0]' }),
            column('__proto__', { type: 'text', from: 'texts[1]' }),
          ],
        },
      ],
    },
    target.url,
  )
  const sql = 'select id, big, exact, a, "__proto__" from nasty_service order by id'
  expect(await rowsInPostgres(target.url, sql)).toEqual(values)
})

function connectionTo(url: string) {
  const { hostname: host, port, pathname, username: user } = new URL(url)
  return { host, port: Number(port), database: pathname.slice(1), user }
}
