import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'

/** Who signs for another region hears of the right one, as from Amazon; the store behind it takes every region. */
export class RegionalStore implements AsyncDisposable {
  readonly url: string
  readonly #server: ReturnType<typeof createServer>

  private constructor(server: ReturnType<typeof createServer>) {
    this.#server = server
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  }

  static async before(store: string, region: string): Promise<RegionalStore> {
    const server = createServer((asked, answer) => {
      const signedFor = /Credential=[^/]+\/\d+\/([^/]+)\/s3\//.exec(asked.headers.authorization ?? '')?.[1]
      if (signedFor === undefined || signedFor === region) forward(store, asked, answer)
      else redirect(region, asked, answer)
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    return new RegionalStore(server)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections()
    this.#server.close()
    await once(this.#server, 'close')
  }
}

function redirect(region: string, asked: IncomingMessage, answer: ServerResponse): void {
  asked.resume()
  answer.writeHead(301, { 'x-amz-bucket-region': region, 'content-type': 'application/xml' })
  answer.end(
    '<?xml version="1.0" encoding="UTF-8"?><Error><Code>PermanentRedirect</Code><Message>The bucket is elsewhere.</Message></Error>',
  )
}

function forward(store: string, asked: IncomingMessage, answer: ServerResponse): void {
  const { method, url, headers } = asked
  const sent = request(new URL(url ?? '/', store), { method, headers }, (response) => {
    answer.writeHead(response.statusCode ?? 502, response.headers)
    response.pipe(answer)
  })
  sent.on('error', () => answer.destroy())
  asked.pipe(sent)
}
