import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Column, ColumnType } from '@datahub/core/bucket/column'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { loadTask, reloadPackage, type LoadReport } from '../load-task.ts'
import type { TableMapping } from '../tables/table-mapping.ts'
import { TestSender, type Cells } from '../testing/sender.ts'
import { plain, rowsIn, sorted, TEST_TARGETS, within, type TestTarget } from '../testing/test-target.ts'
import { text } from './sql.ts'
import type { Target } from './target.ts'

/** A column of the sender. */
function column(name: string, type: ColumnType, more: Partial<Column> = {}): Column {
  return { name, type, nullable: true, ...more }
}

const DAILY = [column('date', 'date'), column('asin', 'text'), column('clicks', 'integer')]

/** What every target has to do, one and the same for all of them. */
export function exerciseTarget(kind: Target['kind']): void {
  describe(`target ${kind}`, () => {
    let database: TestTarget
    let sender: TestSender

    const load = (more: { mode?: 'append' | 'upsert' | 'replace'; mapping?: TableMapping } = {}): Promise<LoadReport> =>
      loadTask({ bucket: sender.folder, taskId: sender.taskId, into: database.url, ...more })
    const read = (table: string, columns: readonly Column[]) => rowsIn(database.url, table, columns)
    const daily = (
      executionId: number,
      range: readonly [string, string],
      rows: readonly Cells[],
      supersedes: number[] = [],
    ) =>
      sender.deliver({
        executionId,
        range,
        supersedes,
        reports: [{ table: 'daily', columns: DAILY, rows, dateColumn: 'date' }],
      })

    beforeAll(async () => {
      database = await TEST_TARGETS[kind]()
    })
    afterAll(async () => {
      await database[Symbol.asyncDispose]()
    })

    /** Every test has a task and tables of its own, in one database. */
    async function scene(work: () => Promise<void>): Promise<void> {
      await using own = new TestSender(nextTask++)
      sender = own
      try {
        await work()
      } finally {
        await dropAll(database.url)
      }
    }

    test('R31: every type and nasty value arrives as it was sent', () =>
      scene(async () => {
        await sender.deliver({ executionId: 1, reports: [{ table: 'nasty', columns: NASTY, rows: NASTY_ROWS }] })
        const report = await load()
        expect(report.packages[0]).toMatchObject({ state: 'loaded', rows: NASTY_ROWS.length })
        const sent = NASTY_ROWS.map((row) => row.map((cell, at) => plain(NASTY[at] as Column, cell)))
        expect(await read('nasty', NASTY)).toEqual(sorted(sent))
      }))

    test('R31: a report without rows makes a table without rows', () =>
      scene(async () => {
        await sender.deliver({ executionId: 1, reports: [{ table: 'empty', columns: NASTY, rows: [] }] })
        expect((await load()).packages[0]).toMatchObject({ state: 'loaded', rows: 0 })
        expect(await read('empty', NASTY)).toEqual([])
      }))

    test('R31: columns of one name, of no name and called __proto__ are all kept', () =>
      scene(async () => {
        const columns = [
          column('a', 'text'),
          column('A', 'text'),
          column('', 'text'),
          column('__proto__', 'text'),
          column('a"`b', 'text'),
        ]
        await sender.deliver({
          executionId: 1,
          reports: [{ table: 'odd', columns, rows: [['1', '2', '3', '4', '5']] }],
        })
        expect((await load()).refused).toBe(0)
        const named = ['a', 'A_2', 'column_3', '__proto__', 'a"`b'].map((name) => column(name, 'text'))
        expect(await read('odd', named)).toEqual([['1', '2', '3', '4', '5']])
      }))

    test('a single column keeps NULL, the empty string and the word NULL apart', () =>
      scene(async () => {
        const columns = [column('only', 'text')]
        const rows = [[null], [''], ['NULL'], ['\\.'], ['x'], [null]]
        await sender.deliver({ executionId: 1, reports: [{ table: 'single', columns, rows }] })
        expect((await load()).packages[0]).toMatchObject({ state: 'loaded', rows: 6 })
        expect(await read('single', columns)).toEqual(sorted(rows))
      }))

    test('every package counts once, however often it is loaded', () =>
      scene(async () => {
        for (const id of [1, 2, 3])
          await sender.deliver({
            executionId: id,
            reports: [{ table: 'plain', columns: DAILY, rows: [['2025-01-01', `a${id}`, '1']] }],
          })
        expect((await load()).packages.map(({ state }) => state)).toEqual(['loaded', 'loaded', 'loaded'])
        expect((await load()).packages).toEqual([])
        expect(await read('plain', DAILY)).toHaveLength(3)
      }))

    test('a restated range replaces what was there, and nothing beside it', () =>
      scene(async () => {
        await daily(
          1,
          ['2025-01-01', '2025-01-03'],
          [
            ['2025-01-01', 'a', '1'],
            ['2025-01-02', 'a', '2'],
          ],
        )
        await load()
        await daily(
          2,
          ['2025-01-02', '2025-01-04'],
          [
            ['2025-01-02', 'a', '20'],
            ['2025-01-03', 'a', '30'],
          ],
        )
        await load()
        expect(await read('daily', DAILY)).toEqual([
          ['2025-01-01', 'a', '1'],
          ['2025-01-02', 'a', '20'],
          ['2025-01-03', 'a', '30'],
        ])
      }))

    test('an older package that comes late fills only what no later one has delivered', () =>
      scene(async () => {
        await daily(5, ['2025-01-02', '2025-01-03'], [['2025-01-02', 'new', '2']])
        await load()
        await daily(
          3,
          ['2025-01-01', '2025-01-04'],
          [
            ['2025-01-01', 'old', '1'],
            ['2025-01-02', 'old', '1'],
            ['2025-01-03', 'old', '1'],
          ],
        )
        // Its manifest says that nothing of it counts, so it is not even fetched.
        await rm(join(sender.directory, await daily(4, ['2025-01-02', '2025-01-03'], [['2025-01-02', 'older', '1']])))
        const report = await load()
        expect(report.packages.map(({ state, rows }) => [state, rows])).toEqual([
          ['loaded', 2],
          ['superseded', 0],
        ])
        expect(await read('daily', DAILY)).toEqual([
          ['2025-01-01', 'old', '1'],
          ['2025-01-02', 'new', '2'],
          ['2025-01-03', 'old', '1'],
        ])
      }))

    test('a retried older execution that shows a newer snapshot is not undone by a later, wider one', () =>
      scene(async () => {
        const at = (
          executionId: number,
          snapshotAt: string,
          range: readonly [string, string],
          rows: readonly Cells[],
        ) =>
          sender.deliver({
            executionId,
            snapshotAt,
            range,
            reports: [{ table: 'daily', columns: DAILY, rows, dateColumn: 'date' }],
          })
        await at(
          8,
          '2025-02-01T03:00:00Z',
          ['2025-01-01', '2025-01-03'],
          [
            ['2025-01-01', 'wide', '1'],
            ['2025-01-02', 'wide', '1'],
          ],
        )
        await at(5, '2025-02-01T09:00:00Z', ['2025-01-02', '2025-01-03'], [['2025-01-02', 'retried', '2']])
        expect((await load()).packages.map(({ executionId, state, rows }) => [executionId, state, rows])).toEqual([
          [5, 'loaded', 1],
          [8, 'loaded', 1],
        ])
        expect(await read('daily', DAILY)).toEqual([
          ['2025-01-01', 'wide', '1'],
          ['2025-01-02', 'retried', '2'],
        ])
      }))

    test('an upsert keeps per key the row of the latest execution, in any order of arrival', () =>
      scene(async () => {
        const listing = (executionId: number, rows: readonly Cells[]) =>
          sender.deliver({ executionId, reports: [{ table: 'listing', columns: DAILY, rows, primaryKey: ['asin'] }] })
        await listing(1, [
          ['2025-01-01', 'a', '1'],
          ['2025-01-01', 'b', '1'],
        ])
        await listing(4, [
          ['2025-01-04', 'b', '4'],
          ['2025-01-04', 'c', '4'],
        ])
        await load()
        await listing(2, [
          ['2025-01-02', 'a', '2'],
          ['2025-01-02', 'b', '2'],
          ['2025-01-02', 'd', '2'],
        ])
        await load()
        expect(await read('listing', DAILY)).toEqual([
          ['2025-01-02', 'a', '2'],
          ['2025-01-02', 'd', '2'],
          ['2025-01-04', 'b', '4'],
          ['2025-01-04', 'c', '4'],
        ])
      }))

    test('with append, a restatement takes the place of what it restates, in both orders', () =>
      scene(async () => {
        const append = (executionId: number, asin: string, supersedes: number[] = []) =>
          sender.deliver({
            executionId,
            supersedes,
            reports: [{ table: 'events', columns: DAILY, rows: [['2025-01-01', asin, '1']] }],
          })
        await append(1, 'first')
        await append(2, 'wrong')
        await load()
        await append(5, 'right', [2, 3])
        await load()
        await append(3, 'late and wrong')
        expect((await load()).packages[0]).toMatchObject({ state: 'superseded' })
        expect(await read('events', DAILY)).toEqual([
          ['2025-01-01', 'first', '1'],
          ['2025-01-01', 'right', '1'],
        ])
        // What restates the first is restated itself before it comes: the first goes all the same.
        await append(9, 'last', [7])
        await load()
        await append(7, 'never seen', [1])
        expect((await load()).packages[0]).toMatchObject({ state: 'superseded' })
        expect((await read('events', DAILY))?.map(([, asin]) => asin)).toEqual(['last', 'right'])
      }))

    test('a package is loaded again on demand, without doubling a row', () =>
      scene(async () => {
        const name = await sender.deliver({
          executionId: 1,
          reports: [
            { table: 'again_append', columns: DAILY, rows: [['2025-01-01', 'a', '1']] },
            { table: 'again_replace', columns: DAILY, rows: [['2025-01-01', 'a', '1']], dateColumn: 'date' },
          ],
        })
        await load()
        await within(database.url, (target) => target.run(text('delete from again_replace')))
        const report = await reloadPackage({ bucket: sender.folder, taskId: sender.taskId, into: database.url }, name)
        expect(report.packages[0]).toMatchObject({ state: 'loaded', rows: 2 })
        expect(await read('again_append', DAILY)).toHaveLength(1)
        expect(await read('again_replace', DAILY)).toHaveLength(1)
        expect((await load()).packages).toEqual([])
        await rm(join(sender.directory, name))
        const kept = await reloadPackage({ bucket: sender.folder, taskId: sender.taskId, into: database.url }, name)
        expect(kept.packages[0]).toMatchObject({
          state: 'already loaded',
          reason: 'it stays as it was: the package is not there',
        })
        expect(await read('again_append', DAILY)).toHaveLength(1)
      }))

    test('a table grows with the report: new columns and wider types', () =>
      scene(async () => {
        const wide = [
          column('date', 'date'),
          column('clicks', 'integer'),
          column('spend', 'decimal', { precision: 8, scale: 2 }),
        ]
        await sender.deliver({
          executionId: 1,
          reports: [{ table: 'growing', columns: wide, rows: [['2025-01-01', '1', '1.25']] }],
        })
        await load()
        const wider = [
          column('date', 'date'),
          column('clicks', 'bigint'),
          column('spend', 'decimal', { precision: 30, scale: 6 }),
          column('note', 'text'),
        ]
        await sender.deliver({
          executionId: 2,
          reports: [
            {
              table: 'growing',
              columns: wider,
              rows: [['2025-01-02', '9007199254740993', '123456789012345678.123456', 'n']],
            },
          ],
        })
        expect((await load()).packages[0]).toMatchObject({ state: 'loaded' })
        expect(await read('growing', wider)).toEqual([
          ['2025-01-01', '1', '1.25', null],
          ['2025-01-02', '9007199254740993', '123456789012345678.123456', 'n'],
        ])
      }))

    test('a key grows as well, and still finds its rows', () =>
      scene(async () => {
        const of = (type: Column['type']) => [column('shop', type), column('name', 'text')]
        const deliver = (executionId: number, type: Column['type'], rows: readonly Cells[]) =>
          sender.deliver({
            executionId,
            reports: [{ table: 'shops', columns: of(type), rows, primaryKey: ['shop'] }],
          })
        await deliver(1, 'smallint', [['7', 'old']])
        await load()
        await deliver(2, 'bigint', [
          ['7', 'new'],
          ['9007199254740993', 'far'],
        ])
        expect((await load()).packages[0]).toMatchObject({ state: 'loaded' })
        expect(await read('shops', of('bigint'))).toEqual([
          ['7', 'new'],
          ['9007199254740993', 'far'],
        ])
      }))

    test('a change that would lose something is refused with the difference, and the rest goes on', () =>
      scene(async () => {
        await sender.deliver({
          executionId: 1,
          reports: [{ table: 'strict', columns: DAILY, rows: [['2025-01-01', 'a', '1']] }],
        })
        await load()
        const other = [column('date', 'text'), column('asin', 'text'), column('clicks', 'integer')]
        await sender.deliver({
          executionId: 2,
          reports: [{ table: 'strict', columns: other, rows: [['soon', 'a', '1']] }],
        })
        await sender.deliver({
          executionId: 3,
          reports: [{ table: 'strict', columns: DAILY, rows: [['2025-01-03', 'a', '1']] }],
        })
        const { packages } = await load()
        expect(packages.map(({ state }) => state)).toEqual(['refused', 'loaded'])
        expect(packages[0]?.reason).toMatch(/strict does not fit: date: the table has date/i)
        expect(await read('strict', DAILY)).toEqual([
          ['2025-01-01', 'a', '1'],
          ['2025-01-03', 'a', '1'],
        ])
      }))

    test('columns that the table does not have can be gathered in one JSON column', () =>
      scene(async () => {
        const mapping: TableMapping = { source: { table: 'mapped', newColumns: 'json', columns: { asin: 'product' } } }
        await sender.deliver({
          executionId: 1,
          reports: [{ table: 'source', columns: DAILY, rows: [['2025-01-01', 'a', '1']] }],
        })
        await load({ mapping })
        const more = [...DAILY, column('brand', 'text'), column('rank', 'integer')]
        await sender.deliver({
          executionId: 2,
          reports: [{ table: 'source', columns: more, rows: [['2025-01-02', 'b', '2', 'Ünï "x"', '7']] }],
        })
        expect((await load({ mapping })).refused).toBe(0)
        const rows = await read('mapped', [column('product', 'text'), column('_datahub_extra', 'text')])
        expect(rows?.map(([product, extra]) => [product, extra && JSON.parse(extra)])).toEqual([
          ['a', null],
          ['b', { brand: 'Ünï "x"', rank: 7 }],
        ])
      }))

    test.each([
      ['a value that is not of its type', { cells: ['2025-01-01', 'a', 'many'], reason: /./ }],
      ['a row that is too short', { cells: ['2025-01-01', 'a'], reason: /./ }],
      [
        'a date outside of its range',
        { cells: ['2025-02-01', 'a', '1'], reason: /1 rows of .* lie outside of the data range/ },
      ],
    ])('%s is refused whole, and no row stays', (_, { cells, reason }) =>
      scene(async () => {
        const rows = [['2025-01-01', 'good', '1'], cells]
        await sender.deliver({ executionId: 1, reports: [{ table: 'bad', columns: DAILY, rows, dateColumn: 'date' }] })
        const { packages } = await load()
        expect(packages[0]).toMatchObject({ state: 'refused', rows: 0 })
        expect(packages[0]?.reason).toMatch(reason)
        expect((await read('bad', DAILY)) ?? []).toEqual([])
      }),
    )

    test('a package without manifest is loaded with what can be known, and says so', () =>
      scene(async () => {
        const columns = [
          column('day', 'date'),
          column('asin', 'text'),
          column('code', 'text'),
          column('clicks', 'bigint'),
          column('spend', 'decimal'),
          column('ok', 'boolean'),
        ]
        const rows = [
          ['2025-01-01', 'a', '007', '5', '1.50', 'true'],
          ['2025-01-02', null, '12', null, '100.25', 'false'],
        ]
        await sender.deliver({ executionId: 1, withoutManifest: true, reports: [{ table: 'vendor', columns, rows }] })
        const { packages } = await load()
        expect(packages[0]).toMatchObject({ state: 'loaded', rows: 2, tables: [{ mode: 'append' }] })
        expect(packages[0]?.reason).toMatch(/without a manifest/)
        expect(await read('vendor', columns)).toEqual(
          sorted(rows.map((row) => row.map((cell, at) => plain(columns[at] as Column, cell)))),
        )
        expect((await load()).packages).toEqual([])
      }))
  })
}

let nextTask = 161

async function dropAll(url: string): Promise<void> {
  const tables = [
    'nasty',
    'empty',
    'odd',
    'single',
    'plain',
    'daily',
    'listing',
    'events',
    'again_append',
    'again_replace',
    'growing',
    'strict',
    'mapped',
    'bad',
    'vendor',
    '_datahub_ledger_address',
    '_datahub_ledger_table',
    '_datahub_ledger',
  ]
  await within(url, async (target) => {
    for (const table of tables) await target.run(text(`drop table if exists ${table}`))
  })
}

const NASTY = [
  column('id', 'bigint'),
  column('t', 'text'),
  column('b', 'boolean'),
  column('si', 'smallint'),
  column('i', 'integer'),
  column('d', 'decimal', { precision: 38, scale: 10 }),
  column('price', 'decimal', { precision: 10, scale: 2 }),
  column('r', 'real'),
  column('f', 'double'),
  column('on', 'date'),
  column('at', 'time'),
  column('ts', 'timestamp'),
  column('tz', 'timestamptz'),
  column('u', 'uuid'),
  column('j', 'json'),
  column('x', 'bytes'),
] as const

const WHOLE: Cells = [
  '1',
  'plain',
  'true',
  '-5',
  '2147483647',
  '1234567890123456789012345678.0123456789',
  '9.90',
  '1.5',
  '0.1',
  '2024-02-29',
  '23:59:59.123456',
  '2024-01-01 00:00:00',
  '2024-01-01 00:00:00.123456+00',
  '3f0e9a52-6d0b-4a53-9a8e-0d6a1f6f1c11',
  '{"a": [1, "x"]}',
  'deadbeef00',
]
const TEXTS = [
  '',
  'NULL',
  'null',
  '\\N',
  '\\.',
  '\\',
  'a\\',
  '\r\n"',
  '"',
  '""',
  ',',
  '\n',
  'a\nb\n',
  '=1+1',
  '-5',
  "it's",
  '🎉 Ünïcödé 中文',
  ' padded ',
  "a';drop table x;--",
  '\t',
  '$1',
  '?',
  '%s',
  '\u2028',
]

const NASTY_ROWS: readonly Cells[] = [
  WHOLE,
  ['9223372036854775807', ...NASTY.slice(1).map(() => null)],
  [
    '-9223372036854775808',
    'small',
    'false',
    '-32768',
    '-2147483648',
    '-0.0000000001',
    '-0.01',
    '-1.25',
    '1e300',
    '0001-01-01',
    '00:00:00',
    '1999-12-31 23:59:59.999999',
    '2099-12-31 23:59:59+00',
    null,
    'null',
    '',
  ],
  ...TEXTS.map((value, at): Cells => [String(at + 2), value, ...NASTY.slice(2).map(() => null)]),
]
