import { chmod, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connectionTo, createAdsDatabase } from '../e2e/ads-database.ts'
import { HubProcess, type HubOptions } from '../e2e/hub-process.ts'
import { asDestination, createBucket, type TestBucket } from '../parts/bucket.ts'
import { createDatabase, type TestDatabase } from '../parts/database.ts'
import { Customer } from './customer.ts'
import { FaultyProxy } from './faulty-proxy.ts'
import { LoaderProcess } from './loader-process.ts'
import { MortalPostgreSql } from './mortal-postgresql.ts'
import { VolatileDisk } from './volatile-disk.ts'

/** Where the hub keeps what it knows: its own PostgreSQL, or one that two hubs and a worker share. */
export type HubDatabase = 'embedded' | 'external'

/** Everything real: a customer's database, a hub or several, the bucket, a loader and the receiver's database. */
export interface Scene extends AsyncDisposable {
  readonly source: TestDatabase
  readonly target: TestDatabase
  readonly bucket: TestBucket
  /** The networks between them. */
  readonly links: readonly FaultyProxy[]
  /** Those with an API; the first one's data directory has the key. */
  readonly hubs: readonly [HubProcess, ...HubProcess[]]
  readonly workers: readonly HubProcess[]
  readonly external: MortalPostgreSql | undefined
  readonly disk: VolatileDisk | undefined
  readonly loader: LoaderProcess
  readonly customer: Customer
}

const ROWS_PER_DAY = 60
const TASK = 1

export async function setScene(database: HubDatabase, options: { withPowerCuts: boolean }): Promise<Scene> {
  const resources = new AsyncDisposableStack()
  try {
    return await build(resources, database, options)
  } catch (error) {
    await resources.disposeAsync()
    throw error
  }
}

async function build(
  resources: AsyncDisposableStack,
  database: HubDatabase,
  { withPowerCuts }: { withPowerCuts: boolean },
): Promise<Scene> {
  const source = resources.use(await createAdsDatabase(ROWS_PER_DAY))
  const target = resources.use(await createDatabase())
  const bucket = resources.use(await createBucket())
  const work = await mkdtemp(join(tmpdir(), 'datahub-crash-'))
  resources.defer(() => rm(work, { recursive: true, force: true }))
  await chmod(work, 0o755) // As root, PostgreSQL runs as somebody else, who has to get in

  const proxyTo = async (port: number) => resources.use(await FaultyProxy.to({ host: '127.0.0.1', port }))
  const toSource = await proxyTo(Number(new URL(source.url).port))
  const toBucket = await proxyTo(Number(new URL(bucket.endpoint).port))
  const links = [toSource, toBucket]

  const external =
    database === 'external' ? resources.use(await MortalPostgreSql.create(join(work, 'database'))) : undefined
  const disk = withPowerCuts && !external ? resources.use(await VolatileDisk.create(1_500_000_000)) : undefined
  const env = { DATAHUB_LOG_LEVEL: 'warn', DATAHUB_RETRY_HOURS: '24' }
  const startHub = async (more: HubOptions = {}) =>
    resources.use(await HubProcess.start({ ...more, env: { ...env, ...more.env } }))

  const hubs: [HubProcess, ...HubProcess[]] = [await startHub(await placeOf())]
  const workers: HubProcess[] = []
  if (external) {
    // The key that seals secrets is the same for all hubs of one database
    const key = (await readFile(join(hubs[0].dataDir, 'secret.key'), 'utf8')).trim()
    const shared = { ...(await placeOf()), env: { DATAHUB_SECRET_KEY: key } }
    hubs.push(await startHub(shared))
    workers.push(await startHub({ ...shared, env: { ...shared.env, DATAHUB_SERVICES: 'worker,cleaner' } }))
  }
  await define(hubs[0], { source, bucket, toSource, toBucket })

  const loader = resources.use(
    new LoaderProcess({ bucket, target, port: toBucket.port, taskId: TASK, workFolder: join(work, 'loader') }),
  )
  const customer = new Customer(bucket, TASK)
  resources.defer(() => customer.close())
  const dispose = () => resources.disposeAsync()
  return {
    source,
    target,
    bucket,
    links,
    hubs,
    workers,
    external,
    disk,
    loader,
    customer,
    [Symbol.asyncDispose]: dispose,
  }

  async function placeOf(): Promise<HubOptions> {
    if (external) {
      const link = await proxyTo(external.port)
      links.push(link)
      return { databaseUrl: `postgresql://postgres@127.0.0.1:${link.port}/postgres` }
    }
    if (!disk) return {}
    const folder = join(disk.path, 'hub')
    await mkdir(folder, { mode: 0o755 })
    return { folder }
  }
}

/** The one task of the scene: a day's advertising numbers, each day again. */
async function define(
  hub: HubProcess,
  at: { source: TestDatabase; bucket: TestBucket; toSource: FaultyProxy; toBucket: FaultyProxy },
): Promise<void> {
  await hub.ask('POST', '/apply', {
    sources: [
      {
        name: 'market_insight',
        kind: 'postgres',
        connection: connectionTo(at.source, at.toSource.port),
        reports: [{ table: 'market_insight_asin', from: 'public.market_insight_asin', dateColumn: 'date' }],
      },
    ],
    destinations: [asDestination(at.bucket, 'acme', { link: at.toBucket.port })],
    tasks: [
      {
        name: 'daily',
        source: 'market_insight',
        destination: 'acme',
        schedule: { every: 'day', at: '03:00', timeZone: 'UTC' },
      },
    ],
  })
}
