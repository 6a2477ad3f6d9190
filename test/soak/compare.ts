import { createHash } from 'node:crypto'
import { GetObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3'
import { parseManifest } from '@datahub/core/bucket/manifest'
import { manifestNameOf, syncLogName, taskDirectory } from '@datahub/core/bucket/names'
import { parseSyncLog } from '@datahub/core/bucket/sync-log'
import { STATUS } from '@datahub/core/execution/status'
import { query } from '../e2e/ads-database.ts'
import type { TestBucket } from '../parts/bucket.ts'
import type { TestDatabase } from '../parts/database.ts'

interface Execution {
  readonly id: number
  readonly task: number
  readonly status: number
  readonly slot: number | null
  readonly step: number
}

export interface Comparison {
  readonly delivered: number
  readonly failed: number
  readonly problems: readonly string[]
}

/** Every slot of every task has one execution, every execution one row, every delivered one a whole package, and nothing else is there. */
export async function compare(database: TestDatabase, bucket: TestBucket): Promise<Comparison> {
  const executions = await query<Execution>(
    database,
    `select e.id::int, e.task_id::int as task, e.status, extract(epoch from e.slot_at)::int as slot,
       (t.schedule->>'minutes')::int * 60 as step
     from execution e join task t on t.id = e.task_id order by e.task_id, e.slot_at`,
  )
  const problems = slotProblems(executions)
  const zips = new Set((await listKeys(bucket)).filter((key) => key.endsWith('.zip')))
  for (const task of new Set(executions.map((one) => one.task))) {
    const own = executions.filter((one) => one.task === task)
    const text = (await read(bucket, `${taskDirectory('', task)}${syncLogName(task)}`))?.toString() ?? ''
    const rows = text === '' ? [] : parseSyncLog(text)
    if (new Set(rows.map(({ executionId }) => executionId)).size !== rows.length)
      problems.push(`doubled: a row in the log of task ${task}`)
    for (const { id, status } of own) {
      const row = rows.find(({ executionId }) => executionId === id)
      if (row?.status !== status) problems.push(`lost: execution ${id} has ${status}, and in the log ${row?.status}`)
    }
    for (const { fileName, sizeBytes, status } of rows) {
      const key = `${taskDirectory('', task)}${fileName}`
      if (status === STATUS.fileSendSuccess && !(zips.delete(key) && (await isWhole(bucket, key, sizeBytes))))
        problems.push(`lost: ${key} is not whole`)
      else zips.delete(key)
    }
  }
  for (const key of zips) problems.push(`doubled: ${key} belongs to no execution`)
  const delivered = executions.filter(({ status }) => status === STATUS.fileSendSuccess).length
  return { delivered, failed: executions.length - delivered, problems }
}

function slotProblems(executions: readonly Execution[]): string[] {
  const problems: string[] = []
  for (const [at, { task, slot, step }] of executions.entries()) {
    const before = executions[at - 1]
    if (slot === null || before === undefined || before.task !== task || before.slot === null) continue
    if (slot === before.slot) problems.push(`doubled: slot ${slot} of task ${task}`)
    if (slot > before.slot + step) problems.push(`lost: a slot of task ${task} before ${slot}`)
  }
  return problems
}

async function isWhole(bucket: TestBucket, key: string, sizeBytes: number | null): Promise<boolean> {
  const [zip, manifest] = [await read(bucket, key), await read(bucket, manifestNameOf(key))]
  if (!zip || !manifest || zip.length !== sizeBytes) return false
  return parseManifest(manifest.toString()).package.sha256 === createHash('sha256').update(zip).digest('hex')
}

async function read(bucket: TestBucket, key: string): Promise<Buffer | undefined> {
  try {
    const { Body } = await bucket.owner.send(new GetObjectCommand({ Bucket: bucket.name, Key: key }))
    return Buffer.from((await Body?.transformToByteArray()) ?? [])
  } catch (error) {
    if ((error as { name: string }).name === 'NoSuchKey') return undefined
    throw error
  }
}

async function listKeys(bucket: TestBucket): Promise<string[]> {
  const keys: string[] = []
  let token: string | undefined
  do {
    const page = await bucket.owner.send(
      new ListObjectsV2Command({ Bucket: bucket.name, ...(token === undefined ? {} : { ContinuationToken: token }) }),
    )
    keys.push(...(page.Contents ?? []).map(({ Key = '' }) => Key))
    token = page.NextContinuationToken
  } while (token !== undefined)
  return keys
}
