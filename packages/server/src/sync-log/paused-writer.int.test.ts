import { parseSyncLog } from '@datahub/core/bucket/sync-log'
import type { Capabilities } from '@datahub/core/destination/capabilities'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { createDatabase, type TestDatabase } from '../../../../test/parts/database.ts'
import { startStrictStore } from '../../../../test/s3/strict-store.ts'
import { migrate, openDatabase, type Database } from '../db/database.ts'
import { openS3 } from '../destinations/s3/index.ts'
import { s3Settings } from '../destinations/s3/settings.ts'
import { shortMemory } from '../destinations/short-memory.ts'
import { openEgress } from '../foundation/egress.ts'
import { createLogger } from '../foundation/logger.ts'
import { SyncLogPublisher } from './sync-log-publisher.ts'
import { moveLog, publishedVersion, releasePublished, takeLease, type SyncLogLease } from './sync-log-store.ts'

const LOG = 'reports/1/sync_log_1.csv'
const WITHOUT_CONDITIONS: Capabilities = {
  conditions: 'ignored',
  joinConditions: 'ignored',
  abort: 'allowed',
  checksums: 'refused',
  acl: 'left out',
  reading: 'allowed',
  listing: 'denied',
  foundAt: '2025-08-26T10:00:00Z',
}

let database: TestDatabase
let db: Database
let store: Awaited<ReturnType<typeof startStrictStore>>
/** Called with every write of the log before it is carried out. */
let beforeWrite: () => Promise<void> | void

beforeEach(async () => {
  database = await createDatabase()
  db = openDatabase(database.url, 4, () => undefined)
  await migrate(db)
  beforeWrite = () => undefined
  store = await startStrictStore(
    async ({ what, key }) => {
      if (what === 'PUT' && key === LOG) await beforeWrite()
      return undefined
    },
    { conditions: 'ignored' },
  )
  await sql`insert into source (workspace_id, name, kind, connection, max_range_days, reports) values (1, 'ads', 'sample', '{}', 1, '[]')`.execute(
    db,
  )
  const found = JSON.stringify(WITHOUT_CONDITIONS)
  await sql`insert into destination (workspace_id, name, kind, settings, capabilities) values (1, 'store', 's3', '{}', ${found})`.execute(
    db,
  )
  await sql`insert into task (workspace_id, name, source_id, destination_id, one_time, time_zone) values (1, 'once', 1, 1, '{}', 'UTC')`.execute(
    db,
  )
  await sql`insert into sync_log (task_id) values (1)`.execute(db)
})

afterEach(async () => {
  await db.destroy()
  await store[Symbol.asyncDispose]()
  await database[Symbol.asyncDispose]()
})

async function addExecution(): Promise<void> {
  await sql`insert into execution (workspace_id, task_id, destination_id, lane, trigger, range_from, range_to, time_zone, data_source,
      package_day)
    values (1, 1, 1, '1', 'manual', now() - interval '1 day', now(), 'UTC', 'ads', '20250826')`.execute(db)
  await sql`update sync_log set wanted = wanted + 1`.execute(db)
}

function idsInBucket(): number[] {
  return parseSyncLog(store.objects.get(LOG)?.bytes.toString() ?? '').map((row) => row.executionId)
}

const settings = () => ({
  bucket: store.rules.bucket,
  region: store.rules.region,
  accessKeyId: 'AKIAOURS',
  secretAccessKey: 'ours',
  endpoint: store.endpoint,
  pathStyle: true,
})

/** `pause`: where it stands still, with its lease and with what it wants to write. */
function publisher(pause: (destinationId: number) => Promise<void> = () => Promise.resolve()): SyncLogPublisher {
  const world = { instanceId: 'here', egress: openEgress(['127.0.0.1']), folders: undefined, dataDir: '/nowhere' }
  return new SyncLogPublisher({
    db,
    instanceId: 'here',
    logger: createLogger('silent'),
    async openDestination(destinationId) {
      await pause(destinationId)
      return openS3(s3Settings.parse(settings()), world, shortMemory(WITHOUT_CONDITIONS))
    },
  })
}

/** The same publisher in a process of its own, which can be stopped like a machine that swaps or sleeps. */
function startWriter() {
  const from = (path: string) => JSON.stringify(new URL(path, import.meta.url).href)
  const program = `
    import { openDatabase } from ${from('../db/database.ts')}
    import { openS3 } from ${from('../destinations/s3/index.ts')}
    import { s3Settings } from ${from('../destinations/s3/settings.ts')}
    import { shortMemory } from ${from('../destinations/short-memory.ts')}
    import { openEgress } from ${from('../foundation/egress.ts')}
    import { createLogger } from ${from('../foundation/logger.ts')}
    import { SyncLogPublisher } from ${from('./sync-log-publisher.ts')}
    const world = { instanceId: 'here', egress: openEgress(['127.0.0.1']), folders: undefined, dataDir: '/nowhere' }
    const db = openDatabase(${JSON.stringify(database.url)}, 2, () => undefined)
    const openDestination = async () =>
      openS3(s3Settings.parse(${JSON.stringify(settings())}), world, shortMemory(${JSON.stringify(WITHOUT_CONDITIONS)}))
    await new SyncLogPublisher({ db, instanceId: 'here', logger: createLogger('silent'), openDestination }).publish(1)
    await db.destroy()
  `
  return spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: ['ignore', 'ignore', 'inherit'] })
}

/**
 * A writer sends a log with execution 1 and is stopped before the store takes it. Its lease runs out, another writer
 * publishes executions 1 and 2; then the store takes the old log.
 */
async function overtake(ending: 'SIGKILL' | 'SIGCONT'): Promise<void> {
  await addExecution()
  const held = Promise.withResolvers<void>()
  const arrived = Promise.withResolvers<void>()
  beforeWrite = () => {
    beforeWrite = () => undefined
    arrived.resolve()
    return held.promise
  }
  const writer = startWriter()
  await arrived.promise
  writer.kill('SIGSTOP')
  await sql`update sync_log set lease_until = now() - interval '1 second'`.execute(db)
  await addExecution()
  await publisher().publish(1)
  expect(idsInBucket()).toEqual([1, 2])
  held.resolve()
  await vi.waitFor(() => expect(idsInBucket(), 'the damage is done').toEqual([1]))
  const over = once(writer, 'exit')
  writer.kill(ending)
  await over
}

describe('R15: a writer is stopped past its lease, at a store that ignores conditions', () => {
  test('it dies, and the sweep finds the old log and puts it right', async () => {
    await overtake('SIGKILL')
    await publisher().sweep()
    expect(idsInBucket(), 'what was looked at within the hour is not looked at again').toEqual([1])
    await sql`update sync_log set verified_at = now() - interval '2 hours'`.execute(db)
    await publisher().sweep()
    expect(idsInBucket()).toEqual([1, 2])
  })

  test('it goes on, sees that its lease is lost, and puts it right itself', async () => {
    await overtake('SIGCONT')
    expect(idsInBucket()).toEqual([1, 2])
  })

  test('it stands still before it has sent anything, and sends nothing any more', async () => {
    await addExecution()
    const deadlines: AbortController[] = []
    const timeout = vi.spyOn(AbortSignal, 'timeout').mockImplementation(() => {
      const deadline = new AbortController()
      deadlines.push(deadline)
      return deadline.signal
    })
    const sent: string[] = []
    let isStanding = true
    const late = publisher(async () => {
      if (!isStanding) return
      isStanding = false
      timeout.mockRestore()
      for (const deadline of deadlines) deadline.abort(new DOMException('Minutes have passed', 'TimeoutError'))
      await sql`update sync_log set lease_until = now() - interval '1 second'`.execute(db)
      await addExecution()
      await publisher().publish(1)
      beforeWrite = () => void sent.push('an old log')
    })
    await expect(late.publish(1)).rejects.toMatchObject({ code: 'destination.timeout' })
    expect(idsInBucket()).toEqual([1, 2])
    expect(sent).toEqual([])
  })

  test('it goes on after its task has moved, and says nothing of the log in the new place', async () => {
    await addExecution()
    const lease = (await takeLease(db, 1)) as SyncLogLease
    await sql`update sync_log set lease_until = now() - interval '1 second'`.execute(db)
    expect(await moveLog(db, 1)).toBe(true)
    expect(await releasePublished(db, lease, { wanted: 1, version: 'of the old place', kept: [] })).toBe('overtaken')
    expect(await publishedVersion(db, 1)).toBeNull()
  })

  test('its task moves while it holds the lease, and it writes where it was', async () => {
    await sql`insert into destination (workspace_id, name, kind, settings) values (1, 'other', 's3', '{}')`.execute(db)
    // A lease that a jump of the clock has ended early keeps nobody from moving the task in the very next moment
    await sql`create function move() returns trigger language plpgsql as $$
      begin update task set destination_id = 2; return null; end $$`.execute(db)
    await sql`create trigger move after update of lease_token on sync_log for each row
      when (old.lease_token is null and new.lease_token is not null) execute function move()`.execute(db)
    await addExecution()
    const opened: number[] = []
    await publisher(async (destinationId) => void opened.push(destinationId)).publish(1)
    expect(opened).toEqual([1])
  })

  test('while one writes, another one does not', async () => {
    expect(await takeLease(db, 1)).toBeDefined()
    expect(await takeLease(db, 1)).toBeUndefined()
    await sql`update sync_log set lease_until = now() - interval '1 second'`.execute(db)
    expect(await takeLease(db, 1)).toBeDefined()
  })

  test('a log that is what was published is looked at and not written', async () => {
    await addExecution()
    await publisher().publish(1)
    await sql`update sync_log set verified_at = null`.execute(db)
    beforeWrite = () => expect.unreachable()
    await publisher().sweep()
    const { verified_at } = await db.selectFrom('sync_log').select('verified_at').executeTakeFirstOrThrow()
    expect(verified_at).not.toBeNull()
  })
})
