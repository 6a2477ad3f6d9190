import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseRecords } from '@datahub/core/bucket/csv'
import type { CheckStep } from '@datahub/core/check/check-step'
import { rangeOfDays } from '@datahub/core/execution/data-range'
import type { Source } from '@datahub/core/source/source'
import driver from 'mysql2/promise'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { requirePart } from '../../../../../test/parts/endpoints.ts'
import { openEgress } from '../../foundation/egress.ts'
import { exerciseSource } from '../exercise-source.ts'
import type { SourceWorld } from '../kind.ts'
import { readReport } from '../read-report.ts'
import { mysql } from './index.ts'
import { refreshTokensInMemory } from '../../testing/refresh-tokens-in-memory.ts'

const COM_QUERY = 3
const never = new AbortController().signal
const world: SourceWorld = {
  egress: openEgress([], 'source'),
  folders: [],
  temporaryDir: '/nonexistent',
  refreshTokens: refreshTokensInMemory(),
}
const anyRange = rangeOfDays('2024-01-01', '2024-01-31', 'UTC')
const { hostname: host, port, username: user } = new URL(requirePart('mariadb').url)
const name = `source_${randomBytes(6).toString('hex')}`

let owner: driver.Connection

beforeAll(async () => {
  owner = await driver.createConnection({ host, port: Number(port), user, multipleStatements: true })
  await owner.query(`create database ${name} character set utf8mb4; use ${name}; ${SCHEMA}`)
})

afterAll(async () => {
  await owner.query(`drop database ${name}`)
  await owner.end()
})

const connectionOf = (more: object = {}) => ({ host, port: Number(port), database: name, user, ...more })

function open(reports: readonly object[], more: object = {}): Source {
  return mysql.open(
    mysql.connectionSchema.parse(connectionOf(more)),
    reports.map((report) => mysql.reportSchema.parse(report)),
    world,
  )
}

/** Ids of the connections that are open to our database, apart from the test's own. */
async function connections(): Promise<number[]> {
  const [rows] = await owner.query<driver.RowDataPacket[]>(
    'select id from information_schema.processlist where db = ? and id <> connection_id()',
    [name],
  )
  return rows.map((row) => row['id'] as number)
}

async function recordsOf(source: Source, table: string, range = anyRange) {
  const { text, ...whole } = await readReport(source, table, range)
  const [header = [], ...records] = parseRecords(text)
  return { ...whole, header, records }
}

const SCHEMA = `
  create table daily (day date not null, n bigint not null, at timestamp(6) not null, note text, primary key (day, n));
  insert into daily
    select date'2024-01-01' + interval d.seq day, n.seq,
      timestamp'2024-01-01 00:00:00.000001' + interval d.seq day + interval n.seq * 60 second,
      if(n.seq % 7 = 0, null, concat('note ', n.seq, ', ', repeat('x', 40)))
    from seq_0_to_29 d, seq_1_to_1000 n;

  create table nasty (
    id int, \`__proto__\` text, text text, minus smallint, big bigint, huge bigint unsigned, exact decimal(65,30),
    at timestamp(6) null, wall datetime(6), day date, span time(6), year year, bits bit(64), flag bit(1), raw blob,
    doc json, mood enum('sad', 'very, happy'), real_ float, double_ double, latin varchar(20) character set latin1, \`a \`\`b\`\`, c" d\` text
  );
  set sql_mode = '', time_zone = '+00:00';
  insert into nasty values
    (1, 'p', null, -5, 9223372036854775807, 18446744073709551615, 12345678901234567890123456789012345.012345678901234567890123456789,
      '2024-01-02 03:04:05.123456', '2024-01-02 03:04:05.000001', '2024-02-29', '-838:59:58.000001', 2155, b'1111111111111111111111111111111111111111111111111111111111111111', b'1', x'00ff',
      '{"a": "x,y"}', 'very, happy', 1.2345678, 0.1, 'ü', ''),
    (2, '', '', -32768, -9223372036854775808, 0, -0.000000000000000000000000000001, '2024-06-30 23:59:59.999999', '2024-01-01', '0000-00-00', '838:59:59', 0, b'0', b'0', '', '[]', 'sad', -0.5, 1e300, '', null),
    (3, null, 'CR LF \\r\\n "quote", comma', 0, 0, 0, 0, null, '0000-00-00', null, null, null, null, null, null, null, null, null, null, null, ' blank '),
    (4, '=1+1', '=1+1', null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, '\\\\.'),
    (5, '🎧 ü 花', '-5', null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, 'NULL');
`

const empty = (count: number) => Array.from({ length: count }, () => null)

exerciseSource('mysql', async () => ({
  source: open([
    { table: 'daily', from: `${name}.daily`, dateColumn: 'day', primaryKey: ['day', 'n'] },
    { table: 'nasty', query: 'select *, id + 0 as id from nasty -- and a comment' },
  ]),
  broken: open([{ table: 'lost', from: 'dayly' }]),
  table: 'daily',
  dateColumn: 'day',
  firstOn: '2024-01-01',
  lastOn: '2024-01-30',
  emptyOn: '2025-01-01',
  nasty: {
    table: 'nasty',
    header: [
      ...[
        'id',
        '__proto__',
        'text',
        'minus',
        'big',
        'huge',
        'exact',
        'at',
        'wall',
        'day',
        'span',
        'year',
        'bits',
        'flag',
      ],
      ...['raw', 'doc', 'mood', 'real_', 'double_', 'latin', 'a `b`, c" d', 'id'],
    ],
    records: [
      [
        ...['1', 'p', null, '-5', '9223372036854775807', '18446744073709551615'],
        '12345678901234567890123456789012345.012345678901234567890123456789',
        ...['2024-01-02 03:04:05.123456+00', '2024-01-02 03:04:05.000001', '2024-02-29', '-838:59:58.000001', '2155'],
        ...[
          '18446744073709551615',
          '1',
          '00ff',
          '{"a": "x,y"}',
          'very, happy',
          '1.2345677614212036',
          '0.1',
          'ü',
          '',
          '1',
        ],
      ],
      [
        ...['2', '', '', '-32768', '-9223372036854775808', '0', '-0.000000000000000000000000000001'],
        ...['2024-06-30 23:59:59.999999+00', '2024-01-01 00:00:00.000000', null, '838:59:59.000000', '0000', '0', '0'],
        ...['', '[]', 'sad', '-0.5', '1e300', '', null, '2'],
      ],
      [
        ...['3', null, 'CR LF \r\n "quote", comma', '0', '0', '0', '0.000000000000000000000000000000'],
        ...empty(13),
        ...[' blank ', '3'],
      ],
      ['4', '=1+1', '=1+1', ...empty(17), '\\.', '4'],
      ['5', '🎧 ü 花', '-5', ...empty(17), 'NULL', '5'],
    ],
  },
  leftOpen: async () => (await connections()).length,
  close: async () => {},
}))

describe('values', () => {
  test('have the types that a receiver can keep them in', async () => {
    const { columns } = await recordsOf(open([{ table: 'nasty', from: 'nasty' }]), 'nasty')
    const words = columns.map(({ type, precision, scale }) =>
      [type, precision, scale].filter((x) => x !== undefined).join(' '),
    )
    expect(words).toEqual([
      ...['integer', 'text', 'text', 'smallint', 'bigint', 'decimal 20 0', 'decimal 65 30', 'timestamptz', 'timestamp'],
      ...[
        'date',
        'text',
        'smallint',
        'decimal 20 0',
        'bigint',
        'bytes',
        'text',
        'text',
        'real',
        'double',
        'text',
        'text',
      ],
    ])
  })

  test('a date with a month or day of 00 ends the report, with its column', async () => {
    await owner.query(
      `create or replace table partial (id int, seen date); insert into partial values (1, '2024-00-00')`,
    )
    const reading = readReport(open([{ table: 'partial', from: 'partial' }]), 'partial', anyRange)
    await expect(reading).rejects.toMatchObject({ code: 'source.query_failed', facts: { column: 'seen' } })
  })

  test('longer than a packet of the protocol come through', async () => {
    await owner.query('create or replace table long_ (id int, body longtext)')
    await owner.query(`insert into long_ values (1, repeat('a"', 9000000)), (2, 'short')`)
    const { records, rowsSent } = await recordsOf(open([{ table: 'long_', from: 'long_' }]), 'long_')
    expect(rowsSent).toBe(2)
    expect(records.map(([id, body]) => [id, body?.length])).toEqual([
      ['1', 18_000_000],
      ['2', 5],
    ])
  })
})

describe('the data range', () => {
  const range = rangeOfDays('2024-03-10', '2024-03-10', 'America/Los_Angeles')

  beforeAll(async () => {
    await owner.query(`
      create table moments (name text, day date, instant timestamp(6) null, wall datetime(6));
      insert into moments values
        ('before', '2024-03-09', '2024-03-10 07:59:59.999999', '2024-03-10 07:59:59.999999'),
        ('first', '2024-03-10', '2024-03-10 08:00:00', '2024-03-10 08:00:00'),
        ('last', '2024-03-10', '2024-03-11 06:59:59.999999', '2024-03-11 06:59:59.999999'),
        ('after', '2024-03-11', '2024-03-11 07:00:00', '2024-03-11 07:00:00'),
        ('unknown', null, null, null)`)
  })

  const names = async (report: object) =>
    (await recordsOf(open([{ table: 'moments', ...report }]), 'moments', range)).records.map(([name]) => name)

  test.each(['day', 'instant', 'wall'])(
    'cuts the %s of a table, on the shortest day of the year',
    async (dateColumn) => {
      expect(await names({ from: 'moments', dateColumn })).toEqual(['first', 'last'])
    },
  )

  test.each(['day', 'instant', 'wall'])('cuts a query by its %s, or stands in it', async (dateColumn) => {
    expect(await names({ query: 'select * from moments # all', dateColumn })).toEqual(['first', 'last'])
    const query = `select * from moments where ${dateColumn} >= :from and ${dateColumn} < :to and ':from' <> "" /* :to */`
    expect(await names({ query, dateColumn })).toEqual(['first', 'last'])
  })
})

describe('changed days', () => {
  const ask = { tables: ['changing'], since: null, firstOn: '2024-03-01', timeZone: 'Asia/Kolkata', settleMs: 0 }
  const changes = async (report: object, more: object = {}) => {
    const source = open([{ table: 'changing', from: 'changing', changedColumn: 'changed', ...report }])
    const { days = [], until } = (await source.changedSince?.({ ...ask, ...more }, never)) ?? {}
    const byDay = days.toSorted((a, b) => a.on.localeCompare(b.on))
    return { days: byDay.map(({ on, changedAt }) => [on, changedAt.toISOString()]), until }
  }

  beforeAll(async () => {
    await owner.query(`
      create table changing (day date, instant timestamp(6) null, wall datetime, changed timestamp(3) null, kept bool);
      insert into changing values
        ('2024-02-28', '2024-02-28 12:00:00', '2024-02-28 12:00:00', '2024-05-01 00:00:00', 1),
        ('2024-03-10', '2024-03-10 18:29:59.999999', '2024-03-10 18:29:59', '2024-05-01 10:00:00.123', 1),
        ('2024-03-11', '2024-03-10 18:30:00', '2024-03-10 18:30:00', '2024-05-01 10:00:00.124', 1),
        ('2024-03-12', '2024-03-12 12:00:00', '2024-03-12 12:00:00', '2024-05-01 11:00:00', 0),
        ('2024-03-13', '2024-03-13 12:00:00', '2024-03-13 12:00:00', null, 1),
        ('2024-00-00', null, null, '2024-05-01 00:00:00', 1)`)
  })

  test('are those whose rows say so, with the time of their last change', async () => {
    const { days, until } = await changes({ dateColumn: 'day', where: [{ column: 'kept', operator: '=', value: 1 }] })
    expect(days).toEqual([
      ['2024-03-10', '2024-05-01T10:00:00.123Z'],
      ['2024-03-11', '2024-05-01T10:00:00.124Z'],
    ])
    expect(Math.abs(Date.now() - Number(until))).toBeLessThan(10_000)
  })

  test.each(['instant', 'wall'])('are days of the zone that is asked for where %s says when', async (dateColumn) => {
    expect((await changes({ dateColumn })).days.map(([on]) => on)).toEqual(['2024-03-10', '2024-03-11', '2024-03-12'])
    const { days } = await changes({ dateColumn }, { timeZone: 'UTC' })
    expect(days).toEqual([
      ['2024-03-10', '2024-05-01T10:00:00.124Z'],
      ['2024-03-12', '2024-05-01T11:00:00.000Z'],
    ])
  })

  test('lie after the last that was asked for, and before what may still be changing', async () => {
    const since = new Date('2024-05-01T10:00:00.123Z')
    expect((await changes({ dateColumn: 'day' }, { since })).days.map(([on]) => on)).toEqual([
      '2024-03-11',
      '2024-03-12',
    ])
    const settleMs = Date.now() - Date.parse('2024-05-01T10:30:00Z')
    expect((await changes({ dateColumn: 'day' }, { since, settleMs })).days.map(([on]) => on)).toEqual(['2024-03-11'])
  })

  test('are told of a query too, and by no column that is not a time', async () => {
    const query = {
      from: undefined,
      query: 'select * from changing where day >= :from and day < :to',
      dateColumn: 'day',
    }
    expect((await changes(query)).days).toHaveLength(3)
    await expect(changes({ dateColumn: 'day', changedColumn: 'kept' })).rejects.toMatchObject({
      code: 'source.query_failed',
      fields: [{ field: 'changedColumn' }],
    })
    expect(() => open([{ table: 'changing', from: 'changing', changedColumn: 'changed' }])).toThrow(/needs dateColumn/)
  })
})

describe('filters', () => {
  const names = async (where: readonly object[]) =>
    (await recordsOf(open([{ table: 'people', from: 'people', where }]), 'people')).records.map(([id]) => id)

  beforeAll(async () => {
    await owner.query(`
      create table people (id int primary key, name varchar(50) character set latin1, at timestamp null, price decimal(10,2), day date, raw blob);
      insert into people values (1, 'O''Neil', '2024-01-01 00:00:00', 1.10, '2024-01-01', x'00'),
        (2, 'Ann %_\\\\', '2024-01-02 00:00:00', 2.00, '2024-01-02', null), (3, null, null, null, null, null)`)
  })

  test.each([
    [[{ column: 'name', operator: '=', value: "O'Neil" }], ['1']],
    [[{ column: 'name', operator: '=', value: "' or 1=1 -- " }], []],
    [[{ column: 'name', operator: '!=', value: "O'Neil" }], ['2']],
    [[{ column: 'name', operator: 'contains', value: '%_' }], ['2']],
    [[{ column: 'name', operator: 'starts with', value: 'Ann' }], ['2']],
    [[{ column: 'name', operator: 'is null' }], ['3']],
    [[{ column: 'id', operator: 'in', value: [1, '3'] }], ['1', '3']],
    [[{ column: 'id', operator: 'not in', value: [1, 3] }], ['2']],
    [
      [
        { column: 'price', operator: '>=', value: 1.1 },
        { column: 'price', operator: '<', value: '2.00' },
      ],
      ['1'],
    ],
    [[{ column: 'day', operator: '>', value: '2024-01-01' }], ['2']],
    [[{ column: 'at', operator: '=', value: '2024-01-02T08:00:00+08:00' }], ['2']],
  ])('%j lets through %j', async (where, ids) => {
    expect(await names(where)).toEqual(ids)
  })

  test('columns are picked and renamed, the key by its new name', async () => {
    const report = { from: 'people', columns: ['id', 'name'], primaryKey: ['id'], rename: { id: 'person', name: 'id' } }
    const source = open([{ table: 'people', ...report }])
    expect((await recordsOf(source, 'people')).header).toEqual(['person', 'id'])
    expect(await source.reports(never)).toEqual([{ table: 'people', primaryKey: ['person'] }])
  })
})

describe('one package', () => {
  test('R29: shows one instant in 60 of 60 packages while another client writes to both of its tables', async () => {
    await owner.query('create table orders (n int); create table lines_ (n int)')
    const writer = await driver.createConnection({ ...connectionOf(), multipleStatements: true })
    const stop = new AbortController()
    const writing = (async () => {
      while (!stop.signal.aborted)
        await writer.query('begin; insert into orders values (1); insert into lines_ values (1); commit')
    })()
    try {
      const source = open([
        { table: 'orders', from: 'orders' },
        { table: 'lines', from: 'lines_' },
      ])
      const seen = new Set<number>()
      for (let round = 0; round < 60; round += 1) {
        const counts: number[] = []
        const dispatched = await source.dispatch(
          { requestId: 'r29', range: anyRange, tables: ['orders', 'lines'] },
          never,
        )
        for (const table of ['orders', 'lines']) {
          const { chunks, rowsSent } = await source.read(dispatched, table, never)
          for await (const chunk of chunks) expect(chunk.length).toBeGreaterThan(0)
          counts.push(rowsSent())
        }
        await dispatched.close()
        expect(counts[0]).toBe(counts[1])
        seen.add(counts[0] ?? 0)
      }
      expect(seen.size, 'it was written to all the time').toBeGreaterThan(20)
    } finally {
      stop.abort()
      await writing
      await writer.end()
    }
  })

  test('a table without transactions is told', async () => {
    await owner.query('create table plain (n int) engine = MyISAM')
    const steps = await stepsOf(open([{ table: 'plain', from: 'plain' }]))
    expect(steps.at(-1)).toMatchObject({ verdict: 'passed', message: expect.stringContaining('MyISAM') })
  })

  test('is read only, whatever the query does', async () => {
    await owner.query('create sequence counter')
    const sneaky = open([{ table: 'sneaky', query: 'select nextval(counter) as n' }])
    await expect(readReport(sneaky, 'sneaky', anyRange)).rejects.toMatchObject({ code: 'source.query_failed' })
    const [rows] = await owner.query<driver.RowDataPacket[]>('select next_not_cached_value as n from counter')
    expect(rows[0]?.['n']).toBe(1)
  })
})

const endless = { table: 'endless', query: `select seq as n, repeat('x', 200) as text from seq_1_to_1000000000` }
const slow = { table: 'slow', query: 'select sleep(60 + seq * 0) as n from seq_1_to_3' }

describe('trouble', () => {
  test('R6: a killed connection interrupts the report at any row, 50 times, and nothing else', async () => {
    const source = open([endless])
    for (let round = 0; round < 50; round += 1) {
      const dispatched = await source.dispatch({ requestId: 'r6', range: anyRange, tables: ['endless'] }, never)
      const { chunks } = await source.read(dispatched, 'endless', never)
      const [id] = await connections()
      let left = randomBytes(1).readUInt8() % 64
      const reading = (async () => {
        for await (const _ of chunks) if (left-- === 0) await owner.query(`kill ${id}`)
      })()
      await expect(reading).rejects.toMatchObject({ code: 'source.interrupted' })
      await dispatched.close()
    }
    await expect.poll(connections).toEqual([])
  })

  test('R6: a query that somebody ends is no report', async () => {
    const source = open([endless])
    const dispatched = await source.dispatch({ requestId: 'r6', range: anyRange, tables: ['endless'] }, never)
    const { chunks } = await source.read(dispatched, 'endless', never)
    const [id] = await connections()
    let left = 5
    const reading = (async () => {
      for await (const _ of chunks) if (left-- === 0) await owner.query(`kill query ${id}`)
    })()
    await expect(reading).rejects.toMatchObject({ code: 'source.interrupted', facts: { mysqlError: 1317 } })
    await dispatched.close()
  })

  test('a connection killed while nobody reads is found out at the next report', async () => {
    const source = open([{ table: 'daily', from: 'daily' }])
    const dispatched = await source.dispatch({ requestId: 'r6', range: anyRange, tables: ['daily'] }, never)
    // One of the test before may still be on its way out.
    await expect.poll(connections).toHaveLength(1)
    for (const id of await connections()) await owner.query(`kill ${id}`)
    await expect.poll(connections).toEqual([])
    const reading = (async () => {
      for await (const _ of (await source.read(dispatched, 'daily', never)).chunks);
    })()
    await expect(reading).rejects.toMatchObject({ code: 'source.interrupted' })
    await dispatched.close()
  })

  test('an error in the middle of the rows is that error, and shows no value', async () => {
    const query = `select if(seq = 50000, (select 1 union select 2), concat('secret-', seq)) as value from seq_1_to_100000`
    const error = await readReport(open([{ table: 'cut', query }]), 'cut', anyRange).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'source.query_failed', facts: { mysqlError: 1242 } })
    expect(JSON.stringify([error, (error as Error).message, (error as Error).cause])).not.toContain('secret')
  })

  test('R30: the deadline ends a query that gives nothing, here and on the server', async () => {
    const startedAt = performance.now()
    const reading = readReport(open([slow], { deadlineMinutes: 0.02 }), 'slow', anyRange)
    await expect(reading).rejects.toMatchObject({ code: 'source.timeout' })
    expect(performance.now() - startedAt).toBeLessThan(5_000)
    await expect.poll(connections).toEqual([])
  })

  test('an abort ends a query that gives nothing, on the server too', async () => {
    const source = open([slow])
    const dispatched = await source.dispatch({ requestId: 'abort', range: anyRange, tables: ['slow'] }, never)
    const stop = new AbortController()
    const reading = (await source.read(dispatched, 'slow', stop.signal)).chunks[Symbol.asyncIterator]().next()
    reading.catch(() => {})
    await sleep(50)
    const reason = new Error('enough')
    stop.abort(reason)
    await expect(reading).rejects.toBe(reason)
    await dispatched.close()
    await expect.poll(connections).toEqual([])
  })

  test('no more is read ahead than is taken', async () => {
    const source = open([endless])
    const dispatched = await source.dispatch({ requestId: 'ahead', range: anyRange, tables: ['endless'] }, never)
    const iterator = (await source.read(dispatched, 'endless', never)).chunks[Symbol.asyncIterator]()
    await iterator.next()
    const before = process.memoryUsage().arrayBuffers
    await sleep(500)
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(8 * 2 ** 20)
    await dispatched.close()
  })
})

describe('wrong definitions', () => {
  test.each([
    [{ from: 'dayly' }, 'source.report_missing', 'from', /daily/],
    [{ from: 'nowhere.daily' }, 'source.report_missing', 'from', /daily/],
    [{ from: '`x``; drop table daily; -- `' }, 'source.report_missing', 'from', /daily/],
    [{ from: 'daily', dateColumn: 'dey' }, 'source.report_missing', 'dateColumn', /Did you mean day/],
    [{ from: 'daily', columns: ['Note'] }, 'source.report_missing', 'columns[0]', /Did you mean note/],
    [{ from: 'daily', rename: { nota: 'x' } }, 'source.report_missing', 'rename.nota', /Did you mean note/],
    [{ from: 'daily', rename: { note: 'n' } }, 'request.invalid', 'rename.note', /./],
    [{ from: 'daily', where: [{ column: 'n', operator: '=', value: 'x' }] }, 'request.invalid', 'where[0].value', /./],
    [{ from: 'daily', dateColumn: 'note' }, 'source.query_failed', 'dateColumn', /DATE, DATETIME/],
  ])('%j is %s, at the field %s', async (report, code, field, cure) => {
    const source = open([{ table: 'wrong', ...report }])
    const dispatched = source.dispatch({ requestId: 'x', range: anyRange, tables: ['wrong'] }, never)
    const fields = [expect.objectContaining({ field, cure: expect.stringMatching(cure) })]
    await expect(dispatched).rejects.toMatchObject({ code, fields })
  })

  test.each([
    ['select * from dayly', 'source.report_missing', 1146],
    ['select day from daily where dai > :from', 'source.report_missing', 1054],
    ['select day form daily as', 'source.query_failed', 1064],
    ["select 1) as x into outfile '/tmp/x' -- ", 'source.query_failed', 1064],
    ['drop table daily', 'source.query_failed', undefined],
    ['delete from daily', 'source.query_failed', undefined],
  ])('the query %j is %s', async (query, code, mysqlError) => {
    const source = open([{ table: 'wrong', query }])
    const dispatched = source.dispatch({ requestId: 'x', range: anyRange, tables: ['wrong'] }, never)
    await expect(dispatched).rejects.toMatchObject({ code, ...(mysqlError ? { facts: { mysqlError } } : {}) })
    const [rows] = await owner.query<driver.RowDataPacket[]>('select count(*) as n from daily')
    expect(rows[0]?.['n']).toBe(30_000)
  })
})

async function stepsOf(source: Source): Promise<CheckStep[]> {
  const steps: CheckStep[] = []
  for await (const step of source.check(never)) steps.push(step)
  return steps
}

describe('connecting', () => {
  test('nobody listening: the first step fails, the others are not tried', async () => {
    const steps = await stepsOf(open([{ table: 'daily', from: 'daily' }], { port: 1 }))
    expect(steps.map(({ verdict }) => verdict)).toEqual(['failed', 'skipped', 'skipped'])
    const dispatched = open([], { port: 1 }).dispatch({ requestId: 'x', range: anyRange, tables: [] }, never)
    await expect(dispatched).rejects.toMatchObject({ code: 'source.unreachable', facts: { error: 'ECONNREFUSED' } })
  })

  test.each([
    ['database', { database: 'no_such_database' }],
    ['user', { user: 'no_such_user', password: 'x' }],
  ])('a wrong %s is refused at sign-in', async (_, more) => {
    const dispatched = open([], more).dispatch({ requestId: 'x', range: anyRange, tables: [] }, never)
    await expect(dispatched).rejects.toMatchObject({ code: 'source.access_denied' })
  })

  test('a path, a socket or a connection string is not a host, and nothing of the driver can be set', () => {
    for (const host of ['/run/mysqld.sock', 'mysql://u:p@h/d', 'a b', '', '..\\pipe']) {
      expect(mysql.connectionSchema.safeParse(connectionOf({ host })).success).toBe(false)
    }
    for (const key of ['uri', 'socketPath', 'flags', 'infileStreamFactory', 'ssl']) {
      expect(mysql.connectionSchema.safeParse(connectionOf({ [key]: 'x' })).success).toBe(false)
    }
    expect(mysql.connectionSchema.safeParse(connectionOf({ tls: 'verify', host: '10.0.0.1' })).success).toBe(false)
  })

  test('a database that does not speak TLS is not spoken to without it', async () => {
    const signIn = (await stepsOf(open([], { tls: 'require' }))).find((step) => step.name === 'sign_in')
    expect(signIn).toMatchObject({ verdict: 'failed', remedy: 'The database does not speak TLS; set tls: off.' })
  })

  test('an address that the operator does not allow is refused when saved and when used', async () => {
    const connection = mysql.connectionSchema.parse(connectionOf({ host: '169.254.169.254' }))
    const refused = expect.objectContaining({ code: 'source.egress_blocked' })
    expect(() => mysql.admit(connection, [], world)).toThrowError(refused)
    const dispatched = mysql
      .open(connection, [], world)
      .dispatch({ requestId: 'x', range: anyRange, tables: [] }, never)
    await expect(dispatched).rejects.toMatchObject({ code: 'source.egress_blocked' })
  })

  test.each([/^select version/, /^select `day`/])(
    'a server that asks for a file in answer to %s gets nothing',
    async (when) => {
      await using rogue = await rogueProxy(when)
      const source = open([{ table: 'daily', from: 'daily' }], { port: rogue.port, deadlineMinutes: 0.03 })
      await expect(readReport(source, 'daily', anyRange)).rejects.toMatchObject({
        code: expect.stringMatching(/^source/),
      })
      expect(rogue.asked()).toBe(true)
      expect(rogue.received()).not.toContain('root:')
      expect(rogue.localFilesOffered()).toBe(false)
    },
  )
})

/** The real server behind a door that answers one query with "send me /etc/passwd", as LOAD DATA LOCAL would. */
async function rogueProxy(when: RegExp) {
  let asked = false
  let offered = false
  const afterwards: Buffer[] = []
  const server = createServer((client: Socket) => {
    const backend = connect(Number(port), host)
    let isFirst = true
    client.on('error', () => {}).on('close', () => backend.destroy())
    backend.on('error', () => {}).on('close', () => client.destroy())
    backend.on('data', (bytes) => client.write(bytes))
    client.on('data', (bytes: Buffer) => {
      if (isFirst) offered ||= (bytes.readUInt32LE(4) & 0x80) !== 0
      isFirst = false
      if (asked) {
        afterwards.push(bytes)
      } else if (bytes[4] === COM_QUERY && when.test(bytes.subarray(5).toString())) {
        asked = true
        const body = Buffer.from('\xfb/etc/passwd', 'latin1')
        client.write(Buffer.concat([Buffer.from([body.length, 0, 0, 1]), body]))
      } else {
        backend.write(bytes)
      }
    })
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    asked: () => asked,
    received: () => Buffer.concat(afterwards).toString(),
    localFilesOffered: () => offered,
    async [Symbol.asyncDispose]() {
      server.close()
    },
  }
}
