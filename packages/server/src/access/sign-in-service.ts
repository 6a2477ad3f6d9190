import { rightsOf } from '@datahub/core/access/rights'
import type { Role } from '@datahub/core/access/role'
import type { MeView, SessionView, SetupRequest, SignInOptions } from '@datahub/core/api/access-shapes'
import { DataHubError, invalid } from '@datahub/core/error/data-hub-error'
import type { Database } from '../db/database.ts'
import { FIRST_WORKSPACE } from '../db/scope.ts'
import { NOBODY, type Access, type Client } from './access.ts'
import { FROM_HEADER, type Accounts } from './accounts.ts'
import { assertPassword } from './password-strength.ts'
import { hashOfCode, makeCode } from './secret-code.ts'
import { endSetup, readSetup, setSetupCode, takeSetupCode } from './setup-store.ts'
import { Throttle } from './throttle.ts'
import {
  countOtherAdmins,
  deleteSessions,
  findMember,
  findUser,
  hasSignedInFrom,
  insertUser,
  listMemberships,
  listSessions,
  rememberSignIn,
  removeMember,
  setMember,
  takeInvitation,
} from './user-store.ts'
import type { WorkspaceService } from './workspace-service.ts'

const SETUP_MINUTES = 60
const LONGEST_SESSION_MS = 14 * 86_400_000

/** How this hub is signed in to. */
export interface SignInSettings {
  /** Whether cookies are safe on the way: https, or this machine, or somebody has said that it may be. */
  readonly isSafe: boolean
  readonly oidcName: string | undefined
}

/** Signing in and out, the first administrator, sessions, and what the caller is. */
export class SignInService {
  readonly #db: Database
  readonly #accounts: Accounts
  readonly #workspaces: WorkspaceService
  readonly #throttle: Throttle
  readonly #settings: SignInSettings

  constructor(db: Database, accounts: Accounts, workspaces: WorkspaceService, settings: SignInSettings) {
    this.#db = db
    this.#accounts = accounts
    this.#workspaces = workspaces
    this.#throttle = new Throttle(db)
    this.#settings = settings
  }

  /** The access of the session that the request's cookie opens; nobody's without one. */
  async admit(client: Client, workspace: string | undefined): Promise<Access> {
    if (!client.headers.has('cookie')) return NOBODY
    const session = await this.#accounts.session(client.headers)
    if (!session) return NOBODY
    if (Date.now() - session.createdAt.getTime() > LONGEST_SESSION_MS) {
      await deleteSessions(this.#db, session.userId, { id: session.id })
      return NOBODY
    }
    const access = await this.#accessOf(session.userId, session.id)
    if (access === NOBODY) return NOBODY
    setCookies(client, session.cookies)
    return this.#workspaces.enter(access, workspace)
  }

  async options(): Promise<SignInOptions> {
    const { oidcName } = this.#settings
    const setupNeeded = (await readSetup(this.#db)) !== undefined
    return { setupNeeded, password: true, oidc: oidcName === undefined ? null : { name: oidcName } }
  }

  /** The same answer, after the same time, whatever is wrong. */
  async signIn(client: Client, email: string, password: string): Promise<Access> {
    this.#assertSafe()
    const isKnown = await hasSignedInFrom(this.#db, email, client.from)
    await this.#throttle.assertAttempt(client.from, email, isKnown)
    return this.#open(client, email, password)
  }

  async signOut(client: Client): Promise<void> {
    setCookies(client, await this.#accounts.signOut(client.headers))
  }

  async beginOidc(client: Client): Promise<{ url: string }> {
    this.#assertSafe()
    if (this.#settings.oidcName === undefined)
      throw new DataHubError('request.not_found', 'sign in with an identity provider', {
        hint: 'None is configured: set DATAHUB_OIDC_ISSUER.',
      })
    await this.#throttle.assertCode(client.from)
    const { url, cookies } = await this.#accounts.beginOidc()
    setCookies(client, cookies)
    return { url }
  }

  /**
   * The way back from the identity provider. Throws `auth.not_admitted` for whoever the provider knows and the hub does
   * not let in, what is wrong with the settings where that is known, and `auth.provider_refused` for everything else.
   */
  async finishOidc(client: Client, search: string): Promise<Access> {
    this.#assertSafe()
    const headers = new Headers(client.headers)
    headers.set(FROM_HEADER, client.from)
    const answer = await this.#accounts.finishOidc(search, headers)
    if ('refused' in answer) throw answer.refused
    const { userId, role, cookies } = answer
    await followOidcRole(this.#db, userId, role)
    const access = await this.#accessOf(userId, null)
    if (access === NOBODY || access.role === null) {
      await deleteSessions(this.#db, userId, 'all')
      throw new DataHubError('auth.not_admitted', 'sign in')
    }
    await rememberSignIn(this.#db, access.actor.name, client.from)
    setCookies(client, cookies)
    return access
  }

  /** Makes the code for the first administrator; undefined once there is nothing to set up. */
  async makeSetupCode(): Promise<{ code: string; expiresAt: Date } | undefined> {
    const { code, hash } = makeCode('')
    const expiresAt = await setSetupCode(this.#db, hash, SETUP_MINUTES)
    return expiresAt && { code, expiresAt }
  }

  /** Throws `request.not_found` once there is nothing to set up. */
  async setup(): Promise<{ expiresAt: string | null }> {
    const setup = await readSetup(this.#db)
    if (!setup) throw nothingToSetUp()
    return { expiresAt: setup.expiresAt?.toISOString() ?? null }
  }

  async createFirstAdmin(client: Client, { code, email, name, password }: SetupRequest): Promise<Access> {
    await this.setup()
    this.#assertSafe()
    await this.#throttle.assertCode(client.from)
    await assertPassword(password, email)
    if (!(await takeSetupCode(this.#db, hashOfCode(code))))
      throw new DataHubError('auth.code_refused', 'set up the hub')
    const id = (await findUser(this.#db, { email }))?.id ?? (await insertUser(this.#db, email, name))
    await setMember(this.#db, { workspaceId: FIRST_WORKSPACE }, id, 'admin', false)
    await this.#accounts.setPassword(id, password)
    return this.#open(client, email, password)
  }

  /** Whoever has the code sets the password; other sessions of the user end. */
  async acceptInvitation(client: Client, code: string, password: string): Promise<Access> {
    this.#assertSafe()
    await this.#throttle.assertCode(client.from)
    const user = await this.#db.transaction().execute(async (tx) => {
      const id = await takeInvitation(tx, hashOfCode(code))
      const invited = id === undefined ? undefined : await findUser(tx, { id })
      if (!invited || invited.disabled_at !== null) throw new DataHubError('auth.code_refused', 'accept the invitation')
      // The code stays good for a better password
      await assertPassword(password, invited.email)
      return invited
    })
    await this.#accounts.setPassword(user.id, password)
    await deleteSessions(this.#db, user.id, 'all')
    await endSetup(this.#db)
    return this.#open(client, user.email, password)
  }

  async me(access: Access): Promise<MeView> {
    const { actor, role, isHubAdmin, workspaceId, workspace } = access
    const user = actor.kind === 'user' ? await findUser(this.#db, { id: actor.id }) : undefined
    return {
      user: user ? { id: user.id, email: user.email, name: user.name } : null,
      token: actor.kind === 'token' ? { id: actor.id, name: actor.name } : null,
      workspace: workspace === null ? null : { id: workspaceId, name: workspace },
      workspaces: await this.#workspaces.standings(access),
      role,
      isHubAdmin,
      rights: rightsOf(access),
    }
  }

  async sessions({ actor, sessionId }: Access): Promise<SessionView[]> {
    if (actor.kind !== 'user') return []
    return (await listSessions(this.#db, actor.id)).map((row) => ({
      id: row.id,
      isCurrent: row.id === sessionId,
      createdAt: row.created_at.toISOString(),
      lastUsedAt: row.updated_at.toISOString(),
      expiresAt: row.expires_at.toISOString(),
      from: row.ip_address,
      userAgent: row.user_agent,
    }))
  }

  async revokeSession({ actor }: Access, id: number): Promise<void> {
    const ended = actor.kind === 'user' ? await deleteSessions(this.#db, actor.id, { id }) : 0
    if (ended === 0) throw new DataHubError('request.not_found', `end session ${id}`)
  }

  /** Attempts count whatever becomes of the change: it is a transaction of its own. */
  async assertMayChangePassword({ actor }: Access, client: Client, current: string, password: string): Promise<void> {
    if (actor.kind !== 'user') throw new DataHubError('request.not_found', 'change the password of a token')
    await this.#throttle.assertAttempt(client.from, `password of ${actor.id}`, true)
    const user = await findUser(this.#db, { id: actor.id })
    if (!user || !(await this.#accounts.isPassword(actor.id, current)))
      throw invalid('change the password', [
        { field: 'current', problem: 'is not the present password', cure: 'Enter the password you signed in with.' },
      ])
    await assertPassword(password, user.email)
  }

  /** Of whom `assertMayChangePassword` has let through. All other sessions end. */
  async changePassword({ actor, sessionId }: Access, password: string): Promise<void> {
    await this.#accounts.setPassword(actor.id, password)
    await deleteSessions(this.#db, actor.id, { allBut: sessionId ?? 0 })
  }

  async #open(client: Client, email: string, password: string): Promise<Access> {
    const headers = new Headers(client.headers)
    headers.set(FROM_HEADER, client.from)
    const opened = await this.#accounts.signIn(email, password, headers)
    const access = opened && (await this.#accessOf(opened.userId, null))
    if (!access || access === NOBODY) throw new DataHubError('auth.sign_in_refused', 'sign in')
    await rememberSignIn(this.#db, email, client.from)
    setCookies(client, opened.cookies)
    return access
  }

  async #accessOf(userId: number, sessionId: number | null): Promise<Access> {
    const user = await findUser(this.#db, { id: userId })
    if (!user || user.disabled_at !== null) return NOBODY
    const memberships = await listMemberships(this.#db, userId)
    const [first] = memberships
    const isHubAdmin = memberships.some(({ id, role }) => id === FIRST_WORKSPACE && role === 'admin')
    return {
      isSignedIn: true,
      workspaceId: first?.id ?? 0,
      workspace: first?.name ?? null,
      role: first?.role ?? null,
      isHubAdmin,
      only: null,
      actor: { kind: 'user', id: userId, name: user.email },
      sessionId,
    }
  }

  #assertSafe(): void {
    if (!this.#settings.isSafe) throw new DataHubError('auth.insecure', 'sign in')
  }
}

/**
 * What the identity provider says of the role counts at every sign-in: whoever has none by it is no member by it. Only
 * the last admin stays what they are, or nobody could let others in.
 */
async function followOidcRole(db: Database, userId: number, role: Role | null): Promise<void> {
  const scope = { workspaceId: FIRST_WORKSPACE }
  await db.transaction().execute(async (tx) => {
    if (role !== 'admin') {
      const member = await findMember(tx, scope, userId)
      if (member?.role === 'admin' && (await countOtherAdmins(tx, scope, userId)) === 0) return
    }
    if (role === null) await removeMember(tx, scope, userId, true)
    else await setMember(tx, scope, userId, role, true)
  })
  if (role === 'admin') await endSetup(db)
}

function setCookies(client: Client, cookies: readonly string[]): void {
  for (const cookie of cookies) client.answer.append('Set-Cookie', cookie)
}

function nothingToSetUp(): DataHubError {
  return new DataHubError('request.not_found', 'set up the hub', { hint: 'It has been set up. Sign in instead.' })
}
