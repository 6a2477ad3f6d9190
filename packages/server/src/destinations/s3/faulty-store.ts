import { createHash, randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'

/** One request as the store received it. */
export interface Asked {
  /** `PUT`, `GET`, `HEAD`, or what it is in an upload: `create`, `part`, `complete`, `abort`. */
  readonly what: string
  readonly key: string
  readonly headers: IncomingMessage['headers']
  readonly body: Buffer
  /** How often this was asked before. */
  readonly times: number
}

/** What goes wrong with a request. `lose`: it is carried out and the answer lost. `reset`: it is lost itself. */
export type Fault =
  | 'lose'
  | 'reset'
  | 'silent'
  | 'drip'
  | {
      readonly status: number
      readonly code?: string
      readonly text?: string
      readonly headers?: Record<string, string>
    }

export interface Kept {
  bytes: Buffer
  metadata: Record<string, string>
}

/**
 * An S3 of one bucket that fails on demand, for what no real store can be made to show. `fault` is asked before each
 * request is carried out. Like Amazon under the seed's policy it answers 403 for a missing key.
 */
export async function startFaultyStore(fault: (asked: Asked, objects: Map<string, Kept>) => Fault | undefined) {
  const objects = new Map<string, Kept>()
  const uploads = new Map<string, { metadata: Record<string, string>; parts: Map<number, Buffer> }>()
  const asked: Asked[] = []

  const server = createServer((request, response) => {
    void answer(request, response).catch(() => response.destroy())
  })

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '', 'http://store')
    const key = decodeURIComponent(url.pathname.split('/').slice(2).join('/'))
    const what = kindOf(request.method ?? '', url.searchParams)
    const times = asked.filter((before) => before.what === what).length
    const one = { what, key, headers: request.headers, body: await buffer(request), times }
    asked.push(one)
    const wrong = fault(one, objects)
    if (wrong === 'reset') return void response.destroy()
    if (wrong === 'silent') return
    if (wrong === 'drip') return drip(response)
    if (typeof wrong === 'object') return fail(response, what, wrong)
    const done = carryOut(one, url.searchParams)
    if (wrong === 'lose') return void response.destroy()
    if (done.code) return fail(response, what, done)
    response.writeHead(done.status, { etag: done.etag ?? '', ...done.headers })
    response.end(what === 'HEAD' ? undefined : done.body)
  }

  function carryOut({ what, key, headers, body }: Asked, query: URLSearchParams): Outcome {
    const there = objects.get(key)
    const uploadId = query.get('uploadId') ?? ''
    const upload = uploads.get(uploadId)
    switch (what) {
      case 'HEAD':
      case 'GET': {
        if (!there) return { status: 403, code: 'AccessDenied' }
        const labels = Object.fromEntries(Object.entries(there.metadata))
        return {
          status: 200,
          etag: etagOf(there),
          body: there.bytes,
          headers: { ...labels, 'content-length': String(there.bytes.length) },
        }
      }
      case 'PUT': {
        const refused = conditionFails(headers, there)
        if (refused) return refused
        objects.set(key, { bytes: body, metadata: metadataIn(headers) })
        return { status: 200, etag: etagOf(objects.get(key)) }
      }
      case 'create': {
        const id = randomUUID()
        uploads.set(id, { metadata: metadataIn(headers), parts: new Map() })
        return {
          status: 200,
          body: `<InitiateMultipartUploadResult><UploadId>${id}</UploadId></InitiateMultipartUploadResult>`,
        }
      }
      case 'part': {
        if (!upload) return { status: 404, code: 'NoSuchUpload' }
        upload.parts.set(Number(query.get('partNumber')), body)
        const checksum = headers['x-amz-checksum-crc32']
        const echo = typeof checksum === 'string' ? { headers: { 'x-amz-checksum-crc32': checksum } } : {}
        return { status: 200, etag: etagOf({ bytes: body, metadata: {} }), ...echo }
      }
      case 'complete': {
        if (!upload) return { status: 404, code: 'NoSuchUpload' }
        const refused = conditionFails(headers, there)
        if (refused) return refused
        uploads.delete(uploadId)
        const bytes = Buffer.concat([...upload.parts].sort(([a], [b]) => a - b).map(([, part]) => part))
        objects.set(key, { bytes, metadata: upload.metadata })
        const etag = etagOf(objects.get(key))
        return {
          status: 200,
          body: `<CompleteMultipartUploadResult><ETag>${etag}</ETag></CompleteMultipartUploadResult>`,
        }
      }
      default: {
        uploads.delete(uploadId)
        return { status: 204 }
      }
    }
  }

  await once(server.listen(0, '127.0.0.1'), 'listening')
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    objects,
    uploads,
    asked,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((closed) => server.close(closed))
    },
  }
}

interface Outcome {
  readonly status: number
  readonly code?: string
  readonly etag?: string
  readonly body?: Buffer | string
  readonly headers?: Record<string, string>
}

function kindOf(method: string, query: URLSearchParams): string {
  if (query.has('uploads')) return 'create'
  if (!query.has('uploadId')) return method
  return { PUT: 'part', POST: 'complete', DELETE: 'abort' }[method] ?? method
}

function conditionFails(headers: IncomingMessage['headers'], there: Kept | undefined): Outcome | undefined {
  if (headers['if-none-match'] === '*' && there) return { status: 412, code: 'PreconditionFailed' }
  const wanted = headers['if-match']
  if (wanted === undefined) return undefined
  if (!there) return { status: 404, code: 'NoSuchKey' }
  return wanted === etagOf(there) ? undefined : { status: 412, code: 'PreconditionFailed' }
}

function etagOf(kept: Kept | undefined): string {
  return `"${createHash('md5')
    .update(kept?.bytes ?? '')
    .digest('hex')}"`
}

function metadataIn(headers: IncomingMessage['headers']): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers)
      .filter(([name]) => name.startsWith('x-amz-meta-'))
      .map(([name, value]) => [name, String(value)]),
  )
}

function fail(response: ServerResponse, what: string, wrong: Exclude<Fault, string>): void {
  const { status, code, text, headers } = wrong
  const body = text ?? `<?xml version="1.0"?><Error><Code>${code}</Code><Message>no</Message></Error>`
  response.writeHead(status, { 'content-type': 'application/xml', 'x-amz-request-id': 'REQ1', ...headers })
  response.end(what === 'HEAD' ? undefined : body)
}

/** The headers at once, then a byte from time to time, for ever. */
function drip(response: ServerResponse): void {
  response.writeHead(200)
  const timer = setInterval(() => response.write(' '), 20)
  response.on('close', () => clearInterval(timer))
}
