import { createDatabase } from '../../../../test/parts/database.ts'
import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { openDatabase } from './database.ts'

test('R1: a database that goes away between two statements of a transaction does not end the process', async () => {
  await using own = await createDatabase()
  const db = openDatabase(own.url, 2, () => undefined)
  const uncaught: unknown[] = []
  const others = process.listeners('uncaughtException')
  process.removeAllListeners('uncaughtException')
  process.on('uncaughtException', (error) => uncaught.push(error))
  try {
    const lost = db.transaction().execute(async (tx) => {
      const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(tx)
      await sql`select pg_terminate_backend(${rows[0]?.pid}), pg_sleep(0.2)`.execute(db)
      await sql`select 1`.execute(tx)
    })
    await expect(lost).rejects.toThrow(/connection/)
    expect(uncaught).toEqual([])
    expect((await sql<{ one: number }>`select 1 as one`.execute(db)).rows).toEqual([{ one: 1 }])
  } finally {
    process.removeAllListeners('uncaughtException')
    for (const listener of others) process.on('uncaughtException', listener)
    await db.destroy()
  }
})
