import { once } from 'node:events'
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http'
import type { AddressInfo } from 'node:net'

export interface ReceivedPost {
  readonly path: string
  readonly headers: IncomingHttpHeaders
  /** As it came over the wire. */
  readonly body: string
}

export interface ReceiverAnswer {
  readonly status: number
  readonly body?: string
  readonly headers?: Readonly<Record<string, string>>
}

/** A real HTTP server that keeps what it gets; a test says what it answers. */
export class AlertReceiver implements AsyncDisposable {
  readonly posts: ReceivedPost[] = []
  answer: (post: ReceivedPost) => ReceiverAnswer | Promise<ReceiverAnswer> = () => ({ status: 204 })
  readonly #server: Server

  private constructor() {
    this.#server = createServer((request, response) => void this.#receive(request, response))
  }

  async #receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const pieces: Buffer[] = []
    for await (const piece of request as AsyncIterable<Buffer>) pieces.push(piece)
    const post = { path: request.url ?? '', headers: request.headers, body: Buffer.concat(pieces).toString('utf8') }
    this.posts.push(post)
    const { status, body = '', headers = {} } = await this.answer(post)
    response.writeHead(status, headers).end(body)
  }

  static async start(): Promise<AlertReceiver> {
    const receiver = new AlertReceiver()
    receiver.#server.listen(0, '127.0.0.1')
    await once(receiver.#server, 'listening')
    return receiver
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections()
    this.#server.close()
    await once(this.#server, 'close')
  }
}
