import type { Capabilities } from '@datahub/core/destination/capabilities'
import { DataHubError } from '@datahub/core/error/data-hub-error'
import { setTimeout as sleep } from 'node:timers/promises'
import { inspect } from 'node:util'
import { describe, expect, test } from 'vitest'
import { AMAZON, type Kept, type Rules } from '../../../../../test/s3/rules.ts'
import { startStrictStore, type Script } from '../../../../../test/s3/strict-store.ts'
import { openEgress } from '../../foundation/egress.ts'
import { pattern } from '../exercise-destination.ts'
import { sha256Of } from '../sealed.ts'
import { shortMemory } from '../short-memory.ts'
import { externalIdOf } from './identity.ts'
import { openS3, s3 as s3Kind } from './index.ts'
import { s3Settings } from './settings.ts'

const MiB = 1024 * 1024
const KEY = 'reports/161/market_insight_161_20250826_0000000042.zip'
const LOG = 'reports/161/sync_log_161.csv'
const ROLE = 'arn:aws:iam::111122223333:role/data-hub'
const always = new AbortController().signal
const world = { instanceId: 'here', egress: openEgress(['127.0.0.1']), folders: undefined, dataDir: '/nowhere' }
const large = pattern(8 * MiB + 1)

function labelsOf(bytes: Buffer) {
  return { instance: 'here', sha256: sha256Of(bytes), request: 'r-1' }
}

/** A store with these rules and a destination that has never been there. */
async function start(rules: Partial<Rules> = {}, entered: object = {}, script?: Script) {
  const store = await startStrictStore(script, rules)
  const memory = shortMemory()
  const keys = { accessKeyId: 'AKIAOURS', secretAccessKey: 'ours' }
  const at = { bucket: AMAZON.bucket, region: AMAZON.region, endpoint: store.endpoint, pathStyle: true }
  const destination = openS3(s3Settings.parse({ ...at, ...keys, ...entered }), world, memory)
  return {
    store,
    memory,
    destination,
    putNew: (key: string, bytes: Buffer) => destination.putNew(key, bytes, labelsOf(bytes), always),
    putLog: (text: string, version: string | null) =>
      destination.putVersion(LOG, Buffer.from(text), labelsOf(Buffer.from(text)), version, always),
    asked: (what: string) => store.asked.filter((one) => one.what === what),
    async [Symbol.asyncDispose]() {
      await destination.close()
      await store[Symbol.asyncDispose]()
    },
  }
}

const foreign = (): Kept => ({
  bytes: Buffer.from('somebody else'),
  metadata: { 'x-amz-meta-datahub-instance': 'elsewhere' },
})

describe('R25: what a store can do is found out before the first write, and deliveries fit it', () => {
  test.each<[string, Partial<Rules>, Partial<Capabilities>]>([
    ['Amazon under the policy of the guide', {}, { conditions: 'honoured', abort: 'allowed', checksums: 'accepted' }],
    ['conditions are ignored', { conditions: 'ignored' }, { conditions: 'ignored', joinConditions: 'ignored' }],
    ['conditions are refused', { conditions: 'refused' }, { conditions: 'refused', joinConditions: 'refused' }],
    ['checksum headers are refused', { checksums: 'refused' }, { checksums: 'refused' }],
    ['an ACL is demanded', { acl: 'demanded' }, { acl: 'needed' }],
    ['an abort is denied', { actions: ['s3:PutObject', 's3:GetObject'] }, { abort: 'denied' }],
    ['a list is allowed', { actions: [...AMAZON.actions, 's3:ListBucket'] }, { listing: 'allowed' }],
  ])('%s', async (_name, rules, found) => {
    await using s3 = await start(rules)
    await s3.putNew(KEY, large)
    await s3.putNew(`${KEY}.json`, Buffer.from('{}'))
    const first = await s3.putLog('one', null)
    await s3.putLog('two', first.version)
    expect(s3.memory.capabilities).toMatchObject(found)
    expect(s3.store.objects.get(KEY)?.bytes.equals(large)).toBe(true)
    expect(s3.store.objects.get(LOG)?.bytes.toString()).toBe('two')
    const known = [KEY, `${KEY}.json`, LOG, 'reports/.connection_test']
    expect([...s3.store.objects.keys()].toSorted(), 'at most one object is left over').toEqual(known.toSorted())

    // R4 and R14 hold in every mode.
    s3.store.objects.set(KEY, foreign())
    await expect(s3.putNew(KEY, large)).rejects.toMatchObject({ code: 'destination.name_taken' })
    await expect(s3.putLog('three', first.version)).rejects.toMatchObject({ code: 'destination.lost_race' })
    expect(s3.store.objects.get(KEY)?.bytes.toString()).toBe('somebody else')
  })

  test('the right to read is missing: packages are delivered, and the log says why it is not', async () => {
    await using s3 = await start({ actions: ['s3:PutObject'] })
    await s3.putNew(KEY, large)
    expect(s3.memory.capabilities?.reading).toBe('denied')
    expect(s3.store.objects.get(KEY)?.bytes.equals(large)).toBe(true)
    await s3.putLog('one', null)
    await expect(s3.putLog('two', null)).rejects.toMatchObject({ code: 'destination.unreadable' })
  })

  test('R15: somebody takes the name while parts are sent to a store that ignores conditions: nothing is overwritten', async () => {
    const taken: Script = ({ what, key }, objects) => {
      if (what === 'part' && key === KEY) objects.set(KEY, foreign())
      return undefined
    }
    await using s3 = await start({ conditions: 'ignored' }, {}, taken)
    await expect(s3.putNew(KEY, large)).rejects.toMatchObject({ code: 'destination.name_taken' })
    expect(s3.store.objects.get(KEY)?.bytes.toString()).toBe('somebody else')
  })
})

describe('what was found out is found out again', () => {
  test.each([403, 501])('after a %s', async (status) => {
    let broken = false
    await using s3 = await start({}, {}, ({ what, key }) =>
      broken && what === 'PUT' && key === KEY ? { status, code: status === 403 ? 'AccessDenied' : 'X' } : undefined,
    )
    await s3.putNew(`${KEY}.1`, Buffer.from('x'))
    expect(s3.memory.capabilities).toBeDefined()
    broken = true
    await expect(s3.putNew(KEY, Buffer.from('x'))).rejects.toBeInstanceOf(DataHubError)
    expect(s3.memory.capabilities).toBeUndefined()
  })
})

describe('R21: uploads that could not be aborted', () => {
  test('are remembered, and aborted by the next attempt at the same key', async () => {
    let down = false
    await using s3 = await start({}, {}, ({ what }) =>
      down && (what === 'complete' || what === 'abort') ? { status: 503, code: 'SlowDown' } : undefined,
    )
    await s3.putNew(`${KEY}.1`, Buffer.from('x'))
    down = true
    await expect(s3.putNew(KEY, large)).rejects.toMatchObject({ facts: { code: 'SlowDown' } })
    expect([...s3.memory.uploads.keys()]).toEqual([...s3.store.uploads.keys()])
    expect(s3.store.uploads.size).toBe(1)
    down = false
    await s3.putNew(KEY, large)
    expect([s3.store.uploads.size, s3.memory.uploads.size]).toEqual([0, 0])
  }, 20_000)

  test('that cannot be written down are thrown away at once', async () => {
    await using s3 = await start()
    await s3.putNew(`${KEY}.1`, Buffer.from('x'))
    const before = s3.asked('create').length
    s3.memory.begun = () => Promise.reject(new Error('the database is away'))
    await expect(s3.putNew(KEY, large)).rejects.toThrow('the database is away')
    expect(s3.asked('create')).toHaveLength(before + 1)
    expect(s3.store.uploads.size).toBe(0)
  })

  test('are aborted by whoever tidies up, but for those that somebody works on', async () => {
    await using s3 = await start()
    for (const key of ['dead', 'alive']) {
      const uploadId = `${key}-upload`
      s3.store.uploads.set(uploadId, { key, metadata: {}, parts: new Map() })
      await s3.memory.begun({ key, uploadId })
    }
    expect(await s3.destination.tidyUp?.((key) => key === 'dead', always)).toBe(0)
    expect([[...s3.store.uploads.keys()], [...s3.memory.uploads.keys()]]).toEqual([['alive-upload'], ['alive-upload']])
  })

  test('repeated connection tests of a store that denies the abort leave one object and one upload', async () => {
    await using s3 = await start({ actions: ['s3:PutObject', 's3:GetObject'] })
    for (let times = 0; times < 3; times += 1) for await (const step of s3.destination.check(always)) void step
    expect([s3.store.objects.size, s3.store.uploads.size]).toEqual([1, 1])
  })
})

describe('R23: clocks', () => {
  test.each([-3_600_000, 3_600_000])(
    'the clock of the store is %s ms ahead: delivered all the same',
    async (aheadMs) => {
      await using s3 = await start({ aheadMs })
      await s3.putNew(KEY, large)
      expect(s3.store.objects.get(KEY)?.bytes.equals(large)).toBe(true)
    },
  )
})

describe('identity', () => {
  const roles = { [ROLE]: externalIdOf('here') }

  test('a role writes, with its session and never with the keys of the user', async () => {
    await using s3 = await start({ roles }, { roleArn: ROLE })
    await s3.putNew(KEY, large)
    const parts = s3.asked('part').filter((one) => one.key === KEY)
    expect(parts).toHaveLength(2)
    for (const { headers } of parts) {
      expect(headers.authorization).toContain('Credential=ASIA')
      expect(headers['x-amz-security-token']).toBeDefined()
    }
  })

  test('R18: sessions are renewed while a long upload goes on', async () => {
    const slow: Script = async ({ what, key }) => void (what === 'part' && key === KEY && (await sleep(800)))
    await using s3 = await start({ roles, sessionMs: 2500 }, { roleArn: ROLE }, slow)
    const long = pattern(8 * MiB * 14)
    const startedAt = performance.now()
    await s3.putNew(KEY, long)
    expect(performance.now() - startedAt, 'longer than a session').toBeGreaterThan(2500)
    const sessions = new Set(
      s3.asked('part').map(({ headers }) => /Credential=(\w+)/.exec(headers.authorization ?? '')?.[1]),
    )
    expect(sessions.size).toBeGreaterThan(1)
    expect(s3.store.objects.get(KEY)?.bytes.equals(long)).toBe(true)
  }, 30_000)

  test('R18: a session that has ended before its time is tried again later, unlike keys that have expired', async () => {
    await using s3 = await start({ roles, sessionMs: -1000 }, { roleArn: ROLE })
    await expect(s3.putNew(KEY, large)).rejects.toMatchObject({
      code: 'destination.busy',
      facts: { code: 'ExpiredToken' },
    })
  })

  test('R34: the token of a session is in no error', async () => {
    let canary = ''
    const echo: Script = ({ what, key, headers }) => {
      if (what !== 'PUT' || key !== KEY) return undefined
      canary = String(headers['x-amz-security-token'])
      const text = `<Error><Code>SignatureDoesNotMatch</Code><CanonicalRequest>${canary}</CanonicalRequest></Error>`
      return { status: 403, text }
    }
    await using s3 = await start({ roles }, { roleArn: ROLE }, echo)
    const error: unknown = await s3.putNew(KEY, Buffer.from('x')).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'destination.secret_wrong' })
    expect(canary.length).toBeGreaterThan(10)
    expect(inspect(error, { depth: 10, showHidden: true }) + JSON.stringify(error)).not.toContain(canary)
  })

  test('R35: an address for roles on this machine is refused when it is saved and when it is used', async () => {
    await using s3 = await start({ roles })
    const closed = { ...world, egress: openEgress([]) }
    const settings = s3Settings.parse({
      bucket: AMAZON.bucket,
      region: AMAZON.region,
      accessKeyId: 'AKIAOURS',
      secretAccessKey: 'ours',
      roleArn: ROLE,
      stsEndpoint: s3.store.endpoint,
    })
    const refused = { code: 'destination.egress_blocked' }
    expect(() => s3Kind.admit(settings, closed)).toThrow(expect.objectContaining(refused) as Error)
    const destination = openS3(settings, closed, shortMemory())
    const bytes = Buffer.from('x')
    await expect(destination.putNew(KEY, bytes, labelsOf(bytes), always)).rejects.toMatchObject(refused)
    await destination.close()
    expect(s3.store.asked).toEqual([])
  })

  test('a role that does not trust us is no reason to write as the user', async () => {
    await using s3 = await start({ roles: { [ROLE]: 'another' } }, { roleArn: ROLE })
    await expect(s3.putNew(KEY, large)).rejects.toMatchObject({ code: 'destination.role_refused' })
    expect(s3.store.objects.size).toBe(0)
  })

  test('a role that anybody may assume is refused, not used', async () => {
    await using s3 = await start({ roles: { [ROLE]: null } }, { roleArn: ROLE })
    await expect(s3.putNew(KEY, large)).rejects.toMatchObject({ code: 'destination.role_open' })
    expect(s3.store.objects.size).toBe(0)
  })

  test('every request names the account that the bucket must belong to', async () => {
    await using s3 = await start({}, { expectedBucketOwner: AMAZON.owner })
    await s3.putNew(KEY, large)
    const signed = s3.store.asked.filter(({ headers }) => headers.authorization !== undefined)
    expect(new Set(signed.map(({ headers }) => headers['x-amz-expected-bucket-owner']))).toEqual(
      new Set([AMAZON.owner]),
    )
  })

  test('encryption and ACL are asked for where an object begins, and nowhere else', async () => {
    const kmsKeyArn = 'arn:aws:kms:us-east-1:111122223333:key/abc'
    const entered = { encryption: 'sse-kms', kmsKeyArn, acl: 'bucket-owner-full-control' }
    await using s3 = await start({}, entered)
    await s3.putNew(KEY, large)
    await s3.putLog('one', null)
    for (const { headers } of [...s3.asked('create'), ...s3.asked('PUT')]) {
      expect(headers).toMatchObject({
        'x-amz-server-side-encryption': 'aws:kms',
        'x-amz-server-side-encryption-aws-kms-key-id': kmsKeyArn,
        'x-amz-acl': 'bucket-owner-full-control',
      })
    }
    for (const { headers } of [...s3.asked('part'), ...s3.asked('complete')]) {
      expect(Object.keys(headers).filter((name) => /acl|server-side/.test(name))).toEqual([])
    }
  })
})
