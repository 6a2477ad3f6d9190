import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import {
  AMAZON,
  birthRefusal,
  bodyRefusal,
  conditionRefusal,
  etagOf,
  partRefusal,
  type Kept,
  type Refusal,
  type Rules,
} from './rules.ts'
import { isBodySigned, signerOf } from './signature.ts'

/** One request as the store received it. */
export interface Asked {
  /** `PUT`, `GET`, `HEAD`; in an upload `create`, `part`, `complete`, `abort`; `greet` for the bucket; `assume role`. */
  readonly what: string
  readonly key: string
  readonly headers: IncomingMessage['headers']
  readonly body: Buffer
  /** How often this was asked before. */
  readonly times: number
}

/** An answer other than the right one; `text` in place of the XML of an error. */
interface Wrong extends Partial<Refusal> {
  readonly status: number
  readonly text?: string
  readonly headers?: Record<string, string>
}

/** What goes wrong with a request. `lose`: it is carried out and the answer lost. `reset`: it is lost itself. */
export type Fault = 'lose' | 'reset' | 'silent' | 'drip' | Wrong

/** May answer later, which holds the request up. */
export type Script = (asked: Asked, objects: Map<string, Kept>) => Fault | undefined | Promise<Fault | undefined>

interface Answer {
  readonly status: number
  readonly etag?: string
  readonly body?: Buffer | string
  readonly headers?: Record<string, string>
}

interface Upload {
  readonly key: string
  readonly metadata: Record<string, string>
  readonly parts: Map<number, Buffer>
}

const LONGEST_SKEW_MS = 15 * 60_000

/**
 * A strict S3 of one bucket, in path style on 127.0.0.1, for what no real store can be made to show. It answers like
 * Amazon under `rules`: signatures, regions, clocks, checksums, conditions and rights are judged, in that order. `script`
 * is asked before a request is carried out and may have anything go wrong. See probes.ts for what it is held to.
 */
export async function startStrictStore(script: Script = () => undefined, changes: Partial<Rules> = {}) {
  const rules = { ...AMAZON, ...changes }
  const objects = new Map<string, Kept>()
  const uploads = new Map<string, Upload>()
  const sessions = new Map<string, { secret: string; token: string; until: number }>()
  const asked: Asked[] = []
  const now = () => Date.now() + rules.aheadMs

  const server = createServer((request, response) => {
    void answer(request, response).catch(() => response.destroy())
  })

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '', 'http://store')
    const [bucket = '', ...rest] = decodeURIComponent(url.pathname).slice(1).split('/')
    const key = rest.join('/')
    const what = bucket === '' ? 'assume role' : key === '' ? 'greet' : kindOf(request.method ?? '', url.searchParams)
    const arrivedAt = now()
    const body = await buffer(request)
    const stranger = strangerRefusal(request, body, arrivedAt)
    const times = asked.filter((before) => before.what === what).length
    const one = { what, key, headers: { ...request.headers }, body, times }
    asked.push(one)
    response.setHeader('date', new Date(now()).toUTCString())
    if (what === 'greet') response.setHeader('x-amz-bucket-region', rules.region)

    const fault = await script(one, objects)
    if (fault === 'reset') return void response.destroy()
    if (fault === 'silent') return
    if (fault === 'drip') return drip(response)
    if (typeof fault === 'object') return refuse(response, what, fault)
    const refusal = stranger ?? (what === 'assume role' ? undefined : bucketRefusal(bucket, one))
    const done = refusal ?? carryOut(one, url.searchParams)
    if (fault === 'lose') return void response.destroy()
    if ('code' in done) return refuse(response, what, done)
    response.writeHead(done.status, { ...(done.etag ? { etag: done.etag } : {}), ...done.headers })
    response.end(what === 'HEAD' ? undefined : done.body)
  }

  /** Whoever he is not. Nobody is nobody in particular: he may ask where the bucket is. */
  function strangerRefusal(request: IncomingMessage, body: Buffer, arrivedAt: number): Refusal | undefined {
    const signer = signerOf(request, body)
    if (!signer) return undefined
    const session = sessions.get(signer.accessKeyId)
    const secret = session?.secret ?? rules.keys[signer.accessKeyId]
    if (secret === undefined) return { status: 403, code: 'InvalidAccessKeyId' }
    if (signer.region !== rules.region)
      return { status: 400, code: 'AuthorizationHeaderMalformed', region: rules.region }
    if (Math.abs(signer.signedAt.getTime() - arrivedAt) > LONGEST_SKEW_MS)
      return { status: 403, code: 'RequestTimeTooSkewed' }
    if (!signer.isMadeWith(secret)) return { status: 403, code: 'SignatureDoesNotMatch' }
    if (!isBodySigned(request, body)) return { status: 400, code: 'XAmzContentSHA256Mismatch' }
    if (session?.token !== request.headers['x-amz-security-token']) return { status: 400, code: 'InvalidToken' }
    return session && session.until < arrivedAt ? { status: 400, code: 'ExpiredToken' } : undefined
  }

  function bucketRefusal(bucket: string, { what, headers }: Asked): Refusal | undefined {
    if (bucket !== rules.bucket) return { status: 404, code: 'NoSuchBucket' }
    const wanted = headers['x-amz-expected-bucket-owner']
    const owned = wanted === undefined || wanted === rules.owner
    const allowed = headers.authorization !== undefined && owned && rules.actions.includes(actionOf(what))
    return allowed ? undefined : { status: 403, code: 'AccessDenied' }
  }

  function carryOut({ what, key, headers, body }: Asked, query: URLSearchParams): Answer | Refusal {
    const uploadId = query.get('uploadId') ?? ''
    switch (what) {
      case 'assume role':
        return assumeRole(new URLSearchParams(body.toString()))
      case 'HEAD':
      case 'GET':
        return show(key)
      case 'PUT':
        return put(key, headers, body)
      case 'create':
        return create(key, headers)
      case 'part':
        return keepPart(uploads.get(uploadId), Number(query.get('partNumber')), headers, body)
      case 'complete':
        return complete(uploadId, key, headers, body.toString())
      case 'abort':
        return uploads.delete(uploadId) ? { status: 204 } : { status: 404, code: 'NoSuchUpload' }
      default:
        return { status: 405, code: 'MethodNotAllowed' }
    }
  }

  function show(key: string): Answer | Refusal {
    const there = objects.get(key)
    if (there) {
      const headers = { ...there.metadata, 'content-length': String(there.bytes.length) }
      return { status: 200, etag: etagOf(rules, there), body: there.bytes, headers }
    }
    return rules.actions.includes('s3:ListBucket')
      ? { status: 404, code: 'NoSuchKey' }
      : { status: 403, code: 'AccessDenied' }
  }

  function put(key: string, headers: Asked['headers'], bytes: Buffer): Answer | Refusal {
    const refusal =
      bodyRefusal(rules, headers, bytes) ??
      birthRefusal(rules, headers) ??
      conditionRefusal(rules, headers, objects.get(key))
    if (refusal) return refusal
    const kept = { bytes, metadata: metadataIn(headers) }
    objects.set(key, kept)
    return { status: 200, etag: etagOf(rules, kept) }
  }

  function create(key: string, headers: Asked['headers']): Answer | Refusal {
    const refusal = birthRefusal(rules, headers)
    if (refusal) return refusal
    const id = randomUUID()
    uploads.set(id, { key, metadata: metadataIn(headers), parts: new Map() })
    return { status: 200, body: xml('InitiateMultipartUploadResult', { UploadId: id }) }
  }

  function keepPart(
    upload: Upload | undefined,
    number: number,
    headers: Asked['headers'],
    bytes: Buffer,
  ): Answer | Refusal {
    const refusal = bodyRefusal(rules, headers, bytes) ?? partRefusal(rules)
    if (refusal) return refusal
    if (!upload) return { status: 404, code: 'NoSuchUpload' }
    upload.parts.set(number, bytes)
    const checksum = headers['x-amz-checksum-crc32']
    const echo = typeof checksum === 'string' ? { headers: { 'x-amz-checksum-crc32': checksum } } : {}
    return { status: 200, etag: etagOf(rules, { bytes }), ...echo }
  }

  function complete(uploadId: string, key: string, headers: Asked['headers'], wanted: string): Answer | Refusal {
    const upload = uploads.get(uploadId)
    if (!upload) return { status: 404, code: 'NoSuchUpload' }
    const named = [...wanted.matchAll(/<Part>.*?<\/Part>/gs)].map(([part]) => ({
      bytes: upload.parts.get(Number(/<PartNumber>(\d+)</.exec(part)?.[1])),
      etag: /<ETag>(.*?)</.exec(part)?.[1]?.replaceAll('&quot;', '"'),
    }))
    const parts = named.flatMap(({ bytes, etag }) => (bytes && etag === etagOf(rules, { bytes }) ? [bytes] : []))
    if (parts.length === 0 || parts.length < named.length) return { status: 400, code: 'InvalidPart' }
    if (parts.slice(0, -1).some((part) => part.length < rules.leastPartBytes))
      return { status: 400, code: 'EntityTooSmall' }
    const refusal = conditionRefusal(rules, headers, objects.get(key))
    if (refusal) return refusal
    uploads.delete(uploadId)
    const kept = { bytes: Buffer.concat(parts), metadata: upload.metadata }
    objects.set(key, kept)
    return { status: 200, body: xml('CompleteMultipartUploadResult', { ETag: etagOf(rules, kept) }) }
  }

  function assumeRole(form: URLSearchParams): Answer | Refusal {
    const demanded = rules.roles[form.get('RoleArn') ?? '']
    const denied = demanded === undefined || (demanded !== null && form.get('ExternalId') !== demanded)
    if (denied) return { status: 403, code: 'AccessDenied' }
    if (!(Number(form.get('DurationSeconds')) <= rules.sessionSecondsMax))
      return { status: 400, code: 'ValidationError' }
    const until = now() + rules.sessionMs
    const session = { secret: randomUUID(), token: randomUUID(), until }
    const AccessKeyId = `ASIA${sessions.size}`
    sessions.set(AccessKeyId, session)
    const Expiration = new Date(until).toISOString()
    const body = xml('Credentials', {
      AccessKeyId,
      SecretAccessKey: session.secret,
      SessionToken: session.token,
      Expiration,
    })
    return { status: 200, body }
  }

  await once(server.listen(0, '127.0.0.1'), 'listening')
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    rules,
    objects,
    uploads,
    asked,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((closed) => server.close(closed))
    },
  }
}

function kindOf(method: string, query: URLSearchParams): string {
  if (query.has('uploads')) return 'create'
  if (!query.has('uploadId')) return method
  return { PUT: 'part', POST: 'complete', DELETE: 'abort' }[method] ?? method
}

function actionOf(what: string): string {
  if (what === 'greet') return 's3:ListBucket'
  if (what === 'GET' || what === 'HEAD') return 's3:GetObject'
  if (what === 'abort') return 's3:AbortMultipartUpload'
  return what === 'DELETE' ? 's3:DeleteObject' : 's3:PutObject'
}

function metadataIn(headers: Asked['headers']): Record<string, string> {
  const entries = Object.entries(headers).filter(([name]) => name.startsWith('x-amz-meta-'))
  return Object.fromEntries(entries.map(([name, value]) => [name, String(value)]))
}

function xml(root: string, fields: Readonly<Record<string, string>>): string {
  const inside = Object.entries(fields).map(([name, value]) => `<${name}>${value.replaceAll('"', '&quot;')}</${name}>`)
  return `<?xml version="1.0"?><${root}>${inside.join('')}</${root}>`
}

function refuse(response: ServerResponse, what: string, wrong: Wrong): void {
  const { status, code = '', message = 'no', region, text, headers } = wrong
  const body = text ?? xml('Error', { Code: code, Message: message, ...(region ? { Region: region } : {}) })
  response.writeHead(status, { 'content-type': 'application/xml', 'x-amz-request-id': 'REQ1', ...headers })
  response.end(what === 'HEAD' ? undefined : body)
}

/** The headers at once, then a byte from time to time, for ever. */
function drip(response: ServerResponse): void {
  response.writeHead(200)
  const timer = setInterval(() => response.write(' '), 20)
  response.on('close', () => clearInterval(timer))
}
