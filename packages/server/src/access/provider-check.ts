import type { ErrorCode } from '@datahub/core/error/codes'
import { DataHubError, type FieldProblem } from '@datahub/core/error/data-hub-error'
import { z } from 'zod'
import type { OidcSettings } from './oidc-settings.ts'

/**
 * What stands between the hub and its identity provider, found out by asking the provider itself: the library of accounts
 * says only that a sign-in failed. Nothing that the provider answers is passed on but addresses and words of the standard.
 */

const ASK_TIMEOUT_MS = 5000
/** What the library allows a token to be off by. */
const MOST_SKEW_MS = 60_000
/** No provider has given it out. */
const NO_CODE = 'datahub-asks-whether-it-is-known-here'

const Description = z.object({
  issuer: z.url(),
  authorization_endpoint: z.url(),
  token_endpoint: z.url(),
  jwks_uri: z.string().min(1),
})

type Description = z.output<typeof Description>

/** A provider that can be asked further. */
interface Found {
  readonly description: Description
  /** How far the clock of the hub is ahead of the provider's; undefined where it does not tell. */
  readonly aheadMs: number | undefined
}

/**
 * Whether there is the configured provider at its address. Throws `auth.provider_unreachable` or `auth.provider_issuer`.
 */
export async function findProvider(oidc: OidcSettings): Promise<Found> {
  const address = `${withoutSlash(oidc.issuer)}/.well-known/openid-configuration`
  const answer = await ask(address, { redirect: 'follow' })
  const wrong = (problem: string, cure: string) =>
    failure('auth.provider_issuer', [{ field: 'DATAHUB_OIDC_ISSUER', problem, cure }])
  if (answer.status >= 500) throw unreachable({ httpStatus: answer.status })
  const parsed = Description.safeParse(answer.json)
  if (answer.status >= 400 || !parsed.success)
    throw wrong(
      `leads to no OpenID provider: ${address} answers ${answer.status}${answer.status < 400 ? ', but describes none' : ''}`,
      'Set it to the address that the provider calls its issuer, without /.well-known/openid-configuration.',
    )
  const { issuer } = parsed.data
  if (withoutSlash(issuer) !== withoutSlash(oidc.issuer))
    throw wrong(`is another one than the provider calls itself by: ${issuer}`, `Set it to ${issuer}, if that is yours.`)
  return { description: parsed.data, aheadMs: answer.aheadMs }
}

/**
 * What is wrong with the settings of hub and provider, the likeliest reason first; empty: nothing that the provider would
 * tell. `returnAddress`: where it sends people back to.
 */
export async function checkProvider(oidc: OidcSettings, returnAddress: string): Promise<DataHubError[]> {
  try {
    const { description, aheadMs } = await findProvider(oidc)
    const problems = [
      clockProblem(aheadMs),
      await clientProblem(oidc, description, returnAddress),
      await returnAddressProblem(oidc, description, returnAddress),
    ]
    return problems.filter((problem) => problem !== undefined)
  } catch (error) {
    if (error instanceof DataHubError) return [error]
    throw error
  }
}

function clockProblem(aheadMs: number | undefined): DataHubError | undefined {
  if (aheadMs === undefined || Math.abs(aheadMs) <= MOST_SKEW_MS) return undefined
  const seconds = Math.round(Math.abs(aheadMs) / 1000)
  const problem = `is ${seconds} s ${aheadMs > 0 ? 'ahead of' : 'behind'} the clock of the provider`
  const cure = 'Let the machine of the hub follow a time server (NTP), then sign in again.'
  return failure('auth.provider_clock', [{ field: 'clock of the hub', problem, cure }], { seconds })
}

/** A code that does not exist is refused as a code by whoever accepts the client, and as a client by whoever does not. */
async function clientProblem(
  { clientId, clientSecret }: OidcSettings,
  { token_endpoint }: Description,
  returnAddress: string,
): Promise<DataHubError | undefined> {
  const form = { grant_type: 'authorization_code', code: NO_CODE, code_verifier: 'x'.repeat(43) }
  const { status, json } = await ask(token_endpoint, {
    method: 'POST',
    headers: { 'Content-Type': 'application/x-www-form-urlencoded', Accept: 'application/json' },
    body: new URLSearchParams({
      ...form,
      redirect_uri: returnAddress,
      client_id: clientId,
      client_secret: clientSecret,
    }).toString(),
  })
  const { error } = (json ?? {}) as { error?: unknown }
  if (status !== 401 && error !== 'invalid_client' && error !== 'unauthorized_client') return undefined
  return failure('auth.provider_client', [
    {
      field: 'DATAHUB_OIDC_CLIENT_SECRET',
      problem: 'is not the secret that the provider has for DATAHUB_OIDC_CLIENT_ID, or there is no such client',
      cure: 'Copy both again from the registration of the hub at the provider, and start the hub anew.',
    },
  ])
}

/** With `prompt=none` a provider sends back at once whoever may be sent back; to an unknown address it sends nobody. */
async function returnAddressProblem(
  { clientId }: OidcSettings,
  { authorization_endpoint }: Description,
  returnAddress: string,
): Promise<DataHubError | undefined> {
  const address = new URL(authorization_endpoint)
  const asked = {
    client_id: clientId,
    redirect_uri: returnAddress,
    response_type: 'code',
    scope: 'openid',
    prompt: 'none',
    state: NO_CODE,
    nonce: NO_CODE,
    code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
    code_challenge_method: 'S256',
  }
  for (const [name, value] of Object.entries(asked)) address.searchParams.set(name, value)
  const { status, text } = await ask(address.href, {})
  // A page that says so: whatever else is refused there is for the provider to explain
  if (status < 400 || status >= 500 || !/redirect_?ur[il]|callback url/i.test(text)) return undefined
  return failure('auth.provider_return_address', [
    {
      field: 'redirect URI at the provider',
      problem: `is not ${returnAddress}`,
      cure: `Add ${returnAddress} to the redirect URIs of the hub at the provider. If people find the hub at another address, set DATAHUB_PUBLIC_URL to that one.`,
    },
  ])
}

interface Heard {
  readonly status: number
  readonly text: string
  /** Undefined: it is none. */
  readonly json: unknown
  readonly aheadMs: number | undefined
}

async function ask(address: string, request: RequestInit): Promise<Heard> {
  const askedAt = Date.now()
  try {
    const response = await fetch(address, {
      redirect: 'manual',
      ...request,
      signal: AbortSignal.timeout(ASK_TIMEOUT_MS),
    })
    const date = Date.parse(response.headers.get('date') ?? '')
    const now = (askedAt + Date.now()) / 2
    const text = await response.text()
    return { status: response.status, text, json: parsed(text), aheadMs: Number.isNaN(date) ? undefined : now - date }
  } catch (error) {
    throw unreachable({ reason: reasonOf(error) }, error)
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** A word such as ECONNREFUSED, or that it took too long. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? (error.cause ?? error) : error
  const { code, name } = cause as { code?: unknown; name?: unknown }
  return typeof code === 'string' ? code : name === 'TimeoutError' ? 'timeout' : 'connection failed'
}

function unreachable(facts: Readonly<Record<string, string | number>>, cause?: unknown): DataHubError {
  return new DataHubError('auth.provider_unreachable', 'sign in', { facts, cause })
}

function failure(
  code: ErrorCode,
  fields: readonly FieldProblem[],
  facts: Readonly<Record<string, string | number>> = {},
): DataHubError {
  return new DataHubError(code, 'sign in', { fields, facts })
}

function withoutSlash(address: string): string {
  return address.replace(/\/$/, '')
}
