import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { BackfillDetail } from '@datahub/core/api/backfill-shapes'
import { ExecutionPage } from '@datahub/core/api/execution-shapes'
import { startEmbeddedPostgres } from '@datahub/server/db/embedded-postgres/embedded-postgres'
import { connectionTo, createAdsDatabase } from '../e2e/ads-database.ts'
import { HubProcess } from '../e2e/hub-process.ts'
import { createBucket } from '../parts/bucket.ts'
import { createDatabase } from '../parts/database.ts'
import { Random } from '../simulation/random.ts'
import { compareTables, Customer, restate } from './customer.ts'
import { FaultyProxy, type NetworkFault } from './faulty-proxy.ts'
import { VolatileDisk } from './volatile-disk.ts'

export interface CrashOptions {
  readonly kills: number
  readonly powerCuts: number
  readonly seed: number
  readonly database: 'embedded' | 'external'
}

export interface CrashReport {
  kills: number
  freezes: number
  cuts: number
  faults: number
  packages: number
  failed: number
  problems: string[]
}

const LOADER = resolve(import.meta.dirname, '../../packages/loader/bin/datahub-loader.js')
const DAYS = 24
const ROWS_PER_DAY = 60
const REST_MS = 600_000

/** One hub on its own database, or two that share one, for as long as it takes to be killed so often. */
export async function crash(options: CrashOptions): Promise<CrashReport> {
  await using scene = await Scene.set(options)
  await scene.torment()
  return scene.report
}

class Scene implements AsyncDisposable {
  readonly report: CrashReport = { kills: 0, freezes: 0, cuts: 0, faults: 0, packages: 0, failed: 0, problems: [] }
  readonly #options: CrashOptions
  readonly #random: Random
  readonly #resources = new AsyncDisposableStack()
  #isOver = false
  #loader: ChildProcess | undefined
  #disk: VolatileDisk | undefined
  #hubs: HubProcess[] = []
  /** Backfills that were asked for, in the order of their starts. */
  readonly #backfills = new Set<number>()
  #parts!: Awaited<ReturnType<Scene['build']>>

  private constructor(options: CrashOptions) {
    this.#options = options
    this.#random = new Random(options.seed)
  }

  static async set(options: CrashOptions): Promise<Scene> {
    const scene = new Scene(options)
    try {
      scene.#parts = await scene.build()
      return scene
    } catch (error) {
      await scene[Symbol.asyncDispose]()
      throw error
    }
  }

  async build() {
    const use = <Resource extends AsyncDisposable>(resource: Resource) => this.#resources.use(resource)
    const source = use(await createAdsDatabase(ROWS_PER_DAY))
    const target = use(await createDatabase())
    const bucket = use(await createBucket())
    const proxyTo = async (url: string) =>
      use(await FaultyProxy.to({ host: new URL(url).hostname, port: Number(new URL(url).port) }))
    const links = { source: await proxyTo(source.url), bucket: await proxyTo(bucket.endpoint) }
    const work = await mkdtemp(join(tmpdir(), 'datahub-crash-'))
    this.#resources.defer(() => rm(work, { recursive: true, force: true }))

    let databaseUrl: string | undefined
    if (this.#options.database === 'external') databaseUrl = await this.#startExternal(work)
    else if (this.#options.powerCuts > 0) await this.#useVolatileDisk()
    const folder = this.#disk ? { folder: join(this.#disk.path, 'hub') } : {}
    if (folder.folder) await mkdir(folder.folder, { mode: 0o755 })
    const environment = {
      env: { DATAHUB_LOG_LEVEL: 'warn', DATAHUB_RETRY_HOURS: '24' },
      ...folder,
      ...(databaseUrl ? { databaseUrl } : {}),
    }
    this.#hubs.push(use(await HubProcess.start(environment)))
    if (databaseUrl) {
      // The key that seals secrets is the same for all hubs of one database
      const key = (await readFile(join(this.#first.dataDir, 'secret.key'), 'utf8')).trim()
      this.#hubs.push(
        use(await HubProcess.start({ ...environment, env: { ...environment.env, DATAHUB_SECRET_KEY: key } })),
      )
    }
    await this.#first.ask('POST', '/apply', {
      sources: [
        {
          name: 'market_insight',
          kind: 'postgres',
          connection: connectionTo(source, links.source.port),
          reports: [{ table: 'market_insight_asin', from: 'public.market_insight_asin', dateColumn: 'date' }],
        },
      ],
      destinations: [
        {
          name: 'acme',
          kind: 's3',
          bucket: bucket.name,
          region: bucket.region,
          accessKeyId: bucket.user.accessKeyId,
          secretAccessKey: bucket.user.secretAccessKey,
          endpoint: `http://127.0.0.1:${links.bucket.port}`,
          pathStyle: true,
        },
      ],
      tasks: [
        {
          name: 'daily',
          source: 'market_insight',
          destination: 'acme',
          schedule: { every: 'day', at: '03:00', timeZone: 'UTC' },
        },
      ],
    })
    const customer = new Customer(bucket, 1)
    this.#resources.defer(() => customer.close())
    return { source, target, bucket, links, work, customer }
  }

  get #first(): HubProcess {
    return this.#hubs[0] as HubProcess
  }

  /** A PostgreSQL of our own, so that it can be killed; the hubs know it by its address alone. */
  async #startExternal(work: string): Promise<string> {
    await chmod(work, 0o755)
    const home = join(work, 'database')
    const server = await startEmbeddedPostgres(home)
    this.#restartExternal = () => startEmbeddedPostgres(home).then(() => undefined)
    this.#resources.defer(() => server.stop())
    this.#externalHome = join(home, 'postgres')
    return server.url
  }
  #restartExternal: (() => Promise<void>) | undefined
  #externalHome: string | undefined

  async #useVolatileDisk(): Promise<void> {
    this.#disk = await VolatileDisk.create(1_500_000_000)
    if (!this.#disk) throw new Error('Power cuts need Linux, root, loop devices and mkfs.ext4; leave --power-cuts out.')
    this.#resources.use(this.#disk)
  }

  /** Kills and freezes until it is enough; then lets everything come to rest and looks. */
  async torment(): Promise<void> {
    const { kills, powerCuts } = this.#options
    const others = Promise.all([this.#keepBusy(), this.#keepLoading(), this.#watch(), this.#breakNetwork()])
    try {
      while (this.report.kills + this.report.cuts < kills + powerCuts) {
        await sleep(this.#random.between(200, 4000))
        if (this.report.cuts < powerCuts && this.#random.chance(powerCuts / (kills + powerCuts))) await this.#cutPower()
        else await this.#hit()
        this.#tell()
      }
    } finally {
      this.#isOver = true
      await others
    }
    await this.#rest()
  }

  async #hit(): Promise<void> {
    const hub = this.#random.pick(this.#hubs)
    switch (this.#random.pick(['hub', 'hub', 'database', 'loader', 'freeze', 'freeze loader'] as const)) {
      case 'hub':
        await hub.kill('SIGKILL')
        this.report.kills += 1
        await sleep(this.#random.between(0, 2000))
        await this.#start(hub)
        return
      case 'database':
        return this.#killDatabase()
      case 'loader':
        if (this.#loader?.kill('SIGKILL')) this.report.kills += 1
        return
      case 'freeze': {
        hub.signal('SIGSTOP')
        await sleep(this.#random.pick([500, 5000, 20_000]))
        hub.signal('SIGCONT')
        this.report.freezes += 1
        return
      }
      case 'freeze loader': {
        const loader = this.#loader
        loader?.kill('SIGSTOP')
        await sleep(this.#random.between(500, 8000))
        loader?.kill('SIGCONT')
        this.report.freezes += 1
      }
    }
  }

  /** The postmaster of either kind, with all its children; an embedded one goes on with the next start of the hub. */
  async #killDatabase(): Promise<void> {
    const text = this.#externalHome
      ? await readFile(join(this.#externalHome, 'data', 'postmaster.pid'), 'utf8').catch(() => '')
      : ''
    const pid = this.#externalHome ? Number.parseInt(text, 10) || undefined : await this.#first.databasePid()
    if (pid === undefined) return
    process.kill(pid, 'SIGKILL')
    this.report.kills += 1
    if (this.#restartExternal) {
      await sleep(this.#random.between(0, 3000))
      return this.#restartExternal()
    }
    await this.#first.kill('SIGKILL')
    await this.#start(this.#first)
  }

  async #cutPower(): Promise<void> {
    const disk = this.#disk
    if (!disk) return
    const pid = await this.#first.databasePid()
    disk.cutPower()
    this.report.cuts += 1
    await this.#first.kill('SIGKILL')
    if (pid !== undefined) {
      process.kill(pid, 'SIGKILL')
      // Its children end when they find out, and hold files open until then
      for (let tries = 0; tries < 100; tries += 1) {
        await sleep(100)
        try {
          disk.remount()
          break
        } catch (error) {
          if (tries === 99) throw error
        }
      }
    } else disk.remount()
    await this.#start(this.#first)
  }

  /** A database that is coming back may not let a hub in at once. */
  async #start(hub: HubProcess): Promise<void> {
    for (let tries = 1; ; tries += 1) {
      try {
        return await hub.start()
      } catch (error) {
        if (tries === 5) throw error
        await sleep(2000)
      }
    }
  }

  /** There is always a backfill under way, and numbers that change. */
  async #keepBusy(): Promise<void> {
    while (!this.#isOver) {
      await this.#backfill('2024-01-01', this.#random.whole(4, DAYS)).catch(() => undefined)
      await restate(this.#parts.source, this.#random.whole(0, DAYS - 1))
      await sleep(this.#random.between(1000, 5000))
    }
  }

  async #backfill(from: string, days: number): Promise<number | undefined> {
    const to = new Date(Date.parse(from) + (days - 1) * 86_400_000).toISOString().slice(0, 10)
    const hub = this.#random.pick(this.#hubs)
    const request = { task: 'daily', from, to, chunk: 'day', only: 'all', parallel: 4 }
    const { backfill } = (await hub.ask('POST', '/backfills', request)) as { backfill: { id: number } | null }
    if (backfill) this.#backfills.add(backfill.id)
    return backfill?.id
  }

  async #keepLoading(): Promise<void> {
    while (!this.#isOver) {
      await this.#load()
      await sleep(this.#random.between(200, 2000))
    }
  }

  /** Answers the exit code; null when it was killed. */
  async #load(): Promise<number | null> {
    const { bucket, links, target, work } = this.#parts
    const loader = spawn(
      process.execPath,
      [
        LOADER,
        'load',
        '--bucket',
        bucket.name,
        '--region',
        bucket.region,
        '--endpoint',
        `http://127.0.0.1:${links.bucket.port}`,
        '--task',
        '1',
        '--into',
        target.url,
        '--work-folder',
        join(work, 'loader'),
      ],
      {
        stdio: 'ignore',
        env: {
          ...process.env,
          AWS_ACCESS_KEY_ID: bucket.user.accessKeyId,
          AWS_SECRET_ACCESS_KEY: bucket.user.secretAccessKey,
        },
      },
    )
    this.#loader = loader
    const [code] = (await once(loader, 'exit')) as [number | null]
    return code
  }

  /** Looks into the bucket again and again, as a reader would who comes at any moment. */
  async #watch(): Promise<void> {
    while (!this.#isOver) {
      await this.#parts.customer.look()
      await sleep(500)
    }
  }

  async #breakNetwork(): Promise<void> {
    const { links } = this.#parts
    while (!this.#isOver) {
      await sleep(this.#random.between(500, 6000))
      const link = this.#random.pick([links.source, links.bucket])
      link.set(this.#fault())
      this.report.faults += 1
      await sleep(this.#random.between(200, 5000))
      link.set({ kind: 'none' })
    }
  }

  #fault(): NetworkFault {
    const { whole, pick } = {
      whole: (low: number, high: number) => this.#random.whole(low, high),
      pick: this.#random.pick.bind(this.#random),
    }
    return pick<NetworkFault>([
      { kind: 'latency', ms: whole(20, 400) },
      { kind: 'bandwidth', bytesPerSecond: whole(2000, 200_000) },
      { kind: 'reset', afterBytes: whole(0, 50_000) },
      { kind: 'cut' },
      { kind: 'half open', swallow: pick(['to server', 'to client'] as const) },
    ])
  }

  /** Everything works again: what was asked for is delivered and loaded, once more the newest of each day. */
  async #rest(): Promise<void> {
    const { customer, source, target } = this.#parts
    process.stderr.write('Everything works again; waiting for it to come to rest …\n')
    const deadline = Date.now() + REST_MS
    const last = await this.#backfill('2024-01-01', DAYS)
    for (const id of this.#backfills) await this.#untilDelivered(id, id === last, deadline)
    // A killed hub's lease on the log may have to run out
    for (let tries = 0; tries < 90; tries += 1) {
      await customer.look()
      const { items: waiting } = ExecutionPage.parse(await this.#first.ask('GET', '/executions?limit=100'))
      if (waiting.every(({ endedAt, syncLog }) => endedAt !== null && syncLog === 'published')) break
      await sleep(2000)
    }
    for (let tries = 0; (await this.#load()) !== 0; tries += 1)
      if (tries === 5) this.report.problems.push('lost: the loader does not get through')
    const { packages, failed } = await customer.lookAtAll()
    Object.assign(this.report, { packages, failed })
    this.report.problems.push(...new Set(customer.problems), ...(await compareTables(source, target, DAYS)))
    for (const hub of this.#hubs) {
      const staged = await readdir(join(hub.dataDir, 'staging')).catch(() => [])
      if (staged.length > 0) await sleep(65_000)
      const left = await readdir(join(hub.dataDir, 'staging')).catch(() => [])
      if (left.length > 0) this.report.problems.push(`left: ${left.length} staged packages`)
    }
  }

  async #untilDelivered(id: number, mustBeWhole: boolean, deadline: number): Promise<void> {
    for (;;) {
      const detail = BackfillDetail.parse(await this.#first.ask('GET', `/backfills/${id}`))
      const executions = detail.ranges.flatMap(({ executionId }) => executionId ?? [])
      if (new Set(executions).size !== executions.length)
        this.report.problems.push(`doubled: one execution for two ranges of backfill ${id}`)
      if (detail.state === 'finished') return
      // What three broken connections have ended is asked for again, as the manual says
      if (detail.state === 'failed') {
        if (!mustBeWhole) return
        await this.#first.ask('POST', `/backfills/${id}/retry`)
      }
      if (Date.now() > deadline)
        return void this.report.problems.push(`lost: backfill ${id} does not end: ${JSON.stringify(detail.counts)}`)
      await sleep(1000)
    }
  }

  #tell(): void {
    const { kills, freezes, cuts, faults } = this.report
    process.stderr.write(
      `${this.#options.database}: kills=${kills} freezes=${freezes} powerCuts=${cuts} networkFaults=${faults} backfills=${this.#backfills.size}\n`,
    )
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isOver = true
    this.#loader?.kill('SIGKILL')
    await this.#resources.disposeAsync()
  }
}
