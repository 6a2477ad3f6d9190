import type { TokenView } from '@datahub/core/api/shapes'
import { DataHubError } from '@datahub/core/error/data-hub-error'
import { createHash, randomBytes } from 'node:crypto'
import { sql } from 'kysely'
import { readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Database } from '../db/database.ts'

const PREFIX = 'dh_'
const TOKEN_BYTES = 32
/** A token in use is written down at most this often. */
const LAST_USED_EVERY = '1 minute'

/** API tokens: 256 random bits, shown once, stored as their SHA-256. */
export class TokenService {
  readonly #db: Database

  constructor(db: Database) {
    this.#db = db
  }

  async create(name: string): Promise<TokenView & { token: string }> {
    const token = PREFIX + randomBytes(TOKEN_BYTES).toString('base64url')
    const row = await this.#db
      .insertInto('token')
      .values({ name, hash: hashOf(token), hint: `${PREFIX}…${token.slice(-4)}` })
      .returningAll()
      .executeTakeFirstOrThrow()
    return { ...view(row), token }
  }

  async list(): Promise<TokenView[]> {
    const rows = await this.#db.selectFrom('token').selectAll().where('revoked_at', 'is', null).orderBy('id').execute()
    return rows.map(view)
  }

  async revoke(id: number): Promise<void> {
    const { numUpdatedRows } = await this.#db
      .updateTable('token')
      .set({ revoked_at: sql`now()` })
      .where('id', '=', id)
      .where('revoked_at', 'is', null)
      .executeTakeFirst()
    if (numUpdatedRows === 0n) throw new DataHubError('request.not_found', `revoke token ${id}`)
  }

  /** Whether the token may use the API at this moment; asked with every request, so a revoked one ends at once. */
  async admits(token: string): Promise<boolean> {
    const row = await this.#db
      .selectFrom('token')
      .select(['id', 'last_used_at'])
      .where('hash', '=', hashOf(token))
      .where('revoked_at', 'is', null)
      .executeTakeFirst()
    if (!row) return false
    await this.#db
      .updateTable('token')
      .set({ last_used_at: sql`now()` })
      .where('id', '=', row.id)
      .where((test) =>
        test.or([
          test('last_used_at', 'is', null),
          test('last_used_at', '<', sql<Date>`now() - ${sql.lit(LAST_USED_EVERY)}::interval`),
        ]),
      )
      .execute()
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

function view(row: { id: number; name: string; hint: string; created_at: Date; last_used_at: Date | null }): TokenView {
  return {
    id: row.id,
    name: row.name,
    hint: row.hint,
    createdAt: row.created_at.toISOString(),
    lastUsedAt: row.last_used_at?.toISOString() ?? null,
  }
}
