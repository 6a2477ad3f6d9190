import type { TokenView } from '@datahub/core/api/shapes'
import { DataHubError } from '@datahub/core/error/data-hub-error'
import { createHash, randomBytes } from 'node:crypto'
import { readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Database } from '../db/database.ts'
import { findValidToken, insertToken, listTokens, revokeToken, touchToken, type TokenRow } from './token-store.ts'

const PREFIX = 'dh_'
const TOKEN_BYTES = 32

/** API tokens: 256 random bits, shown once, stored as their SHA-256. */
export class TokenService {
  readonly #db: Database

  constructor(db: Database) {
    this.#db = db
  }

  async create(name: string): Promise<TokenView & { token: string }> {
    const token = PREFIX + randomBytes(TOKEN_BYTES).toString('base64url')
    const row = await insertToken(this.#db, { name, hash: hashOf(token), hint: `${PREFIX}…${token.slice(-4)}` })
    return { ...view(row), token }
  }

  async list(): Promise<TokenView[]> {
    return (await listTokens(this.#db)).map(view)
  }

  async revoke(id: number): Promise<void> {
    if (!(await revokeToken(this.#db, id))) throw new DataHubError('request.not_found', `revoke token ${id}`)
  }

  /** Whether the token may use the API at this moment; asked with every request, so a revoked one ends at once. */
  async admits(token: string): Promise<boolean> {
    const row = await findValidToken(this.#db, hashOf(token))
    if (!row) return false
    await touchToken(this.#db, row.id)
    return true
  }
}

/**
 * The token that the command line on this machine uses: kept in `<dataDir>/token` (0600), made when it is missing or no
 * longer valid. Answers the token when it is new, so that it can be shown this once.
 */
export async function ensureLocalToken(tokens: TokenService, dataDir: string): Promise<string | undefined> {
  const path = join(dataDir, 'token')
  const present = (await readFile(path, 'utf8').catch(() => '')).trim()
  if (present !== '' && (await tokens.admits(present))) return undefined
  const { token } = await tokens.create('local command line')
  await writeFile(`${path}.draft`, `${token}\n`, { mode: 0o600, flush: true })
  await rename(`${path}.draft`, path)
  return token
}

function hashOf(token: string): Buffer {
  return createHash('sha256').update(token).digest()
}

function view(row: TokenRow): TokenView {
  return {
    id: row.id,
    name: row.name,
    hint: row.hint,
    createdAt: row.created_at.toISOString(),
    lastUsedAt: row.last_used_at?.toISOString() ?? null,
  }
}
