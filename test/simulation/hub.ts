import { DataHubError } from '@datahub/core/error/data-hub-error'
import { BackfillService } from '@datahub/server/backfills/backfill-service'
import type { CoverageService } from '@datahub/server/coverage/coverage-service'
import type { SchemaService } from '@datahub/server/definitions/schema-service'
import { openS3 } from '@datahub/server/destinations/s3/index'
import { PATIENCE } from '@datahub/server/destinations/s3/client'
import { s3Settings } from '@datahub/server/destinations/s3/settings'
import { addOpenUpload, listOpenUploads, removeOpenUpload } from './stores/destination-store.ts'
import type { StoreMemory } from '@datahub/server/destinations/kind'
import { dispatchDue } from '@datahub/server/executions/dispatch'
import { ExecutionService } from '@datahub/server/executions/execution-service'
import { openReferenceMemory } from '@datahub/server/executions/reference-memory'
import { openEgress } from '@datahub/server/foundation/egress'
import type { SecretBox } from '@datahub/server/foundation/secret-box'
import type { Logger } from '@datahub/server/foundation/logger'
import { cleanerService, rescuerService } from '@datahub/server/services/chores'
import type { Service } from '@datahub/server/services/loop'
import { workerService } from '@datahub/server/services/worker'
import { SyncLogPublisher } from '@datahub/server/sync-log/sync-log-publisher'
import { TaskService } from '@datahub/server/tasks/task-service'
import type { Database } from '@datahub/server/db/database'
import { Session, type ConnectionFaults, type Rows, type SimulatedDatabase } from './database.ts'
import { openSimulatedStaging, type Disk } from './disk.ts'
import { somePlaces } from './place.ts'
import type { SimulatedQueue } from './queue.ts'
import { CANARY, type SimulatedS3 } from './s3.ts'
import type { SimulatedSource } from './source.ts'
import { connectTo } from './stores/client.ts'
import { isOpen } from './stores/execution-rows.ts'
import type { Machine, World } from './world.ts'

/** What the machines of a history share. */
export interface Surroundings {
  readonly database: SimulatedDatabase
  readonly queue: SimulatedQueue
  readonly s3: SimulatedS3
  readonly source: SimulatedSource
  readonly faults: ConnectionFaults
  readonly horizonMs: number
}

const INSTANCE = '5f0c5a4e-8a0d-4b6e-9a3f-000000000001'

/** What stands in the definition of each destination. */
const settings = new Map(
  somePlaces().map(({ id, prefix }) => [
    id,
    s3Settings.parse({
      bucket: 'company-data',
      region: 'us-east-1',
      accessKeyId: 'AKIASIMULATED',
      secretAccessKey: CANARY,
      prefix,
    }),
  ]),
)
const egress = openEgress([])
/** Simulated packages have some hundred bytes: the larger ones of them go in parts. */
const LIMITS = { partMinBytes: 256, partsMax: 100, memoryBytes: 512 }

/** What the hub has found out about the storage, as `DestinationService` keeps it. */
function memoryOf(db: Database, s3: SimulatedS3, destinationId: number): StoreMemory {
  return {
    capabilities: {
      conditions: s3.hasConditions ? 'honoured' : 'ignored',
      joinConditions: s3.hasConditions ? 'honoured' : 'ignored',
      abort: 'allowed',
      checksums: 'refused',
      acl: 'left out',
      reading: 'allowed',
      listing: s3.mayList ? 'allowed' : 'denied',
      foundAt: '2025-01-01T00:00:00Z',
    },
    keep: () => Promise.resolve(),
    begun: (upload) => addOpenUpload(db, destinationId, upload),
    ended: (upload) => removeOpenUpload(db, destinationId, upload),
    openUploads: () => listOpenUploads(db, destinationId),
  }
}

/** What the product logs stands in the trace. */
function loggerOf(world: World): Logger {
  const log = (level: string) => (facts: Record<string, unknown>, message: string) => {
    if (holds(facts, CANARY)) world.defects.add(`I6: a secret is in what is logged as "${message}"`)
    if (!world.trace) return
    const { err, ...rest } = facts
    const error = err as (Error & { facts?: object }) | undefined
    world.note(
      `${level} ${message} ${JSON.stringify(rest)}${error ? ` ${error.message} ${JSON.stringify(error.facts ?? {})}` : ''}`,
    )
  }
  return { info: log('info'), warn: log('warn'), error: log('error') } as unknown as Logger
}
/** Whether a text stands anywhere in a value, in the causes of errors too. */
function holds(value: unknown, text: string): boolean {
  if (typeof value === 'string') return value.includes(text)
  if (typeof value !== 'object' || value === null) return false
  return Object.getOwnPropertyNames(value).some((name) => holds((value as Record<string, unknown>)[name], text))
}

/** Nothing but the key of the storage is secret here. */
const openBox: Pick<SecretBox, 'seal' | 'open'> = { seal: (text) => text, open: (text) => text }

/** A process of the hub on a machine: everything of the product that delivers, as `main.ts` puts it together. */
export class SimulatedHub {
  readonly machine: Machine
  readonly tasks: TaskService
  readonly backfills: BackfillService
  readonly executions: ExecutionService
  readonly #chores: readonly Chore[]

  constructor(machine: Machine, disk: Disk, surroundings: Surroundings) {
    const { database, s3, source, faults, horizonMs } = surroundings
    this.machine = machine
    const logger = loggerOf(machine.world)
    const db = new Session(database, machine, faults).asDatabase()
    const queue = surroundings.queue.for(machine)
    const executions = new ExecutionService(db, queue, { horizonMs, manualHorizonMs: horizonMs }, machine.name)
    const openDestination = (id: number) => {
      const values = settings.get(id)
      if (!values) return Promise.reject(new DataHubError('request.not_found', `open the destination ${id}`))
      connectTo(s3.clientOf(machine))
      const world = { instanceId: INSTANCE, egress, folders: undefined, dataDir: '/nowhere' }
      return Promise.resolve(openS3(values, world, memoryOf(db, s3, id), PATIENCE, LIMITS))
    }
    const syncLogs = new SyncLogPublisher({ db, instanceId: INSTANCE, logger, openDestination })
    const staging = openSimulatedStaging(disk)
    const tools = {
      db,
      instanceId: INSTANCE,
      executions,
      syncLogs,
      // Columns stay what they are here; their versions have tests of their own
      schemas: { admit: () => Promise.resolve(null) } as unknown as SchemaService,
      staging,
      deflater: disk.asDeflater(),
      logger,
      openDestination,
      openSource: () => Promise.resolve(source.openOn(machine)),
      referenceMemory: (claim: Parameters<typeof openReferenceMemory>[2]) =>
        openReferenceMemory(db, openBox as SecretBox, claim),
    }
    this.executions = executions
    this.tasks = new TaskService(db, executions, () => ({
      source: () => Promise.resolve({ maxRangeDays: 3660, tables: ['clicks'], tellsChanges: false }),
      destination: () => Promise.resolve(true),
    }))
    this.backfills = new BackfillService(db, executions, (scope, reference) => this.tasks.find(scope, reference))
    void workerService(queue, tools, 3).start()
    const coverage = { findGaps: () => Promise.resolve([]) } as unknown as CoverageService
    this.#chores = [
      {
        hasWork: () => {
          const isDue = ({ next_fire_at: at }: Rows['task']) => at !== null && at <= database.now()
          return some(database.committed('task'), isDue) || some(database.committed('backfill'), isRunning)
        },
        run: async () => {
          while ((await dispatchDue(db, executions)) > 0);
          await this.backfills.feed()
        },
      },
      {
        hasWork: () =>
          some(database.committed('sync_log'), (log) => !s3.hasConditions || isBehind(log, database.now())) ||
          some(database.committed('execution'), (execution) => isOpen(execution) && !database.hasJob(execution.id)),
        run: () => once(rescuerService(db, queue, syncLogs, coverage, logger)),
      },
      {
        hasWork: () => {
          const isOver = (id: number) => !some(database.committed('execution'), (row) => row.id === id && isOpen(row))
          const ofKey = ({ key }: Rows['open_upload']) => Number(/_(\d{10})\./.exec(key)?.[1])
          return disk.executions().some(isOver) || some(database.committed('open_upload'), (row) => isOver(ofKey(row)))
        },
        run: () => once(cleanerService(db, staging, openDestination, logger)),
      },
    ]
  }

  /**
   * What its loops do every few seconds, once; what fails comes again. Loops that would find nothing to do are mostly left
   * out: half of a history's statements would be theirs.
   */
  doChores(): void {
    const { random } = this.machine.world
    for (const { hasWork, run } of this.#chores) if (hasWork() || random.chance(0.1)) run().catch(() => undefined)
  }
}

/** What a hub does again and again. */
interface Chore {
  /** Whether it would find anything, as somebody sees who looks at everything at once. */
  readonly hasWork: () => boolean
  readonly run: () => Promise<void>
}

/** Whether a sweep would write it. */
function isBehind({ published, wanted, retry_at: retryAt, lease_until: leaseUntil }: Rows['sync_log'], now: Date) {
  return published < wanted && (retryAt === null || retryAt <= now) && (leaseUntil === null || leaseUntil < now)
}

const isRunning = ({ state }: Rows['backfill']) => state === 'running'

function some<Row>(rows: Iterable<Row>, isOne: (row: Row) => boolean): boolean {
  for (const row of rows) if (isOne(row)) return true
  return false
}

async function once(service: Service): Promise<void> {
  await service.start()
  await service.stop()
}
