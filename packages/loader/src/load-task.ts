import type { Manifest } from '@datahub/core/bucket/manifest'
import { findPackages, type Candidate, type Found } from './find-packages.ts'
import { entriesAt } from './ledger/addresses.ts'
import { KnownHistory } from './ledger/history.ts'
import { hasLedger } from './ledger/ledger-tables.ts'
import { entriesOf, entryOf, loadedTables } from './ledger/ledger.ts'
import { answerOf } from './ledger/question.ts'
import { loadPackage, previewPackage, recordRefusal, type Outcome, type PackageFacts } from './load-package.ts'
import { deliveredBy, describePackage } from './package/describe-package.ts'
import type { FetchedPackage } from './package/fetch-package.ts'
import { openZip, type ZipEntry } from './package/zip-file.ts'
import { prepare, prepareAhead, type Ready } from './prepare-package.ts'
import { Interruption, LoaderError, Refusal } from './problem.ts'
import { openSession, type LoadTaskOptions, type PackageResult, type Session } from './session.ts'
import { unusedRules } from './tables/unused-rules.ts'
import { sql } from './targets/sql.ts'
import { wordsOfTable, type Target } from './targets/target.ts'

export interface LoadReport {
  readonly taskId: number
  readonly packages: readonly PackageResult[]
  readonly rows: number
  readonly refused: number
  /** What the user should know: how packages were found, and which parts of the mapping have met nothing. */
  readonly notes: readonly string[]
}

/**
 * Loads every package of a task that the ledger does not have, oldest first, each in one transaction. A package that may
 * not be loaded is recorded as refused, and the next ones go on. Throws a LoaderError when the bucket or the database
 * fails; what was committed before stays.
 */
export async function loadTask(options: LoadTaskOptions): Promise<LoadReport> {
  await using session = await openSession(options)
  const found = await findPackages(session.bucket, session.prefix, options.taskId)
  const { known, here } = await readLedger(session)
  const pending = found.packages.filter(({ packageName }) => !here.has(packageName))
  options.onEvent?.({ kind: 'found', pending: pending.length, by: found.by, notes: found.notes })
  const packages: PackageResult[] = []
  const manifests: (Manifest | undefined)[] = []
  await unlessInterrupted(async () => {
    for await (const ready of prepareAhead(session, pending, known)) {
      if (options.signal?.aborted) return
      const result = await loadOne(session, ready, known)
      packages.push(result)
      // Of thousands of packages they would be most of what is in memory.
      if (options.mapping) manifests.push(ready.facts.manifest)
      options.onEvent?.({ kind: 'done', result })
    }
  })
  return reportOf(options.taskId, packages, [...found.notes, ...unusedRules(options.mapping, manifests)])
}

/** Loads one package once more, whatever the ledger says of it. */
export async function reloadPackage(options: LoadTaskOptions, packageName: string): Promise<LoadReport> {
  await using session = await openSession(options, { again: true })
  const found = await findPackages(session.bucket, session.prefix, options.taskId)
  const candidate = found.packages.find((one) => one.packageName === packageName)
  if (!candidate)
    throw new LoaderError(
      `${JSON.stringify(packageName)} is not among the packages that were delivered for task ${options.taskId}.`,
      'Look for its name in the sync log of the task.',
    )
  return reportOf(options.taskId, await loadAgain(session, found, [candidate]), found.notes)
}

/** Loads every package of a task once more that was refused from this bucket, oldest first: their cause may be mended. */
export async function reloadRefused(options: LoadTaskOptions): Promise<LoadReport> {
  await using session = await openSession(options, { again: true })
  const found = await findPackages(session.bucket, session.prefix, options.taskId)
  const entries = await entriesOf(session.target, options.taskId)
  const here = await entriesAt(session.target, entries, session.location)
  const refused = new Set(here.filter(({ state }) => state === 'refused').map(({ packageName }) => packageName))
  const candidates = found.packages.filter(({ packageName }) => refused.has(packageName))
  return reportOf(options.taskId, await loadAgain(session, found, candidates), found.notes)
}

async function loadAgain(
  session: Session,
  { by, notes }: Found,
  candidates: readonly Candidate[],
): Promise<PackageResult[]> {
  const { onEvent, signal } = session.options
  onEvent?.({ kind: 'found', pending: candidates.length, by, notes })
  const packages: PackageResult[] = []
  await unlessInterrupted(async () => {
    for (const candidate of candidates) {
      if (signal?.aborted) return
      const result = await loadOne(session, await prepare(session, candidate))
      packages.push(result)
      onEvent?.({ kind: 'done', result })
    }
  })
  return packages
}

/** An interruption is no failure: what was done before it is what there is to report. */
async function unlessInterrupted(work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (error) {
    if (!(error instanceof Interruption)) throw error
  }
}

function reportOf(taskId: number, packages: readonly PackageResult[], notes: readonly string[]): LoadReport {
  return {
    taskId,
    packages,
    notes,
    rows: packages.reduce((sum, one) => sum + (one.state === 'loaded' ? one.rows : 0), 0),
    refused: packages.filter(({ state }) => state === 'refused').length,
  }
}

/** What the ledger has of the task, and the names of packages of this bucket among it, which need no look any more. */
async function readLedger({ target, location, options }: Session) {
  const known = new KnownHistory()
  const entries = await entriesOf(target, options.taskId)
  const loads = entries.length === 0 ? [] : await loadedTables(target, sql`l.task_id = ${options.taskId}`)
  const byEntry = Map.groupBy(loads, ({ loadId }) => loadId)
  for (const entry of entries) known.add(entry, byEntry.get(entry.id) ?? [])
  const here = await entriesAt(target, entries, location)
  return { known, here: new Set(here.map(({ packageName }) => packageName)) }
}

async function loadOne(session: Session, ready: Ready, known?: KnownHistory): Promise<PackageResult> {
  const startedAt = performance.now()
  const { candidate, facts } = ready
  const { entry, ...outcome } = await settleOne(session, ready)
  if (entry) known?.add(entry, outcome.tables)
  return {
    packageName: candidate.packageName,
    executionId: facts.executionId,
    ...outcome,
    tables: outcome.tables.map(({ table, mode, rows }) => ({ table, mode, rows })),
    tookMs: Math.round(performance.now() - startedAt),
  }
}

type Settled = Omit<Outcome, 'state'> & { readonly state: PackageResult['state'] }

async function settleOne(session: Session, ready: Ready): Promise<Settled> {
  const { target, settings, options } = session
  const { facts, fetched, refusal } = ready
  try {
    if (refusal) throw refusal
    if (options.dryRun) return await plan(session, facts)
    if (fetched) return await withRoom(target, () => loadFetched(session, facts, fetched))
    const delivered = (facts.manifest?.reports ?? []).map(deliveredBy)
    const outcome = await withRoom(target, () => loadPackage(target, facts, delivered, settings, undefined))
    // It counts after all: somebody has changed the ledger by hand.
    return outcome ?? (await settleOne(session, await prepare(session, ready.candidate)))
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    if (options.dryRun) return { state: 'refused', rows: 0, tables: [], reason: error.message }
    return recordRefusal(target, facts, settings, error.message)
  } finally {
    await fetched?.discard()
  }
}

/** Begins the work on a package anew as long as its target finds more memory for it. Nothing of it was committed, or the ledger knows. */
async function withRoom<T>(target: Target, work: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await work()
    } catch (error) {
      if (!(await target.makeRoom?.(error))) throw error
    }
  }
}

async function loadFetched(
  { target, settings, limits, options }: Session,
  facts: PackageFacts,
  fetched: FetchedPackage,
): Promise<Settled> {
  const zip = await openZip(fetched.content, facts.taskId, limits)
  try {
    const described = await describePackage(zip, facts.manifest)
    const delivered = described.map((one) => one.delivered)
    const watched = progressOf(facts.packageName, zip.files, options.onEvent)
    const outcome = await loadPackage(target, facts, delivered, settings, (report) => {
      const file = described.find((one) => one.delivered === report)?.file
      if (!file) throw new Refusal(`the zip lacks ${report.fileName}`)
      return watched(zip.read(file))
    })
    if (!outcome) throw new Refusal('the package was not read')
    return facts.manifest ? outcome : { ...outcome, reason: WITHOUT_MANIFEST }
  } finally {
    await zip.close()
  }
}

/** Tells what of a package's content has gone by. */
function progressOf(
  packageName: string,
  files: readonly ZipEntry[],
  onEvent: LoadTaskOptions['onEvent'],
): (chunks: AsyncIterable<Uint8Array>) => AsyncIterable<Uint8Array> {
  if (!onEvent) return (chunks) => chunks
  const totalBytes = files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
  let doneBytes = 0
  return async function* (chunks) {
    for await (const chunk of chunks) {
      yield chunk
      doneBytes += chunk.length
      onEvent({ kind: 'progress', stage: 'load', packageName, doneBytes, totalBytes })
    }
  }
}

const WITHOUT_MANIFEST = 'without a manifest: types were read from the values, rows were not counted by the sender'

async function plan({ target, settings }: Session, facts: PackageFacts): Promise<Settled> {
  const { manifest } = facts
  const before = (await hasLedger(target)) ? (await answerOf(target, entryOf(facts))).entry : undefined
  if (before) return { state: 'already loaded', rows: before.rows, tables: [] }
  if (!manifest) {
    const reason = 'without a manifest: its content is not known before it is loaded'
    return { state: 'planned', rows: 0, tables: [], reason }
  }
  const plans = await previewPackage(target, facts, manifest.reports.map(deliveredBy), settings)
  const tables = plans.map((one) => ({
    table: wordsOfTable(one.table),
    fileName: one.delivered.fileName,
    mode: one.mode,
    rows: one.delivered.promised?.rows ?? 0,
    cut: one.cut ?? null,
    column: null,
  }))
  return { state: 'planned', rows: tables.reduce((sum, { rows }) => sum + rows, 0), tables }
}
