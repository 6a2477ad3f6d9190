import { sql, type Selectable } from 'kysely'
import type { Connection } from '../db/database.ts'
import type { Schema } from '../db/schema.ts'
import { isWithin, type Scope } from '../db/scope.ts'
import type { Role } from '@datahub/core/access/role'

export type TokenRow = Selectable<Schema['token']>

export interface TokenValues {
  readonly name: string
  readonly hash: Buffer
  readonly hint: string
  readonly role: Role
  readonly only: readonly string[] | null
  readonly expiresInDays: number | undefined
  /** It ends at this instant at the latest. */
  readonly notAfter: Date | null
}

export async function insertToken(db: Connection, scope: Scope, token: TokenValues): Promise<TokenRow> {
  const days = token.expiresInDays
  return db
    .insertInto('token')
    .values({
      workspace_id: scope.workspaceId,
      name: token.name,
      hash: token.hash,
      hint: token.hint,
      role: token.role,
      only_operations: token.only === null ? null : [...token.only],
      // Of the two the one that is there, or the earlier one
      expires_at: sql<Date | null>`least(now() + make_interval(days => ${days ?? null}::int), ${token.notAfter}::timestamptz)`,
    })
    .returningAll()
    .executeTakeFirstOrThrow()
}

/** When a token expires, and how many whole days it still lasts; null: it does not. */
export async function findTokenEnd(
  db: Connection,
  id: number,
): Promise<{ expiresAt: Date | null; days: number | null } | undefined> {
  return db
    .selectFrom('token')
    .select('expires_at as expiresAt')
    .select(sql<number | null>`floor(extract(epoch from expires_at - now()) / 86400)::int`.as('days'))
    .where('id', '=', id)
    .executeTakeFirst()
}

/** Those that were not revoked, expired ones too. */
export async function listTokens(db: Connection, scope: Scope): Promise<TokenRow[]> {
  return db
    .selectFrom('token')
    .selectAll()
    .where(isWithin(scope, 'token'))
    .where('revoked_at', 'is', null)
    .orderBy('id')
    .execute()
}

/** The token that was revoked; undefined when there was none. */
export async function revokeToken(db: Connection, scope: Scope, id: number): Promise<TokenRow | undefined> {
  return db
    .updateTable('token')
    .set({ revoked_at: sql`now()` })
    .where(isWithin(scope, 'token'))
    .where('id', '=', id)
    .where('revoked_at', 'is', null)
    .returningAll()
    .executeTakeFirst()
}

/** `seemsUnused`: for a minute at least nobody has written down that it is in use. */
type ValidToken = TokenRow & { workspace: string; seemsUnused: boolean }

/** The token with this hash that is valid at this moment, with the name of its workspace. */
export async function findValidToken(db: Connection, hash: Buffer): Promise<ValidToken | undefined> {
  return db
    .selectFrom('token')
    .innerJoin('workspace', 'workspace.id', 'token.workspace_id')
    .selectAll('token')
    .select('workspace.name as workspace')
    .select(sql<boolean>`last_used_at is null or last_used_at < now() - interval '1 minute'`.as('seemsUnused'))
    .where('hash', '=', hash)
    .where('revoked_at', 'is', null)
    .where((test) => test.or([test('expires_at', 'is', null), test('expires_at', '>', sql<Date>`now()`)]))
    .executeTakeFirst()
}

/** Writes down that it is in use, unless another request has done so meanwhile. */
export async function touchToken(db: Connection, id: number): Promise<void> {
  await db
    .updateTable('token')
    .set({ last_used_at: sql`now()` })
    .where('id', '=', id)
    .where((test) =>
      test.or([test('last_used_at', 'is', null), test('last_used_at', '<', sql<Date>`now() - interval '1 minute'`)]),
    )
    .execute()
}
