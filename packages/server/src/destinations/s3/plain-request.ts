import type { Readable } from 'node:stream'
import type { S3Client } from '@aws-sdk/client-s3'

/** Enough for any answer that is an error or a short list. */
const ANSWER_MAX_BYTES = 64 * 1024

export interface PlainRequest {
  readonly method: 'GET' | 'POST'
  readonly protocol: string
  readonly hostname: string
  readonly port?: number
  readonly path: string
  readonly query: Record<string, string>
  readonly headers: Record<string, string>
  readonly body?: string
}

export interface PlainAnswer {
  readonly status: number
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  readonly text: string
}

export function plainRequest(
  method: PlainRequest['method'],
  url: URL,
  headers: Record<string, string>,
  body?: string,
): PlainRequest {
  return {
    method,
    protocol: url.protocol,
    hostname: url.hostname,
    ...(url.port === '' ? {} : { port: Number(url.port) }),
    path: url.pathname,
    query: Object.fromEntries(url.searchParams),
    headers: { host: url.host, ...headers },
    ...(body === undefined ? {} : { body }),
  }
}

/** One request over the client's guarded connections, as it is: not signed, not tried again, no redirect followed. */
export async function sendPlain(
  client: S3Client,
  request: PlainRequest,
  abortSignal: AbortSignal,
): Promise<PlainAnswer> {
  const handler = client.config.requestHandler as unknown as Handler
  const { response } = await handler.handle(request, { abortSignal })
  const pieces: Buffer[] = []
  let sizeBytes = 0
  for await (const piece of response.body) {
    pieces.push(piece)
    sizeBytes += piece.length
    if (sizeBytes > ANSWER_MAX_BYTES) break
  }
  const headers = Object.fromEntries(
    Object.entries(response.headers).map(([name, value]) => [name.toLowerCase(), value]),
  )
  return { status: response.statusCode, headers, text: Buffer.concat(pieces).toString('utf8') }
}

/** The text of the first element of that name in an XML answer. */
export function elementIn(text: string, name: string): string | undefined {
  return new RegExp(`<${name}>([^<]*)</${name}>`).exec(text)?.[1]
}

/** The client's own type is wider: it must be able to speak HTTP/2 and to run in browsers. */
interface Handler {
  handle(
    request: PlainRequest,
    options: { readonly abortSignal: AbortSignal },
  ): Promise<{
    readonly response: {
      readonly statusCode: number
      readonly headers: Record<string, string>
      readonly body: Readable & AsyncIterable<Buffer>
    }
  }>
}
