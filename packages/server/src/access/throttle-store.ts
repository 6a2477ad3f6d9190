import { sql } from 'kysely'
import type { Connection } from '../db/database.ts'

/** So much at once, and so much more as time goes by. */
export interface Pace {
  readonly burst: number
  readonly perMinute: number
}

/**
 * A bucket that fills by one with each call and empties as time goes by, by the database's clock, for all processes.
 * Answers after how many seconds there is room again; 0: there was. What is refused does not fill it further, so nobody
 * is locked out for longer than the bucket takes to empty by one.
 */
export async function spend(db: Connection, key: string, { burst, perMinute }: Pace): Promise<number> {
  const left = sql`greatest(0, throttle.spent - extract(epoch from now() - throttle.at) * ${perMinute / 60}::float8)`
  const fits = sql`${left} + 1 <= ${burst}::float8`
  const { rows } = await sql<{ spent: number; admitted: boolean }>`
    insert into throttle (key, spent, admitted, at) values (${key}, 1, true, now())
    on conflict (key) do update set spent = case when ${fits} then ${left} + 1 else ${left} end, admitted = ${fits}, at = now()
    returning spent, admitted`.execute(db)
  const [row] = rows
  if (!row || row.admitted) return 0
  return Math.max(1, Math.ceil(((row.spent + 1 - burst) * 60) / perMinute))
}

/** What has long been empty. Answers how many. */
export async function forgetIdleThrottles(db: Connection, days: number): Promise<number> {
  const { numAffectedRows } =
    await sql`delete from throttle where at < now() - make_interval(days => ${days}::int)`.execute(db)
  return Number(numAffectedRows ?? 0)
}
