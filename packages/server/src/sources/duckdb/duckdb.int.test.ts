import { execFileSync } from 'node:child_process'
import {
  appendFile,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  realpath,
  rename,
  rm,
  symlink,
  writeFile,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api'
import { parseRecords } from '@datahub/core/bucket/csv'
import { rangeOfDays } from '@datahub/core/execution/data-range'
import type { Source } from '@datahub/core/source/source'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openEgress } from '../../foundation/egress.ts'
import { exerciseSource } from '../exercise-source.ts'
import type { SourceWorld } from '../kind.ts'
import { readReport } from '../read-report.ts'
import { duckdb } from './index.ts'
import { refreshTokensInMemory } from '../../testing/refresh-tokens-in-memory.ts'

const never = new AbortController().signal
const anyRange = rangeOfDays('2024-01-01', '2024-01-31', 'UTC')

let root: string
let allowed: string
let pipes: string
let world: SourceWorld
let database: DuckDBInstance
let maker: DuckDBConnection

beforeAll(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), 'datahub-duckdb-')))
  allowed = join(root, 'allowed')
  pipes = join(root, "private o'pipes")
  await mkdir(join(allowed, 'days'), { recursive: true })
  await mkdir(join(root, 'outside'))
  await mkdir(pipes)
  world = {
    egress: openEgress([], 'source'),
    folders: [allowed],
    temporaryDir: pipes,
    refreshTokens: refreshTokensInMemory(),
  }
  database = await DuckDBInstance.create(':memory:')
  maker = await database.connect()
  await maker.run("set TimeZone = 'UTC'")
  await maker.run(`copy (
      select date '2024-01-01' + d::int as day, n, 'note ' || n || ', ' || repeat('x', 40) as note
      from range(30) days(d), range(1000) numbers(n)
    ) to '${allowed}/days/all.parquet'`)
  // 20 MB of CSV: more than pipe and reader hold together
  await maker.run(
    `copy (select n, repeat('x', 200) as note from range(100_000) numbers(n)) to '${allowed}/many.parquet'`,
  )
  await maker.run(`copy (${NASTY}) to '${allowed}/nasty.parquet'`)
  await writeFile(join(root, 'outside', 'secret.csv'), 'a\nsecret\n')
})

afterAll(async () => {
  maker.closeSync()
  database.closeSync()
  await rm(root, { recursive: true })
})

function open(reports: readonly object[], connection: object = {}): Source {
  return duckdb.open(
    duckdb.connectionSchema.parse({ folder: allowed, ...connection }),
    reports.map((report) => duckdb.reportSchema.parse(report)),
    world,
  )
}

async function recordsOf(report: object, range = anyRange) {
  const { text, ...whole } = await readReport(open([{ table: 'report', ...report }]), 'report', range)
  const [header = [], ...records] = parseRecords(text)
  return { ...whole, header, records }
}

/** The processes of the engines that this test has running. */
function engines(): number[] {
  const children = execFileSync('ps', ['--ppid', String(process.pid), '-o', 'pid=,args='], { encoding: 'utf8' })
  const lines = children.split('\n').filter((line) => line.includes('duckdb/engine.ts'))
  return lines.map((line) => Number.parseInt(line, 10))
}

/** Engines that run, and folders of pipes that stand. */
async function leftOpen(): Promise<number> {
  return engines().length + (await readdir(pipes)).length
}

const NASTY = `
  select * from (values
    (1, 'p', null, (-5)::smallint, 9223372036854775807, 1234567890123456789012345678.0123456789::decimal(38,10),
      timestamptz '2024-01-02 03:04:05.123456+00', timestamp '2024-01-02 03:04:05.000001', true, '\\x00\\xFF'::blob, ''),
    (2, '', '', -32768, (-9223372036854775808)::bigint, -0.0000000001, '2024-06-30 23:59:59.999999-07', '2024-01-01', false, ''::blob, null),
    (3, null, e'CR LF \\r\\n "quote", comma', 0, 0, 0, null, null, null, null, ' blank '),
    (4, '=1+1', '=1+1', null, null, null, null, null, null, null, '\\.'),
    (5, '🎧 ü 花', '-5', null, null, null, null, null, null, null, 'NULL')
  ) as nasty(id, "__proto__", "text", minus, big, exact, "at", wall, yes, raw, "a ""b"", c")`

exerciseSource('duckdb', async () => ({
  source: open([
    { table: 'days', files: 'days/*.parquet', dateColumn: 'day', primaryKey: ['day', 'n'] },
    { table: 'nasty', files: 'nasty.parquet' },
  ]),
  broken: open([{ table: 'lost', files: 'nasti.parquet' }]),
  table: 'days',
  dateColumn: 'day',
  firstOn: '2024-01-01',
  lastOn: '2024-01-30',
  emptyOn: '2025-01-01',
  nasty: {
    table: 'nasty',
    header: ['id', '__proto__', 'text', 'minus', 'big', 'exact', 'at', 'wall', 'yes', 'raw', 'a "b", c'],
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
      ],
      ['3', null, 'CR LF \r\n "quote", comma', '0', '0', '0.0000000000', null, null, null, null, ' blank '],
      ['4', '=1+1', '=1+1', null, null, null, null, null, null, null, '\\.'],
      ['5', '🎧 ü 花', '-5', null, null, null, null, null, null, null, 'NULL'],
    ],
  },
  leftOpen,
  close: async () => {},
}))

describe('the data range', () => {
  const range = rangeOfDays('2024-03-10', '2024-03-10', 'America/Los_Angeles')
  const moments = `
    select * from (values
      ('before', date '2024-03-09', timestamptz '2024-03-10 07:59:59.999999Z', timestamp '2024-03-10 07:59:59.999999'),
      ('first', '2024-03-10', '2024-03-10 08:00:00Z', '2024-03-10 08:00:00'),
      ('last', '2024-03-10', '2024-03-11 06:59:59.999999Z', '2024-03-11 06:59:59.999999'),
      ('after', '2024-03-11', '2024-03-11 07:00:00Z', '2024-03-11 07:00:00'),
      ('unknown', null, null, null)
    ) as moments(name, day, instant, wall)`

  beforeAll(async () => {
    await maker.run(`copy (${moments}) to '${allowed}/moments.parquet'`)
    await maker.run(`copy (${moments}) to '${allowed}/moments.csv' (header)`)
    await maker.run(`copy (${moments}) to '${allowed}/moments.jsonl' (format json)`)
  })

  test.each([
    ['parquet', 'day'],
    ['parquet', 'instant'],
    ['parquet', 'wall'],
    ['csv', 'day'],
    ['csv', 'instant'],
    ['csv', 'wall'],
    ['jsonl', 'day'],
    ['jsonl', 'instant'],
    ['jsonl', 'wall'],
  ])('cuts %s files by the column %s, on the shortest day of the year', async (extension, dateColumn) => {
    const { records } = await recordsOf({ files: `moments.${extension}`, dateColumn }, range)
    expect(records.map(([name]) => name)).toEqual(['first', 'last'])
  })

  test('cuts by a part of the path', async () => {
    await maker.run(`copy (${moments}) to '${allowed}/parts' (format parquet, partition_by (day))`)
    const { records } = await recordsOf(
      { files: 'parts/*/*.parquet', dateColumn: 'day', columns: ['name', 'day'] },
      range,
    )
    expect(records).toEqual([
      ['first', '2024-03-10'],
      ['last', '2024-03-10'],
    ])
  })
})

describe('values', () => {
  test('of every kind of Parquet type keep all their digits', async () => {
    await maker.run(`copy (select
        170141183460469231731687303715884105727::hugeint as huge, 18446744073709551615::ubigint as unsigned,
        'nan'::double as nan, '-inf'::float as inf, 0.1::double as d, 0.1::float as f, null::double as none,
        [1, 2] as list, {'a': 'x,y', 'b': [true, null]} as struct, map {'k': 1} as map, 'a'::enum('a', 'b') as e,
        '123e4567-e89b-12d3-a456-426614174000'::uuid as u, time '01:02:03.4' as t, interval '1 day 2 hours' as span,
        timestamp_ns '2024-01-01 00:00:00.123456789' as ns, 12345678901234567.89::decimal(19,2) as money,
        'z' || chr(0) as nul
      ) to '${allowed}/kinds.parquet'`)
    const { columns, records } = await recordsOf({ files: 'kinds.parquet' })
    const written = columns.map(({ name, nullable, ...type }, at) => {
      expect(nullable).toBe(true)
      return [name, records[0]?.[at], Object.values(type).join(' ')]
    })
    expect(written).toEqual([
      // Parquet itself has no integers of 128 bits: DuckDB writes them as double.
      ['huge', '1.7014118346046923e+38', 'double'],
      ['unsigned', '18446744073709551615', 'decimal 20 0'],
      ['nan', 'NaN', 'double'],
      ['inf', '-Infinity', 'real'],
      ['d', '0.1', 'double'],
      ['f', '0.1', 'real'],
      ['none', null, 'double'],
      ['list', '[1,2]', 'json'],
      ['struct', '{"a":"x,y","b":[true,null]}', 'json'],
      ['map', '{"k":1}', 'json'],
      ['e', 'a', 'text'],
      ['u', '123e4567-e89b-12d3-a456-426614174000', 'uuid'],
      ['t', '01:02:03.4', 'time'],
      ['span', '1 day 02:00:00', 'text'],
      ['ns', '2024-01-01 00:00:00.123456789', 'timestamp'],
      ['money', '12345678901234567.89', 'decimal 19 2'],
      ['nul', 'z\0', 'text'],
    ])
  })

  test('of CSV files are the texts that stand there', async () => {
    await writeFile(
      join(allowed, 'plain.csv'),
      'zip,price,when,empty,none,yes\n00700,1.10,2024-01-02,"",,TRUE\n"1,5",12345678901234567890.12345,2024-01-03,x,"y""z",no\n',
    )
    const { columns, header, records } = await recordsOf({ files: 'plain.csv', dateColumn: 'when' })
    expect(header).toEqual(['zip', 'price', 'when', 'empty', 'none', 'yes'])
    expect(columns.map((column) => column.type)).toEqual(['text', 'text', 'date', 'text', 'text', 'text'])
    expect(records).toEqual([
      ['00700', '1.10', '2024-01-02', '', null, 'TRUE'],
      ['1,5', '12345678901234567890.12345', '2024-01-03', 'x', 'y"z', 'no'],
    ])
  })

  test('of JSON files have the types that JSON has', async () => {
    await writeFile(
      join(allowed, 'plain.json'),
      '[{"n": 9007199254740993, "text": "", "when": "2024-01-02", "list": [1], "b": true}, {"n": null, "text": "x", "extra": -1}]',
    )
    const { columns, records } = await recordsOf({ files: 'plain.json' })
    expect(columns.map((column) => `${column.name} ${column.type}`)).toEqual([
      'n bigint',
      'text text',
      'when date',
      'list json',
      'b boolean',
      'extra bigint',
    ])
    expect(records).toEqual([
      ['9007199254740993', '', '2024-01-02', '[1]', 'true', null],
      [null, 'x', null, null, null, '-1'],
    ])
  })

  test('of several files come together by the names of the columns, packed or not', async () => {
    await mkdir(join(allowed, 'several/deep'), { recursive: true })
    await writeFile(join(allowed, 'several/a.csv'), 'a,b\n1,2\n')
    await writeFile(join(allowed, 'several/b.csv'), 'b;c\n3;4\n')
    await writeFile(join(allowed, 'several/deep/c.csv.gz'), execFileSync('gzip', ['-n'], { input: 'c,a\n5,6\n' }))
    const { header, records } = await recordsOf({ files: 'several/**/*.csv*', format: 'csv' })
    expect(header).toEqual(['a', 'b', 'c'])
    expect(records).toHaveLength(3)
    expect(records).toEqual(
      expect.arrayContaining([
        ['1', '2', null],
        [null, '3', '4'],
        ['6', null, '5'],
      ]),
    )
  })
})

describe('the folder', () => {
  test('must be one that the operator allows, links followed, or inside one', async () => {
    await symlink(join(root, 'outside'), join(allowed, 'way-out'))
    await symlink(allowed, join(root, 'way-in'))
    const admit = (folder: string) => duckdb.admit(duckdb.connectionSchema.parse({ folder }), [], world)
    for (const folder of [allowed, `${allowed}/days`, `${allowed}/../allowed/days`, join(root, 'way-in')]) admit(folder)
    for (const folder of [
      root,
      '/',
      '/etc',
      join(allowed, 'way-out'),
      `${allowed}/../outside`,
      `${allowed}-not`,
      '/nonexistent',
    ]) {
      expect(() => admit(folder)).toThrowError(expect.objectContaining({ code: 'source.folder_forbidden' }))
    }
    expect(() => admit(join(allowed, 'gone'))).toThrowError(expect.objectContaining({ code: 'source.report_missing' }))
    expect(() => admit(allowed)).not.toThrow()
    await expect(readReport(open([], { folder: join(allowed, 'way-out') }), 'x', anyRange)).rejects.toMatchObject({
      code: expect.stringMatching(/^source\./),
    })
  })

  test.each(['way-out/*.csv', 'way-out/secret.csv', 'link.csv', '*/secret.csv'])(
    'is not left through a link: %s',
    async (files) => {
      await symlink(join(root, 'outside/secret.csv'), join(allowed, 'link.csv')).catch(() => {})
      const refused = files.startsWith('*') ? 'source.report_missing' : 'source.folder_forbidden'
      await expect(recordsOf({ files })).rejects.toMatchObject({ code: refused })
    },
  )

  test.each([
    '/etc/passwd',
    '../outside/secret.csv',
    'a/../../outside/*.csv',
    '{..,x}/outside/*.csv',
    'a\\b.csv',
    's3://b/x.csv\0',
    'x.txt',
  ])('and its formats are all that a pattern can name: %j', (files) => {
    expect(duckdb.reportSchema.safeParse({ table: 'x', files }).success).toBe(false)
  })

  test('is all that DuckDB itself can touch', async () => {
    await expect(recordsOf({ files: 'https://example.com/x.csv' })).rejects.toMatchObject({
      code: 'source.report_missing',
    })
    await mkdir(join(allowed, "it's [odd]"), { recursive: true })
    await writeFile(join(allowed, "it's [odd]", "a'); copy (select 1) to 'x.csv'; --.csv"), 'a\n1\n')
    expect((await recordsOf({ files: "it's ?odd?/*.csv" })).records).toEqual([['1']])
  })
})

describe('trouble', () => {
  test('files that change while they are read are no package', async () => {
    const path = join(allowed, 'growing.csv')
    await writeFile(path, `a\n${'x'.repeat(99)}\n`.repeat(40_000))
    const source = open([{ table: 'growing', files: 'growing.csv' }])
    const dispatched = await source.dispatch({ requestId: 'x', range: anyRange, tables: ['growing'] }, never)
    const { chunks } = await source.read(dispatched, 'growing', never)
    const reading = (async () => {
      let taken = 0
      for await (const _ of chunks) if (taken++ === 0) await appendFile(path, 'one more\n')
    })()
    await expect(reading).rejects.toMatchObject({ code: 'source.incomplete' })
    await dispatched.close()
  })

  test('a file that is replaced between two reports of a package is noticed', async () => {
    const path = join(allowed, 'twice.csv')
    await writeFile(path, 'a\n1\n')
    const source = open([
      { table: 'one', files: 'twice.csv' },
      { table: 'two', files: 'twice.csv' },
    ])
    const dispatched = await source.dispatch({ requestId: 'x', range: anyRange, tables: ['one', 'two'] }, never)
    const read = async (table: string) => {
      for await (const chunk of (await source.read(dispatched, table, never)).chunks)
        expect(chunk.length).toBeGreaterThan(0)
    }
    await read('one')
    await writeFile(`${path}.new`, 'a\n2\n')
    await rename(`${path}.new`, path)
    await expect(read('two')).rejects.toMatchObject({ code: 'source.incomplete' })
    await dispatched.close()
  })

  test.each([
    ['damaged.parquet', 'PAR1 not at all PAR1'],
    ['damaged.json', '{"a": 1}\n{"a": secret}'],
  ])('a damaged file (%s) is told, and nothing of it', async (files, content) => {
    await writeFile(join(allowed, files), content)
    const error = await recordsOf({ files }).catch((thrown: unknown) => thrown as Error)
    expect(error).toMatchObject({ code: 'source.query_failed', facts: { error: expect.stringMatching(/Error$/) } })
    expect(JSON.stringify([error, (error as Error).message, String((error as Error).cause)])).not.toContain('secret')
  })

  test('a value that is no date, far down in a file, is told in the middle of the rows', async () => {
    await writeFile(join(allowed, 'late.csv'), `day,n\n${'2024-01-01,1\n'.repeat(200_000)}not a date,2\n`)
    await expect(recordsOf({ files: 'late.csv', dateColumn: 'day' })).rejects.toMatchObject({
      code: 'source.query_failed',
      facts: { error: 'Conversion Error' },
    })
    expect(await leftOpen()).toBe(0)
  })

  test('an engine that is killed is an interruption', async () => {
    const source = open([{ table: 'many', files: 'many.parquet' }])
    const dispatched = await source.dispatch({ requestId: 'x', range: anyRange, tables: ['many'] }, never)
    const { chunks } = await source.read(dispatched, 'many', never)
    const reading = (async () => {
      let taken = 0
      for await (const _ of chunks) if (taken++ === 0) for (const pid of engines()) process.kill(pid, 'SIGKILL')
    })()
    await expect(reading).rejects.toMatchObject({ code: 'source.interrupted' })
    await dispatched.close()
    expect(await leftOpen()).toBe(0)
  })

  test('the deadline ends the engine, whether somebody reads or not', async () => {
    const source = open([{ table: 'many', files: 'many.parquet' }], { deadlineMinutes: 0.05 })
    const dispatched = await source.dispatch({ requestId: 'x', range: anyRange, tables: ['many'] }, never)
    const { chunks } = await source.read(dispatched, 'many', never)
    const iterator = chunks[Symbol.asyncIterator]()
    await iterator.next()
    await expect.poll(leftOpen, { timeout: 5_000 }).toBe(0)
    const rest = (async () => {
      while (!(await iterator.next()).done);
    })()
    await expect(rest).rejects.toMatchObject({ code: 'source.timeout' })
    await dispatched.close()
  })

  test.each([
    [{ files: 'days/*.parqet', format: 'parquet' }, 'files', /./],
    [{ files: 'days/all.parquet', dateColumn: 'dey' }, 'dateColumn', 'Did you mean day?'],
    [{ files: 'days/all.parquet', columns: ['nte'] }, 'columns[0]', /note/],
    [{ files: 'days/all.parquet', primaryKey: ['x'] }, 'primaryKey[0]', /day, n, note/],
  ])('%j is told at the field %s', async (report, field, cure) => {
    await expect(recordsOf(report)).rejects.toMatchObject({
      code: 'source.report_missing',
      fields: [{ field, cure: expect.stringMatching(cure) }],
    })
  })

  test('a date column that has no dates is told', async () => {
    await expect(recordsOf({ files: 'days/all.parquet', dateColumn: 'note' })).rejects.toMatchObject({
      code: 'source.query_failed',
      fields: [{ field: 'dateColumn' }],
    })
  })
})

test('the engine is given nothing of the environment', async () => {
  const source = open([{ table: 'days', files: 'days/*.parquet' }])
  const dispatched = await source.dispatch({ requestId: 'x', range: anyRange, tables: ['days'] }, never)
  const names = (await readFile(`/proc/${engines()[0]}/environ`, 'utf8')).split('\0').map((line) => line.split('=')[0])
  await dispatched.close()
  const ofNode = /^(NODE_CHANNEL_.*|NODE_COMPILE_CACHE|)$/
  expect(names.filter((name) => !ofNode.test(name ?? ''))).toEqual([])
})
