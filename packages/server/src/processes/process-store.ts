import { sql } from 'kysely'
import type { Connection } from '../db/database.ts'
import type { StoreSkew } from '../destinations/store-clock.ts'

/** Who of the hub is running: every process gives a sign of life, by the database's clock. */

export interface ProcessFacts {
  /** Host and process id: what attempts call their worker. */
  readonly name: string
  readonly version: string
  readonly services: readonly string[]
  /** Executions that it works on at a time; 0: it does not work on any. */
  readonly slots: number
  readonly node: string
  /** The release of its time zone data. */
  readonly timeZones: string
}

/** What changes from one sign of life to the next. */
export interface Pulse {
  /** Of its own clock. */
  readonly now: Date
  /** Where it stages packages; null: it could not tell. */
  readonly freeBytes: number | null
  /** The store whose clock differs most from its own; undefined: none has been heard lately. */
  readonly storeSkew: StoreSkew | undefined
}

export interface ProcessRecord extends ProcessFacts {
  readonly startedAt: Date
  readonly seenAt: Date
  readonly isAlive: boolean
  /** How far its clock was ahead of the database's. */
  readonly clockOffMs: number
  readonly freeBytes: number | null
  /** Its host, and how far its clock is behind that of the process; null: none was heard lately. */
  readonly store: string | null
  readonly storeOffMs: number | null
  /** Executions that it holds. */
  readonly busy: number
}

/** Three signs of life missed. */
const SILENT_SECONDS = 30

export async function noteAlive(
  db: Connection,
  self: ProcessFacts,
  { now, freeBytes, storeSkew }: Pulse,
): Promise<void> {
  const { name, version, services, slots, node, timeZones } = self
  const pulse = {
    clock_off_ms: sql<number>`round(extract(epoch from ${now}::timestamptz - clock_timestamp()) * 1000)::integer`,
    free_bytes: freeBytes,
    store: storeSkew?.store ?? null,
    store_off_ms: storeSkew?.aheadMs ?? null,
    node,
    time_zones: timeZones,
  }
  await db
    .insertInto('process')
    .values({ name, version, services: [...services], slots, ...pulse })
    .onConflict((conflict) => conflict.column('name').doUpdateSet({ seen_at: sql`now()`, ...pulse }))
    .execute()
}

export async function forgetProcess(db: Connection, name: string): Promise<void> {
  await db.deleteFrom('process').where('name', '=', name).execute()
}

/** Those of which nothing was heard for so long; until then a dead one is shown. Answers how many. */
export async function forgetSilentProcesses(db: Connection, days: number): Promise<number> {
  const { numDeletedRows } = await db
    .deleteFrom('process')
    .where('seen_at', '<', sql<Date>`now() - make_interval(days => ${days}::int)`)
    .executeTakeFirst()
  return Number(numDeletedRows)
}

export async function listProcesses(db: Connection): Promise<ProcessRecord[]> {
  const { rows } = await sql<ProcessRecord>`
    select name, version, node, time_zones as "timeZones", services, slots,
      clock_off_ms as "clockOffMs", free_bytes as "freeBytes",
      store, store_off_ms as "storeOffMs", started_at as "startedAt", seen_at as "seenAt",
      seen_at > now() - make_interval(secs => ${SILENT_SECONDS}) as "isAlive",
      (select count(*) from execution join execution_attempt held on held.execution_id = execution.id
        where execution.status in (0, 1, 2, 4) and held.attempt = execution.attempt and held.worker = process.name
          and held.ended_at is null and execution.retry_at is null and execution.poll_at is null) as busy
    from process order by started_at, name`.execute(db)
  return rows
}
