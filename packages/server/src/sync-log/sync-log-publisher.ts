import type { Destination, Got } from '@datahub/core/destination/destination'
import { asDataHubError, DataHubError } from '@datahub/core/error/data-hub-error'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Database } from '../db/database.ts'
import { recordFailure } from '../executions/failure.ts'
import type { Logger } from '../foundation/logger.ts'
import {
  findBehind,
  findUnverified,
  LEASE_SECONDS,
  markVerified,
  publishedVersion,
  readLog,
  releaseFailed,
  releasePublished,
  skipIdsUpTo,
  takeLease,
  type Outcome,
} from './sync-log-store.ts'
import { keyOfLog, writeLog } from './write-log.ts'

export interface SyncLogWorld {
  readonly db: Database
  readonly instanceId: string
  readonly logger: Logger
  /** The caller closes it. */
  openDestination(destinationId: number): Promise<Destination>
}

/** Statuses on the way share a write when they follow one another so closely. */
const GATHER_MS = 1000
/** A write must end before its lease does. */
const WRITE_TIMEOUT_MS = (LEASE_SECONDS - 15) * 1000

/** Keeps the logs in the buckets up to date: one writer per task at a time, changes that come meanwhile share the next write. */
export class SyncLogPublisher {
  readonly #world: SyncLogWorld
  readonly #running = new Map<number, Promise<void>>()
  readonly #due = new Map<number, AbortController>()
  readonly #again = new Set<number>()

  constructor(world: SyncLogWorld) {
    this.#world = world
  }

  /**
   * Publishes soon, in the background, unless `publish` comes first: for statuses on the way, which a short delivery goes
   * through faster than the store takes a log. A failure is kept with the log and the sweep repairs it.
   */
  touch(taskId: number): void {
    if (this.#due.has(taskId)) return
    const due = new AbortController()
    this.#due.set(taskId, due)
    sleep(GATHER_MS, undefined, { signal: due.signal, ref: false }).then(
      () => this.#publishOrWarn(taskId),
      () => {}, // published meanwhile
    )
  }

  /** Resolves when what the database says now stands in the bucket, or another process has taken it over. */
  publish(taskId: number): Promise<void> {
    this.#due.get(taskId)?.abort()
    this.#due.delete(taskId)
    const running = this.#running.get(taskId)
    if (running) {
      this.#again.add(taskId)
      return running
    }
    const run = this.#untilDone(taskId).finally(() => this.#running.delete(taskId))
    this.#running.set(taskId, run)
    return run
  }

  /** Before anything else is stored for a task: its directory is ours, or this throws `destination.directory_taken`. */
  async claimDirectory(taskId: number): Promise<void> {
    if ((await publishedVersion(this.#world.db, taskId)) === null) await this.publish(taskId)
  }

  /** Publishes what is behind: after a crash, an outage of the store, a lease that ran out. */
  async sweep(): Promise<void> {
    for (const taskId of await findBehind(this.#world.db, 100)) await this.#publishOrWarn(taskId)
    for (const { taskId, destinationId } of await findUnverified(this.#world.db, 100)) {
      await this.#reconcile(taskId, destinationId).catch((error: unknown) =>
        this.#world.logger.warn({ err: error, taskId }, 'sync log not looked at'),
      )
    }
  }

  /** Resolves when no write is due or under way in this process. */
  async settled(): Promise<void> {
    for (const taskId of this.#due.keys()) void this.#publishOrWarn(taskId)
    await Promise.allSettled(this.#running.values())
  }

  async #publishOrWarn(taskId: number): Promise<void> {
    await this.publish(taskId).catch((error: unknown) =>
      this.#world.logger.warn({ err: error, taskId }, 'sync log not published'),
    )
  }

  async #untilDone(taskId: number): Promise<void> {
    let outcome: Outcome
    do {
      this.#again.delete(taskId)
      outcome = await this.#publishOnce(taskId)
      // What an overtaken writer left may be older than what the other one wrote
    } while (outcome === 'overtaken' || this.#again.has(taskId))
    if (outcome === 'behind') this.touch(taskId)
  }

  /** Writes the log again unless it is still the one that was published. */
  async #reconcile(taskId: number, destinationId: number): Promise<void> {
    const { db } = this.#world
    const destination = await this.#world.openDestination(destinationId)
    let found: Got
    try {
      found = await destination.get(keyOfLog(destination, taskId), AbortSignal.timeout(WRITE_TIMEOUT_MS))
    } finally {
      await destination.close()
    }
    // Read after the look: a write of our own meanwhile is no reason to write again, only one too many.
    const changed = typeof found === 'string' || found.version !== (await publishedVersion(db, taskId))
    await markVerified(db, taskId, changed)
    if (changed) await this.publish(taskId)
  }

  async #publishOnce(taskId: number): Promise<Outcome> {
    const { db, instanceId } = this.#world
    // Counted from before the lease: a process that stands still in between has no time left when it goes on
    const inTime = AbortSignal.timeout(WRITE_TIMEOUT_MS)
    const lease = await takeLease(db, taskId)
    // Whoever holds it will see our change when he is done
    if (!lease) return 'done'
    try {
      const { wanted, ...known } = await readLog(db, taskId, lease.destinationId)
      const destination = await this.#world.openDestination(lease.destinationId)
      try {
        const log = { taskId, instanceId, ...known, kept: lease.kept, version: lease.version }
        const written = await writeLog(destination, log, inTime)
        const highest = Math.max(0, ...written.kept.map((row) => row.executionId))
        if (highest > 0) await skipIdsUpTo(db, highest)
        return await releasePublished(db, lease, { wanted, ...written })
      } finally {
        await destination.close()
      }
    } catch (error) {
      const doing = 'publish the sync log'
      const known = inTime.aborted ? new DataHubError('destination.timeout', doing) : asDataHubError(error, doing)
      await releaseFailed(db, lease, recordFailure(known))
      throw known
    }
  }
}
