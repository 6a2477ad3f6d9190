import { may, RIGHTS } from '@datahub/core/access/rights'
import type { Role } from '@datahub/core/access/role'
import type { TokenView } from '@datahub/core/api/access-shapes'
import { DataHubError, invalid } from '@datahub/core/error/data-hub-error'
import { createHash, randomBytes } from 'node:crypto'
import { readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Access } from '../access/access.ts'
import type { Database } from '../db/database.ts'
import { FIRST_WORKSPACE, type Scope } from '../db/scope.ts'
import {
  findTokenEnd,
  findValidToken,
  insertToken,
  listTokens,
  revokeToken,
  touchToken,
  type TokenRow,
} from './token-store.ts'

const PREFIX = 'dh_'
const TOKEN_BYTES = 32

export interface NewToken {
  readonly name: string
  readonly role: Role
  /** The operations it is narrowed to; absent: all of its role. */
  readonly only?: readonly string[] | undefined
  readonly expiresInDays?: number | undefined
}

/** API tokens: 256 random bits, shown once, stored as their SHA-256. Each belongs to one workspace and has a role there. */
export class TokenService {
  readonly #db: Database

  constructor(db: Database) {
    this.#db = db
  }

  /** `maker`: who asks. A token makes none that may do more than itself, or that lasts longer. */
  async create(
    maker: Scope & Partial<Pick<Access, 'only' | 'actor'>>,
    { name, role, only, expiresInDays }: NewToken,
  ): Promise<TokenView & { token: string }> {
    assertOperations(role, only ?? [])
    assertNoWider(maker.only ?? null, only)
    const notAfter = await this.#endOf(maker.actor, expiresInDays)
    const token = PREFIX + randomBytes(TOKEN_BYTES).toString('base64url')
    const hint = `${PREFIX}…${token.slice(-4)}`
    const values = { name, hash: hashOf(token), hint, role, only: only ?? null, expiresInDays, notAfter }
    return { ...view(await insertToken(this.#db, maker, values)), token }
  }

  /** The instant at which whatever the maker makes ends at the latest. Throws where more is asked for. */
  async #endOf(actor: Access['actor'] | undefined, days: number | undefined): Promise<Date | null> {
    const own = actor?.kind === 'token' ? await findTokenEnd(this.#db, actor.id) : undefined
    if (!own || own.days === null) return null
    if (days !== undefined && days > own.days) {
      const problem = `is longer than the token that you use lasts: ${own.days} days`
      const cure = 'Leave it out: the new token then ends with that one. Or sign in, and make it in the settings.'
      throw invalid('make the token', [{ field: 'expiresInDays', problem, cure }])
    }
    return own.expiresAt
  }

  async list(scope: Scope): Promise<TokenView[]> {
    return (await listTokens(this.#db, scope)).map(view)
  }

  async revoke(scope: Scope, id: number): Promise<TokenView> {
    const row = await revokeToken(this.#db, scope, id)
    if (!row) throw new DataHubError('request.not_found', `revoke token ${id}`)
    return view(row)
  }

  /** What the token may at this moment; asked with every request, so a revoked one ends at once. */
  async admit(token: string): Promise<Access | undefined> {
    const row = await findValidToken(this.#db, hashOf(token))
    if (!row) return undefined
    if (row.seemsUnused) await touchToken(this.#db, row.id)
    return {
      isSignedIn: true,
      sessionId: null,
      workspaceId: row.workspace_id,
      workspace: row.workspace,
      role: row.role,
      isHubAdmin: row.role === 'admin' && row.workspace_id === FIRST_WORKSPACE,
      only: row.only_operations,
      actor: { kind: 'token', id: row.id, name: row.name },
    }
  }
}

/**
 * The token that the command line on this machine uses: kept in `<dataDir>/token` (0600), made when it is missing or no
 * longer valid. Answers the token when it is new, so that it can be shown this once.
 */
export async function ensureLocalToken(tokens: TokenService, dataDir: string): Promise<string | undefined> {
  const path = join(dataDir, 'token')
  const present = (await readFile(path, 'utf8').catch(() => '')).trim()
  if (present !== '' && (await tokens.admit(present))) return undefined
  const { token } = await tokens.create({ workspaceId: FIRST_WORKSPACE }, { name: 'local command line', role: 'admin' })
  await writeFile(`${path}.draft`, `${token}\n`, { mode: 0o600, flush: true })
  await rename(`${path}.draft`, path)
  return token
}

/** A token narrowed to what its role may not would never be let in. */
function assertOperations(role: Role, only: readonly string[]): void {
  const standing = { isSignedIn: true, role, isHubAdmin: false, only: null }
  const wrong = only.flatMap((operation, index) => {
    if (may(standing, operation)) return []
    const known = Object.hasOwn(RIGHTS, operation)
    const problem = known ? `"${operation}" is not a right of a ${role}` : `"${operation}" is not an operation`
    const allowed = Object.keys(RIGHTS).filter((name) => may(standing, name))
    return [{ field: `only[${index}]`, problem, cure: `Choose from ${allowed.join(', ')}.` }]
  })
  if (wrong.length > 0) throw invalid('make the token', wrong)
}

function assertNoWider(own: Access['only'], only: NewToken['only']): void {
  if (own === null || (only && only.every((operation) => own.includes(operation)))) return
  const problem = 'is more than the token that you use may do itself'
  throw invalid('make the token', [{ field: 'only', problem, cure: `Choose from ${own.join(', ')}.` }])
}

function hashOf(token: string): Buffer {
  return createHash('sha256').update(token).digest()
}

function view(row: TokenRow): TokenView {
  return {
    id: row.id,
    name: row.name,
    hint: row.hint,
    role: row.role,
    only: row.only_operations,
    createdAt: row.created_at.toISOString(),
    expiresAt: row.expires_at?.toISOString() ?? null,
    lastUsedAt: row.last_used_at?.toISOString() ?? null,
  }
}
