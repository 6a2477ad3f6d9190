import { DataHubError } from '@datahub/core/error/data-hub-error'
import { migrate, openDatabase, type Connection, type Database } from '@datahub/server/db/database'
import { EVERYWHERE } from '@datahub/server/db/scope'
import { FencedOut, type Claim } from '@datahub/server/executions/claim'
import * as realClaims from '@datahub/server/executions/claim-store'
import * as realExecutions from '@datahub/server/executions/execution-store'
import { recordFailure } from '@datahub/server/executions/failure'
import * as realLanes from '@datahub/server/executions/lane-store'
import * as realSealed from '@datahub/server/executions/sealed-store'
import * as realLogs from '@datahub/server/sync-log/sync-log-store'
import fc from 'fast-check'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createDatabase, type TestDatabase } from '../parts/database.ts'
import { Session, SimulatedDatabase } from './database.ts'
import * as simulatedClaims from './stores/claim-store.ts'
import * as simulatedExecutions from './stores/execution-store.ts'
import * as simulatedLanes from './stores/lane-store.ts'
import * as simulatedSealed from './stores/sealed-store.ts'
import * as simulatedLogs from './stores/sync-log-store.ts'
import { Machine, World } from './world.ts'

/** What both kinds of stores are to a step of the test. */
interface Stores {
  readonly db: Connection
  readonly executions: typeof realClaims & typeof realExecutions & typeof realLanes
  readonly logs: typeof realLogs
  readonly sealed: typeof realSealed
  /** The claims that were given out, newest last. */
  readonly claims: Claim[]
  readonly leases: realLogs.SyncLogLease[]
}

type Step = (stores: Stores) => Promise<unknown>

const DAY = 86_400_000
const START = Date.UTC(2025, 0, 1)
const failure = recordFailure(new DataHubError('destination.busy', 'store'))

const line = { step: 'generate', message: 'what was done' }

const report = (table: string, position: number): realClaims.ReportFacts => ({
  table,
  fileName: `${table}_1_20250101.csv`,
  rows: position,
  sizeBytes: 2 ** 40,
  sha256: 'b'.repeat(64),
  columns: [{ name: 'date', type: 'date', nullable: false }],
  primaryKey: position === 0 ? null : ['date', 'item'],
  dateColumn: position === 0 ? null : 'date',
  schemaVersion: position === 0 ? null : position,
})

const id = fc.integer({ min: 1, max: 5 })
const day = fc.integer({ min: 0, max: 4 })
const range = (from: number, days: number) => ({
  from: new Date(START + from * DAY),
  to: new Date(START + (from + days) * DAY),
  timeZone: 'UTC',
})
const insert = fc
  .record({
    trigger: fc.constantFrom('schedule', 'manual', 'backfill', 'retry'),
    slot: fc.option(day),
    from: day,
    days: fc.integer({ min: 1, max: 3 }),
    lane: fc.option(fc.constantFrom('a', 'b')),
  })
  .map(({ trigger, slot, from, days, lane }): realLanes.NewExecution => ({
    taskId: 1,
    trigger: trigger as realLanes.NewExecution['trigger'],
    slotAt: slot === null ? null : new Date(START + slot * DAY),
    range: range(from, days),
    dataSource: 'ads',
    packageDay: '20250101',
    ...(lane === null ? {} : { lane }),
  }))

/** A step with one of the claims that were given out, whether it still holds or not. */
const claimed = (work: (stores: Stores, claim: Claim) => Promise<unknown>) =>
  fc.nat(5).map((at): Step => async (stores) => {
    const claim = stores.claims[at % Math.max(1, stores.claims.length)]
    return claim && work(stores, claim)
  })
const byId = (work: (stores: Stores, id: number) => Promise<unknown>) =>
  id.map(
    (one): Step =>
      (stores) =>
        work(stores, one),
  )
const leased = (work: (stores: Stores, lease: realLogs.SyncLogLease) => Promise<unknown>): fc.Arbitrary<Step> =>
  fc.nat(3).map((at) => async (stores) => {
    const lease = stores.leases[at % Math.max(1, stores.leases.length)]
    return lease && work(stores, lease)
  })

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.array(insert, { minLength: 1, maxLength: 3 }).map(
      (rows): Step =>
        ({ db, executions }) =>
          executions.insertExecutions(db, rows),
    ),
  },
  {
    weight: 5,
    arbitrary: byId(async ({ db, executions, claims }, one) => {
      const claim = await executions.claimExecution(db, one, 'worker')
      if (claim) claims.push(claim)
      return claim
    }),
  },
  claimed(({ db, executions }, claim) => executions.raiseStatus(db, claim, 2, line)),
  claimed(({ db, executions }, claim) => executions.raiseStatus(db, claim, 4, line)),
  fc
    .tuple(fc.nat(5), fc.subarray(['a', 'b', 'c']), day)
    .map(([at, tables, snapshotDay]): Step => async ({ db, executions, claims }) => {
      const claim = claims[at % Math.max(1, claims.length)]
      const snapshotAt = new Date(START + snapshotDay * DAY)
      const sealed = { sha256: 'a'.repeat(64), sizeBytes: 7, snapshotAt, supersedes: [1, 2] }
      return claim && executions.markSealed(db, claim, sealed, tables.map(report), line)
    }),
  byId(({ db, sealed }, one) => sealed.listReports(db, one)),
  claimed(({ db, executions }, claim) => executions.markSending(db, claim, line)),
  { weight: 3, arbitrary: claimed(({ db, executions }, claim) => executions.markDelivered(db, claim, line)) },
  claimed(({ db, executions }, claim) => executions.markWaiting(db, claim, new Date(START), failure)),
  claimed(({ db, executions }, claim) => executions.markFailed(db, claim, 7, failure)),
  claimed(({ db, executions }, claim) => executions.markPending(db, claim, 1000)),
  claimed(({ db, executions }, claim) => executions.markInterrupted(db, claim)),
  claimed(({ db, executions }, claim) => executions.setReference(db, claim, 'sealed')),
  claimed(({ db, executions }, claim) => executions.reportProgress(db, claim, { step: 'send', rows: 1, sizeBytes: 1 })),
  claimed(({ db, executions }, claim) => executions.holdsClaim(db, claim)),
  claimed(({ db, executions }, claim) => executions.announce(db, claim)),
  fc.tuple(fc.nat(5), day).map(([at, snapshotDay]): Step => async ({ db, executions, claims }) => {
    const claim = claims[at % Math.max(1, claims.length)]
    return claim && executions.findRestated(db, claim, new Date(START + snapshotDay * DAY))
  }),
  byId(({ db, executions }, one) => executions.requestCancel(db, one)),
  byId(({ db, executions }, one) => executions.endUnclaimed(db, one, [0, 1, 2, 4], 5, failure)),
  fc.constantFrom('a', 'b', 'task/1').map(
    (lane): Step =>
      ({ db, executions }) =>
        executions.findNextInLane(db, lane),
  ),
  fc.constant<Step>(({ db, executions }) =>
    executions.selectLaneHeads(db, ['a', 'b', 'task/1']).then((heads) => [...heads].sort((a, b) => a - b)),
  ),
  fc.constant<Step>(({ db, executions }) =>
    executions
      .countOpenInLanes(db, ['a', 'b', 'task/1'])
      .then((open) => [...open].sort(([a], [b]) => a.localeCompare(b))),
  ),
  fc.option(day).map(
    (from): Step =>
      ({ db, executions }) =>
        executions.findOpenExecution(db, 1, from === null ? undefined : range(from, 1)),
  ),
  day.map(
    (from): Step =>
      ({ db, executions }) =>
        executions.findServing(db, 1, [range(from, 1), range(from, 2)], new Date(0)),
  ),
  fc.constant<Step>(async ({ db, logs, leases }) => {
    const lease = await logs.takeLease(db, 1)
    if (lease) leases.push(lease)
    return lease && { ...lease, token: '' }
  }),
  leased(({ db, logs }, lease) => logs.releasePublished(db, lease, { wanted: 3, version: 'v', kept: [] })),
  leased(({ db, logs }, lease) => logs.releaseFailed(db, lease, failure)),
  fc.constant<Step>(({ db, logs }) => logs.moveLog(db, 1)),
  fc.constant<Step>(({ db, logs }) => logs.findBehind(db, 10)),
  fc.constant<Step>(({ db, logs }) => logs.publishedVersion(db, 1)),
  fc.constant<Step>(({ db, logs }) => logs.readLog(db, 1, 1)),
)

/** What is the same in both: times and random ids only by whether they are there, turns not at all: one workspace needs none. */
function normal(value: unknown): unknown {
  if (value instanceof Date)
    return value.getTime() >= START && value.getTime() <= START + 20 * DAY ? value.toISOString() : 'now'
  if (Array.isArray(value)) return value.map(normal)
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name]) => name !== 'turn')
      .map(([name, one]) => [name, /request_?id/i.test(name) ? 'uuid' : normal(one)])
      .toSorted(([a], [b]) => (String(a) < String(b) ? -1 : 1)),
  )
}

async function outcomeOf(work: Promise<unknown>): Promise<unknown> {
  try {
    return normal(await work)
  } catch (error) {
    if (error instanceof FencedOut) return 'fenced out'
    throw error
  }
}

let database: TestDatabase
let db: Database

beforeAll(async () => {
  database = await createDatabase()
  db = openDatabase(database.url, 4, () => undefined)
  await migrate(db)
})

afterAll(async () => {
  await db.destroy()
  await database[Symbol.asyncDispose]()
})

async function freshReal(): Promise<Stores> {
  await sql`truncate source, destination, task, execution, sync_log restart identity cascade`.execute(db)
  await sql`insert into source (workspace_id, name, kind, connection, max_range_days, reports) values (1, 'ads', 'sample', '{}', 1, '[]')`.execute(
    db,
  )
  await sql`insert into destination (workspace_id, name, kind, settings) values (1, 'store', 'memory', '{}')`.execute(
    db,
  )
  await sql`insert into task (workspace_id, name, source_id, destination_id, one_time, time_zone) values (1, 'daily', 1, 1, '{}', 'UTC')`.execute(
    db,
  )
  await sql`insert into sync_log (task_id, kept) values (1, '[]')`.execute(db)
  return {
    db,
    executions: { ...realClaims, ...realExecutions, ...realLanes },
    logs: realLogs,
    sealed: realSealed,
    claims: [],
    leases: [],
  }
}

function freshSimulated() {
  const world = new World(1, Date.UTC(2026, 0, 1))
  const simulated = new SimulatedDatabase(world)
  const session = (machine: Machine) => new Session(simulated, machine, { lost: 0 }).asDatabase()
  const setUp = simulated.begin(new Machine(world, 'setup'))
  const nothing = {
    reports: null,
    schedule: null,
    next_fire_at: null,
    paused_fire_at: null,
    owed_until: null,
    gaps: null,
    gaps_checked_at: null,
    changes_checked_at: null,
    changes_since: null,
    pause_after_failures: null,
    late_after_minutes: null,
    pause_reason: null,
    resumed_at: null,
  }
  const now = new Date(world.nowMs)
  setUp.put('task', {
    ...nothing,
    id: 1,
    workspace_id: 1,
    name: 'daily',
    source_id: 1,
    destination_id: 1,
    one_time: null,
    time_zone: 'UTC',
    paused: false,
    created_at: now,
    updated_at: now,
  })
  setUp.put('sync_log', {
    task_id: 1,
    wanted: 0,
    published: 0,
    version: null,
    kept: [],
    lease_token: null,
    lease_until: null,
    failure: null,
    failures: 0,
    retry_at: null,
    verified_at: null,
  })
  simulated.commit(setUp)
  const stores: Stores = {
    db: session(new Machine(world, 'one')),
    executions: { ...simulatedClaims, ...simulatedExecutions, ...simulatedLanes },
    logs: simulatedLogs,
    sealed: simulatedSealed,
    claims: [],
    leases: [],
  }
  /** Lets the world go on until the work is done. */
  async function until<T>(work: Promise<T>): Promise<T> {
    let isOver = false
    const over = work.finally(() => (isOver = true))
    over.catch(() => undefined)
    await world.run(world.nowMs + 60_000, () => isOver)
    return over
  }
  return { stores, until, session: () => session(new Machine(world, 'another')) }
}

describe('the simulated stores', () => {
  test('answer every sequence of steps as those over PostgreSQL do', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 25 }), async (steps) => {
        const real = await freshReal()
        const simulated = freshSimulated()
        for (const [index, one] of steps.entries()) {
          const wanted = await outcomeOf(one(real))
          const found = await outcomeOf(simulated.until(one(simulated.stores)))
          expect(found, `step ${index + 1}`).toEqual(wanted)
        }
        const rows = async ({ db: connection, executions }: Stores) => {
          const found: unknown[] = []
          for (let one = 1; one < 10; one += 1) found.push(await executions.findExecution(connection, EVERYWHERE, one))
          return found
        }
        expect(normal(await simulated.until(rows(simulated.stores)))).toEqual(normal(await rows(real)))
      }),
      { numRuns: 40 },
    )
  })

  test('hold a row until the transaction ends, as PostgreSQL does: the second writer sees what the first has written', async () => {
    const order = async (
      connect: () => Database,
      run: <T>(work: Promise<T>) => Promise<T>,
      { db: first, executions }: Stores,
    ) => {
      const [inserted] = await run(
        executions.insertExecutions(first, [
          { taskId: 1, trigger: 'manual', slotAt: null, range: range(0, 1), dataSource: 'ads', packageDay: '20250101' },
        ]),
      )
      const one = inserted?.id ?? 0
      const claim = (await run(executions.claimExecution(first, one, 'first'))) as Claim
      const log: string[] = []
      const slow = (first as Database).transaction().execute(async (tx) => {
        await executions.raiseStatus(tx, claim, 2, line)
        log.push('first has written')
        await executions.findExecution(tx, EVERYWHERE, one)
        await executions.findExecution(tx, EVERYWHERE, one)
        log.push('first ends')
      })
      const fast = connect()
        .transaction()
        .execute(async (tx) => {
          while (log.length === 0) await executions.findExecution(tx, EVERYWHERE, one)
          await executions.endUnclaimed(tx, one, [1, 2], 5, failure)
          log.push('second has written')
        })
      await run(Promise.all([slow, fast]))
      return [...log, (await run(executions.findExecution(first, EVERYWHERE, one)))?.status]
    }
    const real = await freshReal()
    const simulated = freshSimulated()
    const wanted = ['first has written', 'first ends', 'second has written', 5]
    expect(
      await order(
        () => db,
        (work) => work,
        real,
      ),
    ).toEqual(wanted)
    expect(await order(simulated.session, simulated.until, simulated.stores)).toEqual(wanted)
  })

  test('take nothing from a transaction that is rolled back but the numbers of its sequences', async () => {
    const one: realLanes.NewExecution = {
      taskId: 1,
      trigger: 'manual',
      slotAt: new Date(START),
      range: range(0, 1),
      dataSource: 'ads',
      packageDay: '20250101',
    }
    const ids = async (run: <T>(work: Promise<T>) => Promise<T>, { db: connection, executions }: Stores) => {
      const failing = (connection as Database).transaction().execute(async (tx) => {
        await executions.insertExecutions(tx, [one])
        throw new Error('changed my mind')
      })
      await expect(run(failing)).rejects.toThrow('changed my mind')
      return (await run(executions.insertExecutions(connection, [one]))).map((created) => created.id)
    }
    const simulated = freshSimulated()
    expect(await ids((work) => work, await freshReal())).toEqual([2])
    expect(await ids(simulated.until, simulated.stores)).toEqual([2])
  })
})
