import { generateKeyPairSync } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import OpenIdProvider from 'oidc-provider'
import { Browser } from './browser.ts'

const TOKEN_SECONDS = 3600

/** What the provider says of somebody: `email`, `email_verified`, `name`, `groups`. */
export type Claims = Readonly<Record<string, unknown>>

/**
 * A real OpenID provider on this machine. It requires PKCE, and everybody is signed in there already: as `person`,
 * without pages in between.
 */
export class IdentityProvider implements AsyncDisposable {
  readonly people = new Map<string, Claims>()
  /** Whoever sits at the browser. */
  person = ''
  /** Whether it breaks every connection. */
  isDown = false
  /** How far its clock is ahead of that of the machine: it says so, and its tokens run out by it. */
  clockOffMs = 0
  readonly #server: Server
  #serve: (request: IncomingMessage, response: ServerResponse) => void = (_request, response) => response.end()

  private constructor(server: Server) {
    this.#server = server
    server.on('request', (request, response) => {
      if (this.isDown) return void request.socket.destroy()
      response.setHeader('Date', new Date(Date.now() + this.clockOffMs).toUTCString())
      return this.#serve(request, response)
    })
  }

  static async start(): Promise<IdentityProvider> {
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    return new IdentityProvider(server)
  }

  get issuer(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  /** Begins to serve, with the hub as its client; once more: what it knew of sign-ins under way is gone. */
  register(client: { id: string; secret: string; redirectUri: string }): void {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
    const provider = new OpenIdProvider(this.issuer, {
      clients: [{ client_id: client.id, client_secret: client.secret, redirect_uris: [client.redirectUri] }],
      jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), alg: 'RS256', use: 'sig' }] },
      cookies: { keys: ['of a test'] },
      claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name', 'groups'] },
      pkce: { required: () => true },
      ttl: { IdToken: () => Math.round(TOKEN_SECONDS + this.clockOffMs / 1000) },
      features: { devInteractions: { enabled: false } },
      interactions: { url: () => '/here-i-am' },
      findAccount: (_context, sub) => ({
        accountId: sub,
        claims: () => ({ ...this.people.get(sub), sub }),
      }),
      loadExistingGrant: async ({ oidc }) => {
        const grant = new oidc.provider.Grant({
          clientId: client.id,
          ...(oidc.session?.accountId ? { accountId: oidc.session.accountId } : {}),
        })
        grant.addOIDCScope('openid email profile')
        await grant.save()
        return grant
      },
    })
    const serve = provider.callback()
    this.#serve = (request, response) => {
      if (request.url?.startsWith('/here-i-am'))
        void provider.interactionFinished(request, response, { login: { accountId: this.person } })
      else void serve(request, response)
    }
  }

  /** Goes where the hub sends the browser; answers the address to which the provider sends it back. */
  async visit(url: string): Promise<string> {
    const browser = new Browser(this.issuer)
    for (let next = url; ;) {
      const { status, headers, body } = await browser.request('GET', next, { headers: { origin: undefined } })
      if (headers.location === undefined) throw new Error(`the provider answers ${status}: ${JSON.stringify(body)}`)
      next = new URL(headers.location, this.issuer).href
      if (!next.startsWith(this.issuer)) return next
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }
}
