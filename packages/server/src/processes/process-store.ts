import { sql } from 'kysely'
import type { Connection } from '../db/database.ts'

/** Who of the hub is running: every process gives a sign of life, by the database's clock. */

export interface ProcessFacts {
  /** Host and process id: what attempts call their worker. */
  readonly name: string
  readonly version: string
  readonly services: readonly string[]
  /** Executions that it works on at a time; 0: it does not work on any. */
  readonly slots: number
}

export interface ProcessRecord extends ProcessFacts {
  readonly startedAt: Date
  readonly seenAt: Date
  readonly isAlive: boolean
  /** Executions that it holds. */
  readonly busy: number
}

/** Three signs of life missed. */
const SILENT_SECONDS = 30

export async function noteAlive(db: Connection, { name, version, services, slots }: ProcessFacts): Promise<void> {
  await db
    .insertInto('process')
    .values({ name, version, services: [...services], slots })
    .onConflict((conflict) => conflict.column('name').doUpdateSet({ seen_at: sql`now()` }))
    .execute()
}

export async function forgetProcess(db: Connection, name: string): Promise<void> {
  await db.deleteFrom('process').where('name', '=', name).execute()
}

/** Those of which nothing was heard for a day; until then a dead one is shown. */
export async function forgetSilentProcesses(db: Connection): Promise<void> {
  await db
    .deleteFrom('process')
    .where('seen_at', '<', sql<Date>`now() - interval '1 day'`)
    .execute()
}

export async function listProcesses(db: Connection): Promise<ProcessRecord[]> {
  const { rows } = await sql<ProcessRecord>`
    select name, version, services, slots, started_at as "startedAt", seen_at as "seenAt",
      seen_at > now() - make_interval(secs => ${SILENT_SECONDS}) as "isAlive",
      (select count(*) from execution join execution_attempt held on held.execution_id = execution.id
        where execution.status in (0, 1, 2, 4) and held.attempt = execution.attempt and held.worker = process.name
          and held.ended_at is null and execution.retry_at is null and execution.poll_at is null) as busy
    from process order by started_at, name`.execute(db)
  return rows
}
