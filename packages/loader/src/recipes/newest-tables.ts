import type { Bucket } from '../bucket/bucket.ts'
import { openBucket } from '../bucket/open-bucket.ts'
import { findPackages, readManifest, requirePackageName, type Candidate } from '../find-packages.ts'
import type { LoadTaskOptions } from '../session.ts'
import type { RecipeTable } from './recipe-facts.ts'
import { LoaderError, Refusal } from '../problem.ts'

/** Packages without a manifest, or with one that is not right, are passed over; so many of them, and there is none. */
const LOOK_BACK = 20

/** The tables of a task, by the newest manifest in the bucket. */
export async function newestTables(options: LoadTaskOptions): Promise<RecipeTable[]> {
  const bucket = await openBucket(options)
  try {
    const now = new Date()
    const { packages } = await findPackages(bucket, options.prefix ?? '', options.taskId)
    const manifest = await newestManifest(bucket, packages.slice(-LOOK_BACK).toReversed(), options.taskId, now)
    if (!manifest)
      throw new LoaderError(
        `No package of task ${options.taskId} with a manifest is there yet.`,
        'Run the task once, then ask again.',
      )
    return manifest.reports.map(({ table, columns, replaceByRange, primaryKey }) => ({
      name: table,
      columns,
      dateColumn: replaceByRange?.dateColumn,
      primaryKey,
    }))
  } finally {
    bucket.close()
  }
}

async function newestManifest(bucket: Bucket, newestFirst: readonly Candidate[], taskId: number, now: Date) {
  for (const candidate of newestFirst) {
    try {
      requirePackageName(candidate.packageName)
      const manifest = await readManifest(bucket, candidate, taskId, now)
      if (manifest) return manifest
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
    }
  }
  return undefined
}
