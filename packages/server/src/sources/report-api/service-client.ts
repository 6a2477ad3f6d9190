import type { IncomingMessage } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { DataHubError } from '@datahub/core/error/data-hub-error'
import type { EgressPolicy } from '../../foundation/egress.ts'
import type { RefreshTokens } from '../refresh-tokens.ts'
import type { AccessTokens } from './access-tokens.ts'
import { parseAnswer } from './answer-path.ts'
import { explainStatus } from './errors.ts'
import { readText, retryAfterMs, send, type HttpRequest } from './http.ts'
import { LONGEST_PAUSE_MS, type Pace } from './pace.ts'
import { fillText, fillValue, placeholdersIn, type Filling } from './placeholders.ts'
import type { OAuth, ReportApiConnection } from './settings.ts'

const TRIES = 4
const THROTTLED_MS = 30_000

/** A request as the definition has it, with placeholders. */
export interface RequestTemplate {
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: unknown
  /** It is about no account: headers of the service that name one are left out. */
  readonly ofNoAccount?: boolean
  /** The address of another page of the answer, by that of the first. */
  readonly page?: (first: URL) => URL
}

export interface Answer {
  readonly status: number
  readonly body: unknown
}

/**
 * The service, spoken to as its definition says: with its headers and auth, not faster than it likes, and again after
 * faults that pass within seconds. Whatever takes longer than seconds is an error that says when to come back.
 */
export class ServiceClient {
  readonly #connection: ReportApiConnection
  readonly #egress: EgressPolicy
  readonly #tokens: AccessTokens
  readonly #refreshTokens: RefreshTokens
  readonly #pace: Pace

  constructor(
    connection: ReportApiConnection,
    egress: EgressPolicy,
    tokens: AccessTokens,
    refreshTokens: RefreshTokens,
    pace: Pace,
  ) {
    this.#connection = connection
    this.#egress = egress
    this.#tokens = tokens
    this.#refreshTokens = refreshTokens
    this.#pace = pace
  }

  /** A JSON answer with a status of success, or with `accepted`. */
  async ask(
    template: RequestTemplate,
    filling: Filling,
    doing: string,
    signal: AbortSignal,
    accepted?: number,
  ): Promise<Answer> {
    const request = this.prepare(template, filling)
    const answer = await this.#persist(doing, signal, async () => this.#authorized(request, doing, signal), accepted)
    const text = await readText(answer, doing, signal)
    const status = answer.statusCode ?? 0
    try {
      return { status, body: text.trim() === '' ? undefined : parseAnswer(text) }
    } catch {
      throw new DataHubError('source.answer_unreadable', doing, {
        hint: 'It answers with something that is not JSON: check baseUrl and path.',
        facts: { httpStatus: status },
      })
    }
  }

  /** Whether there is a token for the credentials; nothing to find out where there is no token service. */
  async signIn(signal: AbortSignal): Promise<void> {
    const { auth } = this.#connection
    if ('tokenUrl' in auth) await this.#token(auth, signal)
  }

  /** A request for a file; only with `authorized` are headers and auth of the service sent. */
  async fetch(request: HttpRequest, authorized: boolean, doing: string, signal: AbortSignal): Promise<IncomingMessage> {
    return authorized ? this.#authorized(request, doing, signal) : send(request, doing, this.#egress, signal)
  }

  prepare(template: RequestTemplate, filling: Filling): HttpRequest {
    const { baseUrl } = this.#connection
    const body = template.body === undefined ? undefined : JSON.stringify(fillValue(template.body, filling))
    const url = baseUrl.replace(/\/$/, '') + fillText(template.path, filling, encodeURIComponent)
    return {
      method: template.method,
      url: template.page ? template.page(new URL(url)).href : url,
      headers: {
        Accept: 'application/json',
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
        ...this.headersOf(template.headers, filling, template.ofNoAccount),
      },
      body,
    }
  }

  /** The service's headers and these. */
  headersOf(own: Readonly<Record<string, string>>, filling: Filling, ofNoAccount = false): Record<string, string> {
    const common = Object.entries(this.#connection.headers).filter(
      ([, value]) => !ofNoAccount || !placeholdersIn(value).includes('account'),
    )
    const filled = Object.entries({ ...Object.fromEntries(common), ...own }).map(([name, value]) => [
      name,
      fillText(value, filling, headerText),
    ])
    return Object.fromEntries(filled)
  }

  async #authorized(request: HttpRequest, doing: string, signal: AbortSignal): Promise<IncomingMessage> {
    const { auth, apiKey, requestsPerMinute, baseUrl } = this.#connection
    const withHeader = (name: string, value: string) => ({ ...request, headers: { ...request.headers, [name]: value } })
    const sendIt = async (ready: HttpRequest) => {
      const clientId = 'clientId' in auth ? auth.clientId : ''
      await this.#pace.turn(`${baseUrl} ${clientId}`, requestsPerMinute, doing, signal)
      return send(ready, doing, this.#egress, signal)
    }
    if (auth.type === 'none') return sendIt(request)
    if (auth.type === 'api-key') return sendIt(withHeader(auth.header, auth.prefix + (apiKey?.reveal() ?? '')))
    const token = await this.#token(auth, signal)
    const answer = await sendIt(withHeader('Authorization', `Bearer ${token}`))
    if (answer.statusCode !== 401) return answer
    answer.destroy()
    await this.#tokens.forget(auth, this.#connection, token)
    const fresh = await this.#token(auth, signal)
    return sendIt(withHeader('Authorization', `Bearer ${fresh}`))
  }

  #token(auth: OAuth, signal: AbortSignal): Promise<string> {
    return this.#tokens.get(auth, this.#connection, this.#refreshTokens, this.#egress, signal)
  }

  /** Again after a fault, with pauses that grow and are jittered. */
  async #persist(
    doing: string,
    signal: AbortSignal,
    act: () => Promise<IncomingMessage>,
    accepted: number | undefined,
  ): Promise<IncomingMessage> {
    for (let tried = 1; ; tried += 1) {
      const outcome = await act().catch((error: unknown) => {
        if (!(error instanceof DataHubError && error.code === 'source.unreachable') || tried >= TRIES) throw error
        return undefined
      })
      const status = outcome?.statusCode ?? 0
      if (outcome && ((status >= 200 && status < 300) || status === accepted)) return outcome
      const pauseMs = outcome ? retryAfterMs(outcome, Date.now()) : undefined
      outcome?.destroy()
      if (status === 429 || (status === 503 && pauseMs !== undefined)) {
        const waitMs = pauseMs ?? THROTTLED_MS
        if (waitMs > LONGEST_PAUSE_MS || tried >= TRIES)
          throw new DataHubError('source.throttled', doing, { retryAfterMs: waitMs, facts: { httpStatus: status } })
        await sleep(waitMs + Math.random() * 250, undefined, { signal })
        continue
      }
      if (outcome && (status < 500 || tried >= TRIES)) throw explainStatus(status, doing)
      await sleep(100 + Math.random() * 250 * 2 ** tried, undefined, { signal })
    }
  }
}

/** A value in a header: what is not printable ASCII would be a header of its own, or none. */
function headerText(text: string): string {
  return /^[\t\x20-\x7e]*$/.test(text) ? text : encodeURIComponent(text)
}
