import type { Manifest } from '@datahub/core/bucket/manifest'
import { tally, type CsvFacts } from './csv/tally.ts'
import { snapshotText } from './ledger/age.ts'
import { historyOfPackage, type KnownHistory, type Restating } from './ledger/history.ts'
import { recordAddress } from './ledger/addresses.ts'
import { ensureLedger, hasLedger } from './ledger/ledger-tables.ts'
import { entryOf, forget, record, type LedgerEntry, type LedgerTable } from './ledger/ledger.ts'
import { answerOf, both } from './ledger/question.ts'
import { Refusal } from './problem.ts'
import { ensureTable, forgetLayouts, type Layout } from './tables/ensure-table.ts'
import { shareOf, type Share } from './tables/share.ts'
import { requireDistinct } from './tables/table-mapping.ts'
import { planTable, type Delivered, type TablePlan, type Wishes } from './tables/table-plan.ts'
import { removeLoads, writeRows } from './tables/write-rows.ts'
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
  /** The line that was written; none when it was there already. */
  readonly entry?: LedgerEntry
}

export interface LoadSettings extends Wishes {
  readonly now: () => Date
  /** Load it although the ledger has it: what it put into the tables is replaced. */
  readonly again?: boolean
}

/** The bytes of a report's CSV. */
export type ReadReport = (delivered: Delivered) => AsyncIterable<Uint8Array>

/**
 * Puts one package into the database, its rows and its line in the ledger in one transaction, unless another loader was
 * faster. Throws a Refusal, and leaves no row, when the content is not what the manifest promises. Without `read`, for a
 * package that is not here because nothing of it seems to count: undefined when something does.
 */
export async function loadPackage(
  target: Target,
  facts: PackageFacts,
  delivered: readonly Delivered[],
  settings: LoadSettings,
  read: ReadReport | undefined,
): Promise<Outcome | undefined> {
  try {
    const plans = planTables(target, facts, delivered, settings)
    await ensureLedger(target)
    const asked = both(entryOf(facts), historyOfPackage(restating(facts), plans))
    return await target.exclusively(asked.statements, async (rows) => {
      const [{ entry: before, nextId }, histories] = asked.read(rows)
      if (before && !settings.again) return metAgain(target, facts, before)
      const shares = plans.map((plan, at) => shareOf(plan, histories[at], before))
      const counts = shares.some((share) => share.counts)
      if (counts && !read) return undefined
      const layouts: (Layout | undefined)[] = []
      for (const [at, plan] of plans.entries())
        layouts.push(shares[at]?.counts ? await ensureTable(target, plan) : undefined)

      return target.atomically(async () => {
        const loadId = before?.id ?? nextId
        const tables: LedgerTable[] = []
        for (const [at, plan] of plans.entries()) {
          const [share, layout] = [shares[at] as Share, layouts[at]]
          if (layout && read)
            tables.push(lineOf(plan, await writeReport(target, { plan, layout, share, loadId }, read(plan.delivered))))
          else await removeLoads(target, plan.table, share.restatedLoads)
        }
        return settle(target, facts, settings, { before, loadId }, counts ? 'loaded' : 'superseded', tables)
      })
    })
  } catch (error) {
    // What was seen of the tables may have been undone, or be why it failed.
    forgetLayouts(target)
    throw error
  }
}

async function writeReport(
  target: Target,
  to: { plan: TablePlan; layout: Layout; share: Share; loadId: number },
  csv: AsyncIterable<Uint8Array>,
): Promise<number> {
  const { plan, share } = to
  const counted = tally(
    csv,
    plan.delivered.columns.map(({ name }) => name),
    plan.cut,
  )
  const rows = await writeRows(target, to, counted.records)
  requirePromised(plan, counted.facts(), rows, share)
  return rows
}

/** What would go into which table, by what the ledger has: for `--dry-run`. Changes nothing. */
export async function previewPackage(
  target: Target,
  facts: PackageFacts,
  delivered: readonly Delivered[],
  settings: LoadSettings,
): Promise<TablePlan[]> {
  const plans = planTables(target, facts, delivered, settings)
  if (!(await hasLedger(target))) return plans
  const histories = await answerOf(target, historyOfPackage(restating(facts), plans))
  return plans.filter((plan, at) => shareOf(plan, histories[at], undefined).counts)
}

/** Whether anything of a package counts beside what is known to be loaded: what does not need not be downloaded. */
export function seemsToCount(
  known: KnownHistory,
  target: Target,
  facts: PackageFacts,
  delivered: readonly Delivered[],
  settings: LoadSettings,
): boolean {
  const plans = planTables(target, facts, delivered, settings)
  const histories = known.of(restating(facts), plans)
  return plans.some((plan, at) => shareOf(plan, histories[at], undefined).counts)
}

function restating({ instance, executionId, manifest }: PackageFacts): Restating {
  const snapshotAt = manifest ? snapshotText(manifest.snapshotAt) : null
  return { instance, executionId, snapshotAt, supersedes: manifest?.supersedes ?? [] }
}

/** A package that the ledger has: another loader was faster, or it was met under another address, which is remembered. */
async function metAgain(target: Target, facts: PackageFacts, before: LedgerEntry): Promise<Outcome> {
  if (before.location !== facts.location) await recordAddress(target, facts.location, before)
  if (before.state !== 'refused') return { state: 'already loaded', rows: before.rows, tables: [] }
  return {
    state: 'refused',
    rows: 0,
    tables: [],
    reason: `${before.reason ?? ''} (refused before, from ${before.location})`,
  }
}

/** Writes down why a package may not be loaded. */
export async function recordRefusal(
  target: Target,
  facts: PackageFacts,
  settings: LoadSettings,
  reason: string,
): Promise<Outcome> {
  await ensureLedger(target)
  const asked = entryOf(facts)
  return target.exclusively(asked.statements, async (rows) => {
    const { entry: before, nextId } = asked.read(rows)
    if (before && !settings.again) return metAgain(target, facts, before)
    // One that is loaded stays loaded: its rows are there.
    if (before?.state === 'loaded')
      return { state: 'already loaded', rows: before.rows, tables: [], reason: `it stays as it was: ${reason}` }
    const loadId = before?.id ?? nextId
    return target.atomically(() => settle(target, facts, settings, { before, loadId }, 'refused', [], reason))
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
  { before, loadId }: { before: LedgerEntry | undefined; loadId: number },
  state: LedgerEntry['state'],
  tables: readonly LedgerTable[],
  reason?: string,
): Promise<Outcome> {
  if (before) await forget(target, before.id)
  const rows = tables.reduce((sum, table) => sum + table.rows, 0)
  const entry: LedgerEntry = {
    ...facts,
    id: loadId,
    state,
    reason: reason?.slice(0, 2000) ?? null,
    rows,
    supersedes: manifest?.supersedes ?? [],
    snapshotAt: manifest ? snapshotText(manifest.snapshotAt) : null,
    recordedAt: settings.now().toISOString(),
  }
  await record(target, entry, tables)
  return { state, rows, tables, entry, ...(reason === undefined ? {} : { reason }) }
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
