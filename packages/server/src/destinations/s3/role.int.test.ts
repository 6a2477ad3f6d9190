import { ListObjectsV2Command } from '@aws-sdk/client-s3'
import type { CheckStep } from '@datahub/core/check/check-step'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createBucket, type TestBucket } from '../../../../../test/parts/bucket.ts'
import { requirePart } from '../../../../../test/parts/endpoints.ts'
import { createRole, type TestRole } from '../../../../../test/parts/role.ts'
import { openEgress } from '../../foundation/egress.ts'
import { pattern } from '../exercise-destination.ts'
import { sha256Of } from '../sealed.ts'
import { shortMemory } from '../short-memory.ts'
import { openBucket } from './bucket.ts'
import { PATIENCE } from './client.ts'
import { openS3 } from './index.ts'
import { read } from './object.ts'
import { putNew } from './put-new.ts'
import { s3Settings, type S3Settings } from './settings.ts'

/**
 * Roles on Ceph's real STS. It does not know the condition sts:ExternalId, so there a role is open to whoever it trusts,
 * or closed: that a guarded role passes, and sessions that end, are shown by the strict store (mistakes.int.test.ts,
 * capabilities.int.test.ts).
 */

const MiB = 1024 * 1024
const always = new AbortController().signal
const world = { instanceId: 'here', egress: openEgress(['127.0.0.1']), folders: undefined, dataDir: '/nowhere' }
const KEY = 'reports/161/market_insight_161_20250826_0000000042.zip'

let bucket: TestBucket
let role: TestRole
beforeAll(async () => {
  bucket = await createBucket()
  role = await createRole(bucket.user, bucket.name, undefined)
  // What the user himself may do must not be what lets the tests pass.
  await bucket.revoke()
})
afterAll(async () => {
  await role[Symbol.asyncDispose]()
  await bucket[Symbol.asyncDispose]()
})

function settingsOf(roleArn?: string): S3Settings {
  const { accessKeyId, secretAccessKey } = bucket.user
  return s3Settings.parse({
    bucket: bucket.name,
    region: bucket.region,
    endpoint: requirePart('s3').stsEndpoint,
    pathStyle: true,
    accessKeyId,
    secretAccessKey,
    ...(roleArn === undefined ? {} : { roleArn }),
  })
}

function open(roleArn?: string) {
  return openS3(settingsOf(roleArn), world, shortMemory())
}

const labelsOf = (bytes: Buffer) => ({ instance: 'here', sha256: sha256Of(bytes), request: 'r-1' })

const put = (destination: ReturnType<typeof open>, key: string, bytes: Buffer) =>
  destination.putNew(key, bytes, labelsOf(bytes), always)

async function steps(destination: ReturnType<typeof open>): Promise<CheckStep[]> {
  const seen: CheckStep[] = []
  for await (const step of destination.check(always)) seen.push(step)
  await destination.close()
  return seen
}

describe('on a real STS', () => {
  test('a session of the role writes, whole and in parts, and reads back, what its user may not', async () => {
    const user = open()
    await expect(put(user, KEY, Buffer.from('x'))).rejects.toMatchObject({ code: 'destination.access_denied' })
    await user.close()
    // Past the guard, which lets no role of this store pass.
    const session = openBucket(settingsOf(role.arn), world, shortMemory(), PATIENCE)
    for (const bytes of [Buffer.from('{}'), pattern(8 * MiB + 1)]) {
      const key = `${KEY}.${bytes.length}`
      await putNew(session, key, bytes, labelsOf(bytes), always)
      expect(await read(session, key, always)).toMatchObject({ labels: labelsOf(bytes) })
    }
    session.client.destroy()
  })

  test('a role that can be assumed without the external ID is refused, in the test and in a delivery', async () => {
    const refused = (await steps(open(role.arn))).find((step) => step.name === 'role')
    expect(refused).toMatchObject({ verdict: 'failed', remedy: expect.stringContaining('sts:ExternalId') as string })
    const destination = open(role.arn)
    const key = 'reports/162/of_an_open_role.zip'
    await expect(put(destination, key, Buffer.from('x'))).rejects.toMatchObject({ code: 'destination.role_open' })
    await destination.close()
    const { Contents = [] } = await bucket.owner.send(new ListObjectsV2Command({ Bucket: bucket.name }))
    expect(Contents.map((object) => object.Key)).not.toContain(key)
  })

  test.each([
    ['with a condition that we do not meet', () => createRole(bucket.user, bucket.name, 'datahub-elsewhere')],
    ['that trusts another user', () => createRole(requirePart('s3').strictUser, bucket.name, undefined)],
  ])('a role %s is refused, with the statement that it needs', async (_, create) => {
    await using others = await create()
    const refused = (await steps(open(others.arn))).find((step) => step.name === 'role')
    expect(refused?.verdict).toBe('failed')
    expect(refused?.remedy).toContain('"sts:ExternalId":"datahub-here"')
    const destination = open(others.arn)
    await expect(put(destination, KEY, Buffer.from('x'))).rejects.toMatchObject({ code: 'destination.role_refused' })
    await destination.close()
  })
})
