import { request as ask, type IncomingHttpHeaders, type IncomingMessage } from 'node:http'
import { text } from 'node:stream/consumers'

// What an API answers is whatever a test expects of it
// oxlint-disable-next-line typescript/no-explicit-any
type Json = any

export interface Answer {
  readonly status: number
  readonly body: Json
  readonly headers: IncomingHttpHeaders
}

export interface Visit {
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string | undefined>>
  /** The address of this machine that it comes from. */
  readonly from?: string
}

/** As much of a browser as signing in needs: it keeps cookies, and says which site a request comes from. */
export class Browser {
  readonly cookies = new Map<string, string>()
  readonly #url: string

  constructor(url: string) {
    this.#url = url
  }

  /** `path`: below the API, or a whole address. */
  async request(method: string, path: string, { body, headers = {}, from }: Visit = {}): Promise<Answer> {
    const url = new URL(path.startsWith('http') ? path : `${this.#url}/api/v1${path}`)
    const payload = body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body)
    const all: Record<string, string | undefined> = {
      origin: this.#url,
      ...(this.cookies.size > 0
        ? { cookie: [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ') }
        : {}),
      ...(payload === undefined
        ? {}
        : { 'content-type': 'application/json', 'content-length': `${Buffer.byteLength(payload)}` }),
      ...headers,
    }
    const given = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)) as Record<
      string,
      string
    >
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      const sent = ask(url, { method, headers: given, ...(from ? { localAddress: from } : {}) }, resolve)
      sent.on('error', reject)
      sent.end(payload)
    })
    for (const cookie of response.headers['set-cookie'] ?? []) this.#keep(cookie)
    const content = await text(response)
    const isJson = /json/.test(response.headers['content-type'] ?? '')
    return { status: response.statusCode ?? 0, body: isJson ? JSON.parse(content) : content, headers: response.headers }
  }

  #keep(cookie: string): void {
    const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? []
    if (/max-age=0/i.test(cookie) || value === '') this.cookies.delete(name)
    else this.cookies.set(name, value)
  }
}
