import { createHash } from 'node:crypto'
import { buffer } from 'node:stream/consumers'
import { GetObjectCommand, ListMultipartUploadsCommand, ListObjectsV2Command } from '@aws-sdk/client-s3'
import { parseRecords } from '@datahub/core/bucket/csv'
import { parseManifest, type Manifest } from '@datahub/core/bucket/manifest'
import { connectionTestKey, manifestNameOf } from '@datahub/core/bucket/names'
import { parseSyncLog, type SyncLogRow } from '@datahub/core/bucket/sync-log'
import { expect } from 'vitest'
import { fromBufferPromise } from 'yauzl'
import type { TestBucket } from '../parts/bucket.ts'
import { requirePart } from '../parts/endpoints.ts'
import { clientFor } from '../parts/seed-policy.ts'

/** All keys of the bucket, as the customer sees them, in order. */
export async function listKeys(bucket: TestBucket): Promise<string[]> {
  const { Contents = [] } = await bucket.owner.send(new ListObjectsV2Command({ Bucket: bucket.name }))
  return Contents.map(({ Key = '' }) => Key).sort()
}

/** Packages whose upload was begun and neither completed nor aborted: invisible, and billed. */
export async function listOpenUploads(bucket: TestBucket): Promise<string[]> {
  const { Uploads = [] } = await bucket.owner.send(new ListMultipartUploadsCommand({ Bucket: bucket.name }))
  return Uploads.map(({ Key = '' }) => Key).filter((key) => key !== connectionTestKey(''))
}

/** With the restricted key, as the seed's consumer reads. */
export async function readObject(bucket: TestBucket, key: string): Promise<Buffer> {
  const reader = clientFor(requirePart('s3'), bucket.user)
  try {
    const { Body } = await reader.send(new GetObjectCommand({ Bucket: bucket.name, Key: key }))
    return Buffer.from((await Body?.transformToByteArray()) ?? [])
  } finally {
    reader.destroy()
  }
}

export async function readLog(bucket: TestBucket, taskId: number): Promise<SyncLogRow[]> {
  return parseSyncLog((await readObject(bucket, `reports/${taskId}/sync_log_${taskId}.csv`)).toString())
}

export interface Delivered {
  readonly manifest: Manifest
  /** By name, in the order of the package. */
  readonly files: ReadonlyMap<string, Buffer>
}

/**
 * The bucket must hold this of the task, and nothing else but perhaps the object of the connection test: one package,
 * its manifest, and a log with one row, of status 6. The package must be what manifest and row say of it.
 */
export async function expectOneDelivery(bucket: TestBucket, taskId: number): Promise<Delivered> {
  const log = await readLog(bucket, taskId)
  expect(log).toHaveLength(1)
  const key = `reports/${taskId}/${log[0]?.fileName}`
  const keys = (await listKeys(bucket)).filter((key) => key !== connectionTestKey(''))
  expect(keys).toEqual([manifestNameOf(key), key, `reports/${taskId}/sync_log_${taskId}.csv`].sort())
  return expectWholePackage(bucket, log[0])
}

/** What a row of the sync log has delivered, held against its manifest down to the SHA-256 of every CSV. */
export async function expectWholePackage(bucket: TestBucket, row: SyncLogRow | undefined): Promise<Delivered> {
  expect(row).toMatchObject({ status: 6, failureReason: null })
  const key = `reports/${row?.taskId}/${row?.fileName}`
  const zip = await readObject(bucket, key)
  const manifest = parseManifest((await readObject(bucket, manifestNameOf(key))).toString())
  expect(manifest.package).toEqual({ key, sizeBytes: zip.length, sha256: sha256Of(zip) })
  const { executionId, requestId, taskId } = manifest
  expect(row).toMatchObject({ executionId, requestId, taskId, sizeBytes: zip.length })

  const files = await unzip(zip)
  expect([...files.keys()]).toEqual(manifest.reports.map(({ fileName }) => fileName))
  for (const { fileName, ...report } of manifest.reports) {
    const csv = files.get(fileName) ?? Buffer.alloc(0)
    const found = { rows: parseRecords(csv.toString()).length - 1, sizeBytes: csv.length, sha256: sha256Of(csv) }
    expect(report).toMatchObject(found)
  }
  return { manifest, files }
}

async function unzip(zip: Buffer): Promise<Map<string, Buffer>> {
  const files = new Map<string, Buffer>()
  const archive = await fromBufferPromise(zip, { lazyEntries: true })
  for await (const entry of archive.eachEntry()) {
    files.set(entry.fileName, await buffer(await archive.openReadStreamPromise(entry)))
  }
  return files
}

function sha256Of(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex')
}
