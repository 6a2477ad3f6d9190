import { sql } from 'kysely'
import { listLastTests } from '../connection-tests/connection-test-store.ts'
import type { Connection } from '../db/database.ts'
import { EVERYWHERE } from '../db/scope.ts'

/** A failed test alone may have met a moment's trouble; the next one comes soon. */
const BROKEN_AFTER = 2

/** A destination that tasks deliver to, and whose last connection tests failed, one after the other. */
export interface BrokenDestination {
  readonly workspaceId: number
  readonly name: string
  readonly since: Date
  readonly message: string
  readonly remedy: string
  readonly tasks: readonly { readonly id: number; readonly name: string }[]
}

/** Only tests of what is saved now: those of other values say nothing of the deliveries. */
export async function listBrokenDestinations(db: Connection): Promise<BrokenDestination[]> {
  const broken = (await listLastTests(db, EVERYWHERE, 'destination')).filter(
    ({ isCurrent, failures }) => isCurrent && failures >= BROKEN_AFTER,
  )
  const tasks = await tasksOf(
    db,
    broken.map(({ id }) => id),
  )
  return broken.flatMap(({ id, workspaceId, name, at, steps }) => {
    const own = tasks.get(id)
    const failed = steps.find(({ verdict }) => verdict === 'failed')
    if (!own || !failed) return []
    return [{ workspaceId, name, since: at, message: failed.message, remedy: failed.remedy ?? '', tasks: own }]
  })
}

/** Whether what is saved of the destination was tested with success. */
export async function isMended(db: Connection, workspaceId: number, name: string): Promise<boolean> {
  const tests = await listLastTests(db, { workspaceId }, 'destination')
  return tests.some((test) => test.name === name && test.isCurrent && test.ok)
}

async function tasksOf(db: Connection, ids: readonly number[]): Promise<Map<number, { id: number; name: string }[]>> {
  const { rows } = await sql<{ destination_id: number; id: number; name: string }>`
    select destination_id, id, name from task where destination_id = any(${ids}::bigint[]) order by id`.execute(db)
  const byDestination = new Map<number, { id: number; name: string }[]>()
  for (const { destination_id, id, name } of rows)
    byDestination.set(destination_id, [...(byDestination.get(destination_id) ?? []), { id, name }])
  return byDestination
}
