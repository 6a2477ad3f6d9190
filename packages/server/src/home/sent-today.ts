import { dayOf, startOfDay } from '@datahub/core/execution/data-range'
import type { Database } from '../db/database.ts'
import type { Scope } from '../db/scope.ts'
import { listSent, type Sent } from './sent-store.ts'

/** What was sent on a day up to an instant: it does not change any more. */
interface Settled {
  readonly midnight: Date
  readonly until: Date
  readonly sent: Sent
}

/** A delivery may commit some time after the instant that it is written down with, though never so much later. */
const SETTLES_AFTER_MS = 60_000

/**
 * What a workspace has sent since 00:00 UTC. Every package is added up once: of the ten thousand that may have been sent
 * today only those of the last minute are looked at again with every request.
 */
export class SentToday {
  readonly #db: Database
  readonly #settled = new Map<number, Settled>()

  constructor(db: Database) {
    this.#db = db
  }

  /** `now`: by the clock of the database. */
  async read(scope: Scope, now: Date): Promise<Sent> {
    const midnight = startOfDay(dayOf(now, 'UTC'), 'UTC')
    const last = this.#settled.get(scope.workspaceId)
    const known: Settled =
      last?.midnight.getTime() === midnight.getTime()
        ? last
        : { midnight, until: midnight, sent: { packages: 0, sizeBytes: 0, rows: 0 } }
    const until = new Date(Math.max(known.until.getTime(), now.getTime() - SETTLES_AFTER_MS))
    const rows = await listSent(this.#db, scope, known.until, until)
    const settled = sumOf(known.sent, ...rows.filter(({ isSettled }) => isSettled))
    this.#settled.set(scope.workspaceId, { midnight, until, sent: settled })
    return sumOf(settled, ...rows.filter(({ isSettled }) => !isSettled))
  }
}

function sumOf(...parts: readonly Sent[]): Sent {
  const sum = (of: keyof Sent) => parts.reduce((total, part) => total + part[of], 0)
  return { packages: sum('packages'), sizeBytes: sum('sizeBytes'), rows: sum('rows') }
}
