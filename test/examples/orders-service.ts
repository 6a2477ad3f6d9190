import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface Ordered {
  readonly first: string
  readonly last: string
  readonly type: string
  readonly fields: readonly string[]
}

/** The service that the example of a report API describes: each report is ready at once, and has one row, of its first day. */
export class OrdersService implements AsyncDisposable {
  /** The reports that it was asked for. */
  readonly asked: Ordered[] = []
  readonly #server = createServer((request, response) => void this.#answer(request, response))

  static async start(): Promise<OrdersService> {
    const service = new OrdersService()
    service.#server.listen(0, '127.0.0.1')
    await once(service.#server, 'listening')
    return service
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections()
    this.#server.close()
    await once(this.#server, 'close')
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = ''
    for await (const chunk of request) body += String(chunk)
    const path = request.url ?? ''
    const [, , , id] = path.split('/')
    const order = this.asked[Number(id)]
    if (path.startsWith('/files/')) {
      const { first } = this.asked[Number(path.split('/')[2])] ?? { first: '' }
      response.end(`{"day":"${first}","id":9007199254740993,"total":12.50,"customer":{"country":"CL"}}\n`)
    } else if (request.headers['x-token'] !== 'token') {
      response.writeHead(401).end('{}')
    } else if (order) {
      response.end(JSON.stringify({ report: { state: 'done', file: { url: `${this.url}/files/${id}/x`, rows: 1 } } }))
    } else {
      this.asked.push(JSON.parse(body) as Ordered)
      response.end(JSON.stringify({ report: { id: this.asked.length - 1 } }))
    }
  }
}
