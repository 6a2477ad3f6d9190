import { sql } from 'kysely'
import type { AuditRow } from '../audit/audit-store.ts'
import type { Connection } from '../db/database.ts'
import { isWithin, type Scope } from '../db/scope.ts'
import type { Direction } from '../foundation/paging.ts'
import type { TaskRecord } from '../tasks/task-store.ts'

/** Executions of a task and what was done to it: two lists, each in the order of its ids. */

export interface Dated {
  readonly id: number
  readonly at: Date
}

/** Ids from a bound on: `next`: smaller ones, the greatest first; `previous`: the bound itself and greater ones, the smallest first. */
export async function listExecutionDates(
  db: Connection,
  taskId: number,
  direction: Direction,
  bound: number,
  limit: number,
): Promise<Dated[]> {
  const { rows } = await sql<Dated>`
    select id, triggered_at as at from execution where task_id = ${taskId} and ${beyond(direction, bound)}
    order by ${inOrder(direction)} limit ${limit}`.execute(db)
  return rows
}

/** What tries something out that is not the connection. */
const TRIES = '\\.(dryRun|testUnsaved)'

/**
 * Entries of the audit log about the task itself, its backfills, its executions, and about the source and the destination
 * that it has now; whoever did it may have called the task by its name or by its id.
 */
export async function listChanges(
  db: Connection,
  scope: Scope,
  { id, name, source, destination }: TaskRecord,
  direction: Direction,
  bound: number,
  limit: number,
): Promise<AuditRow[]> {
  const own = sql`${isWithin(scope, 'audit_entry')} and ${beyond(direction, bound)}`
  const some = sql`order by ${inOrder(direction)} limit ${limit}`
  const about = (noun: string, subjects: readonly string[]) =>
    sql`(select * from audit_entry where ${own} and subject = any(${subjects}::text[])
      and starts_with(action, ${`${noun}.`}) and action !~ ${TRIES} ${some})`
  const { rows } = await sql<AuditRow>`
    select * from (
      ${about('task', [name, String(id)])}
      union all ${about('source', [source])}
      union all ${about('destination', [destination])}
      union all (select * from audit_entry where ${own} and action = 'backfill.start'
        and subject = any(${[name, String(id)]}::text[]) ${some})
      union all (select * from audit_entry where ${own}
        and action in ('backfill.pause', 'backfill.resume', 'backfill.cancel', 'backfill.retry')
        and subject in (select id::text from backfill where task_id = ${id}) ${some})
      union all (select * from audit_entry where ${own} and action in ('execution.cancel', 'execution.retry')
        and subject ~ '^\\d{1,15}$' and exists (
          select from execution where execution.id = (case when subject ~ '^\\d{1,15}$' then subject end)::bigint
            and execution.task_id = ${id}
        ) ${some})
    ) found ${some}`.execute(db)
  return rows
}

function beyond(direction: Direction, bound: number) {
  return direction === 'next' ? sql`id < ${bound}` : sql`id >= ${bound}`
}

function inOrder(direction: Direction) {
  return direction === 'next' ? sql`id desc` : sql`id`
}
