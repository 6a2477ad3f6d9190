import { createHash, randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/**
 * An S3 that takes what it is sent and throws the bytes away: a real store on the same cores would be what is measured.
 * It keeps sizes and labels, so that what was stored can be verified, and the bodies of small objects.
 */
export async function startS3Sink(): Promise<{ endpoint: string; close(): Promise<void> }> {
  const objects = new Map<string, Stored>()
  const uploads = new Map<string, Parts>()
  const server = createServer((request, response) => {
    handle(request, response, objects, uploads).catch((error: unknown) => response.destroy(error as Error))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return { endpoint: `http://127.0.0.1:${port}`, close: () => close(server) }
}

type Labels = Record<string, string>

interface Stored {
  readonly labels: Labels
  readonly sizeBytes: number
  readonly body: Buffer
  readonly etag: string
}

/** An upload of which parts have come, one after the other as far as they are kept. */
interface Parts {
  readonly labels: Labels
  readonly kept: Buffer[]
  sizeBytes: number
}

const KEPT_BYTES = 1 << 20

async function handle(
  request: IncomingMessage,
  response: ServerResponse,
  objects: Map<string, Stored>,
  uploads: Map<string, Parts>,
): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://sink')
  const uploadId = url.searchParams.get('uploadId')
  const there = objects.get(url.pathname)
  const labels = Object.fromEntries(
    Object.entries(request.headers).filter(([name]) => name.startsWith('x-amz-meta-')),
  ) as Labels
  const body = await take(request)
  const store = (stored: Omit<Stored, 'etag'>) => {
    const etag = `"${createHash('md5').update(randomUUID()).digest('hex')}"`
    objects.set(url.pathname, { ...stored, etag })
    return etag
  }
  if (request.method === 'GET' || request.method === 'HEAD') {
    if (!there) return fail(response, 404, 'NoSuchKey')
    response.writeHead(200, { ...there.labels, ETag: there.etag, 'Content-Length': there.sizeBytes })
    response.end(request.method === 'GET' ? there.body : undefined)
  } else if (request.method === 'POST' && url.searchParams.has('uploads')) {
    const id = randomUUID()
    uploads.set(id, { labels, sizeBytes: 0, kept: [] })
    xml(response, `<InitiateMultipartUploadResult><UploadId>${id}</UploadId></InitiateMultipartUploadResult>`)
  } else if (request.method === 'POST' && uploadId) {
    const known = uploads.get(uploadId)
    if (!known) return fail(response, 404, 'NoSuchUpload')
    const { kept, ...upload } = known
    const etag = store({ ...upload, body: Buffer.concat(kept) })
    xml(response, `<CompleteMultipartUploadResult><ETag>${etag}</ETag></CompleteMultipartUploadResult>`)
  } else if (request.method === 'PUT' && uploadId) {
    const known = uploads.get(uploadId)
    if (!known) return fail(response, 404, 'NoSuchUpload')
    if (known.sizeBytes < KEPT_BYTES) known.kept.push(body.kept)
    known.sizeBytes += body.sizeBytes
    response.writeHead(200, { ETag: `"${randomUUID()}"` }).end()
  } else if (request.method === 'PUT') {
    const ifMatch = request.headers['if-match']
    if (request.headers['if-none-match'] === '*' && there) return fail(response, 412, 'PreconditionFailed')
    if (ifMatch !== undefined && there?.etag !== ifMatch) return fail(response, 412, 'PreconditionFailed')
    response.writeHead(200, { ETag: store({ labels, sizeBytes: body.sizeBytes, body: body.kept }) }).end()
  } else {
    response.writeHead(204).end()
  }
}

/** By events: an iteration waits once for every 64 KB, and that would be measured, too. */
async function take(request: IncomingMessage): Promise<{ sizeBytes: number; kept: Buffer }> {
  const kept: Buffer[] = []
  let sizeBytes = 0
  request.on('data', (chunk: Buffer) => {
    if (sizeBytes < KEPT_BYTES) kept.push(chunk)
    sizeBytes += chunk.length
  })
  await once(request, 'end')
  return { sizeBytes, kept: Buffer.concat(kept) }
}

function fail(response: ServerResponse, status: number, code: string): void {
  response.writeHead(status, { 'Content-Type': 'application/xml' }).end(`<Error><Code>${code}</Code></Error>`)
}

function xml(response: ServerResponse, body: string): void {
  response.writeHead(200, { 'Content-Type': 'application/xml' }).end(`<?xml version="1.0"?>${body}`)
}

async function close(server: Server): Promise<void> {
  const closed = once(server, 'close')
  server.close()
  server.closeAllConnections()
  await closed
}
