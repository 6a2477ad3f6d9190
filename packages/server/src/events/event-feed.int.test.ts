import type { ChangeEvent } from '@datahub/core/api/live-routes'
import { sql } from 'kysely'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createDatabase, type TestDatabase } from '../../../../test/parts/database.ts'
import { migrate, openDatabase, type Database } from '../db/database.ts'
import { createLogger } from '../foundation/logger.ts'
import { EventFeed } from './event-feed.ts'

let database: TestDatabase
let db: Database
let feed: EventFeed
let isLooking: boolean

beforeEach(async () => {
  database = await createDatabase()
  db = openDatabase(database.url, 4, () => undefined)
  await migrate(db)
  await sql`insert into workspace (name) values ('other')`.execute(db)
  await sql`insert into source (workspace_id, name, kind, connection, max_range_days, reports)
    select id, 'ads', 'sample', '{}', 1, '[]' from workspace`.execute(db)
  await sql`insert into destination (workspace_id, name, kind, settings) select id, 'store', 'memory', '{}' from workspace`.execute(
    db,
  )
  await sql`insert into task (workspace_id, name, source_id, destination_id, one_time, time_zone)
    select workspace_id, 'once', id, id, '{}', 'UTC' from source order by id`.execute(db)
  feed = new EventFeed(db, createLogger('silent'), { lookEveryMs: 10, askEveryMs: 40 })
  isLooking = false
})

afterEach(async () => {
  await feed.stop()
  await db.destroy()
  await database[Symbol.asyncDispose]()
})

const yes = () => Promise.resolve(true)

/** What a reader of the workspace hears, from the moment on from which it hears everything; the first one waits for a look. */
async function listen(workspaceId: number, caller = `user/${workspaceId}`) {
  const heard: ChangeEvent[] = []
  const over = new AbortController()
  const ended = (async () => {
    for await (const event of feed.read({ workspaceId }, caller, over.signal, yes)) heard.push(event)
  })()
  await expect.poll(() => heard.length, { interval: 5 }).toBe(isLooking ? 1 : 2)
  isLooking = true
  heard.length = 0
  return { heard, ended, leave: () => over.abort() }
}

async function touchTask(id: number): Promise<void> {
  await sql`update task set updated_at = now() where id = ${id}`.execute(db)
}

test('who looks on hears of the own workspace, and nothing of another one', async () => {
  const [first, other] = [await listen(1), await listen(2)]
  await touchTask(1)
  await expect.poll(() => first.heard).toContainEqual({ kind: 'task', id: 1, taskId: 1 })
  await touchTask(2)
  await expect.poll(() => other.heard).toContainEqual({ kind: 'task', id: 2, taskId: 2 })
  const idsOf = (heard: ChangeEvent[]) => [...new Set(heard.map(({ id }) => id).filter((id) => id !== null))]
  expect([idsOf(first.heard), idsOf(other.heard)]).toEqual([[1], [2]])
})

test('what has changed once is told once, however often it is looked at', async () => {
  const [{ heard }, other] = [await listen(1), await listen(2)]
  for (let changes = 1; changes <= 3; changes += 1) {
    await sql`update task set updated_at = now() + ${changes} * interval '1 second' where id = 1`.execute(db)
    await expect.poll(() => heard.length, { interval: 5 }).toBeGreaterThanOrEqual(changes)
    // What changes now is heard of with a later look, which sees the first change again
    const before = other.heard.length
    await sql`update task set updated_at = now() + ${changes} * interval '1 second' where id = 2`.execute(db)
    await expect.poll(() => other.heard.length, { interval: 5 }).toBeGreaterThan(before)
  }
  expect(heard.length).toBe(3)
  expect(heard).toEqual(Array.from({ length: 3 }, () => ({ kind: 'task', id: 1, taskId: 1 })))
})

test('the stop of the hub ends every stream, and so does its caller', async () => {
  const [first, second, other] = [await listen(1, 'a'), await listen(1, 'b'), await listen(2)]
  first.leave()
  await first.ended
  await touchTask(1)
  await expect.poll(() => second.heard.length).toBeGreaterThan(0)
  await feed.stop()
  await Promise.all([second.ended, other.ended])
  expect(first.heard.filter(({ kind }) => kind === 'task')).toEqual([])
})

test('a stream ends when its caller is not let in any more, also while nothing changes', async () => {
  let asked = 0
  const heard: ChangeEvent[] = []
  const mayGoOn = () => Promise.resolve((asked += 1) < 3)
  for await (const event of feed.read({ workspaceId: 1 }, 'user/1', undefined, mayGoOn)) heard.push(event)
  expect(asked).toBe(3)
  expect(heard.every(({ kind }) => kind === 'refetch')).toBe(true)
})

test('R37: whoever is shut out hears nothing that came later, however seldom it is asked by the clock', async () => {
  await sql`insert into "user" (email, name) values ('eve@example.com', 'Eve')`.execute(db)
  await sql`insert into user_session (user_id, token, expires_at) values (1, 'x', now() + interval '1 day')`.execute(db)
  const patient = new EventFeed(db, createLogger('silent'), { lookEveryMs: 10, askEveryMs: 3_600_000 })
  const isIn = async () => {
    const { rows } = await sql`select 1 from user_session`.execute(db)
    return rows.length > 0
  }
  const [eve, other]: [ChangeEvent[], ChangeEvent[]] = [[], []]
  const follow = async (heard: ChangeEvent[], caller: string, mayGoOn: () => Promise<boolean>) => {
    for await (const event of patient.read({ workspaceId: 1 }, caller, undefined, mayGoOn)) heard.push(event)
  }
  const [ended] = [follow(eve, 'user/1', isIn), follow(other, 'user/2', yes)]
  await expect.poll(() => [eve.length, other.length], { interval: 5 }).toEqual([2, 2])
  // Both at once, so that no look sees one without the other
  await db.transaction().execute(async (tx) => {
    await sql`delete from user_session`.execute(tx)
    await sql`update task set updated_at = now() where id = 1`.execute(tx)
  })
  await expect.poll(() => other).toContainEqual({ kind: 'task', id: 1, taskId: 1 })
  await expect.poll(() => patient.readers).toBe(1)
  await ended
  expect(eve.filter(({ kind }) => kind === 'task')).toEqual([])
  await patient.stop()
})
