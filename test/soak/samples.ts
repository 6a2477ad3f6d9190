import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ListMultipartUploadsCommand } from '@aws-sdk/client-s3'
import { query } from '../e2e/ads-database.ts'
import type { HubProcess } from '../e2e/hub-process.ts'
import type { TestBucket } from '../parts/bucket.ts'
import type { TestDatabase } from '../parts/database.ts'

/** What a hub holds at one moment. */
export interface Sample {
  readonly seconds: number
  /** Resident memory of the hub's process, in MB of 1,000,000 bytes. */
  readonly memoryMb: number
  readonly fileDescriptors: number
  /** To its own database. */
  readonly connections: number
  /** Executions with something on the hub's disk. */
  readonly staged: number
  /** Begun in the bucket and neither joined nor thrown away. */
  readonly openUploads: number
}

const KB = 1024

/** Linux: what a process holds stands in /proc. */
export async function takeSample(
  hub: HubProcess,
  database: TestDatabase,
  bucket: TestBucket,
  seconds: number,
): Promise<Sample> {
  const [status, descriptors, connections, staged, openUploads] = await Promise.all([
    readFile(`/proc/${hub.pid}/status`, 'utf8'),
    readdir(`/proc/${hub.pid}/fd`),
    query<{ count: number }>(
      database,
      `select count(*)::int as count from pg_stat_activity where application_name like 'datahub%' and datname = current_database()`,
    ),
    readdir(join(hub.dataDir, 'staging')).catch(() => []),
    openUploadsOf(bucket),
  ])
  const resident = Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1])
  return {
    seconds,
    memoryMb: (resident * KB) / 1e6,
    fileDescriptors: descriptors.length,
    connections: connections[0]?.count ?? 0,
    staged: staged.length,
    openUploads,
  }
}

async function openUploadsOf(bucket: TestBucket): Promise<number> {
  const { Uploads = [] } = await bucket.owner.send(new ListMultipartUploadsCommand({ Bucket: bucket.name }))
  return Uploads.length
}
