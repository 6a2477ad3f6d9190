import { isNewer } from './ledger/age.ts'
import { loadedTables, entriesOf, type LoadedTable } from './ledger/ledger.ts'
import { openSession, type LoadTaskOptions } from './session.ts'
import { subtract, type Cut } from './tables/ranges.ts'
import { LOAD_COLUMN } from './tables/table-mapping.ts'
import { sql, text, type Sql } from './targets/sql.ts'
import { quoteTable, type TableName, type Target } from './targets/target.ts'

export interface VerifiedTable {
  readonly table: string
  readonly packages: number
  /** What the loads that are wholly in force have brought, by the ledger, which had it from the manifests. */
  readonly expectedRows: number
  readonly foundRows: number
  /** Packages of which later ones have replaced a part: their share cannot be counted apart. */
  readonly partly: number
  readonly isRight: boolean
}

/**
 * Counts what is in the tables against what the ledger says was put there: by range where ranges are replaced, by load
 * where rows carry one. An upserted row belongs to the last load that wrote it, so there only the total can be wrong.
 */
export async function verifyTask(options: LoadTaskOptions): Promise<VerifiedTable[]> {
  await using session = await openSession(options, { reads: true })
  const { target } = session
  if ((await entriesOf(target, options.taskId)).length === 0) return []
  const mine = await loadedTables(target, sql`l.task_id = ${options.taskId}`)
  const tables = [...new Set(mine.map(({ table }) => table))]
  const verified: VerifiedTable[] = []
  for (const table of tables) {
    const all = await loadedTables(target, sql`t.table_name = ${table}`)
    verified.push(await verifyTable(target, table, all))
  }
  return verified
}

async function verifyTable(target: Target, table: string, loads: readonly LoadedTable[]): Promise<VerifiedTable> {
  const name = tableName(table)
  const isThere = (await target.columnsOf(name)) !== undefined
  const quoted = text(quoteTable(target.dialect, name))
  const count = async (where: Sql) => {
    if (!isThere) return 0
    const [row] = await target.query(sql`select count(*) as found from ${quoted} where ${where}`)
    return Number(row?.found)
  }
  let [expectedRows, foundRows, partly, isRight] = [0, 0, 0, true]
  for (const one of loads) {
    const share = one.cut === null ? 'whole' : inForce(one, loads)
    if (share === 'partly') partly += 1
    if (share !== 'whole') continue
    const found = await count(one.cut && one.column ? within(target, one.column, one.cut) : ofLoad(target, one.loadId))
    const expected = one.mode === 'upsert' && isThere ? Math.min(found, one.rows) : one.rows
    foundRows += found
    expectedRows += expected
    if (found !== expected) isRight = false
  }
  return { table, packages: loads.length, expectedRows, foundRows, partly, isRight }
}

function ofLoad({ dialect }: Target, loadId: number): Sql {
  return sql`${text(dialect.quote(LOAD_COLUMN))} = ${loadId}`
}

/** Bounds of the ledger; a date column is compared as the text that it was cut by. */
function within({ dialect }: Target, column: string, { from, to }: Cut): Sql {
  const type = { type: from.length > 10 ? ('timestamp' as const) : ('date' as const) }
  return text(
    `${dialect.quote(column)} >= ${dialect.bound(from, type)} and ${dialect.quote(column)} < ${dialect.bound(to, type)}`,
  )
}

function tableName(table: string): TableName {
  const [first = '', second] = table.split('.')
  return second === undefined ? { name: first } : { schema: first, name: second }
}

/** Whether newer packages, or where nobody can say which is newer later loads, have replaced a part of a load's range. */
function inForce(one: LoadedTable, loads: readonly LoadedTable[]): 'whole' | 'partly' | 'replaced' {
  const isLater = (other: LoadedTable) => isNewer(other, one) || (!isNewer(one, other) && other.loadId > one.loadId)
  const cut = one.cut as Cut
  const left = subtract(
    cut,
    loads.flatMap((other) => (other.cut && other !== one && isLater(other) ? [other.cut] : [])),
  )
  if (left.length === 0) return 'replaced'
  return left.length === 1 && left[0]?.from === cut.from && left[0].to === cut.to ? 'whole' : 'partly'
}
