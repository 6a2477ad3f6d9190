import { z } from 'zod'
import { Column } from './column.ts'
import { NAME } from './names.ts'

export const MANIFEST_VERSION = 1

const Sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'a SHA-256 in 64 hexadecimal digits')
const Instant = z.iso.datetime({ offset: true })
const Count = z.number().int().nonnegative()

/** How a reader should put a report's rows beside those it has: replace the rows of the data range, or upsert by key. */
const ReplaceByRange = z.object({ dateColumn: z.string() })

const ManifestReport = z.object({
  fileName: z.string(),
  table: z.string().regex(NAME),
  rows: Count,
  sizeBytes: Count,
  sha256: Sha256,
  columns: z.array(Column),
  /** Counts up when columns are added, removed or retyped; absent where an earlier release made the package. */
  schemaVersion: z.number().int().positive().optional(),
  primaryKey: z.array(z.string()).optional(),
  replaceByRange: ReplaceByRange.optional(),
})

/** `….manifest.json`: everything a reader needs to verify a package before it loads a row. Unknown keys are kept. */
export const Manifest = z.looseObject({
  version: z.literal(MANIFEST_VERSION),
  instanceId: z.uuid(),
  taskId: z.number().int().positive(),
  executionId: z.number().int().positive(),
  requestId: z.uuid(),
  dataSource: z.string().regex(NAME),
  /** Half-open: from is in, to is not. */
  dataRange: z.object({ from: Instant, to: Instant, timeZone: z.string() }),
  trigger: z.string(),
  supersedes: z.array(z.number().int().positive()),
  snapshotAt: Instant,
  package: z.object({ key: z.string(), sizeBytes: Count, sha256: Sha256 }),
  reports: z.array(ManifestReport),
})

export type Manifest = z.output<typeof Manifest>
export type ManifestReport = z.output<typeof ManifestReport>

/** Two-space JSON with a line feed at its end: people read it too. */
export function formatManifest(manifest: Manifest): string {
  return `${JSON.stringify(manifest, null, 2)}\n`
}

/** Throws a SyntaxError that says what is wrong in one line. */
export function parseManifest(text: string): Manifest {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw new SyntaxError('manifest: not JSON')
  }
  const result = Manifest.safeParse(value)
  if (result.success) return result.data
  const issue = result.error.issues[0]
  throw new SyntaxError(`manifest: ${issue?.path.join('.') ?? ''} ${issue?.message ?? 'is not valid'}`)
}
