import type { TaskView } from '@datahub/core/api/task-shapes'
import type { OneTime } from '@datahub/core/task/definition'
import type { Schedule } from '@datahub/core/task/schedule'
import type { SchemaChange } from '@datahub/core/source/schema-change'
import { sql, type Selectable } from 'kysely'
import type { Connection } from '../db/database.ts'
import type { PauseReason, Schema } from '../db/schema.ts'
import { isWithin, type Scope, type Within } from '../db/scope.ts'
import type { Status } from '@datahub/core/execution/status'
import { taskStatus } from './task-status-store.ts'

type TaskRow = Selectable<Schema['task']>

/** A task with what its view needs of others. */
export interface TaskRecord extends TaskRow {
  readonly source: string
  readonly destination: string
  readonly max_range_days: number
  readonly status: TaskView['status']
  readonly last_id: number | null
  readonly last_status: Status | null
  readonly last_ended_at: Date | null
  readonly schema_change: NewestSchemaChange | null
}

/** As JSON has it. */
interface NewestSchemaChange {
  readonly table: string
  /** ISO 8601 */
  readonly at: string
  readonly changes: readonly SchemaChange[]
  readonly isRefused: boolean
}

export interface TaskValues {
  readonly name: string
  readonly sourceId: number
  readonly destinationId: number
  readonly reports: readonly string[] | null
  readonly schedule: Schedule | null
  readonly oneTime: OneTime | null
  readonly timeZone: string
  readonly paused: boolean
  readonly pauseAfterFailures: number | null
  readonly lateAfterMinutes: number | null
}

/** Those that there are, in the order of the ids. */
export async function listTasks(db: Connection, scope: Scope, ids: readonly number[]): Promise<TaskRecord[]> {
  if (ids.length === 0) return []
  const byId = new Map((await records(db, scope).where('task.id', 'in', ids).execute()).map((task) => [task.id, task]))
  return ids.flatMap((id) => byId.get(id) ?? [])
}

export async function listTasksNamed(db: Connection, scope: Scope, names: readonly string[]): Promise<TaskRecord[]> {
  return names.length === 0 ? [] : records(db, scope).where('task.name', 'in', names).orderBy('task.id').execute()
}

export async function listTaskNames(db: Connection, scope: Scope): Promise<string[]> {
  return (await db.selectFrom('task').select('name').where(isWithin(scope, 'task')).execute()).map((task) => task.name)
}

export async function findTask(
  db: Connection,
  within: Within,
  key: { id: number } | { name: string },
): Promise<TaskRecord | undefined> {
  const query = records(db, within)
  return (
    'id' in key ? query.where('task.id', '=', key.id) : query.where('task.name', '=', key.name)
  ).executeTakeFirst()
}

export async function insertTask(db: Connection, scope: Scope, values: TaskValues): Promise<number> {
  const { id } = await db
    .insertInto('task')
    .values({ workspace_id: scope.workspaceId, ...columnsOf(values) })
    .returning('id')
    .executeTakeFirstOrThrow()
  await db.insertInto('sync_log').values({ task_id: id, kept: '[]' }).execute()
  return id
}

export async function updateTask(db: Connection, id: number, values: TaskValues): Promise<void> {
  await db
    .updateTable('task')
    .set({ ...columnsOf(values), updated_at: sql`now()` })
    .where('id', '=', id)
    .execute()
}

export async function setDestination(db: Connection, id: number, destinationId: number): Promise<void> {
  await db
    .updateTable('task')
    .set({ destination_id: destinationId, updated_at: sql`now()` })
    .where('id', '=', id)
    .execute()
}

/**
 * Remembers where the task stood. `owedUntil`: slots up to then are delivered whatever the schedule says of missed ones.
 * `reason`: why it has paused by itself.
 */
export async function setPaused(
  db: Connection,
  id: number,
  paused: boolean,
  nextFireAt: Date | null,
  owedUntil: Date | null = null,
  reason: PauseReason | null = null,
): Promise<void> {
  await db
    .updateTable('task')
    .set({
      paused,
      next_fire_at: nextFireAt,
      paused_fire_at: sql`coalesce(next_fire_at, paused_fire_at)`,
      owed_until: owedUntil,
      pause_reason: reason && JSON.stringify(reason),
      ...(paused ? {} : { resumed_at: sql<Date>`now()` }),
      updated_at: sql`now()`,
    })
    .where('id', '=', id)
    .execute()
}

/** With all that was ever done for it; ids are never given again. */
export async function deleteTask(db: Connection, id: number): Promise<void> {
  await db
    .deleteFrom('backfill_range')
    .where('backfill_id', 'in', (query) => query.selectFrom('backfill').select('id').where('task_id', '=', id))
    .execute()
  await db.deleteFrom('execution').where('task_id', '=', id).execute()
  await db.deleteFrom('task').where('id', '=', id).execute()
}

/** Holds the task still until the transaction ends. */
export async function lockTask(db: Connection, id: number): Promise<void> {
  await db.selectFrom('task').select('id').where('id', '=', id).forUpdate().execute()
}

/** The names of the tasks that use the source or destination, the oldest first. */
export async function listUsers(
  db: Connection,
  of: { source_id: number } | { destination_id: number },
): Promise<string[]> {
  const query = db.selectFrom('task').select('name').orderBy('id')
  const using =
    'source_id' in of
      ? query.where('source_id', '=', of.source_id)
      : query.where('destination_id', '=', of.destination_id)
  return (await using.execute()).map((task) => task.name)
}

/** How many tasks use each source or destination of a workspace, by its id; those that none uses are not in it. */
export async function countUsers(
  db: Connection,
  scope: Scope,
  column: 'source_id' | 'destination_id',
): Promise<Map<number, number>> {
  const rows = await db
    .selectFrom('task')
    .select((query) => [`${column} as id`, query.fn.countAll<number>().as('count')])
    .where(isWithin(scope, 'task'))
    .groupBy(column)
    .execute()
  return new Map(rows.map((row) => [row.id, row.count]))
}

export async function listTasksDeliveringTo(db: Connection, destinationId: number): Promise<number[]> {
  const rows = await db.selectFrom('task').select('id').where('destination_id', '=', destinationId).execute()
  return rows.map((row) => row.id)
}

export interface DueTask {
  readonly id: number
  readonly schedule: Schedule
  readonly fireAt: Date
  readonly owedUntil: Date | null
  readonly dataSource: string
}

/**
 * Tasks whose time has come, as many of each workspace, those that wait longest first; locked for this transaction, so
 * that other dispatchers pass over them.
 */
export async function lockDueTasks(db: Connection, limit: number): Promise<DueTask[]> {
  const { rows } = await sql<{
    id: number
    schedule: Schedule
    fire_at: Date
    owed_until: Date | null
    data_source: string
  }>`
    with due as materialized (
      select w.id, count(*) over () as workspaces from workspace w, lateral (
        select next_fire_at as at from task
        where workspace_id = w.id and not paused and next_fire_at <= now() and schedule is not null
        order by next_fire_at limit 1
      ) oldest
      order by oldest.at limit ${limit}
    )
    select t.id, t.schedule, t.next_fire_at as fire_at, t.owed_until, s.name as data_source
    from due, lateral (
      select * from task
      where workspace_id = due.id and not paused and next_fire_at <= now() and schedule is not null
      order by next_fire_at limit greatest(1, ${limit}::integer / due.workspaces)
      for update skip locked
    ) t join source s on s.id = t.source_id`.execute(db)
  return rows.map((row) => ({
    id: row.id,
    schedule: row.schedule,
    fireAt: row.fire_at,
    owedUntil: row.owed_until,
    dataSource: row.data_source,
  }))
}

/** How long until the next task fires, by the database's clock; undefined when none is to. */
export async function nextFireInMs(db: Connection): Promise<number | undefined> {
  const { rows } = await sql<{ ms: number | null }>`
    select (extract(epoch from min(next_fire_at) - clock_timestamp()) * 1000)::float8 as ms
    from task where not paused and next_fire_at is not null`.execute(db)
  return rows[0]?.ms ?? undefined
}

export async function setNextFireTimes(
  db: Connection,
  times: readonly { id: number; nextFireAt: Date | null }[],
): Promise<void> {
  await sql`
    update task set next_fire_at = next.at
    from unnest(${times.map((time) => time.id)}::bigint[], ${times.map((time) => time.nextFireAt)}::timestamptz[]) as next(id, at)
    where task.id = next.id`.execute(db)
}

/** Of its reports, for queries that select from `task`. What was refused was the latest version's, until it is settled. */
const newestSchemaChange = sql<NewestSchemaChange | null>`(
  select jsonb_build_object('table', table_name, 'at', to_jsonb(coalesce(refused_at, changed_at)),
    'changes', coalesce(refused, changes), 'isRefused', refused is not null)
  from report_schema
  where source_id = task.source_id and (task.reports is null or table_name = any(task.reports))
    and (refused is not null or changes <> '[]')
  order by coalesce(refused_at, changed_at) desc limit 1
)`

function records(db: Connection, within: Within) {
  return db
    .selectFrom('task')
    .where(isWithin(within, 'task'))
    .innerJoin('source', 'source.id', 'task.source_id')
    .innerJoin('destination', 'destination.id', 'task.destination_id')
    .leftJoinLateral(
      (query) =>
        query
          .selectFrom('execution')
          .select(['execution.id as last_id', 'execution.status as last_status', 'execution.ended_at as last_ended_at'])
          .whereRef('execution.task_id', '=', 'task.id')
          .orderBy('execution.id', 'desc')
          .limit(1)
          .as('last'),
      (join) => join.onTrue(),
    )
    .selectAll('task')
    .select(newestSchemaChange.as('schema_change'))
    .select([
      'source.name as source',
      'destination.name as destination',
      'source.max_range_days',
      'last_id',
      'last_status',
      'last_ended_at',
    ])
    .select(taskStatus.as('status'))
}

function columnsOf(values: TaskValues) {
  return {
    name: values.name,
    source_id: values.sourceId,
    destination_id: values.destinationId,
    reports: values.reports === null ? null : [...values.reports],
    schedule: values.schedule === null ? null : JSON.stringify(values.schedule),
    one_time: values.oneTime === null ? null : JSON.stringify(values.oneTime),
    time_zone: values.timeZone,
    paused: values.paused,
    pause_after_failures: values.pauseAfterFailures,
    late_after_minutes: values.lateAfterMinutes,
  }
}
