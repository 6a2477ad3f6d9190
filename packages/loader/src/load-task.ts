import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { createHash } from 'node:crypto'
import type { Bucket } from './bucket/bucket.ts'
import { openBucket, type BucketOptions } from './bucket/open-bucket.ts'
import { findPackages, readManifest, requirePackageName, type Candidate } from './find-packages.ts'
import { entriesOf, type LedgerState } from './ledger/ledger.ts'
import {
  loadPackage,
  previewPackage,
  recordWithoutRows,
  type LoadSettings,
  type Outcome,
  type PackageFacts,
} from './load-package.ts'
import { deliveredBy, describePackage } from './package/describe-package.ts'
import { fetchPackage, type FetchedPackage } from './package/fetch-package.ts'
import { LIMITS, type Limits } from './package/limits.ts'
import { openZip } from './package/zip-file.ts'
import { Refusal } from './problem.ts'
import type { Mode, TableMapping } from './tables/table-mapping.ts'
import { openTarget } from './targets/open-target.ts'
import { wordsOfTable, type Target } from './targets/target.ts'

/** What to load, from where, into what. */
export interface LoadTaskOptions extends BucketOptions {
  readonly taskId: number
  /** `postgres://…`, `mysql://…`, `mariadb://…`, `sqlite:path` or `duckdb:path`. */
  readonly into: string
  /** Before `reports/` in every key: `''` or `acme/`. */
  readonly prefix?: string | undefined
  readonly mode?: Mode | undefined
  readonly mapping?: TableMapping | undefined
  readonly dryRun?: boolean | undefined
  readonly limits?: Partial<Limits> | undefined
  readonly workFolder?: string | undefined
  readonly onEvent?: ((event: LoadEvent) => void) | undefined
  /** Between two packages: the one under way is finished. */
  readonly signal?: AbortSignal | undefined
}

export type LoadEvent =
  | { readonly kind: 'found'; readonly pending: number; readonly by: string; readonly notes: readonly string[] }
  | { readonly kind: 'progress'; readonly packageName: string; readonly doneBytes: number; readonly totalBytes: number }
  | { readonly kind: 'done'; readonly result: PackageResult }

export interface PackageResult {
  readonly packageName: string
  readonly executionId: number | null
  readonly state: Outcome['state'] | 'planned'
  readonly rows: number
  readonly tables: readonly { readonly table: string; readonly mode: Mode; readonly rows: number }[]
  /** Why it was refused, or what could not be known about it. */
  readonly reason?: string
  readonly tookMs: number
}

export interface LoadReport {
  readonly taskId: number
  readonly packages: readonly PackageResult[]
  readonly rows: number
  readonly refused: number
}

/** How many packages are brought here while one is loaded. */
const AHEAD = 3

/**
 * Loads every package of a task that the ledger does not have, oldest first, each in one transaction. A package that may
 * not be loaded is recorded as refused, and the next ones go on. Throws a LoaderError when the bucket or the database
 * fails; what was committed before stays.
 */
export async function loadTask(options: LoadTaskOptions): Promise<LoadReport> {
  await using session = await openSession(options)
  const found = await findPackages(session.bucket, session.prefix, options.taskId, new Date())
  const known = await processed(session.target, session.location, options.taskId)
  const pending = found.packages.filter(({ packageName }) => !known.has(packageName))
  options.onEvent?.({ kind: 'found', pending: pending.length, by: found.by, notes: found.notes })
  const packages: PackageResult[] = []
  for await (const ready of prepareAhead(session, pending)) {
    const result = await loadOne(session, ready)
    packages.push(result)
    options.onEvent?.({ kind: 'done', result })
    if (options.signal?.aborted) break
  }
  return reportOf(options.taskId, packages)
}

/** Loads one package once more, whatever the ledger says of it. */
export async function reloadPackage(options: LoadTaskOptions, packageName: string): Promise<LoadReport> {
  await using session = await openSession(options, true)
  const found = await findPackages(session.bucket, session.prefix, options.taskId, new Date())
  const candidate = found.packages.find((one) => one.packageName === packageName)
  if (!candidate)
    throw new Refusal(`${packageName} is not among the packages that were delivered for task ${options.taskId}`)
  const result = await loadOne(session, await prepare(session, candidate))
  options.onEvent?.({ kind: 'done', result })
  return reportOf(options.taskId, [result])
}

export interface Session extends AsyncDisposable {
  readonly options: LoadTaskOptions
  readonly bucket: Bucket
  readonly target: Target
  readonly prefix: string
  readonly location: string
  readonly settings: LoadSettings
  readonly limits: Limits
  readonly workFolder: string
}

export async function openSession(options: LoadTaskOptions, again = false): Promise<Session> {
  const bucket = await openBucket(options)
  const target = await openTarget(options.into).catch((error: unknown) => {
    bucket.close()
    throw error
  })
  const prefix = options.prefix ?? ''
  return {
    options,
    bucket,
    target,
    prefix,
    location: `${bucket.location}/${prefix}`,
    settings: { mode: options.mode, mapping: options.mapping ?? {}, now: () => new Date(), again },
    limits: { ...LIMITS, ...options.limits },
    workFolder: options.workFolder ?? defaultWorkFolder(),
    async [Symbol.asyncDispose]() {
      bucket.close()
      await target.close()
    },
  }
}

function defaultWorkFolder(): string {
  return join(tmpdir(), `datahub-loader-${createHash('sha256').update(homedir()).digest('hex').slice(0, 8)}`)
}

function reportOf(taskId: number, packages: readonly PackageResult[]): LoadReport {
  return {
    taskId,
    packages,
    rows: packages.reduce((sum, one) => sum + (one.state === 'loaded' ? one.rows : 0), 0),
    refused: packages.filter(({ state }) => state === 'refused').length,
  }
}

/** Names of packages that need no look any more. */
async function processed(target: Target, location: string, taskId: number): Promise<Map<string, LedgerState>> {
  const entries = await entriesOf(target, taskId)
  return new Map(
    entries.filter((entry) => entry.location === location).map(({ packageName, state }) => [packageName, state]),
  )
}

/** A package on this machine, or why it cannot be. */
interface Ready {
  readonly candidate: Candidate
  readonly facts: PackageFacts
  readonly fetched?: FetchedPackage
  readonly refusal?: Refusal
}

/** Brings packages here in order, a few ahead of the one that is loaded. */
async function* prepareAhead(session: Session, candidates: readonly Candidate[]): AsyncGenerator<Ready> {
  const queue: Promise<Ready>[] = []
  let next = 0
  const begin = () => {
    const candidate = candidates[next++]
    if (!candidate) return
    const ready = prepare(session, candidate)
    ready.catch(() => {}) // Thrown when its turn comes.
    queue.push(ready)
  }
  for (let count = 0; count <= AHEAD; count += 1) begin()
  try {
    for (let ready = queue.shift(); ready; ready = queue.shift()) {
      yield await ready
      begin()
    }
  } finally {
    for (const rest of await Promise.allSettled(queue)) {
      if (rest.status === 'fulfilled') await rest.value.fetched?.discard()
    }
  }
}

async function prepare(session: Session, candidate: Candidate): Promise<Ready> {
  const { bucket, location, limits, options } = session
  let facts: PackageFacts = {
    instance: location.length > 190 ? createHash('sha256').update(location).digest('hex') : location,
    taskId: options.taskId,
    packageName: candidate.packageName,
    location,
    executionId: candidate.executionId,
    sha256: null,
    sizeBytes: candidate.sizeBytes,
    manifest: undefined,
  }
  try {
    requirePackageName(candidate.packageName)
    const manifest = await readManifest(bucket, candidate, options.taskId)
    if (manifest) facts = { ...facts, instance: manifest.instanceId, executionId: manifest.executionId, manifest }
    if (options.dryRun) return { candidate, facts }
    const object = await bucket.open(candidate.key)
    if (typeof object === 'string')
      throw new Refusal(`the package is ${object === 'absent' ? 'not there' : 'not readable, or not there'}`)
    const promised = manifest?.package.sizeBytes ?? candidate.sizeBytes ?? object.sizeBytes
    if (object.sizeBytes !== promised)
      throw new Refusal(`the package has ${object.sizeBytes} bytes instead of ${promised}`)
    if (object.sizeBytes > limits.packageMaxBytes)
      throw new Refusal(`the package has ${object.sizeBytes} bytes, more than ${limits.packageMaxBytes}`)
    const onProgress = (doneBytes: number, totalBytes: number) =>
      options.onEvent?.({ kind: 'progress', packageName: candidate.packageName, doneBytes, totalBytes })
    const fetched = await fetchPackage(object, candidate.packageName, { workFolder: session.workFolder, onProgress })
    facts = { ...facts, sha256: fetched.sha256, sizeBytes: object.sizeBytes }
    if (manifest && manifest.package.sha256 !== fetched.sha256) {
      await fetched.discard()
      throw new Refusal('the package does not have the SHA-256 of its manifest')
    }
    return { candidate, facts, fetched }
  } catch (error) {
    if (error instanceof Refusal) return { candidate, facts, refusal: error }
    throw error
  }
}

async function loadOne(session: Session, { candidate, facts, fetched, refusal }: Ready): Promise<PackageResult> {
  const startedAt = performance.now()
  let outcome
  try {
    outcome = await settleOne(session, facts, fetched, refusal)
  } finally {
    await fetched?.discard()
  }
  return {
    packageName: candidate.packageName,
    executionId: facts.executionId,
    ...outcome,
    tables: outcome.tables.map(({ table, mode, rows }) => ({ table, mode, rows })),
    tookMs: Math.round(performance.now() - startedAt),
  }
}

async function settleOne(
  { target, settings, limits, options }: Session,
  facts: PackageFacts,
  fetched: FetchedPackage | undefined,
  refusal: Refusal | undefined,
): Promise<Omit<Outcome, 'state'> & { state: PackageResult['state'] }> {
  try {
    if (refusal) throw refusal
    if (options.dryRun) return await plan(target, facts, settings)
    if (!fetched) throw new Refusal('the package was not fetched')
    const zip = await openZip(fetched.path, facts.taskId, limits)
    try {
      const outcome = await loadPackage(target, facts, zip, await describePackage(zip, facts.manifest), settings)
      return facts.manifest ? outcome : { ...outcome, reason: WITHOUT_MANIFEST }
    } finally {
      await zip.close()
    }
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    if (options.dryRun) return { state: 'refused', rows: 0, tables: [], reason: error.message }
    return recordWithoutRows(target, facts, settings, 'refused', error.message)
  }
}

const WITHOUT_MANIFEST = 'without a manifest: types were read from the values, rows were not counted by the sender'

async function plan(target: Target, facts: PackageFacts, settings: LoadSettings) {
  const { manifest } = facts
  if (!manifest)
    return {
      state: 'planned' as const,
      rows: 0,
      tables: [],
      reason: 'without a manifest: its content is not known before it is loaded',
    }
  const delivered = manifest.reports.map(deliveredBy)
  const plans = await previewPackage(target, facts, delivered, settings)
  const tables = plans.map((one) => ({
    table: wordsOfTable(one.table),
    fileName: one.delivered.fileName,
    mode: one.mode,
    rows: one.delivered.promised?.rows ?? 0,
    cut: one.cut ?? null,
    column: null,
  }))
  return { state: 'planned' as const, rows: tables.reduce((sum, { rows }) => sum + rows, 0), tables }
}
