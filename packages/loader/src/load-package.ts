import type { Manifest } from '@datahub/core/bucket/manifest'
import { tally, type CsvFacts } from './csv/tally.ts'
import {
  ensureLedger,
  findEntry,
  forget,
  isRestated,
  loadsOf,
  newerThan,
  nextId,
  record,
  type LedgerEntry,
  type LedgerTable,
} from './ledger/ledger.ts'
import type { DeliveredFile } from './package/describe-package.ts'
import type { ZipFile } from './package/zip-file.ts'
import { Refusal } from './problem.ts'
import { ensureTable, type Layout } from './tables/ensure-table.ts'
import { subtract } from './tables/ranges.ts'
import { requireDistinct } from './tables/table-mapping.ts'
import { planTable, type Delivered, type TablePlan, type Wishes } from './tables/table-plan.ts'
import { writeRows, type Share } from './tables/write-rows.ts'
import { wordsOfTable, type Target } from './targets/target.ts'

/** What is known about a package before it is loaded; all of it goes into the ledger. */
export interface PackageFacts {
  readonly instance: string
  readonly taskId: number
  readonly packageName: string
  readonly location: string
  readonly executionId: number | null
  readonly sha256: string | null
  readonly sizeBytes: number | null
  readonly manifest: Manifest | undefined
}

export interface Outcome {
  readonly state: LedgerEntry['state'] | 'already loaded'
  readonly rows: number
  readonly tables: readonly LedgerTable[]
  readonly reason?: string
}

export interface LoadSettings extends Wishes {
  readonly now: () => Date
  /** Load it although the ledger has it: what it put into the tables is replaced. */
  readonly again?: boolean
}

/**
 * Puts one package into the database, its rows and its line in the ledger in one transaction, unless another loader was
 * faster. Throws a Refusal, and leaves no row, when the content is not what the manifest promises.
 */
export async function loadPackage(
  target: Target,
  facts: PackageFacts,
  zip: ZipFile,
  files: readonly DeliveredFile[],
  settings: LoadSettings,
): Promise<Outcome> {
  return target.exclusively(async () => {
    await ensureLedger(target)
    const before = await findEntry(target, facts.instance, facts.packageName)
    if (before && !settings.again) return { state: 'already loaded', rows: before.rows, tables: [] }
    const plans = planTables(
      target,
      facts,
      files.map(({ delivered }) => delivered),
      settings,
    )
    const shares = await sharesOf(target, facts, plans, before)
    if (shares.every((share) => share === undefined)) {
      return target.atomically(() => settle(target, facts, settings, before, 'superseded', []))
    }
    const layouts: (Layout | undefined)[] = []
    for (const [at, plan] of plans.entries()) layouts.push(shares[at] && (await ensureTable(target, plan)))

    return target.atomically(async () => {
      const loadId = before?.id ?? (await nextId(target))
      const tables: LedgerTable[] = []
      for (const [at, plan] of plans.entries()) {
        const [share, layout, file] = [shares[at], layouts[at], files[at]]
        if (!share || !layout || !file) continue
        const counted = tally(
          zip.read(file.file),
          plan.delivered.columns.map(({ name }) => name),
          plan.cut,
        )
        const rows = await writeRows(target, { plan, layout, share, loadId }, counted.records)
        requirePromised(plan, counted.facts(), rows, share)
        tables.push(lineOf(plan, rows))
      }
      return settle(target, facts, settings, before, 'loaded', tables)
    })
  })
}

/** What would happen, without touching anything: for `--dry-run`, and to spare a download. Undefined: nothing of it counts. */
export async function previewPackage(
  target: Target,
  facts: PackageFacts,
  delivered: readonly Delivered[],
  settings: LoadSettings,
): Promise<TablePlan[]> {
  const plans = planTables(target, facts, delivered, settings)
  if ((await target.columnsOf({ name: '_datahub_ledger' })) === undefined) return plans
  const shares = await sharesOf(target, facts, plans, undefined)
  return plans.filter((_, at) => shares[at] !== undefined)
}

/** Writes down that nothing of a package counts any more, or why it may not be loaded. */
export async function recordWithoutRows(
  target: Target,
  facts: PackageFacts,
  settings: LoadSettings,
  state: 'superseded' | 'refused',
  reason?: string,
): Promise<Outcome> {
  return target.exclusively(async () => {
    await ensureLedger(target)
    const before = await findEntry(target, facts.instance, facts.packageName)
    // One that is loaded stays loaded: its rows are there.
    if (before && (before.state === 'loaded' || !settings.again)) {
      const why = settings.again && reason !== undefined ? { reason: `it stays as it was: ${reason}` } : {}
      return { state: 'already loaded', rows: before.rows, tables: [], ...why }
    }
    return target.atomically(() => settle(target, facts, settings, before, state, [], reason))
  })
}

function planTables(
  target: Target,
  { manifest }: PackageFacts,
  delivered: readonly Delivered[],
  wishes: Wishes,
): TablePlan[] {
  const plans = delivered.map((one) => planTable(one, manifest?.dataRange, wishes, target.dialect))
  requireDistinct(plans.map(({ table }) => table))
  return plans
}

/** One after the other: a connection answers one question at a time. */
async function sharesOf(
  target: Target,
  facts: PackageFacts,
  plans: readonly TablePlan[],
  before: LedgerEntry | undefined,
) {
  const shares: (Share | undefined)[] = []
  for (const plan of plans) shares.push(await shareOf(target, facts, plan, before))
  return shares
}

/** What of a report counts beside what later executions of the same hub have delivered; undefined: nothing. */
async function shareOf(
  target: Target,
  { instance, executionId, manifest }: PackageFacts,
  plan: TablePlan,
  before: LedgerEntry | undefined,
): Promise<Share | undefined> {
  const whole = { cuts: plan.cut ? [plan.cut] : [], newerLoads: [], restatedLoads: before ? [before.id] : [] }
  if (executionId === null) return whole
  const table = wordsOfTable(plan.table)
  if (plan.mode === 'append') {
    if (await isRestated(target, instance, executionId)) return undefined
    // A hub may only restate what came before.
    const restated = (manifest?.supersedes ?? []).filter((id) => id < executionId)
    if (restated.length === 0) return whole
    const loads = await loadsOf(target, instance, restated, table)
    return { ...whole, restatedLoads: [...whole.restatedLoads, ...loads.map(({ loadId }) => loadId)] }
  }
  const newer = await newerThan(target, instance, executionId, table)
  if (plan.mode === 'upsert') return { ...whole, newerLoads: newer.map(({ loadId }) => loadId) }
  if (!plan.cut) return whole
  const cuts = subtract(
    plan.cut,
    newer.flatMap(({ cut }) => (cut ? [cut] : [])),
  )
  return cuts.length === 0 ? undefined : { ...whole, cuts }
}

/** The last word before the commit: bytes, hash and rows are what was promised, and every one of them arrived. */
function requirePromised({ delivered, cut, mode }: TablePlan, facts: CsvFacts, written: number, share: Share): void {
  const { fileName, promised } = delivered
  if (promised && facts.sizeBytes !== promised.sizeBytes)
    throw new Refusal(`${fileName} has ${facts.sizeBytes} bytes, the manifest says ${promised.sizeBytes}`)
  if (promised && facts.sha256 !== promised.sha256)
    throw new Refusal(`${fileName} does not have the SHA-256 of the manifest`)
  if (promised && facts.rows !== promised.rows)
    throw new Refusal(`${fileName} has ${facts.rows} rows, the manifest says ${promised.rows}`)
  if (cut && mode === 'replace' && facts.rowsOutside > 0) {
    throw new Refusal(
      `${facts.rowsOutside} rows of ${fileName} lie outside of the data range ${cut.from} to ${cut.to}; load it with --mode append or upsert`,
    )
  }
  const isPart =
    mode === 'upsert'
      ? share.newerLoads.length > 0
      : mode === 'replace' &&
        !(share.cuts.length === 1 && share.cuts[0]?.from === cut?.from && share.cuts[0]?.to === cut?.to)
  if (isPart ? written > facts.rows : written !== facts.rows)
    throw new Refusal(`the database took ${written} of the ${facts.rows} rows of ${fileName}`)
}

async function settle(
  target: Target,
  { manifest, ...facts }: PackageFacts,
  settings: LoadSettings,
  before: LedgerEntry | undefined,
  state: LedgerEntry['state'],
  tables: readonly LedgerTable[],
  reason?: string,
): Promise<Outcome> {
  const id = before?.id ?? (await nextId(target))
  if (before) await forget(target, before.id)
  const rows = tables.reduce((sum, table) => sum + table.rows, 0)
  const entry: LedgerEntry = {
    ...facts,
    id,
    state,
    reason: reason?.slice(0, 2000) ?? null,
    rows,
    supersedes: manifest?.supersedes ?? [],
    snapshotAt: manifest?.snapshotAt ?? null,
    recordedAt: settings.now().toISOString(),
  }
  await record(target, entry, tables)
  return { state, rows, tables, ...(reason === undefined ? {} : { reason }) }
}

function lineOf({ delivered, table, mode, cut, columns }: TablePlan, rows: number): LedgerTable {
  return {
    table: wordsOfTable(table),
    fileName: delivered.fileName,
    mode,
    rows,
    column: cut ? (columns[cut.columnIndex]?.name ?? null) : null,
    cut: cut ? { from: cut.from, to: cut.to } : null,
  }
}
