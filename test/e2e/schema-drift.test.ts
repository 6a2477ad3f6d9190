import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import mysql from 'mysql2/promise'
import pg from 'pg'
import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ReportServiceDouble } from '../../packages/server/src/testing/report-service-double.ts'
import { createDatabase } from '../parts/database.ts'
import { requirePart } from '../parts/endpoints.ts'
import { HubProcess } from './hub-process.ts'

/** Columns that change between two deliveries: what somebody sees of it who has nothing but the command line. */

const resources = new AsyncDisposableStack()
let hub: HubProcess

beforeAll(async () => {
  const own = resources.use(await createDatabase())
  hub = resources.use(await HubProcess.start({ databaseUrl: own.url, env: { CLIENT_SECRET: 'client-secret' } }))
}, 120_000)

afterAll(() => resources.disposeAsync())

/** Saves the source, as somebody does who has edited the file. */
async function apply(source: object): Promise<void> {
  const definitions = {
    sources: [source],
    destinations: [{ name: 'local', kind: 'filesystem', path: './bucket' }],
    tasks: [
      {
        name: nameOf(source),
        source: nameOf(source),
        destination: 'local',
        schedule: { every: 'day', at: '03:00', timeZone: 'UTC' },
      },
    ],
  }
  await writeFile(join(hub.folder, 'hub.yaml'), JSON.stringify(definitions))
  expect(await hub.run(['apply', '-f', 'hub.yaml'])).toMatchObject({ code: 0 })
}

const nameOf = (source: object) => (source as { name: string }).name

/** One day delivered, and what the command line then says of the execution, the source and the task. */
async function deliver(name: string) {
  const run = await hub.run(['task', 'run', name, '--from', '2024-01-31', '--to', '2024-01-31', '--json'])
  const { id } = JSON.parse(run.out)
  const { status } = await hub.settled(id)
  const [execution, source, task] = await Promise.all([
    hub.run(['execution', 'show', String(id)]),
    hub.run(['source', 'show', name]),
    hub.run(['task', 'show', name]),
  ])
  return { status, execution: execution.out, source: source.out, task: task.out }
}

interface Engine {
  readonly name: string
  readonly connection: object
  readonly from: string
  alter(statement: string): Promise<void>
}

async function postgres(): Promise<Engine> {
  const database = resources.use(await createDatabase())
  const client = new pg.Client({ connectionString: database.url })
  await client.connect()
  resources.defer(() => client.end())
  const { hostname, port, username } = new URL(database.url)
  return {
    name: 'postgres',
    connection: { host: hostname, port: Number(port), database: database.name, user: username, tls: 'off' },
    from: 'public.sales',
    alter: async (statement) => void (await client.query(statement)),
  }
}

async function mariadb(): Promise<Engine> {
  const { hostname: host, port, username: user } = new URL(requirePart('mariadb').url)
  const database = `drift_${randomBytes(4).toString('hex')}`
  const owner = await mysql.createConnection({ host, port: Number(port), user })
  await owner.query(`create database ${database}`)
  await owner.query(`use ${database}`)
  resources.defer(async () => {
    await owner.query(`drop database ${database}`)
    await owner.end()
  })
  return {
    name: 'mysql',
    connection: { host, port: Number(port), database, user, tls: 'off' },
    from: 'sales',
    alter: async (statement) => void (await owner.query(statement)),
  }
}

describe.each([
  ['PostgreSQL', postgres],
  ['MariaDB', mariadb],
])('%s', (_name, open) => {
  let engine: Engine
  const source = (schemaChanges?: string) => ({
    name: engine.name,
    kind: engine.name,
    connection: engine.connection,
    reports: [{ table: 'sales', from: engine.from, dateColumn: 'day' }],
    ...(schemaChanges === undefined ? {} : { schemaChanges }),
  })

  beforeAll(async () => {
    engine = await open()
    await engine.alter('create table sales (day date not null, shop varchar(20), units int)')
    await engine.alter("insert into sales values ('2024-01-31', 'CAN', 5)")
  }, 120_000)

  test('the first delivery has nothing to differ from', async () => {
    await apply(source())
    const { status, execution, source: shown, task } = await deliver(engine.name)
    expect(status).toBe(6)
    expect(execution).not.toContain('have changed')
    expect(shown).toMatch(/sales +version 1, 3 columns\n/)
    expect(task).not.toContain('Schema change')
  }, 60_000)

  test('an added column is delivered and told', async () => {
    await engine.alter('alter table sales add column color text')
    const { status, execution, source, task } = await deliver(engine.name)
    expect(status).toBe(6)
    expect(execution).toContain('The columns of sales have changed: added color (text); schema version 2')
    expect(source).toMatch(/sales +version 2, 4 columns; .*: added color \(text\)/)
    expect(task).toMatch(/Schema change +sales: added color \(text\)/)
  }, 60_000)

  test('a removed column fails the execution, until it is said to be meant', async () => {
    await engine.alter('alter table sales drop column color')
    const { status, execution, source, task } = await deliver(engine.name)
    expect(status).toBe(5)
    expect(execution).toContain('source.schema_changed')
    expect(execution).toMatch(
      new RegExp(`Try +Changed: removed color. If that is meant, run "datahub source accept-schema ${engine.name}"`),
    )
    expect(source).toMatch(/sales +version 2, .*deliveries fail since .*: removed color/)
    expect(task).toContain(`refused: datahub source accept-schema ${engine.name}`)

    const accepted = await hub.run(['source', 'accept-schema', engine.name])
    expect(accepted).toMatchObject({ code: 0 })
    expect(await deliver(engine.name)).toMatchObject({
      status: 6,
      execution: expect.stringContaining('The columns of sales have changed: removed color; schema version 3'),
      source: expect.stringMatching(/sales +version 3, 3 columns; .*: removed color/),
    })
  }, 60_000)

  test('a retyped column fails it, too', async () => {
    await engine.alter(
      engine.name === 'mysql'
        ? 'alter table sales modify column units bigint'
        : 'alter table sales alter column units type bigint',
    )
    const { status, execution, source } = await deliver(engine.name)
    expect(status).toBe(5)
    expect(execution).toContain('units is bigint, was integer')
    expect(source).toMatch(/deliveries fail since .*: units is bigint, was integer/)
  }, 60_000)

  test('schemaChanges: new-version takes it as it is', async () => {
    await apply(source('new-version'))
    expect(await deliver(engine.name)).toMatchObject({
      status: 6,
      execution: expect.stringContaining('units is bigint, was integer; schema version 4'),
    })
  }, 60_000)

  test('schemaChanges: refuse fails it for an added column', async () => {
    await apply(source('refuse'))
    await engine.alter('alter table sales add column size text')
    const { status, execution } = await deliver(engine.name)
    expect(status).toBe(5)
    expect(execution).toContain('added size (text); schemaChanges: refuse does not allow that')
  }, 60_000)
})

test('a report API: a changed definition is told and taken, and so is what its service sends otherwise', async () => {
  const service = resources.use(await ReportServiceDouble.start())
  service.script.rows = () => [{ day: '2024-01-31', units: 5 }]
  const columns = [
    { name: 'day', type: 'date' },
    { name: 'units', type: 'integer' },
  ]
  const source = (more: object[] = []) => ({
    name: 'service',
    kind: 'report-api',
    connection: {
      baseUrl: service.url,
      auth: { type: 'client-credentials', tokenUrl: `${service.url}/auth/o2/token`, clientId: 'client' },
      clientSecret: '${env:CLIENT_SECRET}',
      create: {
        path: '/reporting/reports',
        body: { startDate: '{from}', endDate: '{to}', configuration: { reportTypeId: 'spSales' } },
        reportId: 'reportId',
      },
      poll: {
        path: '/reporting/reports/{reportId}',
        state: 'status',
        pending: ['PENDING', 'PROCESSING'],
        ready: ['COMPLETED'],
        url: 'url',
        everySeconds: 0.05,
      },
      download: { format: 'json' },
    },
    reports: [{ table: 'sales', dateColumn: 'day', columns: [...columns, ...more] }],
  })
  await apply(source())
  expect(await deliver('service')).toMatchObject({ status: 6 })

  service.script.rows = () => [{ day: '2024-01-31', color: 'red' }]
  const changed = await deliver('service')
  expect(changed.status).toBe(6)
  expect(changed.execution).toContain('No record of sales has the field of units')
  expect(changed.execution).toContain('The service sends fields of sales that no column takes: color')

  await apply(source([{ name: 'color', type: 'text' }]))
  expect(await deliver('service')).toMatchObject({
    status: 6,
    execution: expect.stringContaining('The columns of sales have changed: added color (text); schema version 2'),
    source: expect.stringMatching(/sales +version 2, 3 columns; .*: added color \(text\)/),
    task: expect.stringMatching(/Schema change +sales: added color \(text\)/),
  })
}, 120_000)
