import { openBucket } from '../bucket/open-bucket.ts'
import { findPackages, readManifest } from '../find-packages.ts'
import type { LoadTaskOptions } from '../session.ts'
import type { RecipeTable } from './recipe-facts.ts'
import { LoaderError } from '../problem.ts'

/** The tables of a task, by the newest manifest in the bucket. */
export async function newestTables(options: LoadTaskOptions): Promise<RecipeTable[]> {
  const bucket = await openBucket(options)
  try {
    const now = new Date()
    const { packages } = await findPackages(bucket, options.prefix ?? '', options.taskId, now)
    const newest = packages.at(-1)
    const manifest = newest && (await readManifest(bucket, newest, options.taskId, now))
    if (!manifest)
      throw new LoaderError(
        `No package of task ${options.taskId} with a manifest is there yet.`,
        'Run the task once, then ask again.',
      )
    return manifest.reports.map(({ table, columns, replaceByRange }) => ({
      name: table,
      columns,
      dateColumn: replaceByRange?.dateColumn,
    }))
  } finally {
    bucket.close()
  }
}
