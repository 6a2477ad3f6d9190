import { TRIGGERS } from '@datahub/core/api/execution-shapes'
import { parsePackageName } from '@datahub/core/bucket/names'
import type { DataRange } from '@datahub/core/execution/data-range'
import { sql, type RawBuilder } from 'kysely'
import type { Connection } from '../db/database.ts'
import { isWithin, type Scope } from '../db/scope.ts'
import { readPage, type Direction, type Key, type PageOf } from '../foundation/paging.ts'

/** Which executions stand on a page: keys only, each by an index, whatever is asked for. */

export interface ExecutionFilter {
  readonly taskId?: number | undefined
  readonly statuses?: readonly number[] | undefined
  readonly triggers?: readonly string[] | undefined
  /** Data from here on, and data before there. */
  readonly from?: Date | undefined
  readonly to?: Date | undefined
  readonly text?: string | undefined
}

export interface ListRequest {
  readonly cursor?: string | undefined
  readonly around?: number | undefined
  readonly limit: number
}

/** What is shorter is found by its end; the index of longer ranges says the same (044-ranges). */
const SHORT_MS = 31 * 86_400_000

const STATUSES = [0, 1, 2, 3, 4, 5, 6, 7, 8]

/** Ids, newest first. */
export async function listExecutionIds(
  db: Connection,
  scope: Scope,
  filter: ExecutionFilter,
  { cursor, around, limit }: ListRequest,
): Promise<PageOf<number>> {
  return readPage(
    { cursor, around: around === undefined ? undefined : [around], limit },
    (id) => [id],
    async (direction, key, isIncluded, limit) => {
      const { rows } = await idsQuery(scope, filter, direction, key, isIncluded, limit).execute(db)
      return rows.map((row) => row.id)
    },
  )
}

function idsQuery(
  scope: Scope,
  filter: ExecutionFilter,
  direction: Direction,
  key: Key | undefined,
  isIncluded: boolean,
  limit: number,
): RawBuilder<{ id: number }> {
  const tests = [isWithin(scope, 'execution'), ...testsOf(filter)]
  if (key)
    tests.push(isIncluded ? sql`id <= ${key[0]}` : direction === 'next' ? sql`id < ${key[0]}` : sql`id > ${key[0]}`)
  const order = direction === 'next' ? sql`id desc` : sql`id`
  const { taskId, statuses, triggers } = filter
  if (taskId === undefined && filter.from && filter.to && filter.to.getTime() - filter.from.getTime() <= SHORT_MS) {
    // All of these days first, then the order: by id the planner would walk from the newest execution down to them
    if (statuses) tests.push(sql`status = any(${statuses}::smallint[])`)
    if (triggers) tests.push(sql`trigger = any(${triggers}::text[])`)
    const beyond = new Date(filter.to.getTime() + SHORT_MS)
    return sql`
      select id from (
        select id from execution where range_to <= ${beyond} and ${allOf(tests)}
        union all select id from execution
          where range_to - range_from > interval '31 days' and range_to > ${beyond} and ${allOf(tests)}
        offset 0
      ) found order by ${order} limit ${limit}`
  }
  if (taskId === undefined && (statuses || triggers)) {
    // Of each status and trigger its first ones, by the index of both: a rare one is found as fast as a common one
    return sql`
      select found.id from unnest(${statuses ?? STATUSES}::smallint[]) as status (value),
        unnest(${triggers ?? TRIGGERS}::text[]) as trigger (value), lateral (
          select id from execution
          where status = status.value and trigger = trigger.value and ${allOf(tests)}
          order by ${order} limit ${limit}
        ) found
      order by ${order} limit ${limit}`
  }
  if (taskId !== undefined) tests.push(sql`task_id = ${taskId}`)
  if (statuses) tests.push(sql`status = any(${statuses}::smallint[])`)
  if (triggers) tests.push(sql`trigger = any(${triggers}::text[])`)
  return sql`select id from execution where ${allOf(tests)} order by ${order} limit ${limit}`
}

function testsOf({ from, to, text }: ExecutionFilter): RawBuilder<unknown>[] {
  return [
    ...(from ? [sql`range_to > ${from}`] : []),
    ...(to ? [sql`range_from < ${to}`] : []),
    ...(text ? [textTest(text.trim())] : []),
  ]
}

/** A file name is a function of the execution, so nothing is searched for its letters. */
function textTest(text: string): RawBuilder<unknown> {
  const file = parsePackageName(text)
  if (file)
    return sql`(id = ${file.executionId} and task_id = ${file.taskId} and data_source = ${file.dataSource} and package_day = ${file.day})`
  const tests: RawBuilder<unknown>[] = []
  if (/^\d{1,15}$/.test(text)) tests.push(sql`id = ${Number(text)}`)
  const hex = text.toLowerCase().replaceAll('-', '')
  if (/^[0-9a-f]{4,32}$/.test(hex))
    tests.push(sql`request_id between ${hex.padEnd(32, '0')}::uuid and ${hex.padEnd(32, 'f')}::uuid`)
  const [, dataSource, taskId, day = ''] = /^([a-z][a-z0-9_]*?)_(\d{1,15})(?:_(\d{0,8}))?$/.exec(text) ?? []
  if (dataSource !== undefined)
    tests.push(sql`(task_id = ${Number(taskId)} and data_source = ${dataSource} and package_day like ${`${day}%`})`)
  return tests.length === 0 ? sql`false` : sql`(${sql.join(tests, sql` or `)})`
}

function allOf(tests: readonly RawBuilder<unknown>[]): RawBuilder<unknown> {
  return tests.length === 0 ? sql`true` : sql.join([...tests], sql` and `)
}

/** The data ranges for which the task has executions, newest first. `around`: an execution of the task. */
export async function listRanges(
  db: Connection,
  taskId: number,
  { cursor, around, limit }: ListRequest,
): Promise<PageOf<Omit<DataRange, 'timeZone'>>> {
  const centre = around === undefined ? undefined : await rangeOf(db, taskId, around)
  return readPage(
    { cursor, around: centre && keyOfRange(centre), limit },
    keyOfRange,
    async (direction, key, isIncluded, limit) => {
      const [toMs, fromMs] = (key ?? []).map((value) => new Date(Number(value)))
      const order = direction === 'next' ? sql`range_to desc, range_from desc` : sql`range_to, range_from`
      const compared = isIncluded ? sql`<=` : direction === 'next' ? sql`<` : sql`>`
      const isBeyond = key ? sql`(range_to, range_from) ${compared} (${toMs}, ${fromMs})` : sql`true`
      const { rows } = await sql<{ from: Date; to: Date }>`
        select distinct range_to as to, range_from as from from execution
        where task_id = ${taskId} and ${isBeyond} order by ${order} limit ${limit}`.execute(db)
      return rows
    },
  )
}

function keyOfRange({ from, to }: Omit<DataRange, 'timeZone'>): Key {
  return [to.getTime(), from.getTime()]
}

async function rangeOf(db: Connection, taskId: number, id: number): Promise<{ from: Date; to: Date } | undefined> {
  return db
    .selectFrom('execution')
    .select(['range_from as from', 'range_to as to'])
    .where('id', '=', id)
    .where('task_id', '=', taskId)
    .executeTakeFirst()
}

/** The ids of all executions of these ranges, the newest first. */
export async function listOfRanges(
  db: Connection,
  taskId: number,
  ranges: readonly Omit<DataRange, 'timeZone'>[],
): Promise<number[]> {
  const { rows } = await sql<{ id: number }>`
    select e.id from execution e
    join unnest(${ranges.map(({ from }) => from)}::timestamptz[], ${ranges.map(({ to }) => to)}::timestamptz[])
      as wanted (range_from, range_to) using (range_from, range_to)
    where e.task_id = ${taskId} order by e.id desc`.execute(db)
  return rows.map((row) => row.id)
}
