import { sql } from 'kysely'
import { DataHubError } from '@datahub/core/error/data-hub-error'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createDatabase, type TestDatabase } from '../../../../test/parts/database.ts'
import { migrate, openDatabase, type Database } from '../db/database.ts'
import { FencedOut, type Claim } from './claim.ts'
import { ExecutionService } from './execution-service.ts'
import type { ExecutionQueue } from './queue.ts'

let database: TestDatabase
let db: Database
let executions: ExecutionService

beforeEach(async () => {
  database = await createDatabase()
  db = openDatabase(database.url, 4, () => undefined)
  await migrate(db)
  const queue = { enqueue: () => Promise.resolve() } as unknown as ExecutionQueue
  executions = new ExecutionService(db, queue, { horizonMs: 60_000, manualHorizonMs: 60_000 }, 'test')
  await sql`insert into source (workspace_id, name, kind, connection, max_range_days, reports) values (1, 'ads', 'sample', '{}', 1, '[]')`.execute(
    db,
  )
  await sql`insert into destination (workspace_id, name, kind, settings) values (1, 'store', 'memory', '{}')`.execute(
    db,
  )
  await sql`insert into task (workspace_id, name, source_id, destination_id, one_time, time_zone) values (1, 'once', 1, 1, '{}', 'UTC')`.execute(
    db,
  )
  await sql`insert into sync_log (task_id, kept) values (1, '[]')`.execute(db)
  await sql`insert into execution (workspace_id, task_id, lane, trigger, range_from, range_to, time_zone, data_source, package_day)
    values (1, 1, '1', 'manual', now() - interval '1 day', now(), 'UTC', 'ads', '20250826')`.execute(db)
})

afterEach(async () => {
  await db.destroy()
  await database[Symbol.asyncDispose]()
})

async function claim(): Promise<Claim> {
  const claimed = await executions.claim(1)
  if (!claimed) throw new Error('it is over')
  return claimed
}

async function everything(): Promise<unknown> {
  const tables = ['execution', 'execution_file', 'execution_attempt', 'execution_event', 'sync_log'] as const
  return Promise.all(
    tables.map((table) =>
      db
        .selectFrom(table)
        .selectAll()
        .orderBy(sql`1`)
        .execute(),
    ),
  )
}

const staged = { path: '/nowhere', sizeBytes: 7, sha256: '0'.repeat(64) }

/** Every write that an attempt does, by what it is called. */
const WRITES: Record<string, (old: Claim) => Promise<unknown>> = {
  accepted: (old) => executions.accepted(old),
  generating: (old) => executions.generating(old),
  sealed: (old) => executions.sealed(old, staged, [], new Date()),
  sending: (old) => executions.sending(old),
  delivered: (old) => executions.delivered(old),
  failed: (old) => executions.failed(old, new DataHubError('destination.busy', 'store')),
  handBack: (old) => executions.handBack(old),
  announce: (old) => executions.announce(old),
}

test.each(Object.keys(WRITES))(
  'R1: an attempt that another one has taken over changes nothing more: %s',
  async (what) => {
    const old = await claim()
    await claim()
    const before = await everything()
    await expect(WRITES[what]?.(old)).rejects.toThrow(FencedOut)
    expect(await executions.report(old, { step: 'send', rows: 1, sizeBytes: 1 })).toBe('fenced')
    expect(await everything()).toEqual(before)
  },
)

test.each(['cancelled', 'buried'])('R9: nor one of an execution that was %s', async (what) => {
  const old = await claim()
  if (what === 'buried') await executions.bury(1)
  else {
    await executions.failed(old, new DataHubError('destination.busy', 'store'))
    await executions.cancel({ workspaceId: 1 }, 1)
  }
  const before = await everything()
  for (const write of Object.values(WRITES)) await expect(write(old)).rejects.toThrow(FencedOut)
  expect(await everything()).toEqual(before)
  expect(await executions.claim(1)).toBeUndefined()
})

test('R9: who asks an attempt to end is heard before anything is published', async () => {
  const held = await claim()
  await executions.cancel({ workspaceId: 1 }, 1)
  await expect(executions.announce(held)).rejects.toMatchObject({ code: 'execution.cancelled' })
  expect(await executions.report(held, { step: 'send', rows: 1, sizeBytes: 1 })).toBe('cancel')
})

test('R9: an attempt that fails after somebody asked it to end is not tried again', async () => {
  const held = await claim()
  await executions.cancel({ workspaceId: 1 }, 1)
  expect(await executions.failed(held, new DataHubError('destination.unreachable', 'store'))).toBeUndefined()
  expect(await db.selectFrom('execution').select(['retry_at', 'failure']).executeTakeFirstOrThrow()).toMatchObject({
    retry_at: null,
    failure: { code: 'execution.cancelled' },
  })
})

test('R9: once a package may be visible it is too late to cancel, also while its next attempt is waited for', async () => {
  const held = await claim()
  await executions.announce(held)
  const cancel = () => executions.cancel({ workspaceId: 1 }, 1)
  await expect(cancel()).rejects.toMatchObject({ code: 'request.conflict' })
  await executions.failed(held, new DataHubError('destination.busy', 'store'))
  await expect(cancel()).rejects.toMatchObject({ code: 'request.conflict' })
  await executions.delivered(await claim())
})

test('R1: a status that the sync log has shown is not taken back by a later attempt', async () => {
  const first = await claim()
  await executions.accepted(first)
  await executions.generating(first)
  const second = await claim()
  await executions.accepted(second)
  const row = await db.selectFrom('execution').select('status').executeTakeFirstOrThrow()
  expect(row.status).toBe(4)
})
