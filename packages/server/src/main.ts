import { buildConsole, consoleFolder } from '@datahub/console/built'
import { asDataHubError, DataHubError } from '@datahub/core/error/data-hub-error'
import { codes, EXIT } from '@datahub/core/error/codes'
import { mkdir } from 'node:fs/promises'
import { flushCompileCache } from 'node:module'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { openAccounts, returnAddressOf } from './access/accounts.ts'
import { checkProvider } from './access/provider-check.ts'
import { Gate } from './access/gate.ts'
import { ActivityService } from './activity/activity-service.ts'
import { AlertService } from './alerts/alert-service.ts'
import { AlertChannelService } from './alerts/channel-service.ts'
import { RequestPace } from './access/pace.ts'
import { SignInService } from './access/sign-in-service.ts'
import { UserService } from './access/user-service.ts'
import { WorkspaceService } from './access/workspace-service.ts'
import { AuditService } from './audit/audit-service.ts'
import { BackfillService } from './backfills/backfill-service.ts'
import { readConfig, type Config, type ServiceName } from './config.ts'
import { CoverageService } from './coverage/coverage-service.ts'
import { assertReachable, databaseNow, migrate, openDatabase, readInstanceId } from './db/database.ts'
import { openSecretBox } from './keys/open-secret-box.ts'
import type { Scope } from './db/scope.ts'
import { startEmbeddedPostgres } from './db/embedded-postgres/embedded-postgres.ts'
import { ConnectionTests } from './connection-tests/connection-tests.ts'
import { DestinationService } from './definitions/destination-service.ts'
import { findDestination } from './definitions/destination-store.ts'
import { HubService } from './definitions/hub-service.ts'
import { SchemaService } from './definitions/schema-service.ts'
import { SourceService } from './definitions/source-service.ts'
import { SourceTrials } from './definitions/source-trials.ts'
import { openStaging } from './delivery/staging.ts'
import { destinationKinds } from './destinations/index.ts'
import { StoreClock } from './destinations/store-clock.ts'
import type { DestinationKind } from './destinations/kind.ts'
import type { Claim } from './executions/claim.ts'
import { EventFeed } from './events/event-feed.ts'
import { FileService } from './files/file-service.ts'
import { HomeService } from './home/home-service.ts'
import { ExecutionService } from './executions/execution-service.ts'
import { openQueue } from './executions/queue.ts'
import { openReferenceMemory } from './executions/reference-memory.ts'
import { holdDataDir, makeTemporaryDir } from './foundation/data-dir.ts'
import { openEgress } from './foundation/egress.ts'
import { createLogger, type Logger } from './foundation/logger.ts'
import { RecentLines } from './foundation/recent-lines.ts'
import { Metrics } from './metrics/metrics.ts'
import { createApp } from './http/app.ts'
import { readConsole } from './http/console.ts'
import { KeyService } from './keys/key-service.ts'
import { createDeflater } from './package/deflater.ts'
import { apiService } from './services/api.ts'
import {
  changesService,
  cleanerService,
  dispatcherService,
  rescuerService,
  retestService,
  senderService,
  watchService,
} from './services/chores.ts'
import { heartbeatService } from './services/heartbeat.ts'
import { metricsService } from './services/metrics.ts'
import { together, type Service } from './services/loop.ts'
import { workerService } from './services/worker.ts'
import { SetupLinkService } from './setup-links/setup-link-service.ts'
import { sourceKinds } from './sources/index.ts'
import type { SourceKind } from './sources/kind.ts'
import { freeTokens } from './definitions/refresh-token-store.ts'
import { freeLeases } from './sync-log/sync-log-store.ts'
import { SyncLogPublisher } from './sync-log/sync-log-publisher.ts'
import { keepFor } from './foundation/keep-for.ts'
import { describeSystem } from './system/describe-system.ts'
import { freeBytesIn } from './system/free-bytes.ts'
import { OperationService } from './system/operation-service.ts'
import { TaskService } from './tasks/task-service.ts'
import { version } from './version.ts'
import { ensureLocalToken, TokenService } from './tokens/token-service.ts'

/** The packing list: what a hub consists of, put together here and nowhere else. */

const MANUAL_RETRY_HORIZON_MS = 5 * 60_000
/** How often the identity provider is asked about the settings for whoever looks at the state of the hub. */
const SIGN_ON_GOOD_MS = 60_000
const POOL_CONNECTIONS = 16
/** Warnings and errors that the bundle for diagnosis holds. */
const RECENT_LINES = 500

export interface RunningHub {
  /** Where the API listens; undefined when this process does not run it. */
  readonly url: string | undefined
  /** Undefined when no metrics are served. */
  readonly metricsUrl: string | undefined
  /** The first token, in plain text, when it has just been made; it is shown this once. */
  readonly newToken: string | undefined
  /** For the first administrator, who is still to be created. */
  readonly setupCode: string | undefined
  readonly services: readonly string[]
  readonly database: 'embedded' | 'external'
  /** The hub's own PostgreSQL. */
  readonly databaseUrl: string
  stop(): Promise<void>
}

/** The kinds of data sources and destinations that a hub knows. */
export interface Connectors {
  readonly sources: readonly SourceKind[]
  readonly destinations: readonly DestinationKind[]
}

const CONNECTORS: Connectors = { sources: sourceKinds, destinations: destinationKinds }

/** Starts everything that the configuration names; on failure nothing is left running. */
export async function startHub(config: Config, connectors = CONNECTORS): Promise<RunningHub> {
  const undo: (() => Promise<unknown>)[] = []
  const stop = async () => {
    for (const step of undo.splice(0).toReversed()) await step()
  }
  try {
    return { ...(await build(config, connectors, undo)), stop }
  } catch (error) {
    await stop()
    throw error
  }
}

async function build(
  config: Config,
  connectors: Connectors,
  undo: (() => Promise<unknown>)[],
): Promise<Omit<RunningHub, 'stop'>> {
  const recent = new RecentLines(RECENT_LINES)
  const logger = createLogger(config.logLevel, recent)
  await mkdir(config.dataDir, { recursive: true, mode: 0o700 })
  const database = config.databaseUrl === undefined ? 'embedded' : 'external'
  const databaseUrl = config.databaseUrl ?? (await startOwnDatabase(config.dataDir, undo))
  const db = openDatabase(databaseUrl, POOL_CONNECTIONS + config.workerSlots, (error) =>
    logger.warn({ err: error }, 'database connection'),
  )
  undo.push(() => db.destroy())
  await assertReachable(db)
  await migrate(db)
  // The data directory is held by this process alone: whoever held a lease on the embedded database is gone
  if (database === 'embedded') await Promise.all([freeLeases(db), freeTokens(db)])
  const box = await openSecretBox(db, config)
  const instanceId = await readInstanceId(db)
  const queue = await openQueue(databaseUrl, logger)
  // After everything that uses it; a worker that ran has drained it before
  undo.push(() => queue.stop(0))

  const temporary = await makeTemporaryDir(config.dataDir)
  undo.push(() => temporary.remove())
  const folders = config.foldersAllow
  const tests = new ConnectionTests(db, box)
  const sourceWorld = { egress: openEgress(config.egressAllow, 'source'), folders, temporaryDir: temporary.path }
  const sources = new SourceService(db, box, connectors.sources, sourceWorld, tests)
  const storeClock = new StoreClock()
  const destinationWorld = {
    instanceId,
    egress: openEgress(config.egressAllow, 'destination'),
    folders: folders.length > 0 ? folders : undefined,
    dataDir: config.dataDir,
    clock: storeClock,
  }
  const destinations = new DestinationService(db, box, connectors.destinations, destinationWorld, tests)
  undo.push(() => destinations.close())
  const name = `${hostname()}/${process.pid}`
  const retry = { horizonMs: config.retryHorizonMs, manualHorizonMs: MANUAL_RETRY_HORIZON_MS }
  const executions = new ExecutionService(db, queue, retry, name)
  const stored = (scope: Scope) => ({
    source: (name: string) => sources.facts(scope, name),
    destination: async (name: string) => (await findDestination(db, scope, { name })) !== undefined,
  })
  const tasks = new TaskService(db, executions, stored)
  const findTask = (scope: Scope, reference: string) => tasks.find(scope, reference)
  const backfills = new BackfillService(db, executions, findTask)
  const coverage = new CoverageService(db, findTask)
  const publicUrl = () => config.publicUrl ?? urlOf(api.address())
  // Who runs no API and was not told where it is sends no links
  const consoleUrl = () => config.publicUrl ?? (config.services.includes('api') ? urlOf(api.address()) : undefined)
  const alertEgress = openEgress(config.egressAllow, 'alert')
  const alertChannels = new AlertChannelService({ db, box, egress: alertEgress, consoleUrl })
  const definitions = new HubService(db, sources, destinations, tasks, alertChannels, stored)
  const keys = new KeyService(db, box, logger, config.secretKey ? undefined : config.dataDir)
  const tokens = new TokenService(db)
  const workspaces = new WorkspaceService(db)
  const accounts = openAccounts(db, {
    publicUrl,
    secret: box.derive('sessions'),
    oidc: config.oidc,
  })
  const signIn = new SignInService(db, accounts, workspaces, { isSafe: config.isSafe, oidcName: config.oidc?.name })
  const users = new UserService(db)
  const audit = new AuditService(db)
  const setupLinks = new SetupLinkService(db, destinations)
  const gate = new Gate(tokens, signIn, workspaces, setupLinks)
  const pace = new RequestPace(config.requestsPerMinute, () => performance.now())
  const openDestination = (id: number) => destinations.open(id)
  const syncLogs = new SyncLogPublisher({
    db,
    instanceId,
    logger,
    openDestination,
  })
  const staging = openStaging(config.dataDir)
  const deflater = createDeflater()
  undo.push(() => deflater.close())
  const schemas = new SchemaService(db)
  const dryRunTools = { deflater, temporaryDir: temporary.path, now: () => databaseNow(db) }
  const trials = new SourceTrials(sources, schemas, dryRunTools, tests)
  const tools = {
    db,
    instanceId,
    executions,
    syncLogs,
    schemas,
    staging,
    deflater,
    logger,
    openDestination,
    openSource: (id: number) => sources.open(id),
    referenceMemory: (claim: Claim) => openReferenceMemory(db, box, claim),
  }
  const { oidc } = config
  const signOn = oidc && keepFor(SIGN_ON_GOOD_MS, () => checkProvider(oidc, returnAddressOf(publicUrl())))
  const facts = { db, instanceId, services: config.services, database, dataDir: config.dataDir, signOn } as const
  const system = (scope: Scope) => describeSystem(facts, scope)
  const { settings } = config
  const operation = new OperationService({ db, settings, sources, destinations, tasks, executions, recent, system })
  const events = new EventFeed(db, logger)
  const metrics = new Metrics(db, config.metricsTasks, () => events.readers)
  const isReady = () =>
    databaseNow(db).then(
      () => true,
      () => false,
    )
  const api = apiService(
    createApp({
      console: await readConsole(consoleFolder),
      sources,
      trials,
      destinations,
      tasks,
      executions,
      backfills,
      coverage,
      events,
      alerts: new AlertService(db),
      alertChannels,
      home: new HomeService(db),
      files: new FileService(db, findTask),
      definitions,
      keys,
      tokens,
      workspaces,
      users,
      signIn,
      audit,
      activity: new ActivityService(db, findTask),
      setupLinks,
      pace,
      metrics,
      proxies: config.proxies,
      publicUrl,
      gate,
      logger,
      isReady,
      system,
      operation,
    }),
    config.host,
    config.port,
  )

  const all: Record<ServiceName, Service> = {
    api,
    dispatcher: dispatcherService(db, executions, backfills, logger),
    worker: workerService(queue, tools, config.workerSlots),
    rescuer: together('rescuer', [
      rescuerService(db, queue, syncLogs, coverage, logger),
      changesService(tools),
      retestService(db, destinations, logger),
      watchService({ db, audit, policy: config.alerts, consoleUrl }, config.alertEveryMs, logger),
      senderService({ db, box, egress: alertEgress, logger }),
    ]),
    cleaner: cleanerService(db, staging, openDestination, logger),
  }
  const newToken = config.services.includes('api') ? await ensureLocalToken(tokens, config.dataDir) : undefined
  const setup = config.services.includes('api') ? await signIn.makeSetupCode() : undefined
  const slots = config.services.includes('worker') ? config.workerSlots : 0
  const { node, tz: timeZones = '' } = process.versions
  const self = { name, version, services: config.services, slots, node, timeZones }
  const pulse = async () => ({
    now: new Date(),
    freeBytes: await freeBytesIn(config.dataDir).catch(() => null),
    storeSkew: storeClock.worst(),
  })
  const heartbeat = heartbeatService(db, self, pulse, logger)
  const metricsServer = config.metrics && metricsService(metrics, config.metrics.host, config.metrics.port, logger)
  const services = [heartbeat, ...(metricsServer ? [metricsServer] : []), ...config.services.map((one) => all[one])]
  for (const service of services) {
    await service.start()
    undo.push(() => service.stop())
  }
  // Before the server that has them open
  undo.push(() => events.stop())
  const address = config.services.includes('api') ? api.address() : undefined
  return {
    url: address && urlOf(address),
    metricsUrl: metricsServer?.url(),
    newToken,
    setupCode: setup?.code,
    services: config.services,
    database,
    databaseUrl,
  }
}

async function startOwnDatabase(dataDir: string, undo: (() => Promise<unknown>)[]): Promise<string> {
  const held = await holdDataDir(dataDir)
  undo.push(() => held.release())
  const server = await startEmbeddedPostgres(dataDir).catch((error: unknown) => {
    throw new DataHubError('hub.config', 'start the embedded PostgreSQL', {
      cause: error,
      hint: (error as Error).message,
    })
  })
  undo.push(() => server.stop())
  return server.url
}

function urlOf({ host, port }: { host: string; port: number }): string {
  const shown = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host
  return `http://${shown.includes(':') ? `[${shown}]` : shown}:${port}`
}

export interface ServeOptions {
  readonly services?: readonly string[]
  readonly port?: number
  readonly host?: string
}

/** `datahub serve`: runs until SIGTERM or SIGINT, drains, and answers with the exit code. */
export async function serve(options: ServeOptions): Promise<number> {
  const given = {
    ...(options.services ? { DATAHUB_SERVICES: options.services.join(',') } : {}),
    ...(options.port === undefined ? {} : { DATAHUB_PORT: String(options.port) }),
    ...(options.host === undefined ? {} : { DATAHUB_HOST: options.host }),
  }
  forgetAmbientIdentity()
  const over = waitForSignal()
  let logger: Logger | undefined
  try {
    const config = readConfig({ ...process.env, ...given }, new Set(Object.keys(given)))
    logger = createLogger(config.logLevel)
    if (config.services.includes('api')) await buildConsole((sentence) => process.stderr.write(`${sentence}\n`))
    const hub = await startHub(config)
    announce(hub, config)
    // Now rather than at its end, which it may not live to see
    flushCompileCache()
    await over
    process.stderr.write('Stopping: running executions may finish for 30 s. Press Ctrl-C again to stop at once.\n')
    await hub.stop()
    return EXIT.ok
  } catch (error) {
    const known = asDataHubError(error, 'start the hub')
    if (known.code === 'hub.internal') logger?.error({ err: known }, 'start')
    process.stderr.write(`Error: ${known.message}\n`)
    for (const field of known.fields) process.stderr.write(`  ${field.field} ${field.problem}. ${field.cure}\n`)
    process.stderr.write(`Try: ${known.hint}\n`)
    return codes[known.code].exitCode
  }
}

/** The hub never acts with the identity of the machine it runs on: every client gets its keys from a destination. */
function forgetAmbientIdentity(): void {
  for (const name of Object.keys(process.env)) if (name.startsWith('AWS_')) delete process.env[name]
}

/** The first signal asks to stop, the second one does not ask. */
function waitForSignal(): Promise<void> {
  return new Promise((resolve) => {
    let asked = false
    const ask = () => {
      if (asked) process.exit(EXIT.interrupted)
      asked = true
      resolve()
    }
    process.on('SIGTERM', ask)
    process.on('SIGINT', ask)
  })
}

function announce(hub: RunningHub, config: Config): void {
  const lines = [
    hub.url ? `Data Hub listens on ${hub.url}` : 'Data Hub runs',
    `  services  ${hub.services.join(', ')}`,
    `  database  ${hub.database}`,
    `  data      ${config.dataDir}`,
    ...(hub.metricsUrl ? [`  metrics   ${hub.metricsUrl}`] : []),
    ...(hub.newToken
      ? [
          '',
          `  The first API token, shown this once: ${hub.newToken}`,
          `  On this machine the command line finds it in ${join(config.dataDir, 'token')}.`,
        ]
      : []),
    ...(hub.setupCode && hub.url
      ? [
          '',
          `  No administrator yet. Open ${config.publicUrl ?? hub.url}/setup within an hour and enter this code:`,
          `  ${hub.setupCode}`,
        ]
      : []),
    '',
  ]
  process.stderr.write(`${lines.join('\n')}\n`)
}
