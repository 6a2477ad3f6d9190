import type { Destination } from '@datahub/core/destination/destination'
import { sql } from 'kysely'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createDatabase, type TestDatabase } from '../../../../test/parts/database.ts'
import { migrate, openDatabase, type Database } from '../db/database.ts'
import { addOpenUpload, setCapabilities } from '../definitions/destination-store.ts'
import { openMemory } from '../destinations/memory/index.ts'
import { createLogger } from '../foundation/logger.ts'
import { tidyUploads } from './tidy-uploads.ts'

const packageOf = (executionId: number) => `reports/1/ads_1_20250826_${String(executionId).padStart(10, '0')}.zip`

let database: TestDatabase
let db: Database
const removed: string[] = []
const destination: Destination = {
  ...openMemory(new Map()),
  tidyUp: (isForgotten) => {
    const keys = ['reports/.connection_test', ...[1, 2, 3].map(packageOf)]
    removed.push(...keys.filter(isForgotten))
    return Promise.resolve(0)
  },
}
const tidy = () => tidyUploads(db, () => Promise.resolve(destination), createLogger('silent'))

beforeEach(async () => {
  removed.length = 0
  database = await createDatabase()
  db = openDatabase(database.url, 2, () => undefined)
  await migrate(db)
  await sql`insert into source (workspace_id, name, kind, connection, max_range_days, reports) values (1, 'ads', 'sample', '{}', 1, '[]')`.execute(
    db,
  )
  await sql`insert into destination (workspace_id, name, kind, settings) values (1, 'store', 's3', '{}')`.execute(db)
  await sql`insert into task (workspace_id, name, source_id, destination_id, one_time, time_zone) values (1, 'once', 1, 1, '{}', 'UTC')`.execute(
    db,
  )
  for (const status of [7, 4]) {
    await sql`insert into execution (workspace_id, task_id, lane, trigger, range_from, range_to, time_zone, data_source, package_day, status)
      values (1, 1, '1', 'manual', now() - interval '1 day', now(), 'UTC', 'ads', '20250826', ${status})`.execute(db)
  }
  for (const key of ['reports/.connection_test', ...[1, 2, 3].map(packageOf)]) {
    await addOpenUpload(db, 1, { key, uploadId: `upload of ${key}` })
  }
})

afterEach(async () => {
  await db.destroy()
  await database[Symbol.asyncDispose]()
})

test('R21: parts of executions that are over, or unknown, are removed; those of one that goes on are not', async () => {
  await tidy()
  expect(removed).toEqual([packageOf(1), packageOf(3)])
})

test('a storage that denies the abort is not asked again and again', async () => {
  await setCapabilities(db, 1, {
    conditions: 'honoured',
    joinConditions: 'honoured',
    abort: 'denied',
    checksums: 'accepted',
    acl: 'left out',
    reading: 'allowed',
    listing: 'denied',
    foundAt: '2025-08-26T10:00:00Z',
  })
  await tidy()
  expect(removed).toEqual([])
})
