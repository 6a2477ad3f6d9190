import { createHash, randomUUID } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Column } from '@datahub/core/bucket/column'
import { formatManifest } from '@datahub/core/bucket/manifest'
import {
  formatCsvName,
  formatPackageName,
  manifestNameOf,
  syncLogName,
  taskDirectory,
} from '@datahub/core/bucket/names'
import { formatSyncLog, type SyncLogRow } from '@datahub/core/bucket/sync-log'
import { createDeflater } from '@datahub/server/package/deflater'
import { createPackage } from '@datahub/server/package/package-writer'

/** What a manifest says of a report. */
export interface ReportShape {
  readonly columns: readonly Column[]
  readonly primaryKey?: readonly string[]
  readonly replaceByRange?: { readonly dateColumn: string }
}

/** The columns of the bench's sample CSV. */
const SAMPLE_COLUMNS: readonly Column[] = [
  { name: 'date', type: 'date', nullable: false },
  { name: 'marketplace', type: 'text', nullable: false },
  { name: 'asin', type: 'text', nullable: false },
  { name: 'brand', type: 'text', nullable: true },
  { name: 'category', type: 'text', nullable: true },
  { name: 'title', type: 'text', nullable: true },
  { name: 'price', type: 'decimal', precision: 12, scale: 2, nullable: true },
  { name: 'rating', type: 'decimal', precision: 3, scale: 1, nullable: true },
  { name: 'reviews', type: 'integer', nullable: true },
  { name: 'impressions', type: 'bigint', nullable: true },
  { name: 'clicks', type: 'bigint', nullable: true },
  { name: 'orders', type: 'integer', nullable: true },
  { name: 'spend', type: 'decimal', precision: 14, scale: 4, nullable: true },
  { name: 'sales', type: 'decimal', precision: 14, scale: 4, nullable: true },
  { name: 'updated_at', type: 'timestamp', nullable: true },
]

const SAMPLE_SHAPE: ReportShape = { columns: SAMPLE_COLUMNS, replaceByRange: { dateColumn: 'date' } }

const TASK = 161
const SAMPLE_RANGE = { from: '2025-08-01T00:00:00Z', to: '2025-09-01T00:00:00Z', timeZone: 'UTC' }

/** A folder with one package for each CSV, all made by the real writer, with manifests and a sync log. */
export async function fillBucket(
  folder: string,
  csvs: readonly string[],
  { columns, primaryKey, replaceByRange }: ReportShape = SAMPLE_SHAPE,
): Promise<void> {
  const directory = join(folder, taskDirectory('', TASK))
  await mkdir(directory, { recursive: true })
  const instanceId = randomUUID()
  const rows: SyncLogRow[] = []
  const deflater = createDeflater()
  try {
    for (const [at, csv] of csvs.entries()) {
      const executionId = at + 1
      const packageName = formatPackageName({
        dataSource: 'market_insight',
        taskId: TASK,
        day: '20250826',
        executionId,
      })
      const path = join(directory, packageName)
      await using writer = await createPackage({ path, deflater, modifiedAt: new Date('2025-08-26T03:00:00Z') })
      const fileName = formatCsvName('market_insight_asin', TASK, '20250826')
      const packed = await writer.addFile(
        fileName,
        createReadStream(csv, { highWaterMark: 1 << 18 }),
        new AbortController().signal,
      )
      const { sizeBytes } = await writer.seal()
      const requestId = randomUUID()
      const manifest = formatManifest({
        version: 1,
        instanceId,
        taskId: TASK,
        executionId,
        requestId,
        dataSource: 'market_insight',
        dataRange: SAMPLE_RANGE,
        trigger: 'schedule',
        supersedes: [],
        snapshotAt: '2025-08-26T03:00:00Z',
        package: { key: `${taskDirectory('', TASK)}${packageName}`, sizeBytes, sha256: await hashOf(path) },
        reports: [
          {
            ...packed,
            table: 'market_insight_asin',
            columns: [...columns],
            ...(primaryKey && { primaryKey: [...primaryKey] }),
            ...(replaceByRange && { replaceByRange }),
          },
        ],
      })
      await writeFile(join(directory, manifestNameOf(packageName)), manifest)
      const at0 = new Date('2025-08-26T03:00:00Z')
      rows.push({
        executionId,
        taskId: TASK,
        requestId,
        triggeredAt: at0,
        startedAt: at0,
        endedAt: at0,
        sendStartedAt: at0,
        status: 6,
        fileName: packageName,
        sizeBytes,
        failureReason: null,
      })
    }
  } finally {
    await deflater.close()
  }
  await writeFile(join(directory, syncLogName(TASK)), formatSyncLog(rows))
}

async function hashOf(path: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) hash.update(chunk)
  return hash.digest('hex')
}
