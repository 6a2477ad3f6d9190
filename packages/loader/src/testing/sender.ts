import { createHash, randomUUID } from 'node:crypto'
import { createWriteStream, mkdtempSync } from 'node:fs'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import type { Column } from '@datahub/core/bucket/column'
import { formatRecord } from '@datahub/core/bucket/csv'
import { formatManifest, type Manifest } from '@datahub/core/bucket/manifest'
import {
  formatCsvName,
  formatPackageName,
  manifestNameOf,
  syncLogName,
  taskDirectory,
} from '@datahub/core/bucket/names'
import { formatSyncLog, type SyncLogRow } from '@datahub/core/bucket/sync-log'
import yazl from 'yazl'

export type Cells = readonly (string | null)[]

export interface TestReport {
  readonly table: string
  readonly columns: readonly Column[]
  readonly rows: readonly Cells[]
  readonly primaryKey?: readonly string[]
  readonly dateColumn?: string
}

export interface TestDelivery {
  readonly executionId: number
  readonly reports: readonly TestReport[]
  /** Days, the second excluded. */
  readonly range?: readonly [fromOn: string, toOn: string]
  readonly supersedes?: readonly number[]
  /** Of the source; all packages have the same one when absent. */
  readonly snapshotAt?: string
  /** Change what is right before it is written. */
  readonly tamper?: (manifest: Manifest) => Manifest
  readonly withoutManifest?: boolean
  /** A zip made elsewhere instead of ours. */
  readonly zip?: (files: ReadonlyMap<string, Buffer>, path: string) => Promise<void>
}

/** A hub that delivers into a folder, for tests: packages, manifests and a sync log as the contract has them. */
export class TestSender {
  readonly folder = mkdtempSync(join(tmpdir(), 'datahub-loader-bucket-'))
  readonly instanceId = randomUUID()
  readonly taskId: number
  readonly #log: SyncLogRow[] = []

  constructor(taskId = 161) {
    this.taskId = taskId
  }

  get directory(): string {
    return join(this.folder, taskDirectory('', this.taskId))
  }

  nameOf(executionId: number): string {
    return formatPackageName({ dataSource: 'market_insight', taskId: this.taskId, day: '20250826', executionId })
  }

  async deliver(delivery: TestDelivery): Promise<string> {
    const { executionId, reports, range = ['2025-01-01', '2025-01-02'], supersedes = [] } = delivery
    const packageName = this.nameOf(executionId)
    const files = new Map(
      reports.map(({ table, columns, rows }) => [
        formatCsvName(table, this.taskId, '20250826'),
        Buffer.from([columns.map(({ name }) => name), ...rows].map((cells) => formatRecord(cells)).join('')),
      ]),
    )
    await mkdir(this.directory, { recursive: true })
    const path = join(this.directory, packageName)
    await (delivery.zip ?? writeZip)(files, path)
    const bytes = await readFile(path)
    const manifest: Manifest = {
      version: 1,
      instanceId: this.instanceId,
      taskId: this.taskId,
      executionId,
      requestId: randomUUID(),
      dataSource: 'market_insight',
      dataRange: { from: `${range[0]}T00:00:00Z`, to: `${range[1]}T00:00:00Z`, timeZone: 'UTC' },
      trigger: 'schedule',
      supersedes: [...supersedes],
      snapshotAt: delivery.snapshotAt ?? '2025-08-26T00:00:00.000Z',
      package: {
        key: `${taskDirectory('', this.taskId)}${packageName}`,
        sizeBytes: bytes.length,
        sha256: hashOf(bytes),
      },
      reports: [...files].map(([fileName, csv], at) => {
        const { table, columns, rows, primaryKey, dateColumn } = reports[at] as TestReport
        return {
          fileName,
          table,
          rows: rows.length,
          sizeBytes: csv.length,
          sha256: hashOf(csv),
          columns: [...columns],
          ...(primaryKey && { primaryKey: [...primaryKey] }),
          ...(dateColumn && { replaceByRange: { dateColumn } }),
        }
      }),
    }
    if (!delivery.withoutManifest) {
      await writeFile(
        join(this.directory, manifestNameOf(packageName)),
        formatManifest(delivery.tamper?.(manifest) ?? manifest),
      )
    }
    await this.log({ executionId, fileName: packageName, sizeBytes: bytes.length })
    return packageName
  }

  /** Adds a row with status 6, true or not. */
  async log(row: Partial<SyncLogRow> & { readonly executionId: number; readonly fileName: string }): Promise<void> {
    const at = new Date(Date.UTC(2025, 7, 26) + row.executionId * 60_000)
    this.#log.push({
      taskId: this.taskId,
      requestId: randomUUID(),
      triggeredAt: at,
      startedAt: at,
      endedAt: at,
      sendStartedAt: at,
      status: 6,
      sizeBytes: null,
      failureReason: null,
      ...row,
    })
    await mkdir(this.directory, { recursive: true })
    await writeFile(join(this.directory, syncLogName(this.taskId)), formatSyncLog(this.#log))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.folder, { recursive: true, force: true })
  }
}

async function writeZip(files: ReadonlyMap<string, Buffer>, path: string): Promise<void> {
  const zip = new yazl.ZipFile()
  for (const [name, bytes] of files) zip.addBuffer(bytes, name)
  zip.end()
  await pipeline(zip.outputStream, createWriteStream(path))
}

function hashOf(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex')
}
