import {
  CreateMultipartUploadCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
} from '@aws-sdk/client-s3'
import pg from 'pg'
import { describe, expect, it } from 'vitest'
import { createBucket } from './bucket.ts'
import { createDatabase } from './database.ts'
import { requirePart, type IamUser } from './endpoints.ts'
import { clientFor } from './seed-policy.ts'

const denied = { name: 'AccessDenied' }

function as(user: IamUser) {
  return clientFor(requirePart('s3'), user)
}

describe('the S3 gateway', () => {
  it.each([false, true])(
    'lets the user of the seed policy put and get, and nothing else (strict: %s)',
    async (strict) => {
      await using bucket = await createBucket({ strict })
      const s3 = as(bucket.user)
      const object = { Bucket: bucket.name, Key: 'reports/1/a.zip' }
      await s3.send(new PutObjectCommand({ ...object, Body: 'bytes' }))
      const { Body } = await s3.send(new GetObjectCommand(object))
      expect(await Body?.transformToString()).toBe('bytes')
      await expect(s3.send(new ListObjectsV2Command({ Bucket: bucket.name }))).rejects.toMatchObject(denied)
      // Without leave to list, a missing key may not be told from a forbidden one.
      await expect(s3.send(new GetObjectCommand({ ...object, Key: 'absent' }))).rejects.toMatchObject(denied)
    },
  )

  it('keeps the user out of buckets that were not granted, and of its own after the grant is taken back', async () => {
    await using granted = await createBucket()
    await using strange = await createBucket({ strict: true })
    const s3 = as(granted.user)
    const put = (name: string) => s3.send(new PutObjectCommand({ Bucket: name, Key: 'a', Body: 'bytes' }))
    await put(granted.name)
    await expect(put(strange.name)).rejects.toMatchObject(denied)
    await granted.revoke()
    await expect(put(granted.name)).rejects.toMatchObject(denied)
  })

  it('keeps every grant when many are made at once', async () => {
    const buckets = await Promise.all(Array.from({ length: 8 }, () => createBucket()))
    const puts = buckets.map(({ name, user }) =>
      as(user).send(new PutObjectCommand({ Bucket: name, Key: 'a', Body: 'bytes' })),
    )
    await Promise.all(puts)
    await Promise.all(buckets.map((bucket) => bucket[Symbol.asyncDispose]()))
  })

  it('can remove a bucket with an upload that nobody finished', async () => {
    const bucket = await createBucket()
    await as(bucket.user).send(new CreateMultipartUploadCommand({ Bucket: bucket.name, Key: 'a' }))
    await bucket[Symbol.asyncDispose]()
    await expect(bucket.owner.send(new ListObjectsV2Command({ Bucket: bucket.name }))).rejects.toMatchObject({
      name: 'NoSuchBucket',
    })
  })
})

describe('PostgreSQL', () => {
  it('gives every test a database of its own, copied from a template', async () => {
    await using template = await createDatabase()
    await query(template.url, 'create table t as select 1 as one')
    await using copy = await createDatabase(template.name)
    expect(await query(copy.url, 'select * from t')).toEqual([{ one: 1 }])
    await query(copy.url, 'drop table t')
    expect(await query(template.url, 'select * from t')).toEqual([{ one: 1 }])
  })
})

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  const { rows } = await client.query<Record<string, unknown>>(sql)
  await client.end()
  return rows
}
