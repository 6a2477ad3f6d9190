import { LoaderError } from '../problem.ts'
import { sql, text, type Sql } from '../targets/sql.ts'
import type { Target } from '../targets/target.ts'

/** A line for each package. */
export const LEDGER = text('_datahub_ledger')
/** What each table got from a package. */
export const TABLES = text('_datahub_ledger_table')
/** Under which addresses a package was met besides the one it was loaded from: a bucket has more than one. */
export const ADDRESSES = text('_datahub_ledger_address')

const LEDGER_COLUMNS = [
  'id',
  'instance',
  'task_id',
  'package',
  'location',
  'execution_id',
  'state',
  'reason',
  'sha256',
  'size_bytes',
  'row_count',
  'supersedes',
  'snapshot_at',
  'recorded_at',
]

/** Connections that have seen a ledger that was committed. */
const seen = new WeakSet<Target>()

/** Creates the tables of the ledger, unless they are there. */
export async function ensureLedger(target: Target): Promise<void> {
  if (seen.has(target)) return
  const isThere = async () => (await hasLedger(target)) && hasAddresses(target)
  // Two loaders at once would both try.
  if (!(await isThere())) await target.exclusively([], async () => ((await isThere()) ? undefined : create(target)))
  seen.add(target)
}

/** Throws a LoaderError for a ledger that a later version of the loader keeps: what it means is not for us to guess. */
export async function hasLedger(target: Target): Promise<boolean> {
  const columns = await target.columnsOf({ name: '_datahub_ledger' })
  const unknown = columns?.find(({ name }) => !LEDGER_COLUMNS.includes(name))
  if (unknown)
    throw new LoaderError(
      `The ledger of this database is one of a newer datahub-loader: _datahub_ledger has the column ${JSON.stringify(unknown.name)}, which this version does not know.`,
      'Update this loader: npm install datahub-loader@latest.',
    )
  return columns !== undefined
}

export async function hasAddresses(target: Target): Promise<boolean> {
  return (await target.columnsOf({ name: '_datahub_ledger_address' })) !== undefined
}

async function create(target: Target): Promise<void> {
  const { bigint, text: long, shortText, tableOptions, createsIndexes } = target.dialect
  const table = (name: Sql, lines: readonly string[]) =>
    target.run(sql`create table if not exists ${name} (${text(lines.join(', '))})${text(tableOptions)}`)
  const wasThere = (await target.columnsOf({ name: '_datahub_ledger_table' })) !== undefined
  await table(LEDGER, [
    `id ${bigint} not null primary key`,
    `instance ${shortText} not null`,
    `task_id ${bigint} not null`,
    `package ${shortText} not null`,
    `location ${long} not null`,
    `execution_id ${bigint}`,
    `state ${shortText} not null`,
    `reason ${long}`,
    `sha256 ${long}`,
    `size_bytes ${bigint}`,
    `row_count ${bigint} not null`,
    `supersedes ${long} not null`,
    `snapshot_at ${shortText}`,
    `recorded_at ${long} not null`,
    'unique (instance, package)',
  ])
  await table(TABLES, [
    `load_id ${bigint} not null`,
    `table_name ${shortText} not null`,
    `file_name ${long} not null`,
    `mode ${shortText} not null`,
    `row_count ${bigint} not null`,
    `range_column ${long}`,
    `range_from ${long}`,
    `range_to ${long}`,
    'primary key (load_id, table_name)',
  ])
  if (createsIndexes && !wasThere) {
    await target.run(text('create index _datahub_ledger_execution on _datahub_ledger (instance, execution_id)'))
    await target.run(text('create index _datahub_ledger_snapshot on _datahub_ledger (snapshot_at)'))
  }
  if (createsIndexes) await target.run(text('create index _datahub_ledger_package on _datahub_ledger (package)'))
  await table(ADDRESSES, [
    `location ${long} not null`,
    `instance ${shortText} not null`,
    `package ${shortText} not null`,
  ])
}
