import { createHash } from 'node:crypto'
import { DataHubError } from '@datahub/core/error/data-hub-error'
import { Secret } from '@datahub/core/secret'
import type { EgressPolicy } from '../../foundation/egress.ts'
import type { RefreshTokens } from '../refresh-tokens.ts'
import { parseAnswer, textAt } from './answer-path.ts'
import { explainStatus } from './errors.ts'
import { readText, retryAfterMs, send } from './http.ts'
import type { OAuth } from './settings.ts'

export interface OAuthSecrets {
  readonly clientSecret?: Secret | undefined
  readonly refreshToken?: Secret | undefined
}

/** What is given out for credentials. */
interface Grant {
  readonly token: string
  readonly lifeMs: number
  /** What stands in place of the refresh token from now on, where the service says. */
  readonly refreshToken?: Secret
}

/** Fetched a little before they run out. */
const EARLY_MS = 60_000
const DEFAULT_LIFE_SECONDS = 600
/** Well within the time for which a refresh token is held. */
const LONGEST_FETCH_MS = 45_000

/**
 * OAuth access tokens, remembered in memory by what they were fetched with: executions that come back every half a minute
 * do not fetch one each time. Whoever asks while one is being fetched gets that one.
 */
export class AccessTokens {
  readonly #held = new Map<string, { token: Promise<string>; until: number }>()

  /** `source.token_refused`, `source.throttled`, `source.unreachable`, or the signal's reason. */
  async get(
    auth: OAuth,
    secrets: OAuthSecrets,
    refreshTokens: RefreshTokens,
    egress: EgressPolicy,
    signal: AbortSignal,
  ): Promise<string> {
    signal.throwIfAborted()
    const key = keyOf(auth, secrets)
    const known = this.#held.get(key)
    if (known && known.until > Date.now()) return unlessAborted(known.token, signal)
    const entry = { token: Promise.resolve(''), until: Infinity }
    entry.token = fetchGrant(auth, secrets, refreshTokens, egress).then(
      ({ token, lifeMs }) => {
        entry.until = Date.now() + Math.max(lifeMs - EARLY_MS, lifeMs / 2)
        return token
      },
      (error: unknown) => {
        if (this.#held.get(key) === entry) this.#held.delete(key)
        throw error
      },
    )
    this.#held.set(key, entry)
    return unlessAborted(entry.token, signal)
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

/** The fetch itself goes on: others wait for it, and a new refresh token that nobody keeps would be lost. */
async function unlessAborted<Result>(work: Promise<Result>, signal: AbortSignal): Promise<Result> {
  const aborted = Promise.withResolvers<never>()
  const abort = () => aborted.reject(signal.reason)
  signal.addEventListener('abort', abort, { once: true })
  try {
    return await Promise.race([work, aborted.promise])
  } finally {
    signal.removeEventListener('abort', abort)
  }
}

function fetchGrant(
  auth: OAuth,
  secrets: OAuthSecrets,
  refreshTokens: RefreshTokens,
  egress: EgressPolicy,
): Promise<Grant> {
  const { clientSecret, refreshToken } = secrets
  if (!refreshToken)
    return askForToken(auth, { grant_type: 'client_credentials' }, clientSecret, egress, (word) => CURES[word])
  const grant = { id: keyOf(auth, secrets), refreshToken }
  return refreshTokens.use(
    grant,
    ({ refreshToken, isUnsettled }) => {
      const form = { grant_type: 'refresh_token', refresh_token: refreshToken.reveal() }
      const cureFor = (word: string) => (word === 'invalid_grant' && isUnsettled ? LOST : CURES[word])
      return askForToken(auth, form, clientSecret, egress, cureFor)
    },
    AbortSignal.timeout(LONGEST_FETCH_MS),
  )
}

const AUTHORISE = 'authorise the application again and give the data source the new refresh token.'
/** By the words of RFC 6749, 5.2; what else a service writes is not passed on. */
const CURES: Readonly<Record<string, string>> = {
  invalid_grant: `The refresh token was revoked, has expired, or has been used by somebody else: ${AUTHORISE}`,
  invalid_client: 'Check client ID and client secret: the service does not take them.',
  unauthorized_client: 'Let the service allow this application to fetch tokens in this way.',
  unsupported_grant_type: 'The service has no tokens of this type: choose another auth.type.',
  invalid_scope: 'Correct scope, or leave it out.',
}
const LOST = `The service takes each refresh token once, and its last answer with a new one was lost: ${AUTHORISE}`

async function askForToken(
  auth: OAuth,
  grant: Readonly<Record<string, string>>,
  clientSecret: Secret | undefined,
  egress: EgressPolicy,
  cureFor: (word: string) => string | undefined,
): Promise<Grant> {
  const doing = 'fetch an access token'
  const form = new URLSearchParams({
    ...grant,
    client_id: auth.clientId,
    client_secret: clientSecret?.reveal() ?? '',
    ...(auth.scope === undefined ? {} : { scope: auth.scope }),
  })
  const headers = { 'Content-Type': 'application/x-www-form-urlencoded', Accept: 'application/json' }
  const signal = AbortSignal.timeout(LONGEST_FETCH_MS)
  const { status, text, pauseMs } = await withinTime(signal, doing, async () => {
    const request = { method: 'POST', url: auth.tokenUrl, headers, body: form.toString() }
    const answer = await send(request, doing, egress, signal)
    const pauseMs = retryAfterMs(answer, Date.now())
    return { status: answer.statusCode ?? 0, text: await readText(answer, doing, signal), pauseMs }
  })
  if (status === 429) throw new DataHubError('source.throttled', doing, { retryAfterMs: pauseMs ?? 30_000 })
  if (status === 400 || status === 401 || status === 403) throw refused(status, text, cureFor, doing)
  if (status !== 200) throw explainStatus(status, doing)
  return readGrant(text, doing)
}

async function withinTime<Result>(signal: AbortSignal, doing: string, act: () => Promise<Result>): Promise<Result> {
  return await act().catch((error: unknown) => {
    if (!signal.aborted) throw error
    throw new DataHubError('source.unreachable', doing, { hint: 'The token service does not answer.' })
  })
}

function refused(
  httpStatus: number,
  text: string,
  cureFor: (word: string) => string | undefined,
  doing: string,
): DataHubError {
  const word = textAt(parsedOrNothing(text), 'error') ?? ''
  const hint = Object.hasOwn(CURES, word) ? cureFor(word) : undefined
  const facts = hint === undefined ? { httpStatus } : { httpStatus, error: word }
  return new DataHubError('source.token_refused', doing, { facts, ...(hint === undefined ? {} : { hint }) })
}

function readGrant(text: string, doing: string): Grant {
  const answer = parsedOrNothing(text)
  const token = textAt(answer, 'access_token')
  if (!token || !/^[\x21-\x7e]+$/.test(token))
    throw new DataHubError('source.answer_unreadable', doing, { hint: 'Check tokenUrl: it answers without a token.' })
  const life = Number(textAt(answer, 'expires_in') ?? DEFAULT_LIFE_SECONDS)
  const lifeMs = (Number.isFinite(life) && life > 0 ? life : DEFAULT_LIFE_SECONDS) * 1000
  const refreshToken = textAt(answer, 'refresh_token')
  return { token, lifeMs, ...(refreshToken ? { refreshToken: new Secret(refreshToken) } : {}) }
}

function parsedOrNothing(text: string): unknown {
  try {
    return parseAnswer(text)
  } catch {
    return undefined
  }
}
