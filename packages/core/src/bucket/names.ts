/** The names of everything in a customer's bucket (docs/format.md). Every `parse…` undoes its `format…`. */

/** Data sources and tables: what may stand in a file name and, unquoted, in SQL. */
export const NAME = /^[a-z][a-z0-9_]{0,62}$/

const SEQUENCE_DIGITS = 10

export interface PackageName {
  readonly dataSource: string
  readonly taskId: number
  /** `yyyymmdd`: the day of the trigger in the task's time zone. */
  readonly day: string
  readonly executionId: number
}

/** `reports/161/` with the destination's prefix before it (`''` or `acme/`). */
export function taskDirectory(prefix: string, taskId: number): string {
  return `${prefix}reports/${taskId}/`
}

/** `market_insight_161_20250826_0000000042.zip`. Names of one task sort in the order of their executions. */
export function formatPackageName(name: PackageName): string {
  return `${name.dataSource}_${name.taskId}_${name.day}_${String(name.executionId).padStart(SEQUENCE_DIGITS, '0')}.zip`
}

/** Undefined for anything that `formatPackageName` did not make. */
export function parsePackageName(fileName: string): PackageName | undefined {
  const match = /^([a-z][a-z0-9_]{0,62})_([1-9]\d*)_(\d{8})_(\d{10,16})\.zip$/.exec(fileName)
  if (!match) return undefined
  const [, dataSource = '', taskId, day = '', executionId] = match
  const name = { dataSource, taskId: Number(taskId), day, executionId: Number(executionId) }
  return Number.isSafeInteger(name.taskId) && formatPackageName(name) === fileName ? name : undefined
}

/** `…_0000000042.zip` → `…_0000000042.manifest.json`. */
export function manifestNameOf(packageName: string): string {
  return packageName.replace(/\.zip$/, '.manifest.json')
}

/** `sync_log_161.csv` */
export function syncLogName(taskId: number): string {
  return `sync_log_${taskId}.csv`
}

/** One constant key, because the customer's key pair may not delete. */
export function connectionTestKey(prefix: string): string {
  return `${prefix}reports/.connection_test`
}

/** `market_insight_asin_161_20250826.csv`: the name of a report inside the package. */
export function formatCsvName(table: string, taskId: number, day: string): string {
  return `${table}_${taskId}_${day}.csv`
}

/** The seed's rule: the table is the name without `_<taskId>_<yyyymmdd>.csv`. Undefined for any other name. */
export function parseCsvName(fileName: string): { table: string; taskId: number; day: string } | undefined {
  const match = /^([a-z][a-z0-9_]{0,62})_([1-9]\d*)_(\d{8})\.csv$/.exec(fileName)
  if (!match) return undefined
  const [, table = '', taskId, day = ''] = match
  return Number.isSafeInteger(Number(taskId)) ? { table, taskId: Number(taskId), day } : undefined
}
