import { inflateRawSync } from 'node:zlib'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createDatabase, type TestDatabase } from '../../../../test/parts/database.ts'
import { postgres } from '../sources/postgres/index.ts'
import { sample } from '../sources/sample/index.ts'
import { HubUnderTest } from '../testing/hub-under-test.ts'
import { watchedDestination } from '../testing/watched-destination.ts'

const days = { from: '2024-01-01', to: '2024-01-03' }
const watched = watchedDestination()

let data: TestDatabase
let owner: pg.Client
let hub: HubUnderTest
let connection: Record<string, unknown>

beforeAll(async () => {
  data = await createDatabase()
  owner = new pg.Client({ connectionString: data.url })
  await owner.connect()
  await owner.query(`
    create table sales (day date not null, shop text not null, units int not null, note text, updated_at timestamptz, primary key (day, shop));
    insert into sales select date '2024-01-01' + d, shop, d * 10 + length(shop), 'a, "b"', now()
      from generate_series(0, 9) d, unnest(array['US', 'CAN', 'O''Neil']) shop;
    create view busy as select * from sales where units > 50;
    create table "Odd Name" (id int primary key, at timestamptz);
    analyze`)
  hub = await HubUnderTest.start([postgres, sample], [watched.kind])
  const { hostname, port, pathname, username } = new URL(data.url)
  connection = { host: hostname, port: Number(port), database: pathname.slice(1), user: username, password: 'secret' }
  await hub.ask('POST', '/sources', source([report]))
})

afterAll(async () => {
  await hub[Symbol.asyncDispose]()
  await owner.end()
  await data[Symbol.asyncDispose]()
})

const report = { table: 'sales', from: 'sales', dateColumn: 'day', primaryKey: ['day', 'shop'] }
const source = (reports: readonly object[], more: object = {}) => ({
  name: 'shop',
  kind: 'postgres',
  connection,
  reports,
  ...more,
})
/** The same connection as the saved one, without its password. */
const unsaved = (reports: readonly object[]) => {
  const { password: _kept, ...open } = connection
  return source(reports, { connection: open })
}

describe('discovery', () => {
  test('proposes reports that can be saved as they are', async () => {
    const { reports, isCut } = await hub.ask('GET', '/sources/shop/discovery?match=s')
    expect(isCut).toBe(false)
    const sales = reports.find((one: { title: string }) => one.title === 'public.sales')
    expect(sales).toMatchObject({
      kind: 'table',
      report: { ...report, from: 'public.sales' },
      rows: 30,
      columns: [
        { name: 'day', type: 'date', nullable: false, sourceType: 'date' },
        { name: 'shop', type: 'text', nullable: false },
        { name: 'units', type: 'integer' },
        { name: 'note', type: 'text', nullable: true },
        { name: 'updated_at', sourceType: 'timestamp with time zone' },
      ],
    })
    await hub.ask('POST', '/sources', { ...source([sales.report]), name: 'found' })
    await hub.ask('DELETE', '/sources/found')
  })

  test('needs no saved secret to be sent again, and takes no report into account', async () => {
    const { reports } = await hub.ask('POST', '/source-discoveries', { source: unsaved([{ half: 'written' }]) })
    expect(reports.map((one: { title: string; kind: string }) => [one.title, one.kind])).toEqual([
      ['public."Odd Name"', 'table'],
      ['public.busy', 'view'],
      ['public.sales', 'table'],
    ])
  })

  test('a saved secret goes to no other server', async () => {
    const elsewhere = { ...unsaved([]), connection: { ...unsaved([]).connection, host: '192.0.2.1' } }
    const { status, body } = await hub.request('POST', '/source-discoveries', { source: elsewhere })
    expect(status).toBe(422)
    expect(body.errors[0].field).toBe('source.connection.password')
  })

  test('a source whose reports cannot be looked up says so', async () => {
    const { status, body } = await hub.request('POST', '/source-discoveries', { source: { name: 'x', kind: 'sample' } })
    expect([status, body.errors[0].field]).toEqual([422, 'kind'])
  })
})

describe('what a definition says', () => {
  const shaped = {
    ...report,
    columns: ['day', 'shop', 'units'],
    rename: { shop: 'store' },
    where: [
      { column: 'shop', operator: 'in', value: ['CAN', "O'Neil"] },
      { column: 'units', operator: '>', value: 3 },
    ],
  }

  test('holds for the preview', async () => {
    const preview = await hub.ask('POST', '/source-previews', { source: unsaved([shaped]), on: '2024-01-01' })
    expect(preview.columns.map((column: { name: string }) => column.name)).toEqual(['day', 'store', 'units'])
    expect(preview.rows).toEqual([['2024-01-01', "O'Neil", '6']])
  })

  test('holds for the dry run, which is the package', async () => {
    const answer = await fetch(`${hub.url}/api/v1/source-dry-runs`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${hub.token}`, 'Content-Type': 'application/json' },
      body: JSON.stringify({ source: unsaved([shaped]), ...days }),
    })
    expect(answer.status).toBe(200)
    expect(answer.headers.get('content-type')).toBe('application/zip')
    expect(answer.headers.get('content-disposition')).toMatch(/shop_0_\d{8}_dry_run\.zip/)
    const csv = firstFile(Buffer.from(await answer.arrayBuffer()))
    const [header = '', ...records] = csv.trimEnd().split('\n')
    expect([header, ...records.sort()].join('\n')).toBe(
      `day,store,units\n2024-01-01,O'Neil,6\n2024-01-02,CAN,13\n2024-01-02,O'Neil,16\n2024-01-03,CAN,23\n2024-01-03,O'Neil,26`,
    )
  })

  test('holds for the estimate, which reads no row', async () => {
    const all = await hub.ask('GET', '/sources/shop/estimate?from=2024-01-01&to=2024-01-10')
    expect(all).toEqual({ table: 'sales', rows: 30 })
    const some = await hub.ask('POST', '/source-estimates', { source: unsaved([shaped]), ...days })
    expect(some.rows).toBeLessThan(15)
  })

  test('shows in a plan when it changes, and is tried before it is saved', async () => {
    const changed = await hub.ask('POST', '/plan', { sources: [source([shaped])] })
    expect(changed[0]).toMatchObject({ name: 'shop', action: 'update', fields: ['reports'] })
    const wrong = { ...shaped, where: [{ column: 'units', operator: '=', value: 'many' }] }
    const { status, body } = await hub.request('PUT', '/sources/shop', source([wrong]))
    expect([status, body.errors[0].field]).toEqual([422, 'reports[0]'])
    expect(body.errors[0].problem).toContain('must be a whole number')
  })

  test.each([
    [{ where: [{ column: 'note', operator: '=', value: "x' or ''='" }] }, 0],
    [{ where: [{ column: 'note', operator: 'contains', value: '"b"' }] }, 3],
    [{ where: [{ column: 'shop', operator: 'starts with', value: "O'" }] }, 1],
    [{ where: [{ column: 'day', operator: '>=', value: '2024-01-01' }] }, 3],
    [{ where: [{ column: 'updated_at', operator: 'is not null' }] }, 3],
    [{ where: [{ column: 'updated_at', operator: '<', value: '2000-01-01T00:00:00Z' }] }, 0],
    [{ where: [{ column: 'shop', operator: '!=', value: 'US' }] }, 2],
  ])('%j lets %i rows of a day through', async (more, count) => {
    const asked = { source: unsaved([{ ...report, ...more }]), on: '2024-01-01' }
    expect((await hub.ask('POST', '/source-previews', asked)).rows).toHaveLength(count)
  })
})

describe('columns that change between deliveries', () => {
  const push = () => hub.deliver('drifts')
  const define = (schemaChanges: string) =>
    hub.ask('POST', '/apply', {
      sources: [{ ...source([{ table: 'drift', from: 'drift' }], { schemaChanges }), name: 'drifting' }],
      destinations: [{ name: 'store', kind: 'memory' }],
      tasks: [{ name: 'drifts', source: 'drifting', destination: 'store', schedule: daily }],
    })
  const daily = { every: 'day', at: '03:00', timeZone: 'UTC' }
  const events = (execution: { log: { lines: { message: string }[] } }) =>
    execution.log.lines.map((event) => event.message).join('\n')

  test('added columns are delivered, told and counted; lost and retyped ones wait for somebody', async () => {
    await owner.query('create table drift (id int, price numeric(10,2)); insert into drift values (1, 2)')
    await define('allow-additions')
    expect(await push()).toMatchObject({ status: 6 })
    expect(await told()).toBeNull()

    await owner.query('alter table drift add column color text')
    const second = await push()
    expect(second).toMatchObject({ status: 6 })
    expect(events(second)).toContain('added color (text); schema version 2')
    expect((await hub.ask('GET', '/sources/drifting/schemas'))[0]).toMatchObject({
      table: 'drift',
      version: 2,
      changes: [{ column: 'color', change: 'added' }],
      refused: null,
    })
    expect(await told()).toMatchObject({ table: 'drift', words: 'added color (text)', isRefused: false })

    await owner.query('alter table drift alter column price type float8')
    const third = await push()
    expect(third).toMatchObject({ status: 5, failure: { code: 'source.schema_changed' } })
    expect(third.failure?.cure).toContain('price is double, was decimal(10,2)')
    expect([...watched.objects.keys()].filter((key) => key.includes(`_${String(third.id).padStart(10, '0')}`))).toEqual(
      [],
    )
    const [refused] = await hub.ask('GET', '/sources/drifting/schemas')
    expect(refused.refused.changes).toMatchObject([{ column: 'price', change: 'retyped' }])
    const refusal = { table: 'drift', words: 'price is double, was decimal(10,2)', isRefused: true }
    expect(await told()).toEqual({ ...refusal, at: refused.refused.at })

    await hub.ask('POST', '/sources/drifting/accept-schema', {})
    const fourth = await push()
    expect(fourth).toMatchObject({ status: 6 })
    expect(await told()).toMatchObject({ ...refusal, isRefused: false })
    expect(manifestOf(fourth.id).reports[0]).toMatchObject({ schemaVersion: 3, columns: [{}, { type: 'double' }, {}] })
  })

  test('refuse takes no change, new-version takes all', async () => {
    await define('refuse')
    await owner.query('alter table drift add column size int')
    expect(await push()).toMatchObject({ status: 5, failure: { code: 'source.schema_changed' } })
    await define('new-version')
    await owner.query('alter table drift drop column price')
    const sixth = await push()
    expect(sixth).toMatchObject({ status: 6 })
    expect(events(sixth)).toContain('removed price; added size (integer)')
    expect(manifestOf(sixth.id).reports[0].schemaVersion).toBe(4)
  })

  test('a change of the definition is no surprise', async () => {
    await define('refuse')
    const renamed = { table: 'drift', from: 'drift', rename: { color: 'colour' } }
    await hub.ask('PUT', '/sources/drifting', { ...source([renamed], { schemaChanges: 'refuse' }), name: 'drifting' })
    expect(await push()).toMatchObject({ status: 6 })
  })

  test('a task is told the changes of its own reports, in lists too', async () => {
    await owner.query('create table calm (id int); create table lively (id int)')
    const reports = ['calm', 'lively'].map((table) => ({ table, from: table }))
    const tasks = ['calm', 'lively'].map((table) => ({
      ...{ name: `only ${table}`, source: 'both', destination: 'store', schedule: daily, reports: [table] },
    }))
    const destinations = [{ name: 'store', kind: 'memory' }]
    await hub.ask('POST', '/apply', { sources: [{ ...source(reports), name: 'both' }], destinations, tasks })
    await hub.deliver('only lively')
    await owner.query('alter table lively add column color text')
    expect(await hub.deliver('only lively')).toMatchObject({ status: 6 })
    const { items } = await hub.ask('GET', '/tasks?text=only')
    expect(
      items.map((task: { name: string; schemaChange: { words: string } | null }) => [
        task.name,
        task.schemaChange?.words,
      ]),
    ).toEqual([
      ['only calm', undefined],
      ['only lively', 'added color (text)'],
    ])
  })

  const told = async () => (await hub.ask('GET', '/tasks/drifts')).schemaChange
  const manifestOf = (executionId: number) => {
    const key = [...watched.objects.keys()].find((one) =>
      one.endsWith(`_${String(executionId).padStart(10, '0')}.manifest.json`),
    )
    return JSON.parse(watched.objects.get(key ?? '')?.bytes.toString() ?? '')
  }
})

/** The text of the only file of a zip, by its central directory. */
function firstFile(zip: Buffer): string {
  const directory = zip.readUInt32LE(zip.lastIndexOf(Buffer.from('PK\x05\x06')) + 16)
  const size = zip.readUInt32LE(directory + 20)
  const local = zip.readUInt32LE(directory + 42)
  const start = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28)
  return inflateRawSync(zip.subarray(start, start + size)).toString()
}
