import type { Role } from '@datahub/core/access/role'
import { ROLES } from '@datahub/core/access/role'
import { DataHubError } from '@datahub/core/error/data-hub-error'
import type { Database } from '../db/database.ts'
import { hashedSessions } from './hashed-sessions.ts'
import type { OidcSettings } from './oidc-settings.ts'
import { checkProvider, findProvider } from './provider-check.ts'
import { findUser } from './user-store.ts'

/**
 * Passwords, sessions and the identity provider: better-auth, and nobody else sees it. None of its own routes can be
 * reached but the one to which the identity provider sends people back; sign-up is closed.
 */
export interface Accounts {
  /** Answers the cookies of the new session; undefined when the two do not fit together. Takes as long either way. */
  signIn(email: string, password: string, headers: Headers): Promise<SignedIn | undefined>
  /** The session that the request's cookie opens at this moment. */
  session(headers: Headers): Promise<OpenSession | undefined>
  /** Ends the session of the request; answers the cookies that take it away. */
  signOut(headers: Headers): Promise<string[]>
  setPassword(userId: number, password: string): Promise<void>
  /** Whether it is the user's password. */
  isPassword(userId: number, password: string): Promise<boolean>
  /**
   * Where to send the browser to sign in at the identity provider, and the cookies that remember the way back. Throws what
   * is wrong with the provider or its settings, such as `auth.provider_unreachable`.
   */
  beginOidc(): Promise<{ url: string; cookies: string[] }>
  /** The way back: `search` of the address. Checks state, PKCE, nonce and the signature of the ID token. */
  finishOidc(search: string, headers: Headers): Promise<OidcAnswer>
}

/** Signed in, with the role that the claim names; or why not. */
export type OidcAnswer = (SignedIn & { readonly role: Role | null }) | { readonly refused: DataHubError }

export interface SignedIn {
  readonly userId: number
  readonly cookies: string[]
}

export interface OpenSession {
  readonly id: number
  readonly userId: number
  readonly createdAt: Date
  /** Where it has just been prolonged. */
  readonly cookies: string[]
}

export interface AccountSettings {
  /** Where people find the hub; decides about cookies, and is what the identity provider sends them back to. */
  publicUrl(): string
  readonly secret: string
  readonly oidc: OidcSettings | undefined
}

export const AUTH_PATH = '/api/v1/sign-in/oidc'
const PROVIDER = 'oidc'
const EMAIL_UNVERIFIED = 'email_unverified'
const IDLE_SECONDS = 12 * 3600
const PROLONG_EVERY_SECONDS = 600

/** Answers at once: what takes long to load is loaded when somebody first signs in. */
export function openAccounts(db: Database, settings: AccountSettings): Accounts {
  let library: ReturnType<typeof load> | undefined
  const open = () => (library ??= load(db, settings))
  /** Whether somebody has been signed in by the provider since the start: what is settled need not be asked each time. */
  let isProven = false
  const checkSettings = async () =>
    settings.oidc ? checkProvider(settings.oidc, returnAddressOf(settings.publicUrl())) : []
  const assertOidc = async () => {
    if (isProven) {
      if (settings.oidc) await findProvider(settings.oidc)
      return
    }
    // Clocks may differ by more than a token says: they are the reason only where one is refused
    const problem = (await checkSettings()).find(({ code }) => code !== 'auth.provider_clock')
    if (problem) throw problem
  }
  return {
    async signIn(email, password, headers) {
      const { auth, APIError } = await open()
      try {
        const { headers: set, response } = await auth.api.signInEmail({
          body: { email, password },
          headers: only(headers),
          returnHeaders: true,
        })
        return { userId: Number(response.user.id), cookies: set.getSetCookie() }
      } catch (error) {
        if (error instanceof APIError) return undefined
        throw error
      }
    },
    async session(headers) {
      const { auth } = await open()
      const { headers: set, response } = await auth.api.getSession({ headers: only(headers), returnHeaders: true })
      if (!response) return undefined
      const { id, userId, createdAt } = response.session
      return { id: Number(id), userId: Number(userId), createdAt, cookies: set.getSetCookie() }
    },
    async signOut(headers) {
      const { auth } = await open()
      const { headers: set } = await auth.api.signOut({ headers: only(headers), returnHeaders: true })
      return set.getSetCookie()
    },
    async setPassword(userId, password) {
      const { context } = await open()
      const hash = await context.password.hash(password)
      const id = String(userId)
      const accounts = await context.internalAdapter.findAccounts(id)
      if (accounts.some(isPasswordAccount)) await context.internalAdapter.updatePassword(id, hash)
      else
        await context.internalAdapter.linkAccount({
          userId: id,
          providerId: 'credential',
          accountId: id,
          password: hash,
        })
    },
    async isPassword(userId, password) {
      const { context } = await open()
      const hash = (await context.internalAdapter.findAccounts(String(userId))).find(isPasswordAccount)?.password
      return hash ? context.password.verify({ hash, password }) : false
    },
    async beginOidc() {
      await assertOidc()
      const { auth } = await open()
      const { headers, response } = await auth.api.signInSocial({
        body: { provider: PROVIDER, callbackURL: '/', errorCallbackURL: '/sign-in', disableRedirect: true },
        headers: new Headers(),
        returnHeaders: true,
      })
      return { url: response.url ?? '', cookies: headers.getSetCookie() }
    },
    async finishOidc(search, headers) {
      const { auth } = await open()
      const back = new URL(`${returnAddressOf(settings.publicUrl())}${search}`)
      const response = await auth.handler(new Request(back, { headers: only(headers) }))
      const location = new URL(response.headers.get('location') ?? '/?error=no_redirect', back)
      const refused = location.searchParams.get('error')
      if (refused !== null) return { refused: await reasonOf(refused, checkSettings) }
      const cookies = response.headers.getSetCookie()
      const cookie = cookies.map((one) => one.replace(/;.*/s, '')).join('; ')
      const session = await auth.api.getSession({ headers: new Headers({ cookie }) })
      if (!session) return { refused: new DataHubError('auth.provider_refused', 'sign in') }
      isProven = true
      const userId = Number(session.user.id)
      const user = await findUser(db, { id: userId })
      return { userId, cookies, role: (user?.oidc_role as Role | null | undefined) ?? null }
    },
  }
}

/** Where the provider sends people back to. */
export function returnAddressOf(publicUrl: string): string {
  return new URL(`${AUTH_PATH}/callback/${PROVIDER}`, publicUrl).href
}

/** What the library or the provider calls the end of a sign-in, in our words; where it may be the settings, the provider is asked. */
async function reasonOf(refused: string, checkSettings: () => Promise<DataHubError[]>): Promise<DataHubError> {
  // The two that our own hooks cause: a stranger without a role, a user who is disabled
  if (refused === 'unable_to_create_user' || refused === 'unable_to_create_session')
    return new DataHubError('auth.not_admitted', 'sign in')
  if (refused === 'account_not_linked' || refused === EMAIL_UNVERIFIED)
    return new DataHubError('auth.email_unverified', 'sign in')
  const [problem] = MAY_BE_SETTINGS.has(refused) ? await checkSettings() : []
  return problem ?? new DataHubError('auth.provider_refused', 'sign in')
}

/** The code was not exchanged; the token was not believed; the client may not; the provider has gone or is another one. */
const MAY_BE_SETTINGS = new Set([
  'invalid_code',
  'unable_to_get_user_info',
  'unauthorized_client',
  'invalid_client',
  'issuer_mismatch',
  'oauth_provider_not_found',
  'server_error',
  'temporarily_unavailable',
])

function isPasswordAccount({ providerId }: { providerId: string }): boolean {
  return providerId === 'credential'
}

async function load(db: Database, settings: AccountSettings) {
  const [{ betterAuth }, { APIError }, { genericOAuth }, { getAdapter }] = await Promise.all([
    import('better-auth'),
    import('better-auth/api'),
    import('better-auth/plugins/generic-oauth'),
    import('better-auth/db/adapter'),
  ])
  const plugins = settings.oidc ? [genericOAuth({ config: [providerOf(settings.oidc)] })] : []
  const options = { ...optionsOf(db, settings), plugins }
  const tables = hashedSessions(await getAdapter(options))
  const auth = betterAuth({ ...options, database: () => tables })
  return { auth, context: await auth.$context, APIError }
}

function optionsOf(db: Database, settings: AccountSettings) {
  const { secret } = settings
  const publicUrl = settings.publicUrl()
  const isSecure = publicUrl.startsWith('https://')
  const attributes = { httpOnly: true, secure: isSecure, sameSite: 'lax', path: '/' } as const
  const cookie = (name: string) => ({ name: `${isSecure ? '__Host-' : ''}datahub-${name}`, attributes })
  const names = ['session_token', 'session_data', 'account_data', 'dont_remember', 'state', 'oauth_state'] as const
  return {
    appName: 'Data Hub',
    baseURL: publicUrl,
    basePath: AUTH_PATH,
    secret,
    database: { db, type: 'postgres' as const, transaction: true },
    telemetry: { enabled: false },
    logger: { disabled: true },
    // The gate and our own throttles come first, for every route
    rateLimit: { enabled: false },
    emailAndPassword: { enabled: true, disableSignUp: true, minPasswordLength: 1, maxPasswordLength: 1000 },
    session: {
      modelName: 'user_session',
      expiresIn: IDLE_SECONDS,
      updateAge: PROLONG_EVERY_SECONDS,
      cookieCache: { enabled: false },
      fields: {
        userId: 'user_id',
        expiresAt: 'expires_at',
        createdAt: 'created_at',
        updatedAt: 'updated_at',
        ipAddress: 'ip_address',
        userAgent: 'user_agent',
      },
    },
    user: {
      modelName: 'user',
      fields: { emailVerified: 'email_verified', createdAt: 'created_at', updatedAt: 'updated_at' },
      additionalFields: {
        oidcRole: { type: 'string' as const, required: false, input: true, fieldName: 'oidc_role' },
        disabledAt: { type: 'date' as const, required: false, input: false, fieldName: 'disabled_at' },
      },
      // Others let people in by their address: nobody is made a user of one that may be somebody else's
      validateUserInfo: ({ user, source }: { user: Readonly<Record<string, unknown>>; source: { action?: string } }) =>
        source.action === 'create-user' && user['oidcRole'] && user['emailVerified'] !== true
          ? { error: EMAIL_UNVERIFIED }
          : undefined,
    },
    account: {
      modelName: 'user_account',
      fields: {
        userId: 'user_id',
        accountId: 'account_id',
        providerId: 'provider_id',
        accessToken: 'access_token',
        refreshToken: 'refresh_token',
        idToken: 'id_token',
        accessTokenExpiresAt: 'access_token_expires_at',
        refreshTokenExpiresAt: 'refresh_token_expires_at',
        createdAt: 'created_at',
        updatedAt: 'updated_at',
      },
      encryptOAuthTokens: true,
    },
    verification: {
      modelName: 'user_verification',
      storeIdentifier: 'hashed' as const,
      fields: { expiresAt: 'expires_at', createdAt: 'created_at', updatedAt: 'updated_at' },
    },
    // Where an answer of the provider belongs to nobody's sign-in; finishOidc reads its error
    onAPIError: { errorURL: '/sign-in' },
    databaseHooks: {
      account: { create: { before: withoutProviderTokens }, update: { before: withoutProviderTokens } },
      user: {
        create: {
          // Whoever nobody has invited is made a user by a role of the provider only
          before: async (user: Readonly<Record<string, unknown>>, context: { path?: string | undefined } | null) =>
            !context?.path?.startsWith('/callback') || Boolean(user['oidcRole']),
        },
        update: {
          // For the same reason whoever has changed theirs at the provider keeps the one that was verified
          before: async (user: Readonly<Record<string, unknown>>, context: { path?: string | undefined } | null) =>
            context?.path?.startsWith('/callback') && user['emailVerified'] !== true && 'email' in user
              ? { data: { ...user, email: undefined, emailVerified: undefined } }
              : undefined,
        },
      },
      session: {
        create: {
          // Whoever is disabled gets no session, by whichever way
          before: async (session: { userId: string }) => {
            const user = await findUser(db, { id: Number(session.userId) })
            return user !== undefined && user.disabled_at === null
          },
        },
      },
    },
    advanced: {
      database: { generateId: 'serial' as const },
      useSecureCookies: false,
      cookies: Object.fromEntries(names.map((name) => [name, cookie(name)])),
      defaultCookieAttributes: attributes,
      ipAddress: { ipAddressHeaders: [FROM_HEADER] },
    },
  }
}

/** The provider is asked nothing in anybody's name later: what would let the hub do so is not kept. */
async function withoutProviderTokens(account: Readonly<Record<string, unknown>>) {
  const tokens = ['accessToken', 'refreshToken', 'idToken'].filter((name) => name in account)
  return { data: { ...account, ...Object.fromEntries(tokens.map((name) => [name, null])) } }
}

function providerOf(oidc: OidcSettings) {
  return {
    providerId: PROVIDER,
    discoveryUrl: `${oidc.issuer.replace(/\/$/, '')}/.well-known/openid-configuration`,
    requireIdTokenVerification: true,
    clientId: oidc.clientId,
    clientSecret: oidc.clientSecret,
    scopes: ['openid', 'email', 'profile'],
    overrideUserInfo: true,
    mapProfileToUser: (profile: Readonly<Record<string, unknown>>) => ({
      ...(oidc.trustsEmail ? { emailVerified: true } : {}),
      name: String(profile['name'] ?? profile['email']),
      oidcRole: roleIn(profile[oidc.roleClaim], oidc.roles),
    }),
  }
}

/** Carries the address that the hub saw into the session; never what a client says of itself. */
export const FROM_HEADER = 'x-datahub-from'

/** What the library may see of a request: a cookie, who sends it and from where. */
function only(headers: Headers): Headers {
  const names = ['cookie', 'user-agent', FROM_HEADER]
  return new Headers(names.flatMap((name) => (headers.has(name) ? [[name, headers.get(name) ?? '']] : [])) as never)
}

/** The strongest role that the claim names. */
function roleIn(claim: unknown, roles: Readonly<Record<string, Role>>): Role | null {
  const values = (Array.isArray(claim) ? claim : [claim]).filter((value) => typeof value === 'string')
  const named = values.map((value) => (Object.hasOwn(roles, value) ? roles[value] : value))
  return ROLES.findLast((role) => named.includes(role)) ?? null
}
