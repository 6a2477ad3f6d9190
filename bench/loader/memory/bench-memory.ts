import { execFile } from 'node:child_process'
import { mkdtempSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { TEST_TARGETS } from '../../../packages/loader/src/testing/test-target.ts'
import type { Figure } from '../../figure.ts'
import { fillBucket } from '../bucket-folder.ts'
import type { Lap } from '../lap.ts'
import type { MemoryCase } from './shapes.ts'
import { writeCsv } from './write-csv.ts'

const run = promisify(execFile)
/** `datahub-loader` starts itself so. */
const AS_THE_COMMAND = '--max-semi-space-size=4'

/**
 * The most memory that the loader takes, for each kind of database and each shape of packages that has once taken more than
 * others.
 */
export async function benchMemory(cases: readonly MemoryCase[]): Promise<Figure[]> {
  await run(process.execPath, [resolve(import.meta.dirname, '../../../scripts/build-loader.ts')])
  const figures: Figure[] = []
  for (const one of cases) {
    const folder = mkdtempSync(join(tmpdir(), 'datahub-bench-memory-'))
    try {
      const bucket = await deliver(folder, one)
      for (const [kind, create] of Object.entries(TEST_TARGETS)) {
        await using database = await create()
        const lap = resolve(import.meta.dirname, '../lap.ts')
        const { stdout } = await run(process.execPath, [AS_THE_COMMAND, lap, bucket, database.url])
        const { seconds, peakRssMb } = JSON.parse(stdout) as Lap
        figures.push({ name: `${kind}, ${one.name}, memory ≤ 200 MB`, value: seconds, unit: 's', peakRssMb })
      }
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  }
  return figures
}

/** A bucket with a package for each of the numbers of rows; packages of equal numbers are alike where there are many. */
async function deliver(folder: string, { shape, rows, textLength }: MemoryCase): Promise<string> {
  const csvs: string[] = []
  for (const [at, count] of rows.entries()) {
    const isAgain = rows.length > 2 && at > 0
    const path = join(folder, `${isAgain ? 0 : at}.csv`)
    if (!isAgain) await writeCsv(path, { columns: shape.columns, rows: count, version: at, textLength })
    csvs.push(path)
  }
  const bucket = join(folder, 'bucket')
  await fillBucket(bucket, csvs, shape)
  return bucket
}
