import type { Diagnostics, Notice, OperationView, SettingView } from '@datahub/core/api/operation-shapes'
import { DIAGNOSTICS_FORMAT } from '@datahub/core/api/operation-shapes'
import type { SystemView } from '@datahub/core/api/hub-shapes'
import type { Access } from '../access/access.ts'
import type { Database } from '../db/database.ts'
import { readVersions } from '../db/database.ts'
import type { Scope } from '../db/scope.ts'
import type { DestinationService } from '../definitions/destination-service.ts'
import type { SourceService } from '../definitions/source-service.ts'
import type { ExecutionService } from '../executions/execution-service.ts'
import type { RecentLines } from '../foundation/recent-lines.ts'
import { readStanding } from '../metrics/metrics-store.ts'
import { listProcesses, type ProcessRecord } from '../processes/process-store.ts'
import type { TaskService } from '../tasks/task-service.ts'
import { version } from '../version.ts'
import { listCleaned } from './cleaning-store.ts'
import { noticesOf } from './notices.ts'
import { describeRetention } from './retention.ts'

export interface OperationParts {
  readonly db: Database
  readonly settings: readonly SettingView[]
  readonly sources: SourceService
  readonly destinations: DestinationService
  readonly tasks: TaskService
  readonly executions: ExecutionService
  readonly recent: RecentLines
  system(scope: Scope): Promise<SystemView>
}

const MOST_TASKS = 1000
const MOST_FAILED = 200
/** Statuses of executions that have failed. */
const FAILED = [3, 5, 7, 8]

/** How the hub itself is doing: for those who run it. */
export class OperationService {
  readonly #parts: OperationParts

  constructor(parts: OperationParts) {
    this.#parts = parts
  }

  /** What everybody should know, without the names of machines. */
  async notices(): Promise<Notice[]> {
    return noticesOf(await listProcesses(this.#parts.db))
  }

  async describe(): Promise<OperationView> {
    const { db, settings } = this.#parts
    const { waiting, retrying, running, oldest_seconds, logs_behind } = await readStanding(db)
    return {
      processes: (await listProcesses(db)).map(viewOf),
      queue: { waiting, retrying, running, oldestSeconds: Math.max(0, oldest_seconds), logsBehind: logs_behind },
      retention: describeRetention(await listCleaned(db)),
      settings: [...settings],
      versions: { hub: version, node: process.versions.node, ...(await readVersions(db)) },
    }
  }

  /** The bundle: what the API shows anyway, which holds no secret, and the last warnings of this process. */
  async diagnostics(access: Access): Promise<Diagnostics> {
    const { sources, destinations, tasks, executions, recent, system } = this.#parts
    const newest = { sort: 'id', descending: true } as const
    return {
      format: DIAGNOSTICS_FORMAT,
      madeAt: new Date().toISOString(),
      system: await system(access),
      notices: await this.notices(),
      operation: await this.describe(),
      sources: await sources.list(access),
      destinations: await destinations.list(access),
      tasks: (await tasks.list(access, {}, { ...newest, descending: false, limit: MOST_TASKS })).items,
      failed: (await executions.list(access, { statuses: FAILED }, { ...newest, limit: MOST_FAILED })).items,
      log: recent.read(),
    }
  }
}

function viewOf({ startedAt, seenAt, ...others }: ProcessRecord) {
  return { ...others, services: [...others.services], startedAt: startedAt.toISOString(), seenAt: seenAt.toISOString() }
}
