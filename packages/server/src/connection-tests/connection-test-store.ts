import type { CheckStep } from '@datahub/core/check/check-step'
import { sql, type Selectable } from 'kysely'
import type { Connection } from '../db/database.ts'
import type { Schema, Tester } from '../db/schema.ts'
import { isWithin, type Scope, type Within } from '../db/scope.ts'

export type Noun = Schema['connection_test']['noun']

export interface ConnectionTest {
  readonly noun: Noun
  /** What it was tried for: nothing of that name need be saved yet. */
  readonly name: string
  readonly fingerprint: string
  readonly by: Tester
  readonly ok: boolean
  readonly steps: readonly CheckStep[]
  /** Absent: now. */
  readonly at?: Date
}

/** The last test of a saved source or destination. */
export interface LastTest {
  /** Of the source or destination. */
  readonly id: number
  readonly workspaceId: number
  readonly name: string
  readonly at: Date
  readonly by: Tester
  readonly ok: boolean
  readonly steps: readonly CheckStep[]
  /** How many tests of these values have failed in a row. */
  readonly failures: number
  /** Whether it was a test of what is saved now. */
  readonly isCurrent: boolean
}

interface LastTestRow extends Pick<
  Selectable<Schema['connection_test']>,
  'workspace_id' | 'name' | 'tested_at' | 'actor_kind' | 'actor_name' | 'ok' | 'steps' | 'failures'
> {
  readonly id: number
  readonly is_current: boolean
}

const KEPT_DAYS = 7
/**
 * Tested again about so much later: very soon after a first failure, which may have been a moment's, and sooner than else
 * while it fails, so that a repair is noticed.
 */
const RETEST_MINUTES = { ok: 24 * 60, firstFailure: 2, failedAgain: 60 }
const TAKEN_MINUTES = 10

/** Replaces the test of the same values; those of other values go after a week, unless they are the saved ones. */
export async function recordTest(db: Connection, scope: Scope, test: ConnectionTest): Promise<void> {
  const { noun, name, fingerprint, by, ok } = test
  const found = {
    tested_at: test.at ?? sql<Date>`now()`,
    actor_kind: by.kind,
    actor_name: by.name,
    ok,
    steps: JSON.stringify(test.steps),
  }
  const { failures } = await db
    .insertInto('connection_test')
    .values({ workspace_id: scope.workspaceId, noun, name, fingerprint, ...found, failures: ok ? 0 : 1 })
    .onConflict((conflict) =>
      conflict
        .columns(['workspace_id', 'noun', 'name', 'fingerprint'])
        .doUpdateSet({ ...found, failures: ok ? 0 : sql<number>`connection_test.failures + 1` }),
    )
    .returning('failures')
    .executeTakeFirstOrThrow()
  await sql`
    delete from connection_test t where workspace_id = ${scope.workspaceId} and noun = ${noun} and name = ${name}
      and tested_at < now() - make_interval(days => ${KEPT_DAYS})
      and not exists (select from ${sql.table(noun)} of
        where of.workspace_id = t.workspace_id and of.name = t.name and of.fingerprint = t.fingerprint)`.execute(db)
  if (noun === 'destination') {
    const retestMinutes = [RETEST_MINUTES.ok, RETEST_MINUTES.firstFailure][failures] ?? RETEST_MINUTES.failedAgain
    await sql`
      update destination set retest_at = now() + make_interval(mins => ${retestMinutes}) * (0.8 + random() * 0.4)
      where workspace_id = ${scope.workspaceId} and name = ${name} and fingerprint = ${fingerprint}`.execute(db)
  }
}

/** Of each that has one: the test of what is saved, or else the last one of other values. */
export async function listLastTests(db: Connection, within: Within, noun: Noun, id?: number): Promise<LastTest[]> {
  const { rows } = await sql<LastTestRow>`
    select distinct on (of.id) of.id, of.workspace_id, of.name, tested_at, actor_kind, actor_name, ok, steps, failures,
      coalesce(test.fingerprint = of.fingerprint, false) as is_current
    from ${sql.table(noun)} of join connection_test test
      on test.workspace_id = of.workspace_id and test.noun = ${noun} and test.name = of.name
    where ${isWithin(within, 'of')} and ${id === undefined ? sql`true` : sql`of.id = ${id}`}
    order by of.id, is_current desc, tested_at desc`.execute(db)
  return rows.map((row) => ({
    id: row.id,
    workspaceId: row.workspace_id,
    name: row.name,
    at: row.tested_at,
    by: { kind: row.actor_kind, name: row.actor_name },
    ok: row.ok,
    steps: row.steps,
    failures: row.failures,
    isCurrent: row.is_current,
  }))
}

export async function hasPassedWithin(
  db: Connection,
  scope: Scope,
  { noun, name, fingerprint }: Pick<ConnectionTest, 'noun' | 'name' | 'fingerprint'>,
  minutes: number,
): Promise<boolean> {
  const found = await db
    .selectFrom('connection_test')
    .select('ok')
    .where(isWithin(scope, 'connection_test'))
    .where('noun', '=', noun)
    .where('name', '=', name)
    .where('fingerprint', '=', fingerprint)
    .where('ok', '=', true)
    .where('tested_at', '>', sql<Date>`now() - make_interval(mins => ${minutes})`)
    .executeTakeFirst()
  return found !== undefined
}

export async function forgetTests(db: Connection, scope: Scope, noun: Noun, name: string): Promise<void> {
  await db
    .deleteFrom('connection_test')
    .where('workspace_id', '=', scope.workspaceId)
    .where('noun', '=', noun)
    .where('name', '=', name)
    .execute()
}

/**
 * Destinations that tasks use and that are to be tested again; whoever is asked next gets others for some minutes, also
 * when this process dies over them.
 */
export async function takeDueForRetest(db: Connection, limit: number): Promise<number[]> {
  const { rows } = await sql<{ id: number }>`
    update destination set retest_at = now() + make_interval(mins => ${TAKEN_MINUTES})
    where id in (
      select id from destination d
      where retest_at <= now() and exists (select from task where destination_id = d.id)
      order by retest_at limit ${limit} for update skip locked
    ) returning id`.execute(db)
  return rows.map((row) => row.id)
}

/** When, within the last day, a delivery went through with the settings as they are now; undefined: none did. */
export async function lastProof(db: Connection, destinationId: number): Promise<Date | undefined> {
  const { rows } = await sql<{ at: Date | null }>`
    select max(last.ended_at) as at
    from destination d join task on task.destination_id = d.id, lateral (
      select ended_at, send_started_at from execution
      where task_id = task.id and status = 6 order by id desc limit 1
    ) last
    where d.id = ${destinationId} and last.ended_at > now() - interval '1 day'
      and last.send_started_at > greatest(d.updated_at, task.updated_at)`.execute(db)
  return rows[0]?.at ?? undefined
}
