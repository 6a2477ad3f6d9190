import { connectionTo, query } from '../e2e/ads-database.ts'
import { HubProcess } from '../e2e/hub-process.ts'
import { asDestination, createBucket, type TestBucket } from '../parts/bucket.ts'
import { createDatabase, type TestDatabase } from '../parts/database.ts'
import { requirePart } from '../parts/endpoints.ts'
import { FaultyProxy } from '../crash/faulty-proxy.ts'

/** One hub with hundreds of tasks, between a source, a bucket and its database, over networks that can fail. */
export interface Scene extends AsyncDisposable {
  readonly hub: HubProcess
  readonly database: TestDatabase
  readonly bucket: TestBucket
  readonly links: readonly FaultyProxy[]
}

/** Packages of this one are sent in parts. */
const LARGE = 'large'
const STEPS = [1, 2, 3, 5, 10]

export async function setScene(tasks: number): Promise<Scene> {
  const resources = new AsyncDisposableStack()
  try {
    const source = resources.use(await createSource())
    const database = resources.use(await createDatabase())
    const bucket = resources.use(await createBucket())
    const proxyTo = async (url: string) => {
      const { hostname: host, port } = new URL(url)
      return resources.use(await FaultyProxy.to({ host, port: Number(port) }))
    }
    const [toSource, toBucket, toDatabase] = [
      await proxyTo(source.url),
      await proxyTo(bucket.endpoint),
      await proxyTo(database.url),
    ]
    const databaseUrl = new URL(database.url)
    databaseUrl.port = String(toDatabase.port)
    const env = { DATAHUB_LOG_LEVEL: 'warn', DATAHUB_RETRY_HOURS: '24' }
    const hub = resources.use(await HubProcess.start({ databaseUrl: databaseUrl.href, env }))
    await define(hub, { source, bucket, toSource, toBucket }, tasks)
    const dispose = () => resources.disposeAsync()
    return { hub, database, bucket, links: [toSource, toBucket, toDatabase], [Symbol.asyncDispose]: dispose }
  } catch (error) {
    await resources.disposeAsync()
    throw error
  }
}

/** Yesterday's numbers, few and many; the text of the many hardly compresses. */
async function createSource(): Promise<TestDatabase> {
  const source = await createDatabase()
  await query(
    source,
    `create table small (date date, item int, clicks bigint, primary key (date, item));
     create table ${LARGE} (date date, item int, noise text, primary key (date, item));
     insert into small select current_date - day, item, item * 31 from generate_series(0, 3) day, generate_series(1, 40) item;
     insert into ${LARGE} select current_date - 1, item,
       (select string_agg(encode(sha256(int8send(item * 100 + piece)), 'base64'), '') from generate_series(1, 24) piece)
     from generate_series(1, 14000) item`,
  )
  return source
}

async function define(
  hub: HubProcess,
  at: { source: TestDatabase; bucket: TestBucket; toSource: FaultyProxy; toBucket: FaultyProxy },
  count: number,
): Promise<void> {
  const sourceOf = (name: string) => ({
    name,
    kind: 'postgres',
    connection: connectionTo(at.source, at.toSource.port),
    reports: [{ table: name, from: `public.${name}`, dateColumn: 'date' }],
  })
  const taskOf = (name: string, source: string, minutes: number) => ({
    name,
    source,
    destination: 'acme',
    schedule: { every: 'minutes', minutes, timeZone: 'UTC', data: { range: 'last-days', days: 1 } },
  })
  await hub.ask('POST', '/apply', {
    sources: [sourceOf('small'), sourceOf(LARGE)],
    // The customer's own keys: whoever may abort uploads has none left over
    destinations: [asDestination(at.bucket, 'acme', { link: at.toBucket.port, keys: requirePart('s3').owner })],
    tasks: [
      taskOf(LARGE, LARGE, 1),
      ...Array.from({ length: count - 1 }, (_, at) =>
        taskOf(`small-${at + 1}`, 'small', STEPS[at % STEPS.length] ?? 1),
      ),
    ],
  })
}
