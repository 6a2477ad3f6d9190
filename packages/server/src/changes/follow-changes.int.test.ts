import { parseManifest } from '@datahub/core/bucket/manifest'
import { DataHubError } from '@datahub/core/error/data-hub-error'
import pg from 'pg'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createDatabase, type TestDatabase } from '../../../../test/parts/database.ts'
import { postgres } from '../sources/postgres/index.ts'
import { HubUnderTest } from '../testing/hub-under-test.ts'
import { watchedDestination } from '../testing/watched-destination.ts'

/** Days of a real database that change after they were delivered. */

let ads: TestDatabase
let client: pg.Client
let store: ReturnType<typeof watchedDestination>
let hub: HubUnderTest

const day = (ago: number) => new Date(Date.now() - ago * 86_400_000).toISOString().slice(0, 10)

beforeEach(async () => {
  ads = await createDatabase()
  client = new pg.Client({ connectionString: ads.url })
  await client.connect()
  await client.query(`create table clicks (day date, clicks bigint, updated_at timestamptz default now())`)
  for (let ago = 1; ago <= 9; ago += 1)
    await client.query(`insert into clicks values ($1, 1, now() - interval '2 hours')`, [day(ago)])
  store = watchedDestination()
  hub = await HubUnderTest.start([postgres], [store.kind], { DATAHUB_EGRESS_ALLOW: '127.0.0.1' })
})

afterEach(async () => {
  await hub[Symbol.asyncDispose]()
  await client.end()
  await ads[Symbol.asyncDispose]()
})

function source(report: object) {
  const { hostname, port, username, pathname, password } = new URL(ads.url)
  const connection = { host: hostname, port: Number(port), user: username, database: pathname.slice(1) }
  return {
    name: 'ads',
    kind: 'postgres',
    connection: { ...connection, ...(password ? { password } : {}) },
    reports: [{ table: 'clicks', from: 'clicks', dateColumn: 'day', ...report }],
  }
}

const task = {
  name: 'daily',
  source: 'ads',
  destination: 'store',
  schedule: { every: 'day', at: '03:00', timeZone: 'UTC', refreshChangedDays: 30 },
}

async function define(report: object = { changedColumn: 'updated_at' }): Promise<void> {
  await hub.ask('POST', '/apply', {
    sources: [source(report)],
    destinations: [{ name: 'store', kind: 'memory' }],
    tasks: [task],
  })
}

async function deliver(from: number, to: number): Promise<number> {
  const { id } = await hub.ask('POST', '/tasks/daily/run', { from: day(from), to: day(to) })
  expect(await hub.settled(id)).toMatchObject({ status: 6 })
  return id
}

/** As if the source had been asked five minutes ago; resolves when it has been asked again. */
async function ask(): Promise<void> {
  await hub.sql(`update task set changes_checked_at = null`)
  await expect
    .poll(() => hub.sql(`select 1 from task where changes_checked_at is not null and changes_since is not null`), {
      timeout: 20_000,
    })
    .toHaveLength(1)
  // The answer is written a moment after the question
  await hub.sql(`update task set changes_checked_at = null`)
  await expect
    .poll(() => hub.sql(`select 1 from task where changes_checked_at is not null`), { timeout: 20_000 })
    .toHaveLength(1)
}

const refreshes = () =>
  hub.sql<{ id: number; from: string; to: string }>(
    `select id, to_char(range_from at time zone 'UTC', 'YYYY-MM-DD') as from,
       to_char(range_to at time zone 'UTC', 'YYYY-MM-DD') as to
     from execution where trigger = 'refresh' order by id`,
  )

/** As if everything had been delivered so long ago, by the source's clock. */
const age = (minutes: number) =>
  hub.sql(`update execution set snapshot_at = snapshot_at - make_interval(mins => $1)`, [minutes])

test('days that changed since they were delivered are delivered again, once, and supersede what was', async () => {
  await define()
  const first = await deliver(9, 1)
  await age(100)
  await client.query(
    `update clicks set clicks = 2, updated_at = now() - interval '20 minutes' where day in ($1, $2, $3)`,
    [day(8), day(7), day(3)],
  )
  await ask()
  await expect.poll(async () => (await refreshes()).length, { timeout: 20_000 }).toBe(2)
  const [one, two] = await refreshes()
  expect([one, two]).toMatchObject([
    { from: day(8), to: day(6) },
    { from: day(3), to: day(2) },
  ])
  expect(await hub.settled(Number(one?.id))).toMatchObject({ status: 6, trigger: 'refresh', rows: 2 })
  const execution = await hub.settled(Number(two?.id))
  await ask()
  await ask()
  expect(await refreshes()).toHaveLength(2)
  // The whole is not superseded by its parts; one of the same days is
  const again = await deliver(3, 3)
  const { fileName } = await hub.ask('GET', `/executions/${again}`)
  const manifest = store.objects.get(`reports/1/${fileName.replace('.zip', '.manifest.json')}`)?.bytes.toString() ?? ''
  expect(parseManifest(manifest).supersedes).toEqual([execution.id])
  expect(first).toBe(1)
}, 120_000)

test('a row that was written before the delivery and committed after it is delivered all the same', async () => {
  await define()
  await client.query('begin')
  await client.query(`update clicks set clicks = 3, updated_at = now() - interval '5 seconds' where day = $1`, [day(4)])
  await deliver(9, 1)
  await client.query('commit')
  // Both the change and the delivery are 20 minutes old, the change a little older
  await client.query(`update clicks set updated_at = updated_at - interval '20 minutes' where day = $1`, [day(4)])
  await age(20)
  await ask()
  await expect.poll(async () => (await refreshes()).length, { timeout: 20_000 }).toBe(1)
  expect(await refreshes()).toMatchObject([{ from: day(4) }])
}, 60_000)

test('a refresh that failed is not forgotten, and not tried again at once', async () => {
  await define()
  await deliver(9, 1)
  await age(100)
  await client.query(`update clicks set updated_at = now() - interval '20 minutes' where day = $1`, [day(5)])
  store.before = (operation, key) =>
    operation === 'putNew' && key.endsWith('.zip')
      ? Promise.reject(new DataHubError('destination.bucket_missing', 'store'))
      : Promise.resolve()
  await ask()
  const [refresh] = await refreshes()
  expect(await hub.settled(Number(refresh?.id))).toMatchObject({ status: 7 })
  await ask()
  expect(await refreshes()).toHaveLength(1)
  await hub.sql(`update execution set ended_at = now() - interval '2 hours' where id = $1`, [refresh?.id])
  await ask()
  await expect.poll(async () => (await refreshes()).length, { timeout: 20_000 }).toBe(2)
}, 120_000)

test('a source that cannot tell, or a column that does not say when, is refused by field', async () => {
  const { status, body } = await hub.request('POST', '/apply', {
    sources: [source({})],
    destinations: [{ name: 'store', kind: 'memory' }],
    tasks: [task],
  })
  expect([status, body.errors]).toMatchObject([422, [{ field: 'tasks[0].schedule.refreshChangedDays' }]])
  const wrong = await hub.request('POST', '/apply', { sources: [source({ changedColumn: 'clicks' })] })
  expect(wrong.status).toBe(422)
  expect(JSON.stringify(wrong.body)).toContain('changedColumn')
  const dateless = await hub.request('POST', '/apply', {
    sources: [source({ changedColumn: 'updated_at', dateColumn: undefined })],
  })
  expect(dateless.body.errors).toMatchObject([{ field: 'sources[0].reports[0].changedColumn' }])
})
