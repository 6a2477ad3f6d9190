import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer as createTlsServer } from 'node:https'
import { createServer, type AddressInfo, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { STORAGE_ERRORS } from '@datahub/core/destination/storage-errors'
import { codes } from '@datahub/core/error/codes'
import type { DataHubError } from '@datahub/core/error/data-hub-error'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startStrictStore } from '../../../../../test/s3/strict-store.ts'
import { openEgress } from '../../foundation/egress.ts'
import { shortMemory } from '../short-memory.ts'
import { openBucket } from './bucket.ts'
import { PATIENCE } from './client.ts'
import { read } from './object.ts'
import { putNew } from './put-new.ts'
import { s3Settings } from './settings.ts'

/** Every row of the table as it arrives over a wire, from the XML, the status or the socket. */

const always = new AbortController().signal
const world = { instanceId: 'here', egress: openEgress(['127.0.0.1']), folders: undefined, dataDir: '/nowhere' }
/** A look that finds nothing, so that every write is tried. */
const hidden = { status: 403 }

/** What is not answered by a store, but found out by the client or the network. */
const ON_THE_WAY = /^(E[A-Z]+|ENOTFOUND|TimeoutError|CERT_|DEPTH_|SELF_|UNABLE_|ERR_|HPE_|CredentialsProviderError).*$/
const STATUS: Readonly<Record<number, readonly string[]>> = {
  301: ['PermanentRedirect'],
  307: ['TemporaryRedirect', 'Redirect'],
  403: [
    ...['InvalidAccessKeyId', 'SignatureDoesNotMatch', 'AccessDenied', 'RequestTimeTooSkewed', 'AllAccessDisabled'],
    ...['AccountProblem', 'NotSignedUp', 'InvalidPayer', 'InvalidSecurity', 'InvalidObjectState'],
    ...['RegionDisabledException', 'InvalidClientTokenId'],
  ],
  404: ['NoSuchBucket', 'NoSuchUpload', 'NoSuchEntity'],
  405: ['MethodNotAllowed'],
  409: ['OperationAborted', 'ConditionalRequestConflict'],
  412: ['PreconditionFailed'],
  500: ['InternalError'],
  501: ['NotImplemented'],
  503: ['SlowDown', 'ServiceUnavailable', 'Throttling', 'ThrottlingException', 'TooManyRequests'],
}

function open(endpoint: string) {
  const keys = { accessKeyId: 'AKIAOURS', secretAccessKey: 'ours' }
  const at = { bucket: 'company-data', region: 'us-east-1', endpoint, pathStyle: true }
  const hasty = { ...PATIENCE, connectMs: 3000, silenceMs: 3000, answerMs: 4000, tries: 1 }
  return openBucket(s3Settings.parse({ ...at, ...keys }), world, shortMemory(), hasty)
}

async function failureOf(endpoint: string, write: boolean): Promise<DataHubError> {
  const bucket = open(endpoint)
  const labels = { instance: 'here', sha256: '2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881' }
  const done = write ? putNew(bucket, 'reports/1/x.zip', Buffer.from('x'), labels, always) : read(bucket, 'x', always)
  try {
    return (await done.then(
      (outcome) => expect.unreachable(`it succeeded with ${JSON.stringify(outcome)}`),
      (error: unknown) => error,
    )) as DataHubError
  } finally {
    bucket.client.destroy()
  }
}

describe('R20: every code that a store may answer, to a write', () => {
  let code = ''
  let store: Awaited<ReturnType<typeof startStrictStore>>
  beforeAll(async () => {
    store = await startStrictStore(({ what }) => {
      if (what === 'HEAD') return hidden
      const [status] = Object.entries(STATUS).find(([, listed]) => listed.includes(code)) ?? ['400']
      return { status: Number(status), code }
    })
  })
  afterAll(() => store[Symbol.asyncDispose]())

  /** Resolved by the hub itself: what stands there is looked at, or the condition left out. */
  const RESOLVED: Readonly<Record<string, string>> = { PreconditionFailed: 'destination.unreadable' }

  test.each(Object.entries(STORAGE_ERRORS).filter(([name]) => !ON_THE_WAY.test(name)))('%s', async (name, row) => {
    code = name
    const error = await failureOf(store.endpoint, true)
    expect(error.code).toBe(RESOLVED[name] ?? row.code)
    expect(error.is.status).toBe(7)
    if (RESOLVED[name]) return
    expect(error.facts).toMatchObject({ code: name, requestId: 'REQ1' })
    expect(error.hint).toBe(row.remedy?.meanwhile ?? codes[row.code].cure)
  })
})

describe('R20: what the way there does', () => {
  let folder: string
  const servers: Server[] = []
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'datahub-tls-'))
  })
  afterAll(async () => {
    for (const server of servers) server.close()
    await rm(folder, { recursive: true })
  })

  async function listening(server: Server): Promise<number> {
    servers.push(server)
    await once(server.listen(0, '127.0.0.1'), 'listening')
    return (server.address() as AddressInfo).port
  }

  const says = (text: string) =>
    listening(createServer((socket) => socket.on('error', () => undefined).once('data', () => socket.end(text))))

  async function tls(): Promise<number> {
    const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')]
    const subject = ['-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=127.0.0.1']
    execFileSync('openssl', ['req', '-x509', ...subject, '-keyout', key, '-out', cert], { stdio: 'ignore' })
    return await listening(createTlsServer({ key: await readFile(key), cert: await readFile(cert) }))
  }

  test('a certificate that nobody trusts', async () => {
    const error = await failureOf(`https://127.0.0.1:${await tls()}`, false)
    expect(error).toMatchObject({ code: 'destination.tls', facts: { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' } })
    expect(error.hint).toContain('NODE_EXTRA_CA_CERTS')
  })

  test('https to what speaks http', async () => {
    const error = await failureOf(`https://127.0.0.1:${await says('HTTP/1.1 400 Bad Request\r\n\r\n')}`, false)
    expect(error).toMatchObject({ code: 'destination.tls', hint: expect.stringContaining('http instead') as string })
  })

  test('http to what does not speak it', async () => {
    const error = await failureOf(`http://127.0.0.1:${await says('SSH-2.0-OpenSSH_9.2\r\n')}`, false)
    expect(error).toMatchObject({
      code: 'destination.not_s3',
      hint: expect.stringContaining('https instead') as string,
    })
  })

  test('a connection that breaks, a port where nothing listens, a host that is not there', async () => {
    const breaking = await listening(createServer((socket) => socket.on('error', () => undefined).resetAndDestroy()))
    for (const [host, code, cause] of [
      [`127.0.0.1:${breaking}`, 'destination.unreachable', 'ECONNRESET'],
      ['127.0.0.1:9', 'destination.unreachable', 'ECONNREFUSED'],
      ['s3.exmple.invalid', 'destination.host_unknown', 'ENOTFOUND'],
    ] as const) {
      expect(await failureOf(`http://${host}`, false)).toMatchObject({ code, facts: { code: cause } })
    }
  })
})
