import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { connect, createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pipeline, type Duplex } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { createSecureContext, TLSSocket } from 'node:tls'
import { parseRecords } from '@datahub/core/bucket/csv'
import type { CheckStep } from '@datahub/core/check/check-step'
import { rangeOfDays } from '@datahub/core/execution/data-range'
import type { Source } from '@datahub/core/source/source'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createDatabase, type TestDatabase } from '../../../../../test/parts/database.ts'
import { openEgress } from '../../foundation/egress.ts'
import { exerciseSource } from '../exercise-source.ts'
import type { SourceWorld } from '../kind.ts'
import { readReport } from '../read-report.ts'
import { postgres } from './index.ts'
import { refreshTokensInMemory } from '../../testing/refresh-tokens-in-memory.ts'

const never = new AbortController().signal
const world: SourceWorld = {
  egress: openEgress([], 'source'),
  folders: [],
  temporaryDir: '/nonexistent',
  refreshTokens: refreshTokensInMemory(),
}
const anyRange = rangeOfDays('2024-01-01', '2024-01-31', 'UTC')

let database: TestDatabase
let owner: pg.Client

beforeAll(async () => {
  database = await createDatabase()
  owner = new pg.Client({ connectionString: database.url })
  await owner.connect()
  await owner.query(SCHEMA)
})

afterAll(async () => {
  await owner.end()
  await database[Symbol.asyncDispose]()
})

function connectionOf(url: string, more: object = {}) {
  const { hostname, port, pathname, username, password } = new URL(url)
  return {
    host: hostname.replace(/^\[|\]$/g, ''),
    port: Number(port),
    database: pathname.slice(1),
    user: decodeURIComponent(username),
    ...(password ? { password: decodeURIComponent(password) } : {}),
    ...more,
  }
}

function open(reports: readonly object[], more: object = {}): Source {
  const connection = postgres.connectionSchema.parse(connectionOf(database.url, more))
  return postgres.open(
    connection,
    reports.map((report) => postgres.reportSchema.parse(report)),
    world,
  )
}

async function backends(state = '%'): Promise<number[]> {
  const { rows } = await owner.query<{ pid: number }>(
    `select pid from pg_stat_activity where datname = $1 and application_name = 'datahub' and state like $2`,
    [database.name, state],
  )
  return rows.map((row) => row.pid)
}

async function recordsOf(source: Source, table: string, range = anyRange) {
  const { text, ...whole } = await readReport(source, table, range)
  const [header = [], ...records] = parseRecords(text)
  return { ...whole, header, records }
}

const SCHEMA = `
  create table daily (day date not null, n bigint not null, at timestamptz not null, note text, primary key (day, n));
  insert into daily
    select date '2024-01-01' + d, n, timestamptz '2024-01-01 00:00:00.000001+00' + d * interval '1 day' + n * interval '86 s',
      case when n % 7 = 0 then null else 'note ' || n || ', ' || repeat('x', 40) end
    from generate_series(0, 29) d, generate_series(1, 1000) n;

  create table nasty (
    id int, "__proto__" text, text text, minus smallint, big bigint, exact numeric(38,10), at timestamptz, wall timestamp,
    yes boolean, raw bytea, "a ""b"", c" text
  );
  insert into nasty values
    (1, 'p', null, -5, 9223372036854775807, 1234567890123456789012345678.0123456789,
      '2024-01-02 03:04:05.123456+00', '2024-01-02 03:04:05.000001', true, '\\x00ff', ''),
    (2, '', '', -32768, -9223372036854775808, -0.0000000001, '2024-06-30 23:59:59.999999-07', '2024-01-01', false, '', null),
    (3, null, e'CR LF \\r\\n "quote", comma', 0, 0, 0, null, null, null, null, ' blank '),
    (4, '=1+1', '=1+1', null, null, null, null, null, null, null, e'\\\\.'),
    (5, '🎧 ü 花', '-5', null, null, null, null, null, null, null, 'NULL');
`

exerciseSource('postgres', async () => ({
  source: open([
    { table: 'daily', from: 'public.daily', dateColumn: 'day', primaryKey: ['day', 'n'] },
    { table: 'nasty', query: 'select *, id + 0 as id from nasty -- and a comment' },
  ]),
  broken: open([{ table: 'lost', from: 'public.dayly' }]),
  table: 'daily',
  dateColumn: 'day',
  firstOn: '2024-01-01',
  lastOn: '2024-01-30',
  emptyOn: '2025-01-01',
  nasty: {
    table: 'nasty',
    header: ['id', '__proto__', 'text', 'minus', 'big', 'exact', 'at', 'wall', 'yes', 'raw', 'a "b", c', 'id'],
    records: [
      [
        '1',
        'p',
        null,
        '-5',
        '9223372036854775807',
        '1234567890123456789012345678.0123456789',
        '2024-01-02 03:04:05.123456+00',
        '2024-01-02 03:04:05.000001',
        'true',
        '00ff',
        '',
        '1',
      ],
      [
        '2',
        '',
        '',
        '-32768',
        '-9223372036854775808',
        '-0.0000000001',
        '2024-07-01 06:59:59.999999+00',
        '2024-01-01 00:00:00',
        'false',
        '',
        null,
        '2',
      ],
      ['3', null, 'CR LF \r\n "quote", comma', '0', '0', '0.0000000000', null, null, null, null, ' blank ', '3'],
      ['4', '=1+1', '=1+1', null, null, null, null, null, null, null, '\\.', '4'],
      ['5', '🎧 ü 花', '-5', null, null, null, null, null, null, null, 'NULL', '5'],
    ],
  },
  leftOpen: async () => (await backends()).length,
  close: async () => {},
}))

describe('the data range', () => {
  const zone = 'America/Los_Angeles'
  const range = rangeOfDays('2024-03-10', '2024-03-10', zone)

  beforeAll(async () => {
    await owner.query(`
      create table moments (name text, day date, instant timestamptz, wall timestamp);
      insert into moments values
        ('before', '2024-03-09', '2024-03-10 07:59:59.999999Z', '2024-03-10 07:59:59.999999'),
        ('first', '2024-03-10', '2024-03-10 08:00:00Z', '2024-03-10 08:00:00'),
        ('last', '2024-03-10', '2024-03-11 06:59:59.999999Z', '2024-03-11 06:59:59.999999'),
        ('after', '2024-03-11', '2024-03-11 07:00:00Z', '2024-03-11 07:00:00'),
        ('unknown', null, null, null)`)
  })

  const names = async (report: object) => {
    const { records } = await recordsOf(open([{ table: 'moments', ...report }]), 'moments', range)
    return records.map(([name]) => name)
  }

  test.each(['day', 'instant', 'wall'])(
    'cuts the %s of a relation, on the shortest day of the year',
    async (dateColumn) => {
      expect(await names({ from: 'moments', dateColumn })).toEqual(['first', 'last'])
    },
  )

  test.each(['day', 'instant', 'wall'])('cuts a query without placeholders by its %s', async (dateColumn) => {
    expect(await names({ query: 'select * from moments', dateColumn })).toEqual(['first', 'last'])
  })

  test.each(['day', 'instant', 'wall'])('stands in a query as what the %s beside it asks for', async (column) => {
    const query = `select name from moments where ${column} >= :from and :to > ${column} and ':from' <> ''`
    expect(await names({ query })).toEqual(['first', 'last'])
  })

  test('may be cast, and mean a day here and an instant there', async () => {
    const query =
      'select name from moments where day = :from::date and instant < :to and (:from::timestamptz) <= instant;'
    expect(await names({ query })).toEqual(['first', 'last'])
  })

  test('is everything where neither date column nor placeholder says otherwise', async () => {
    expect(await names({ from: 'moments' })).toHaveLength(5)
  })
})

describe('values', () => {
  test('of every kind of type are written the same whatever the settings of the database', async () => {
    await owner.query(`
      create type mood as enum ('sad', 'very, happy');
      create domain cents as numeric(12,2) check (value >= 0);
      create domain small_cents as cents;
      create table kinds (
        j json, jb jsonb, list text[], numbers int[], e mood, u uuid, nan numeric, inf double precision, real_ real,
        forever date, never timestamptz, cash money, span interval, c small_cents, "when" time, fixed char(3), ip inet, r int4range,
        whole numeric(5,-2), fine numeric(3,5), o oid
      );
      insert into kinds values (
        '{"a": "x,y",\n "b": 1.10}', '{"b": [1, null]}', array['a,b', null, '"', ''], array[1, 2], 'very, happy',
        'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11', 'NaN', '-Infinity', 0.1, 'infinity', '-infinity', '-1234.56',
        '1 year 2 days 03:04:05.678', 12.5, '01:02:03.000004', 'a', '10.0.0.1/8', '[1,5)', 123456, 0.00123, 4294967295
      );
      alter database ${pg.escapeIdentifier(database.name)} set datestyle = 'German';
      alter database ${pg.escapeIdentifier(database.name)} set timezone = 'Asia/Kathmandu';
      alter database ${pg.escapeIdentifier(database.name)} set intervalstyle = 'sql_standard';
      alter database ${pg.escapeIdentifier(database.name)} set extra_float_digits = -15;
      alter database ${pg.escapeIdentifier(database.name)} set bytea_output = 'escape';
      alter database ${pg.escapeIdentifier(database.name)} set standard_conforming_strings = off`)
    const { columns, records } = await recordsOf(open([{ table: 'kinds', from: 'kinds' }]), 'kinds')
    const written = columns.map(({ name, type, precision, scale }, at) => [
      name,
      records[0]?.[at],
      [type, precision, scale].filter((part) => part !== undefined).join(' '),
    ])
    expect(written).toEqual([
      ['j', '{"a": "x,y",\n "b": 1.10}', 'json'],
      ['jb', '{"b": [1, null]}', 'json'],
      ['list', '{"a,b",NULL,"\\"",""}', 'text'],
      ['numbers', '{1,2}', 'text'],
      ['e', 'very, happy', 'text'],
      ['u', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', 'uuid'],
      ['nan', 'NaN', 'decimal'],
      ['inf', '-Infinity', 'double'],
      ['real_', '0.1', 'real'],
      ['forever', 'infinity', 'date'],
      ['never', '-infinity', 'timestamptz'],
      ['cash', '-1234.56', 'decimal'],
      ['span', 'P1Y2DT3H4M5.678S', 'text'],
      ['c', '12.50', 'decimal 12 2'],
      ['when', '01:02:03.000004', 'time'],
      ['fixed', 'a  ', 'text'],
      ['ip', '10.0.0.1/8', 'text'],
      ['r', '[1,5)', 'text'],
      ['whole', '123500', 'decimal 7 0'],
      ['fine', '0.00123', 'decimal 5 5'],
      ['o', '4294967295', 'bigint'],
    ])
  })

  test('come with what the catalogue knows about their columns', async () => {
    const { columns } = await recordsOf(open([{ table: 'daily', from: 'daily', columns: ['n', 'note'] }]), 'daily')
    expect(columns).toEqual([
      { name: 'n', type: 'bigint', nullable: false },
      { name: 'note', type: 'text', nullable: true },
    ])
  })
})

describe('one package', () => {
  // A writer that adds to two tables in one transaction, all the time.
  async function whileWriting(work: () => Promise<void>) {
    await owner.query(`drop table if exists orders, lines; create table orders (n int); create table lines (n int)`)
    const writer = new pg.Client({ connectionString: database.url })
    await writer.connect()
    const stop = new AbortController()
    const writing = (async () => {
      while (!stop.signal.aborted)
        await writer.query('begin; insert into orders values (1); insert into lines values (1); commit')
    })()
    try {
      await work()
    } finally {
      stop.abort()
      await writing
      await writer.end()
    }
  }
  const reports = [
    { table: 'orders', from: 'orders' },
    { table: 'lines', from: 'lines' },
  ]
  const tables = reports.map((report) => report.table)

  async function countRows(source: Source, dispatches: readonly (readonly string[])[]): Promise<number[]> {
    const counts: number[] = []
    for (const tables of dispatches) {
      const dispatched = await source.dispatch({ requestId: 'r29', range: anyRange, tables }, never)
      for (const table of tables) {
        const { chunks, rowsSent } = await source.read(dispatched, table, never)
        for await (const chunk of chunks) expect(chunk.length).toBeGreaterThan(0)
        counts.push(rowsSent())
      }
      await dispatched.close()
    }
    return counts
  }

  test('R29: shows one instant in 60 of 60 packages while another client writes to both of its tables', async () => {
    await whileWriting(async () => {
      const source = open(reports)
      for (let round = 0; round < 60; round += 1) {
        const [orders, lines] = await countRows(source, [tables])
        expect(lines).toBe(orders)
      }
    })
  })

  test('would not, if each report had a snapshot of its own', async () => {
    await whileWriting(async () => {
      const source = open(reports)
      let disagreed = 0
      for (let round = 0; round < 20; round += 1) {
        const [orders, lines] = await countRows(
          source,
          tables.map((table) => [table]),
        )
        if (orders !== lines) disagreed += 1
      }
      expect(disagreed).toBeGreaterThan(0)
    })
  })

  test('says of which instant it is', async () => {
    const before = (await owner.query<{ at: Date }>('select clock_timestamp() as at')).rows[0]?.at ?? new Date(0)
    const dispatched = await open(reports).dispatch({ requestId: 'at', range: anyRange, tables: [] }, never)
    await dispatched.close()
    expect(dispatched.snapshotAt?.getTime()).toBeGreaterThanOrEqual(before.getTime())
    expect(dispatched.snapshotAt?.getTime()).toBeLessThan(before.getTime() + 10_000)
  })

  test('is read only, whatever the query does', async () => {
    const sneaky = open([{ table: 'sneaky', query: `select nextval('counter')` }])
    await owner.query('create sequence counter')
    await expect(readReport(sneaky, 'sneaky', anyRange)).rejects.toMatchObject({
      code: 'source.query_failed',
      facts: { sqlState: '25006' },
    })
    expect((await owner.query('select is_called from counter')).rows).toEqual([{ is_called: false }])
  })
})

describe('trouble', () => {
  const endless = { table: 'endless', query: `select generate_series(1, 1000000000) as n, repeat('x', 200) as text` }

  test('R6: a killed backend interrupts the report at any row, 50 times, and nothing else', async () => {
    const source = open([endless])
    for (let round = 0; round < 50; round += 1) {
      const dispatched = await source.dispatch({ requestId: 'r6', range: anyRange, tables: ['endless'] }, never)
      const { chunks } = await source.read(dispatched, 'endless', never)
      const [pid] = await backends()
      let left = randomBytes(1).readUInt8()
      const reading = (async () => {
        for await (const _ of chunks) if (left-- === 0) await owner.query('select pg_terminate_backend($1)', [pid])
      })()
      await expect(reading).rejects.toMatchObject({ code: 'source.interrupted' })
      await dispatched.close()
    }
    await expect.poll(() => backends()).toEqual([])
  })

  test('R6: a backend killed while nobody reads is found out at the next report', async () => {
    const source = open([{ table: 'daily', from: 'daily' }])
    const dispatched = await source.dispatch({ requestId: 'r6', range: anyRange, tables: ['daily'] }, never)
    await owner.query('select pg_terminate_backend($1)', await backends())
    await sleep(100)
    const { chunks } = await source.read(dispatched, 'daily', never)
    await expect(chunks[Symbol.asyncIterator]().next()).rejects.toMatchObject({ code: 'source.interrupted' })
    await dispatched.close()
  })

  test('an error in the middle of the rows is that error, and shows no value', async () => {
    const query = `select 1 / (50000 - n) as x, 'secret-' || n as value from generate_series(1, 100000) n`
    const reading = readReport(open([{ table: 'divided', query }]), 'divided', anyRange)
    const error = await reading.catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'source.query_failed', facts: { sqlState: '22012' } })
    expect(JSON.stringify([error, (error as Error).message, (error as Error).cause])).not.toContain('secret')
  })

  test('R30: a slow receiver is not cut off by timeouts of the database', async () => {
    await owner.query(`alter database ${pg.escapeIdentifier(database.name)} set statement_timeout = '300ms'`)
    await owner.query(
      `alter database ${pg.escapeIdentifier(database.name)} set idle_in_transaction_session_timeout = '300ms'`,
    )
    try {
      const query = `select n, repeat('x', 1000) as text from generate_series(1, 40000) n`
      const source = open([{ table: 'wide', query }])
      const dispatched = await source.dispatch({ requestId: 'r30', range: anyRange, tables: ['wide'] }, never)
      await sleep(500)
      const { chunks, rowsSent } = await source.read(dispatched, 'wide', never)
      let taken = 0
      for await (const _ of chunks) if (taken++ === 20) await sleep(800)
      expect(rowsSent()).toBe(40_000)
      await dispatched.close()
    } finally {
      await owner.query(`alter database ${pg.escapeIdentifier(database.name)} reset statement_timeout`)
      await owner.query(
        `alter database ${pg.escapeIdentifier(database.name)} reset idle_in_transaction_session_timeout`,
      )
    }
  })

  test('R30: the deadline ends a query that gives nothing, here and on the server', async () => {
    const query = `select n from generate_series(1, 3) n, lateral (select pg_sleep(60 + n * 0)) s`
    const source = open([{ table: 'slow', query }], { deadlineMinutes: 0.01 })
    const startedAt = performance.now()
    await expect(readReport(source, 'slow', anyRange)).rejects.toMatchObject({ code: 'source.timeout' })
    expect(performance.now() - startedAt).toBeLessThan(3_000)
    await expect.poll(() => backends()).toEqual([])
  })

  test('the deadline ends a snapshot that nobody reads', async () => {
    const source = open([{ table: 'daily', from: 'daily' }], { deadlineMinutes: 0.03 })
    const dispatched = await source.dispatch({ requestId: 'late', range: anyRange, tables: ['daily'] }, never)
    await expect.poll(() => backends()).toEqual([])
    await expect(source.read(dispatched, 'daily', never)).rejects.toMatchObject({ code: 'source.timeout' })
    await dispatched.close()
  })

  test('an abort ends a query that gives nothing, on the server too', async () => {
    const query = `select n from generate_series(1, 3) n, lateral (select pg_sleep(60 + n * 0)) s`
    const source = open([{ table: 'slow', query }])
    const dispatched = await source.dispatch({ requestId: 'abort', range: anyRange, tables: ['slow'] }, never)
    const stop = new AbortController()
    const { chunks } = await source.read(dispatched, 'slow', stop.signal)
    const reading = chunks[Symbol.asyncIterator]().next()
    reading.catch(() => {})
    while ((await backends('active')).length === 0) await sleep(10)
    const reason = new Error('enough')
    stop.abort(reason)
    await expect(reading).rejects.toBe(reason)
    await dispatched.close()
    await expect.poll(() => backends()).toEqual([])
  })

  test('a table locked by somebody else is waited for no longer than the deadline', async () => {
    const locker = new pg.Client({ connectionString: database.url })
    await locker.connect()
    await locker.query('begin; lock table daily in access exclusive mode')
    try {
      const source = open([{ table: 'daily', from: 'daily' }], { deadlineMinutes: 0.01 })
      const dispatched = source.dispatch({ requestId: 'lock', range: anyRange, tables: ['daily'] }, never)
      await expect(dispatched).rejects.toMatchObject({ code: 'source.timeout' })
    } finally {
      await locker.end()
    }
    await expect.poll(() => backends()).toEqual([])
  })
})

describe('wrong definitions', () => {
  const failing = async (report: object) => {
    const source = open([{ table: 'wrong', ...report }])
    const error = await source.dispatch({ requestId: 'x', range: anyRange, tables: ['wrong'] }, never).then(
      () => undefined,
      (thrown: unknown) =>
        thrown as { code: string; fields: { field: string; cure: string }[]; hint: string; facts: object },
    )
    return { code: error?.code, field: error?.fields[0]?.field, hint: error?.hint, facts: error?.facts }
  }

  test.each([
    [{ from: 'public.dayly' }, 'source.report_missing', 'from', 'Did you mean public.daily?'],
    [{ from: 'nowhere.daily' }, 'source.report_missing', 'from', /daily/],
    [{ from: '"x; drop table daily; --"' }, 'source.report_missing', 'from', 'Did you mean daily?'],
    [{ from: 'daily', dateColumn: 'dey' }, 'source.report_missing', 'dateColumn', 'Did you mean day?'],
    [{ from: 'daily', primaryKey: ['day', 'm'] }, 'source.report_missing', 'primaryKey[1]', /n/],
    [{ from: 'daily', columns: ['Note'] }, 'source.report_missing', 'columns[0]', /Did you mean note/],
    [{ from: 'daily', dateColumn: 'note' }, 'source.query_failed', 'dateColumn', /date, timestamp/],
    [{ query: 'select * from daily where note = :from' }, 'source.query_failed', 'query', /:from::date/],
    [{ query: 'select * from daily', dateColumn: 'dag' }, 'source.report_missing', 'dateColumn', 'Did you mean day?'],
  ])('%j is %s, at the field %s', async (report, code, field, hint) => {
    expect(await failing(report)).toMatchObject({ code, field, hint: expect.stringMatching(hint) })
  })

  test.each([
    ['select * from dayly', 'source.report_missing', '42P01', 15],
    ['select day from daily where dai > :from', 'source.report_missing', '42703', 29],
    ['select day form daily', 'source.query_failed', '42601', 17],
    ['select 1) to program $$touch /tmp/x$$; --', 'source.query_failed', '42601', 9],
    ['select 1 where (1 = 1', 'source.query_failed', '42601', undefined],
    ['delete from daily returning *', 'source.query_failed', '42601', undefined],
    ['drop table daily', 'source.query_failed', '42601', 1],
    ['select lower(day) from daily', 'source.query_failed', '42883', 8],
  ])('the query %j is %s with SQLSTATE %s', async (query, code, sqlState, character) => {
    const facts = character === undefined ? { sqlState } : { sqlState, character }
    expect(await failing({ query })).toMatchObject({ code, facts })
    expect((await owner.query('select count(*)::int as n from daily')).rows).toEqual([{ n: 30_000 }])
  })

  test('a user who may read only some columns is told which one is missing, and may pick the others', async () => {
    const role = `reader_${randomBytes(4).toString('hex')}`
    await owner.query(`create role ${role} login password 'let me in'; grant select (day, n) on daily to ${role}`)
    try {
      const as = { user: role, password: 'let me in' }
      const request = { requestId: 'x', range: anyRange, tables: ['daily'] }
      const all = open([{ table: 'daily', from: 'daily' }], as)
      await expect(all.dispatch(request, never)).rejects.toMatchObject({
        code: 'source.permission',
        fields: [{ field: 'from', problem: 'at may not be read' }],
      })
      const some = open([{ table: 'daily', from: 'daily', columns: ['day', 'n'] }], as)
      expect((await recordsOf(some, 'daily')).records).toHaveLength(30_000)
      const query = open([{ table: 'daily', query: 'select note from daily' }], as)
      await expect(query.dispatch(request, never)).rejects.toMatchObject({
        code: 'source.permission',
        facts: { sqlState: '42501' },
      })
    } finally {
      await owner.query(`drop owned by ${role}; drop role ${role}`)
    }
  })
})

async function stepsOf(source: Source): Promise<CheckStep[]> {
  const steps: CheckStep[] = []
  for await (const step of source.check(never)) steps.push(step)
  return steps
}

/** The database behind a door that speaks TLS to those who ask for it, with a certificate that nobody vouches for. */
async function encrypt(url: string) {
  const folder = await mkdtemp(join(tmpdir(), 'datahub-tls-'))
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')]
  const subject = ['-subj', '/CN=nobody.invalid', '-days', '1', '-nodes', '-newkey', 'rsa:2048']
  execFileSync('openssl', ['req', '-x509', ...subject, '-keyout', key, '-out', cert], { stdio: 'ignore' })
  const context = createSecureContext({ key: await readFile(key), cert: await readFile(cert) })
  const { hostname, port } = new URL(url)
  let encrypted = 0
  const server = createServer((socket) => {
    const backend = connect(Number(port), hostname)
    const forward = (stream: Duplex) => pipeline(stream, backend, stream, () => {})
    socket
      .on('error', () => {})
      .once('data', (first) => {
        if (first.length === 8 && first.readUInt32BE(4) === 80877103) {
          encrypted += 1
          socket.write('S')
          forward(new TLSSocket(socket, { isServer: true, secureContext: context }).on('error', () => {}))
        } else {
          backend.write(first)
          forward(socket)
        }
      })
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    encrypted: () => encrypted,
    async [Symbol.asyncDispose]() {
      server.close()
      await rm(folder, { recursive: true })
    },
  }
}

describe('connecting', () => {
  const steps = async (more: object, reports: readonly object[] = [{ table: 'daily', from: 'daily' }]) => {
    return (await stepsOf(open(reports, more))).map(({ name, verdict }) => [name, verdict])
  }

  test('nobody listening: the first step fails, the others are not tried', async () => {
    expect(await steps({ port: 1 })).toEqual([
      ['reach', 'failed'],
      ['sign_in', 'skipped'],
      ['report:daily', 'skipped'],
    ])
    const dispatched = open([], { port: 1 }).dispatch({ requestId: 'x', range: anyRange, tables: [] }, never)
    await expect(dispatched).rejects.toMatchObject({ code: 'source.unreachable', facts: { error: 'ECONNREFUSED' } })
  })

  test.each([
    ['database', { database: 'no_such_database' }],
    ['user', { user: 'no_such_user', password: 'x' }],
  ])('a wrong %s is refused at sign-in', async (_, more) => {
    expect((await steps(more)).slice(0, 2)).toEqual([
      ['reach', 'passed'],
      ['sign_in', 'failed'],
    ])
    const dispatched = open([], more).dispatch({ requestId: 'x', range: anyRange, tables: [] }, never)
    await expect(dispatched).rejects.toMatchObject({ code: 'source.access_denied' })
  })

  test('one wrong report does not hide what is right with the next', async () => {
    const reports = [
      { table: 'lost', from: 'lost' },
      { table: 'wrong', query: 'select nonsense' },
      { table: 'daily', from: 'daily' },
    ]
    expect(await steps({}, reports)).toEqual([
      ['reach', 'passed'],
      ['sign_in', 'passed'],
      ['report:lost', 'failed'],
      ['report:wrong', 'failed'],
      ['report:daily', 'passed'],
    ])
    await expect.poll(() => backends()).toEqual([])
  })

  test('a path, a socket or a connection string is not a host', () => {
    for (const host of [
      '/var/run/postgresql',
      '@socket',
      'postgres://u:p@h/d',
      'h?sslrootcert=/etc/passwd',
      'a b',
      '',
    ]) {
      expect(postgres.connectionSchema.safeParse(connectionOf(database.url, { host })).success).toBe(false)
    }
    for (const key of ['connectionString', 'options', 'sslrootcert']) {
      expect(postgres.connectionSchema.safeParse(connectionOf(database.url, { [key]: 'x' })).success).toBe(false)
    }
  })

  test.each([
    ['require', 'passed', undefined],
    ['verify', 'failed', /certificate is not trusted/],
    ['off', 'passed', undefined],
  ])('a certificate of nobody: with tls: %s the sign-in is %s', async (tls, verdict, remedy) => {
    await using proxy = await encrypt(database.url)
    const source = open([{ table: 'daily', from: 'daily' }], { port: proxy.port, tls })
    const signIn = (await stepsOf(source)).find((step) => step.name === 'sign_in')
    expect(signIn).toMatchObject({ verdict, ...(remedy ? { remedy: expect.stringMatching(remedy) } : {}) })
    expect(proxy.encrypted() > 0).toBe(tls !== 'off')
  })

  test('a database that does not speak TLS is not spoken to without it', async () => {
    const signIn = (await stepsOf(open([], { tls: 'require' }))).find((step) => step.name === 'sign_in')
    expect(signIn).toMatchObject({ verdict: 'failed', remedy: 'The database does not speak TLS; set tls: off.' })
  })

  test('an abort reaches the server through TLS', async () => {
    await using proxy = await encrypt(database.url)
    const query = `select n from generate_series(1, 3) n, lateral (select pg_sleep(60 + n * 0)) s`
    const source = open([{ table: 'slow', query }], { port: proxy.port, tls: 'require', deadlineMinutes: 0.01 })
    await expect(readReport(source, 'slow', anyRange)).rejects.toMatchObject({ code: 'source.timeout' })
    await expect.poll(() => backends()).toEqual([])
    expect(proxy.encrypted()).toBe(2)
  })

  test('an address that the operator does not allow is refused when saved and when used', async () => {
    const connection = postgres.connectionSchema.parse(connectionOf(database.url, { host: '169.254.169.254' }))
    expect(() => postgres.admit(connection, [], world)).toThrowError(
      expect.objectContaining({ code: 'source.egress_blocked' }),
    )
    const dispatched = postgres
      .open(connection, [], world)
      .dispatch({ requestId: 'x', range: anyRange, tables: [] }, never)
    await expect(dispatched).rejects.toMatchObject({ code: 'source.egress_blocked' })
  })
})
