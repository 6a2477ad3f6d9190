import type { AlertPage } from '@datahub/core/api/alert-shapes'
import type { Database } from '../db/database.ts'
import type { Scope } from '../db/scope.ts'
import { listAlerts, type ListedAlert } from './alert-store.ts'

export interface AlertListRequest {
  readonly state?: 'open' | 'resolved' | undefined
  readonly cursor?: string | undefined
  readonly limit: number
}

/** What people were told. */
export class AlertService {
  readonly #db: Database

  constructor(db: Database) {
    this.#db = db
  }

  async list(scope: Scope, { state, ...request }: AlertListRequest): Promise<AlertPage> {
    const { rows, next, previous } = await listAlerts(this.#db, scope, state, request)
    return { items: rows.map(view), next, previous }
  }
}

function view({ id, kind, facts, since, raised_at, resolved_at, resolution, sent, unsent }: ListedAlert) {
  return {
    id,
    kind,
    state: resolved_at ? ('resolved' as const) : ('open' as const),
    code: facts.code,
    message: facts.message,
    cure: facts.cure,
    place: facts.place,
    tasks: facts.tasks.map((task) => ({ ...task })),
    since: since.toISOString(),
    raisedAt: raised_at.toISOString(),
    resolvedAt: resolved_at?.toISOString() ?? null,
    resolution,
    sent,
    unsent,
  }
}
