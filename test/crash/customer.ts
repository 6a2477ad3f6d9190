import { createHash } from 'node:crypto'
import { GetObjectCommand, ListMultipartUploadsCommand, ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3'
import { parseManifest } from '@datahub/core/bucket/manifest'
import { manifestNameOf, syncLogName, taskDirectory } from '@datahub/core/bucket/names'
import { parseSyncLog, type SyncLogRow } from '@datahub/core/bucket/sync-log'
import { isFinal, STATUS } from '@datahub/core/execution/status'
import type { TestBucket } from '../parts/bucket.ts'
import type { TestDatabase } from '../parts/database.ts'
import { requirePart } from '../parts/endpoints.ts'
import { clientFor } from '../parts/seed-policy.ts'
import { query } from '../e2e/ads-database.ts'

const TABLE = 'market_insight_asin'

/** The customer at both ends: whose data it is, and who looks into the bucket and at the loaded table. */
export class Customer {
  readonly #bucket: TestBucket
  readonly #taskId: number
  readonly #reader: S3Client
  /** What was published, by key: none of it may ever change. */
  readonly #published = new Map<string, string>()
  /** Final rows of the log, by Request ID: none of them may ever go. */
  readonly #rows = new Map<string, SyncLogRow>()
  readonly problems: string[] = []

  constructor(bucket: TestBucket, taskId: number) {
    this.#bucket = bucket
    this.#taskId = taskId
    this.#reader = clientFor(requirePart('s3'), bucket.user)
  }

  close(): void {
    this.#reader.destroy()
  }

  /** Looks at the bucket as it is at this moment; what was seen before is held against it. */
  async look(): Promise<void> {
    const text = await this.#read(`${taskDirectory('', this.#taskId)}${syncLogName(this.#taskId)}`)
    if (!text) return
    const rows = parseSyncLog(text.toString())
    const present = new Map(rows.map((row) => [row.requestId, row]))
    for (const [request, row] of this.#rows)
      if (!present.has(request))
        this.problems.push(`lost: the row of execution ${row.executionId} is gone from the log`)
    if (new Set(rows.map(({ executionId }) => executionId)).size !== rows.length)
      this.problems.push('doubled: two rows of one execution')
    for (const row of rows) {
      if (!isFinal(row.status)) continue
      const isNew = !this.#rows.has(row.requestId)
      this.#rows.set(row.requestId, row)
      if (isNew && row.status === STATUS.fileSendSuccess) await this.#lookAtPackage(row)
    }
  }

  /** What he has been told of so far. */
  counts(): { packages: number; failed: number } {
    let packages = 0
    for (const { status } of this.#rows.values()) if (status === STATUS.fileSendSuccess) packages += 1
    return { packages, failed: this.#rows.size - packages }
  }

  /** Every package once more, after everything. */
  async lookAtAll(): Promise<void> {
    await this.look()
    const rows = [...this.#rows.values()]
    const sent = rows.filter(({ status }) => status === STATUS.fileSendSuccess)
    for (const row of sent) await this.#lookAtPackage(row)
    const known = new Set(sent.map(({ fileName }) => fileName))
    for (const key of await this.#list()) {
      const name = key.split('/').at(-1) ?? ''
      if (name.endsWith('.zip') && !known.has(name) && !rows.some(({ fileName }) => fileName === name))
        this.problems.push(`doubled: ${name} belongs to no execution in the log`)
    }
  }

  async openUploads(): Promise<number> {
    const { Uploads = [] } = await this.#bucket.owner.send(
      new ListMultipartUploadsCommand({ Bucket: this.#bucket.name }),
    )
    return Uploads.filter(({ Key = '' }) => Key.endsWith('.zip')).length
  }

  async #lookAtPackage(row: SyncLogRow): Promise<void> {
    const key = `${taskDirectory('', this.#taskId)}${row.fileName}`
    const [zip, text] = [await this.#read(key), await this.#read(manifestNameOf(key))]
    if (!zip || !text)
      return void this.problems.push(`lost: the log tells of ${row.fileName}, and it is not whole in the bucket`)
    const { package: said } = parseManifest(text.toString())
    const sha256 = createHash('sha256').update(zip).digest('hex')
    if (zip.length !== row.sizeBytes || said.sha256 !== sha256)
      this.problems.push(`changed: ${row.fileName} is not what log and manifest say`)
    const before = this.#published.get(key)
    if (before !== undefined && before !== sha256)
      this.problems.push(`changed: ${row.fileName} was another when it was published`)
    this.#published.set(key, sha256)
  }

  async #read(key: string): Promise<Buffer | undefined> {
    try {
      const { Body } = await this.#reader.send(new GetObjectCommand({ Bucket: this.#bucket.name, Key: key }))
      return Buffer.from((await Body?.transformToByteArray()) ?? [])
    } catch (error) {
      // Under the policy of the seed a missing key is a forbidden one
      if (['NoSuchKey', 'AccessDenied'].includes((error as { name: string }).name)) return undefined
      throw error
    }
  }

  async #list(): Promise<string[]> {
    const keys: string[] = []
    let token: string | undefined
    do {
      const page = await this.#bucket.owner.send(
        new ListObjectsV2Command({ Bucket: this.#bucket.name, ContinuationToken: token }),
      )
      keys.push(...(page.Contents ?? []).map(({ Key = '' }) => Key))
      token = page.NextContinuationToken
    } while (token !== undefined)
    return keys
  }
}

/** Numbers of some days change, as they do for weeks after a day of advertising. */
export async function restate(source: TestDatabase, day: number): Promise<void> {
  await query(source, `update ${TABLE} set impressions = impressions + 1 where date = date '2024-01-01' + ${day}`)
}

/** The difference between what the source holds of the days and what the loader has put into the target. */
export async function compareTables(source: TestDatabase, target: TestDatabase, days: number): Promise<string[]> {
  const rows = async (database: TestDatabase) =>
    (
      await query<{ line: string }>(
        database,
        `select concat_ws('|', date, marketplace, asin, title, impressions, spend::numeric(18, 4)) as line from ${TABLE}
         where date >= date '2024-01-01' and date < date '2024-01-01' + ${days} order by 1`,
      )
    ).map(({ line }) => line)
  const [sent, loaded] = [await rows(source), await rows(target)]
  const [inSource, inTarget] = [new Set(sent), new Set(loaded)]
  const problems: string[] = []
  const missing = sent.filter((line) => !inTarget.has(line)).length
  const other = loaded.filter((line) => !inSource.has(line)).length
  if (missing > 0) problems.push(`lost: ${missing} rows of the source are not in the target`)
  if (other > 0) problems.push(`changed: ${other} rows of the target are not in the source`)
  if (loaded.length !== inTarget.size) problems.push(`doubled: ${loaded.length - inTarget.size} rows of the target`)
  return problems
}
