import { createHash } from 'node:crypto'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Bucket } from './bucket/bucket.ts'
import { openBucket, type BucketOptions } from './bucket/open-bucket.ts'
import type { LoadSettings } from './load-package.ts'
import { LIMITS, type Limits } from './package/limits.ts'
import type { Mode, TableMapping } from './tables/table-mapping.ts'
import { openTarget } from './targets/open-target.ts'
import type { Target } from './targets/target.ts'

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
  /** The package that is being loaded is finished; downloads stop where they are, and the next run goes on there. */
  readonly signal?: AbortSignal | undefined
}

export type LoadEvent =
  | { readonly kind: 'found'; readonly pending: number; readonly by: string; readonly notes: readonly string[] }
  | {
      readonly kind: 'progress'
      readonly packageName: string
      /** Bytes of the package that have come, or of its content that have gone into the database. */
      readonly stage: 'download' | 'load'
      readonly doneBytes: number
      readonly totalBytes: number
    }
  | { readonly kind: 'done'; readonly result: PackageResult }

export interface PackageResult {
  readonly packageName: string
  readonly executionId: number | null
  readonly state: 'loaded' | 'superseded' | 'refused' | 'already loaded' | 'planned'
  readonly rows: number
  readonly tables: readonly { readonly table: string; readonly mode: Mode; readonly rows: number }[]
  /** Why it was refused, or what could not be known about it. */
  readonly reason?: string
  readonly tookMs: number
}

/** A bucket and a database, open together. */
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

/** `again`: packages are loaded although the ledger has them. `reads`: nothing will be written. */
export async function openSession(
  options: LoadTaskOptions,
  { again = false, reads = options.dryRun === true } = {},
): Promise<Session> {
  const bucket = await openBucket(options)
  const target = await openTarget(options.into, { creates: !reads }).catch((error: unknown) => {
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
