import type { AlertEvent, AlertFacts, AlertTask } from '@datahub/core/alert/alert'
import { isDeepStrictEqual } from 'node:util'
import type { AuditService } from '../audit/audit-service.ts'
import { databaseNow, type Connection, type Database } from '../db/database.ts'
import {
  insertAlert,
  listOpenAlerts,
  lockAlerts,
  markTold,
  resolveAlert,
  setFacts,
  type AlertRow,
} from './alert-store.ts'
import { isAbout } from '@datahub/core/alert/task-patterns'
import { isMended } from './broken-destination-store.ts'
import { listDelivering, listWorkspaceNames, type LateTask } from './condition-store.ts'
import { findConditions, type Condition } from './conditions.ts'
import { noticeOf } from './notice.ts'
import { addMessages } from './outbox-store.ts'
import { pauseHopeless } from './pause-hopeless.ts'

/** What the operator has settled for all tasks that say nothing of their own. */
export interface AlertPolicy {
  /** Hopeless failures in a row after which a task pauses by itself; 0: never. */
  readonly pauseAfterFailures: number
  /** 0: never. */
  readonly lateAfterMinutes: number
}

export interface WatchWorld {
  readonly db: Database
  readonly audit: AuditService
  readonly policy: AlertPolicy
  /** Where people find the console; undefined where nobody has said it. */
  consoleUrl(): string | undefined
}

const REMIND_EVERY_MS = 24 * 3_600_000
/** A dispatcher that runs has made the execution of a due task long before. */
const STUCK_AFTER_MS = 15_000

/**
 * A look compares what is wrong with what people have been told, and tells them of the difference, in one transaction:
 * whatever happens to this process, each change is told once (docs/decisions/025-alerts-by-comparison.md).
 */
export function createWatch(world: WatchWorld): () => Promise<void> {
  const isStuck = stuckJudge()
  return () => world.db.transaction().execute((tx) => look(tx, world, isStuck))
}

/** Whether a task stands where it stood some seconds ago. */
function stuckJudge(): (task: LateTask) => boolean {
  const seen = new Map<number, { readonly fireAtMs: number; readonly atMs: number }>()
  return ({ id, since }) => {
    const before = seen.get(id)
    if (before?.fireAtMs === since.getTime()) return performance.now() - before.atMs > STUCK_AFTER_MS
    seen.set(id, { fireAtMs: since.getTime(), atMs: performance.now() })
    return false
  }
}

async function look(tx: Connection, world: WatchWorld, isStuck: (task: LateTask) => boolean): Promise<void> {
  if (!(await lockAlerts(tx))) return
  await pauseHopeless(tx, world.audit, world.policy.pauseAfterFailures)
  const conditions = await findConditions(tx, world.policy.lateAfterMinutes, isStuck)
  const open = await listOpenAlerts(tx)
  const changes = new Changes(tx, await databaseNow(tx), await listWorkspaceNames(tx), world.consoleUrl())
  const keyOf = (workspaceId: number, cause: string) => `${workspaceId} ${cause}`
  const present = new Map(conditions.map((condition) => [keyOf(condition.workspaceId, condition.cause), condition]))
  // First what is over: a task that fails for another reason is told as failing after it is told as recovered from the first
  for (const alert of open) {
    const condition = present.get(keyOf(alert.workspace_id, alert.cause))
    present.delete(keyOf(alert.workspace_id, alert.cause))
    if (condition) await changes.lasts(alert, condition)
    else await changes.ended(alert, conditions)
  }
  for (const condition of present.values()) await changes.began(condition)
}

/** What is told in one look. */
class Changes {
  readonly #tx: Connection
  readonly #now: Date
  readonly #workspaces: ReadonlyMap<number, string>
  readonly #consoleUrl: string | undefined

  constructor(tx: Connection, now: Date, workspaces: ReadonlyMap<number, string>, consoleUrl: string | undefined) {
    this.#tx = tx
    this.#now = now
    this.#workspaces = workspaces
    this.#consoleUrl = consoleUrl
  }

  async began(condition: Condition): Promise<void> {
    const { workspaceId, kind, cause, since } = condition
    const alert = await insertAlert(this.#tx, { workspaceId, kind, cause, since, facts: factsOf(condition) })
    if (alert) await this.#tell(alert, 'raised', factsOf(condition))
  }

  /** Who has it is kept up to date; told again it is once a day. */
  async lasts(alert: AlertRow, condition: Condition): Promise<void> {
    const facts = factsOf(condition)
    if (!isDeepStrictEqual(alert.facts, facts)) await setFacts(this.#tx, alert.id, facts)
    if (!condition.reminds || this.#now.getTime() - alert.told_at.getTime() < REMIND_EVERY_MS) return
    await this.#tell(alert, 'reminder', facts)
    await markTold(this.#tx, alert.id)
  }

  /** Recovered are those of its tasks that deliver again. A task that is gone, or fails for another reason, has not. */
  async ended(alert: AlertRow, conditions: readonly Condition[]): Promise<void> {
    const recovered = await this.#recovered(alert, conditions)
    await resolveAlert(this.#tx, alert.id, recovered ? 'recovered' : 'over')
    if (recovered) await this.#tell(alert, 'recovered', { ...alert.facts, tasks: recovered })
  }

  async #recovered(alert: AlertRow, conditions: readonly Condition[]): Promise<readonly AlertTask[] | undefined> {
    // Who resumes a task knows that it goes on
    if (alert.kind === 'paused') return undefined
    if (alert.kind === 'connection') {
      const isOver = await isMended(this.#tx, alert.workspace_id, alert.facts.place.name)
      return isOver ? alert.facts.tasks : undefined
    }
    const wrong = new Set(conditions.flatMap(({ tasks }) => tasks.map(({ id }) => id)))
    const others = alert.facts.tasks.filter(({ id }) => !wrong.has(id))
    const ids = others.map(({ id }) => id)
    const delivering = await listDelivering(this.#tx, ids, alert.since)
    const recovered = others.filter(({ id }) => delivering.has(id))
    return recovered.length > 0 ? recovered : undefined
  }

  async #tell(alert: AlertRow, event: AlertEvent, facts: AlertFacts): Promise<void> {
    const workspace = this.#workspaces.get(alert.workspace_id) ?? ''
    const world = { workspace, at: this.#now, consoleUrl: this.#consoleUrl }
    const noticeFor = (patterns: readonly string[] | null) => {
      const tasks = patterns ? facts.tasks.filter(({ name }) => isAbout(patterns, name)) : facts.tasks
      return patterns && tasks.length === 0 ? undefined : noticeOf(alert, event, { ...facts, tasks }, world)
    }
    const about = { alertId: alert.id, kind: alert.kind, event }
    await addMessages(this.#tx, { workspaceId: alert.workspace_id }, about, noticeFor)
  }
}

/** In the order of the ids, as it is read back from the database: a mere change of order is none. */
function factsOf({ code, message, cure, place, tasks }: Condition): AlertFacts {
  return { code, message, cure, place: { ...place }, tasks: tasks.toSorted((a, b) => a.id - b.id) }
}
