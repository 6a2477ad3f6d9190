import type { Manifest } from '@datahub/core/bucket/manifest'
import { parseManifest } from '@datahub/core/bucket/manifest'
import { manifestNameOf, parsePackageName, syncLogName, taskDirectory } from '@datahub/core/bucket/names'
import { parseSyncLog } from '@datahub/core/bucket/sync-log'
import { EXIT } from '@datahub/core/error/codes'
import { STATUS } from '@datahub/core/execution/status'
import { readText, type Bucket } from './bucket/bucket.ts'
import { LoaderError, Refusal } from './problem.ts'

/** A package that the sender says is there. */
export interface Candidate {
  readonly packageName: string
  readonly key: string
  /** Unknown for a package that only its name tells of, when the name is not one of ours. */
  readonly executionId: number | null
  /** As the log or the listing says; null where neither does. */
  readonly sizeBytes: number | null
  /** When it was delivered, as far as is known. */
  readonly deliveredAt: Date | null
}

export interface Found {
  readonly packages: readonly Candidate[]
  readonly by: 'sync log' | 'listing'
  /** What the user should know about how they were found. */
  readonly notes: readonly string[]
}

/** Without a log, nothing says that a package is whole but its manifest; one without is left alone for this long. */
const SETTLED_MS = 15 * 60_000

/**
 * Every package of a task that has been delivered, oldest execution first: the rows of the sync log with status 6, or the
 * task's directory when there is no log that can be read.
 */
export async function findPackages(bucket: Bucket, prefix: string, taskId: number): Promise<Found> {
  const folder = taskDirectory(prefix, taskId)
  const logKey = `${folder}${syncLogName(taskId)}`
  const log = await readText(bucket, logKey)
  if (log === 'absent' || log === 'denied')
    return listed(bucket, { prefix, folder, taskId }, `There is no ${logKey} that can be read`, log)
  try {
    return { packages: fromLog(log.text, folder, taskId), by: 'sync log', notes: [] }
  } catch (error) {
    return listed(
      bucket,
      { prefix, folder, taskId },
      `${logKey} is not a sync log (${(error as Error).message})`,
      'absent',
    )
  }
}

function fromLog(text: string, folder: string, taskId: number): Candidate[] {
  const byName = new Map<string, Candidate>()
  for (const row of parseSyncLog(text)) {
    if (row.status !== STATUS.fileSendSuccess || row.fileName === null || row.taskId !== taskId) continue
    byName.set(row.fileName, {
      packageName: row.fileName,
      key: `${folder}${row.fileName}`,
      executionId: row.executionId,
      sizeBytes: row.sizeBytes,
      deliveredAt: row.endedAt ?? row.sendStartedAt,
    })
  }
  return [...byName.values()].sort((a, b) => (a.executionId ?? 0) - (b.executionId ?? 0))
}

interface Place {
  readonly prefix: string
  readonly folder: string
  readonly taskId: number
}

async function listed(
  bucket: Bucket,
  { prefix, folder, taskId }: Place,
  why: string,
  log: 'absent' | 'denied',
): Promise<Found> {
  const listing = await bucket.list(folder)
  if (listing === 'denied') throw noRights(bucket, prefix, folder, log)
  const all = new Set(listing.objects.map(({ name }) => name))
  const packages = listing.objects
    .filter(({ name, modifiedAt }) => {
      if (!name.endsWith('.zip')) return false
      return all.has(manifestNameOf(name)) || listing.listedAt.getTime() - modifiedAt.getTime() > SETTLED_MS
    })
    .map(({ name, sizeBytes, modifiedAt }): Candidate => {
      const executionId = ours(name, taskId)?.executionId ?? null
      return { packageName: name, key: `${folder}${name}`, executionId, sizeBytes, deliveredAt: modifiedAt }
    })
    .sort((a, b) => (a.executionId ?? 0) - (b.executionId ?? 0) || (a.packageName < b.packageName ? -1 : 1))
  return { packages, by: 'listing', notes: [`${why}: the directory was listed instead.`] }
}

function ours(name: string, taskId: number) {
  const parsed = parsePackageName(name)
  return parsed?.taskId === taskId ? parsed : undefined
}

function noRights(bucket: Bucket, prefix: string, folder: string, log: 'absent' | 'denied'): LoaderError {
  const policy = bucket.readerPolicy?.(prefix)
  const why =
    log === 'denied'
      ? 'the sync log may not be read (or is not there), and the directory may not be listed'
      : 'there is no sync log, and the directory may not be listed'
  const cure = policy
    ? `Add s3:GetObject to the reader's policy, and s3:ListBucket so that a missing log can be told from a forbidden one:\n${policy}`
    : `Let this user read ${folder}.`
  return new LoaderError(`Could not look for packages in ${bucket.location}/${folder}: ${why}.`, cure, {
    exitCode: EXIT.unauthorized,
  })
}

/** Names that stand in a key and in the ledger: what a log says is not used as a path before it has this form. */
const PACKAGE_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,180}\.zip$/

/** Throws a Refusal for a package name that a hub would never write. */
export function requirePackageName(name: string): void {
  if (!PACKAGE_NAME.test(name) || name.includes('..'))
    throw new Refusal(`${JSON.stringify(name.slice(0, 200))} is not the name of a package`)
}

/** A snapshot of tomorrow would be newer than everything that comes: nothing would replace its rows. */
const CLOCKS_DIFFER_MS = 86_400_000

/**
 * The manifest beside a package, undefined when there is none. Throws a Refusal when it is not one, or tells of another
 * package than the log does.
 */
export async function readManifest(
  bucket: Bucket,
  candidate: Candidate,
  taskId: number,
  now: Date,
): Promise<Manifest | undefined> {
  const found = await readText(bucket, manifestNameOf(candidate.key))
  if (found === 'absent' || found === 'denied') return undefined
  const manifest = parse(found.text)
  const named = parsePackageName(candidate.packageName)
  const differs =
    manifest.taskId !== taskId
      ? `it is of task ${manifest.taskId}`
      : manifest.package.key.split('/').at(-1) !== candidate.packageName
        ? 'it is of another package'
        : candidate.executionId !== null && manifest.executionId !== candidate.executionId
          ? `it is of execution ${manifest.executionId}, the sync log says ${candidate.executionId}`
          : named && named.executionId !== manifest.executionId
            ? `it is of execution ${manifest.executionId}`
            : candidate.sizeBytes !== null && manifest.package.sizeBytes !== candidate.sizeBytes
              ? `it has ${manifest.package.sizeBytes} bytes, the bucket or the sync log says ${candidate.sizeBytes}`
              : Date.parse(manifest.snapshotAt) > now.getTime() + CLOCKS_DIFFER_MS
                ? `its snapshot ${manifest.snapshotAt} lies in the future`
                : undefined
  if (differs !== undefined) throw new Refusal(`the manifest does not fit: ${differs}`)
  return manifest
}

function parse(text: string): Manifest {
  try {
    return parseManifest(text)
  } catch (error) {
    throw new Refusal(`the manifest cannot be read: ${(error as Error).message}`)
  }
}
