import { createHash } from 'node:crypto'
import { DataHubError } from '@datahub/core/error/data-hub-error'
import type { Secret } from '@datahub/core/secret'
import type { EgressPolicy } from '../../foundation/egress.ts'
import { parseAnswer, textAt } from './answer-path.ts'
import { explainStatus } from './errors.ts'
import { readText, retryAfterMs, send } from './http.ts'
import type { Auth } from './settings.ts'

type OAuth = Extract<Auth, { tokenUrl: string }>

export interface OAuthSecrets {
  readonly clientSecret?: Secret | undefined
  readonly refreshToken?: Secret | undefined
}

/** Fetched a little before they run out. */
const EARLY_MS = 60_000
const DEFAULT_LIFE_SECONDS = 600

/**
 * OAuth access tokens, remembered in memory by what they were fetched with: executions that come back every half a minute
 * do not fetch one each time. Whoever asks while one is being fetched gets that one.
 */
export class AccessTokens {
  readonly #held = new Map<string, { token: Promise<string>; until: number }>()

  /** `source.token_refused`, `source.throttled`, `source.unreachable`. */
  async get(auth: OAuth, secrets: OAuthSecrets, egress: EgressPolicy, signal: AbortSignal): Promise<string> {
    const key = keyOf(auth, secrets)
    const known = this.#held.get(key)
    if (known && known.until > Date.now()) return known.token
    const entry = { token: Promise.resolve(''), until: Infinity }
    entry.token = fetchToken(auth, secrets, egress, signal).then(({ token, lifeMs }) => {
      entry.until = Date.now() + Math.max(lifeMs - EARLY_MS, lifeMs / 2)
      return token
    })
    this.#held.set(key, entry)
    try {
      return await entry.token
    } catch (error) {
      if (this.#held.get(key) === entry) this.#held.delete(key)
      throw error
    }
  }

  /** The service does not take this token any more. */
  async forget(auth: OAuth, secrets: OAuthSecrets, token: string): Promise<void> {
    const key = keyOf(auth, secrets)
    const known = this.#held.get(key)
    if (known && (await known.token.catch(() => token)) === token) this.#held.delete(key)
  }
}

function keyOf(auth: OAuth, { clientSecret, refreshToken }: OAuthSecrets): string {
  const parts = [auth.type, auth.tokenUrl, auth.clientId, auth.scope, clientSecret?.reveal(), refreshToken?.reveal()]
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex')
}

async function fetchToken(
  auth: OAuth,
  { clientSecret, refreshToken }: OAuthSecrets,
  egress: EgressPolicy,
  signal: AbortSignal,
): Promise<{ token: string; lifeMs: number }> {
  const doing = 'fetch an access token'
  const form = new URLSearchParams({
    grant_type: auth.type === 'refresh-token' ? 'refresh_token' : 'client_credentials',
    client_id: auth.clientId,
    client_secret: clientSecret?.reveal() ?? '',
    ...(refreshToken ? { refresh_token: refreshToken.reveal() } : {}),
    ...(auth.scope === undefined ? {} : { scope: auth.scope }),
  })
  const headers = { 'Content-Type': 'application/x-www-form-urlencoded', Accept: 'application/json' }
  const answer = await send(
    { method: 'POST', url: auth.tokenUrl, headers, body: form.toString() },
    doing,
    egress,
    signal,
  )
  const status = answer.statusCode ?? 0
  const text = await readText(answer, doing, signal)
  if (status === 429)
    throw new DataHubError('source.throttled', doing, { retryAfterMs: retryAfterMs(answer, Date.now()) ?? 30_000 })
  if (status === 400 || status === 401 || status === 403)
    throw new DataHubError('source.token_refused', doing, { facts: { httpStatus: status } })
  if (status !== 200) throw explainStatus(status, doing)
  return readToken(text, doing)
}

function readToken(text: string, doing: string): { token: string; lifeMs: number } {
  let answer: unknown
  try {
    answer = parseAnswer(text)
  } catch {
    answer = undefined
  }
  const token = textAt(answer, 'access_token')
  if (!token || !/^[\x21-\x7e]+$/.test(token))
    throw new DataHubError('source.answer_unreadable', doing, { hint: 'Check tokenUrl: it answers without a token.' })
  const life = Number(textAt(answer, 'expires_in') ?? DEFAULT_LIFE_SECONDS)
  return { token, lifeMs: (Number.isFinite(life) && life > 0 ? life : DEFAULT_LIFE_SECONDS) * 1000 }
}
