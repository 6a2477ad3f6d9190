import type { FilePage } from '@datahub/core/api/live-shapes'
import { formatPackageName, manifestNameOf, syncLogName, taskDirectory } from '@datahub/core/bucket/names'
import { formatSyncLog } from '@datahub/core/bucket/sync-log'
import { normalizePrefix } from '@datahub/core/destination/prefix'
import { formatInstant } from '@datahub/core/execution/data-range'
import type { Database } from '../db/database.ts'
import type { Scope } from '../db/scope.ts'
import { findDestination } from '../definitions/destination-store.ts'
import { readLog } from '../sync-log/sync-log-store.ts'
import type { FindTask } from '../tasks/task-service.ts'
import type { TaskRecord } from '../tasks/task-store.ts'
import { listFiles, isLogPublished } from './file-store.ts'

/** What a task has delivered, as whoever reads the bucket sees it. */
export class FileService {
  readonly #db: Database
  readonly #findTask: FindTask

  constructor(db: Database, findTask: FindTask) {
    this.#db = db
    this.#findTask = findTask
  }

  /** The packages that stand in the bucket, newest first. */
  async list(
    scope: Scope,
    reference: string,
    request: { cursor?: string | undefined; limit: number },
  ): Promise<FilePage> {
    const task = await this.#findTask(scope, reference)
    const folder = await this.#folderOf(scope, task)
    const { rows, next, previous } = await listFiles(this.#db, task.id, request)
    const items = rows.map((file) => {
      const { id: executionId, dataSource, packageDay: day, range, sizeBytes, sha256, supersededBy } = file
      const key = folder + formatPackageName({ dataSource, taskId: task.id, day, executionId })
      const [from, to] = [formatInstant(range.from, range.timeZone), formatInstant(range.to, range.timeZone)]
      return {
        executionId,
        key,
        manifestKey: manifestNameOf(key),
        sizeBytes,
        rows: file.rows,
        sha256,
        sentAt: file.sentAt.toISOString(),
        dataRange: { from, to, timeZone: range.timeZone },
        supersededBy,
      }
    })
    return { items, next, previous, folder, syncLogKey: folder + syncLogName(task.id) }
  }

  /** The log as it is to stand in the bucket, but for rows there that the hub does not know. */
  async syncLog(scope: Scope, reference: string): Promise<{ key: string; text: string; isPublished: boolean }> {
    const task = await this.#findTask(scope, reference)
    const key = (await this.#folderOf(scope, task)) + syncLogName(task.id)
    const { rows } = await readLog(this.#db, task.id, task.destination_id)
    return { key, text: formatSyncLog(rows), isPublished: await isLogPublished(this.#db, task.id) }
  }

  async #folderOf(scope: Scope, task: TaskRecord): Promise<string> {
    const destination = await findDestination(this.#db, scope, { id: task.destination_id })
    const prefix = destination?.settings['prefix']
    return taskDirectory(normalizePrefix(typeof prefix === 'string' ? prefix : ''), task.id)
  }
}
