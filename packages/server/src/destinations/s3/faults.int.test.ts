import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { crc32 } from 'node:zlib'
import { HeadObjectCommand } from '@aws-sdk/client-s3'
import type { CheckStep } from '@datahub/core/check/check-step'
import type { Capabilities } from '@datahub/core/destination/capabilities'
import type { DataHubError } from '@datahub/core/error/data-hub-error'
import { afterEach, describe, expect, test, vi } from 'vitest'
import type { Kept, Rules } from '../../../../../test/s3/rules.ts'
import { startStrictStore, type Asked, type Fault, type Script } from '../../../../../test/s3/strict-store.ts'
import { openEgress, type EgressPolicy } from '../../foundation/egress.ts'
import { pattern } from '../exercise-destination.ts'
import { sha256Of } from '../sealed.ts'
import { shortMemory } from '../short-memory.ts'
import { openBucket } from './bucket.ts'
import { PATIENCE, type Patience } from './client.ts'
import { openS3 } from './index.ts'
import { s3Settings } from './settings.ts'

const MiB = 1024 * 1024
const KEY = 'reports/161/market_insight_161_20250826_0000000042.zip'
const always = new AbortController().signal
const world = { instanceId: 'here', egress: openEgress(['127.0.0.1']), folders: undefined, dataDir: '/nowhere' }
const hasty: Patience = { ...PATIENCE, connectMs: 1000, silenceMs: 1000, answerMs: 1500, completeMs: 1500, tries: 2 }

/** What most stores of other makes are found to do. */
const ORDINARY: Capabilities = {
  conditions: 'honoured',
  joinConditions: 'honoured',
  abort: 'allowed',
  checksums: 'refused',
  acl: 'left out',
  reading: 'allowed',
  listing: 'denied',
  foundAt: '2025-08-26T10:00:00Z',
}

function settingsAt(endpoint?: string) {
  return s3Settings.parse({
    bucket: 'company-data',
    region: 'us-east-1',
    accessKeyId: 'AKIAOURS',
    secretAccessKey: 'ours',
    ...(endpoint ? { endpoint, pathStyle: true } : {}),
  })
}

function labelsOf(bytes: Buffer) {
  return { instance: 'here', sha256: sha256Of(bytes), request: 'r-1' }
}

const small = Buffer.from('a whole package')
const large = pattern(8 * MiB + 1)

/** A store with the fault, and a destination that uses it. */
async function start(
  fault: Script,
  patience: Patience = hasty,
  memory = shortMemory(ORDINARY),
  rules: Partial<Rules> = {},
) {
  const store = await startStrictStore(fault, rules)
  const destination = openS3(settingsAt(store.endpoint), world, memory, patience)
  return {
    store,
    destination,
    memory,
    put: (bytes: Buffer, signal = always) => destination.putNew(KEY, bytes, labelsOf(bytes), signal),
    log: () => store.asked.map((asked) => asked.what),
    async [Symbol.asyncDispose]() {
      await destination.close()
      await store[Symbol.asyncDispose]()
    },
  }
}

function crc32InBase64(bytes: Buffer): string {
  const checksum = Buffer.alloc(4)
  checksum.writeUInt32BE(crc32(bytes))
  return checksum.toString('base64')
}

const foreign: Kept = { bytes: Buffer.from('somebody else'), metadata: { 'x-amz-meta-datahub-instance': 'elsewhere' } }

describe('the happy path', () => {
  test('a small object costs one PUT: the store refuses to replace, and its answer names what has arrived', async () => {
    await using s3 = await start(() => undefined)
    await s3.put(small)
    expect(s3.log()).toEqual(['PUT'])
  })

  test('it costs a look before and after where the store has not proven that, or calls objects as it likes', async () => {
    await using unproven = await start(() => undefined, hasty, shortMemory({ ...ORDINARY, conditions: 'ignored' }))
    await unproven.put(small)
    expect(unproven.log()).toEqual(['HEAD', 'HEAD', 'PUT', 'HEAD'])
    await using encrypting = await start(() => undefined, hasty, shortMemory(ORDINARY), { key: 'open' })
    await encrypting.put(small)
    expect(encrypting.log()).toEqual(['PUT', 'HEAD'])
  })

  test('a large one costs its parts and four more', async () => {
    await using s3 = await start(() => undefined)
    await s3.put(large)
    expect(s3.log()).toEqual(['HEAD', 'create', 'part', 'part', 'complete', 'HEAD'])
    expect(s3.store.objects.get(KEY)?.bytes.equals(large)).toBe(true)
  })

  test('what an earlier attempt has stored is found without sending', async () => {
    await using s3 = await start(() => undefined)
    await s3.put(large)
    await s3.put(large)
    expect(s3.log().slice(6)).toEqual(['HEAD'])
  })

  test('no ACL is ever sent, and custom endpoints get no checksum headers', async () => {
    await using s3 = await start(() => undefined)
    await s3.put(small)
    await s3.put(large).catch(() => undefined)
    const names = new Set(s3.store.asked.flatMap((asked) => Object.keys(asked.headers)))
    expect([...names].filter((name) => /acl|grant|checksum|trailer|expect$/.test(name))).toEqual([])
  })
})

test('Amazon gets checksums over buffers and parts, and each again when the parts are joined', async () => {
  await using store = await startStrictStore()
  const egress: EgressPolicy = {
    admitHost: () => undefined,
    lookup: () => (_, options, answer) =>
      options.all ? answer(null, [{ address: '127.0.0.1', family: 4 }]) : answer(null, '127.0.0.1', 4),
  }
  const amazon = store.endpoint.replace('127.0.0.1', 's3.us-east-1.amazonaws.com')
  const destination = openS3(
    settingsAt(amazon),
    { ...world, egress },
    shortMemory({ ...ORDINARY, checksums: 'accepted' }),
    hasty,
  )
  await destination.putNew(KEY, large, labelsOf(large), always)
  await destination.putNew('reports/161/small', small, labelsOf(small), always)
  await destination.close()
  const of = (what: string) => store.asked.filter((asked) => asked.what === what)
  expect(of('create')[0]?.headers['x-amz-checksum-algorithm']).toBe('CRC32')
  const parts = [large.subarray(0, 8 * MiB), large.subarray(8 * MiB)].map(crc32InBase64)
  expect(
    of('part')
      .map((asked) => String(asked.headers['x-amz-checksum-crc32']))
      .sort(),
  ).toEqual(parts.toSorted())
  for (const part of parts)
    expect(of('complete')[0]?.body.toString()).toContain(`<ChecksumCRC32>${part}</ChecksumCRC32>`)
  expect(of('PUT')[0]?.headers['x-amz-checksum-crc32']).toBe(crc32InBase64(small))
  expect(
    of('part')
      .concat(of('PUT'))
      .map((asked) => asked.headers['content-encoding']),
  ).toEqual([undefined, undefined, undefined])
})

describe('R3: the answer is lost after the store has carried it out', () => {
  test.each([
    ['PUT', small],
    ['complete', large],
  ])('%s: found by reading back, success, one object', async (what, bytes) => {
    await using s3 = await start((asked) => (asked.what === what && asked.times === 0 ? 'lose' : undefined))
    await s3.put(bytes)
    expect(s3.store.objects.get(KEY)?.bytes.equals(bytes)).toBe(true)
    expect(s3.log().filter((asked) => asked === what).length, 'the client has repeated it itself').toBe(2)
  })

  test.each([
    ['PUT', small],
    ['complete', large],
  ])('%s: also when every answer is lost', async (what, bytes) => {
    await using s3 = await start((asked) => (asked.what === what ? 'lose' : undefined))
    await s3.put(bytes)
    expect(s3.store.objects.get(KEY)?.bytes.equals(bytes)).toBe(true)
  })

  test('the swap of a log: found by reading back', async () => {
    await using s3 = await start((asked) => (asked.what === 'PUT' && asked.times < 2 ? 'lose' : undefined))
    const first = await s3.destination.putVersion('log', small, labelsOf(small), null, always)
    const next = Buffer.from('next')
    await s3.destination.putVersion('log', next, labelsOf(next), first.version, always)
    expect(s3.store.objects.get('log')?.bytes.toString()).toBe('next')
  })

  test('a request that was never carried out stays a failure', async () => {
    await using s3 = await start((asked) => (asked.what === 'PUT' ? 'reset' : undefined))
    await expect(s3.put(small)).rejects.toMatchObject({ code: 'destination.unreachable' })
  })
})

describe('R4: somebody else takes the name while we send', () => {
  test.each([
    ['PUT', small],
    ['complete', large],
  ])('%s is refused, and the other object stays', async (what, bytes) => {
    await using s3 = await start((asked, objects) => {
      if (asked.what === what) objects.set(KEY, foreign)
      return undefined
    })
    await expect(s3.put(bytes)).rejects.toMatchObject({ code: 'destination.name_taken' })
    expect(s3.store.objects.get(KEY)).toBe(foreign)
    expect(s3.store.uploads.size).toBe(0)
  })
})

describe('R8: an answer that says yes and no', () => {
  const error = '<?xml version="1.0"?><Error><Code>InternalError</Code><Message>no</Message></Error>'

  test('200 with an error, not carried out: a passing fault', async () => {
    await using s3 = await start((asked) => (asked.what === 'complete' ? { status: 200, text: error } : undefined))
    await expect(s3.put(large)).rejects.toMatchObject({ code: 'destination.busy' })
    expect(s3.store.objects.size).toBe(0)
  })

  test('200 with an error, carried out all the same: success', async () => {
    const metadata = { 'x-amz-meta-datahub-sha256': sha256Of(large), 'x-amz-meta-datahub-instance': 'here' }
    await using s3 = await start((asked, objects) => {
      if (asked.what !== 'complete') return undefined
      objects.set(KEY, { bytes: large, metadata })
      return { status: 200, text: error }
    })
    await s3.put(large)
  })

  test('NoSuchUpload on a repeated complete means that the first one worked, if the object says so', async () => {
    await using s3 = await start((asked) => (asked.what === 'complete' && asked.times === 0 ? 'lose' : undefined))
    await s3.put(large)
    await using gone = await start((asked) =>
      asked.what === 'complete' ? { status: 404, code: 'NoSuchUpload' } : undefined,
    )
    await expect(gone.put(large)).rejects.toMatchObject({ code: 'destination.busy', facts: { code: 'NoSuchUpload' } })
  })

  test('a 409 is settled by reading back', async () => {
    await using s3 = await start((asked) =>
      asked.what === 'PUT' ? { status: 409, code: 'ConditionalRequestConflict' } : undefined,
    )
    await expect(s3.put(small)).rejects.toMatchObject({ code: 'destination.busy' })
  })

  test('without the right to read, the answer to the write is enough', async () => {
    await using s3 = await start((asked) => (asked.what === 'HEAD' ? { status: 403 } : undefined))
    await s3.put(small)
    const log = s3.destination.putVersion(KEY, Buffer.from('x'), labelsOf(Buffer.from('x')), null, always)
    await expect(log).rejects.toMatchObject({ code: 'destination.lost_race' })
  })
})

describe('R12: without the right to read', () => {
  test('a log that exists is told from one that is missing', async () => {
    await using s3 = await start((asked) =>
      asked.what === 'HEAD' || asked.what === 'GET' ? { status: 403, code: 'AccessDenied' } : undefined,
    )
    await s3.destination.putVersion('log', small, labelsOf(small), null, always)
    const other = Buffer.from('other')
    const again = s3.destination.putVersion('log', other, labelsOf(other), null, always)
    await expect(again).rejects.toMatchObject({ code: 'destination.unreadable' })
  })

  test('R13: a log that the customer has removed is a lost race, not a refusal', async () => {
    for (const [status, code] of [
      [404, 'NoSuchKey'],
      [403, 'AccessDenied'],
    ] as const) {
      await using s3 = await start((asked) => (asked.headers['if-match'] ? { status, code } : undefined))
      const swap = s3.destination.putVersion('log', small, labelsOf(small), 'abc', always)
      await expect(swap).rejects.toMatchObject({ code: 'destination.lost_race' })
    }
  })
})

describe('R15: a store without conditional writes', () => {
  test('is written to with a look before and a look after', async () => {
    await using s3 = await start((asked) =>
      asked.headers['if-none-match'] || asked.headers['if-match'] ? { status: 501, code: 'NotImplemented' } : undefined,
    )
    await s3.put(large)
    await expect(s3.destination.putNew(KEY, small, labelsOf(small), always)).rejects.toMatchObject({
      code: 'destination.name_taken',
    })
    const first = await s3.destination.putVersion('log', small, labelsOf(small), null, always)
    const next = Buffer.from('next')
    const lost = s3.destination.putVersion('log', next, labelsOf(next), null, always)
    await expect(lost).rejects.toMatchObject({ code: 'destination.lost_race' })
    await s3.destination.putVersion('log', next, labelsOf(next), first.version, always)
    expect(s3.store.objects.get('log')?.bytes.toString()).toBe('next')
    const conditional = s3.store.asked.filter((asked) => asked.headers['if-none-match'] || asked.headers['if-match'])
    expect(
      conditional.map((asked) => asked.what),
      'asked once of each kind, then remembered',
    ).toEqual(['complete', 'PUT'])
    expect(s3.memory.capabilities, 'found out again before the next write').toBeUndefined()
  })
})

describe('R21: an upload fails and may not be aborted', () => {
  test('the reason is why it failed, not that it could not be tidied up', async () => {
    await using s3 = await start((asked) => {
      if (asked.what === 'part') return { status: 503, code: 'SlowDown' }
      return asked.what === 'abort' ? { status: 403, code: 'AccessDenied' } : undefined
    }, PATIENCE)
    await expect(s3.put(large)).rejects.toMatchObject({ code: 'destination.busy', facts: { code: 'SlowDown' } })
    expect(s3.log()).toContain('abort')
  })
})

describe('R19: a store that does not answer', () => {
  test.each(['HEAD', 'PUT', 'part', 'complete'])('silence at %s ends at the deadline', async (what) => {
    await using s3 = await start((asked) => (asked.what === what ? 'silent' : undefined))
    const startedAt = performance.now()
    await expect(s3.put(what === 'PUT' ? small : large)).rejects.toMatchObject({
      code: 'destination.timeout',
    })
    expect(performance.now() - startedAt).toBeLessThan(8_000)
  })

  test('an answer that comes byte by byte ends at the deadline', async () => {
    await using s3 = await start((asked) => (asked.what === 'GET' ? 'drip' : undefined), {
      ...hasty,
      slowestBytesPerMs: 1e9,
    })
    const startedAt = performance.now()
    await expect(s3.destination.get(KEY, always)).rejects.toMatchObject({ code: 'destination.timeout' })
    expect(performance.now() - startedAt).toBeLessThan(6_000)
  })

  test('an abort ends it at once, with its reason', async () => {
    await using s3 = await start((asked) => (asked.what === 'PUT' ? 'silent' : undefined), PATIENCE)
    const stop = new AbortController()
    const reason = new Error('cancelled')
    const put = s3.put(small, stop.signal)
    await vi.waitFor(() => expect(s3.log()).toContain('PUT'))
    stop.abort(reason)
    await expect(put).rejects.toBe(reason)
  })

  test('R18: a fault that passes is not noticed', async () => {
    await using s3 = await start(
      (asked) => (asked.times === 0 && asked.what !== 'HEAD' ? { status: 503, code: 'SlowDown' } : undefined),
      PATIENCE,
    )
    await s3.put(large)
    expect(s3.store.objects.get(KEY)?.bytes.equals(large)).toBe(true)
  })
})

describe('what the store stores is not what was sent', () => {
  test('R7: objects that are truncated on their way are found out, whatever the store says of them', async () => {
    await using cut = await start((asked) => {
      if (asked.what === 'PUT') Object.assign(asked, { body: asked.body.subarray(1) })
      return undefined
    })
    await expect(cut.put(small)).rejects.toMatchObject({ code: 'destination.altered' })
    await using later = await start((asked, objects) => {
      const kept = objects.get(KEY)
      if (asked.what === 'HEAD' && kept) kept.bytes = kept.bytes.subarray(1)
      return undefined
    })
    await expect(later.put(large)).rejects.toMatchObject({ code: 'destination.altered' })
  })

  test('a store that drops the labels is judged by the content', async () => {
    await using s3 = await start((_, objects) => {
      for (const kept of objects.values()) kept.metadata = {}
      return undefined
    })
    await s3.put(large)
    await s3.put(large)
    const other = Buffer.from(large)
    other[5] = (other[5] as number) ^ 1
    await expect(s3.put(other)).rejects.toMatchObject({ code: 'destination.name_taken' })
  })
})

describe('R20: what an error says', () => {
  async function failure(fault: Fault): Promise<DataHubError> {
    await using s3 = await start((asked) => (asked.what === 'GET' ? fault : undefined))
    return (await s3.destination.get(KEY, always).then(
      () => expect.unreachable(),
      (error: unknown) => error,
    )) as DataHubError
  }

  test('the right region is offered', async () => {
    const redirect = await failure({
      status: 301,
      code: 'PermanentRedirect',
      headers: { 'x-amz-bucket-region': 'eu-west-1' },
    })
    const text = '<Error><Code>AuthorizationHeaderMalformed</Code><Region>eu-west-1</Region></Error>'
    for (const error of [redirect, await failure({ status: 400, text })]) {
      expect(error).toMatchObject({ code: 'destination.wrong_region', facts: { region: 'eu-west-1' } })
      expect(error.hint).toBe('The bucket is in eu-west-1: enter that region.')
    }
  })

  test('a key that may not be used is told from a bucket that may not', async () => {
    const text = '<Error><Code>AccessDenied</Code><Message>not authorized to perform: kms:Decrypt</Message></Error>'
    expect(await failure({ status: 403, text })).toMatchObject({ code: 'destination.encryption' })
  })

  test('a proxy that answers in HTML is no S3', async () => {
    const answer = { text: '<html><body>Sign in', headers: { 'content-type': 'text/html' } }
    for (const status of [403, 404]) {
      expect(await failure({ status, ...answer })).toMatchObject({ code: 'destination.not_s3' })
    }
  })

  test('R34: nothing that was signed is in it', async () => {
    const secret = 'CANARY-TOKEN'
    const text = `<Error><Code>SignatureDoesNotMatch</Code><Message>${secret}</Message><StringToSign>${secret}</StringToSign><CanonicalRequest>${secret}</CanonicalRequest></Error>`
    const error = await failure({ status: 403, text })
    expect(error).toMatchObject({
      code: 'destination.secret_wrong',
      facts: { code: 'SignatureDoesNotMatch', httpStatus: 403, requestId: 'REQ1' },
    })
    expect(inspect(error, { depth: 10, showHidden: true }) + JSON.stringify(error)).not.toContain(secret)
    expect(error.cause).toBeUndefined()
  })

  test('R35: a redirect is not followed', async () => {
    await using other = await startStrictStore()
    await failure({ status: 307, code: 'TemporaryRedirect', headers: { location: `${other.endpoint}/company-data/x` } })
    expect(other.asked).toEqual([])
  })
})

describe('R25: the connection test of stores that differ', () => {
  async function verdicts(fault: (asked: Asked) => Fault | undefined): Promise<Record<string, CheckStep['verdict']>> {
    await using s3 = await start(fault)
    const steps: Record<string, CheckStep['verdict']> = {}
    for await (const step of s3.destination.check(always)) steps[step.name] = step.verdict
    expect([...s3.store.objects.keys()].every((key) => key === 'reports/.connection_test')).toBe(true)
    return steps
  }
  const fine = {
    fields: 'passed',
    address: 'passed',
    clock: 'passed',
    credentials: 'passed',
    region: 'passed',
    write: 'passed',
    guard: 'passed',
    read: 'passed',
    multipart: 'passed',
    abort: 'passed',
    list: 'passed',
  }

  test.each<[string, (asked: Asked) => Fault | undefined, object]>([
    ['everything works', () => undefined, {}],
    [
      'conditions are refused',
      (asked) => (asked.headers['if-none-match'] ? { status: 501, code: 'NotImplemented' } : undefined),
      { guard: 'warning', multipart: 'warning' },
    ],
    [
      'conditions are ignored',
      (asked) => void delete asked.headers['if-none-match'],
      { guard: 'warning', multipart: 'warning' },
    ],
    [
      'abort is denied',
      (asked) => (asked.what === 'abort' ? { status: 403, code: 'AccessDenied' } : undefined),
      { abort: 'warning' },
    ],
    [
      'reading is denied',
      (asked) => (asked.what === 'GET' ? { status: 403, code: 'AccessDenied' } : undefined),
      { read: 'failed', multipart: 'skipped', abort: 'skipped', list: 'skipped' },
    ],
    [
      'the key denies parts',
      (asked) =>
        asked.what === 'part'
          ? { status: 403, text: '<Error><Code>AccessDenied</Code><Message>kms:Decrypt</Message></Error>' }
          : undefined,
      { multipart: 'failed', abort: 'skipped', list: 'skipped' },
    ],
    [
      'it falls silent',
      (asked) => (asked.what === 'PUT' ? 'silent' : undefined),
      { write: 'failed', guard: 'skipped', read: 'skipped', multipart: 'skipped', abort: 'skipped', list: 'skipped' },
    ],
  ])('%s', async (_, fault, differences) => {
    const startedAt = performance.now()
    expect(await verdicts(fault)).toEqual({ ...fine, ...differences })
    expect(performance.now() - startedAt).toBeLessThan(15_000)
  })
})

describe('R36: the identity of the server', () => {
  afterEach(() => vi.unstubAllEnvs())

  test('is never used, nor its endpoints, whatever the environment, ~/.aws and the metadata service offer', async () => {
    await using canary = await startStrictStore()
    const home = await mkdtemp(join(tmpdir(), 'datahub-home-'))
    const profile = [
      'aws_access_key_id = AKIACANARY',
      'aws_secret_access_key = canary',
      'region = eu-canary-1',
      `endpoint_url = ${canary.endpoint}`,
      'max_attempts = 9',
      'use_fips_endpoint = true',
      'use_dualstack_endpoint = true',
      'defaults_mode = auto',
      'request_checksum_calculation = when_required',
      'sdk_ua_app_id = canary',
    ].join('\n')
    await writeFile(join(home, 'config'), `[default]\n${profile}\n`)
    await writeFile(join(home, 'credentials'), `[default]\n${profile}\n`)
    const ambient = {
      HOME: home,
      AWS_CONFIG_FILE: join(home, 'config'),
      AWS_SHARED_CREDENTIALS_FILE: join(home, 'credentials'),
      AWS_ACCESS_KEY_ID: 'AKIACANARY',
      AWS_SECRET_ACCESS_KEY: 'canary',
      AWS_SESSION_TOKEN: 'canary',
      AWS_REGION: 'eu-canary-1',
      AWS_DEFAULT_REGION: 'eu-canary-1',
      AWS_ENDPOINT_URL: canary.endpoint,
      AWS_ENDPOINT_URL_S3: canary.endpoint,
      AWS_EC2_METADATA_SERVICE_ENDPOINT: canary.endpoint,
      AWS_CONTAINER_CREDENTIALS_FULL_URI: `${canary.endpoint}/credentials`,
      AWS_USE_FIPS_ENDPOINT: 'true',
      AWS_USE_DUALSTACK_ENDPOINT: 'true',
      AWS_DEFAULTS_MODE: 'auto',
      AWS_MAX_ATTEMPTS: '9',
      AWS_REQUEST_CHECKSUM_CALCULATION: 'when_supported',
      AWS_SIGV4A_SIGNING_REGION_SET: '*',
      AWS_AUTH_SCHEME_PREFERENCE: 'sigv4a',
      AWS_EXECUTION_ENV: 'canary',
      AWS_SDK_UA_APP_ID: 'canary',
      AWS_LAMBDA_FUNCTION_NAME: 'canary',
      _X_AMZN_TRACE_ID: 'canary',
      HTTP_PROXY: canary.endpoint,
      HTTPS_PROXY: canary.endpoint,
      NODE_USE_ENV_PROXY: '1',
    }
    for (const [name, value] of Object.entries(ambient)) vi.stubEnv(name, value)

    try {
      await using s3 = await start(() => undefined)
      await s3.put(small)
      const sent = s3.store.asked.map((asked) => JSON.stringify(asked.headers))
      expect(sent).toHaveLength(1)
      for (const headers of sent) {
        expect(headers).toContain('Credential=AKIAOURS/')
        expect(headers).toContain('/us-east-1/s3/')
        expect(headers).not.toMatch(/canary/i)
      }

      const client = openBucket(settingsAt(), world, shortMemory(), PATIENCE).client
      let addressed: { hostname: string; headers: Record<string, string> } | undefined
      client.middlewareStack.add(
        () => async (args) => {
          addressed = args.request as typeof addressed
          throw new Error('seen enough')
        },
        { step: 'finalizeRequest', priority: 'low' },
      )
      await client.send(new HeadObjectCommand({ Bucket: 'company-data', Key: 'x' })).catch(() => undefined)
      expect(addressed?.hostname).toBe('company-data.s3.us-east-1.amazonaws.com')
      expect(JSON.stringify(addressed?.headers)).toContain('Credential=AKIAOURS/')
      client.destroy()
      expect(canary.asked).toEqual([])
    } finally {
      await rm(home, { recursive: true })
    }
  })
})
