import type { Role } from '@datahub/core/access/role'
import { sql, type Selectable } from 'kysely'
import type { Connection } from '../db/database.ts'
import type { Schema } from '../db/schema.ts'
import type { Scope } from '../db/scope.ts'

export type UserRow = Selectable<Schema['user']>

/** A user as a member of the workspace. */
export interface MemberRow extends UserRow {
  readonly role: Role
  readonly providers: string[]
  readonly last_sign_in_at: Date | null
}

export interface Membership {
  readonly id: number
  readonly name: string
  readonly role: Role
}

export async function findUser(db: Connection, key: { id: number } | { email: string }): Promise<UserRow | undefined> {
  const query = db.selectFrom('user').selectAll()
  return ('id' in key ? query.where('id', '=', key.id) : query.where('email', '=', key.email)).executeTakeFirst()
}

/**
 * Without the library of accounts, so that it is part of the transaction around it. Answers the id, also of one who was made
 * meanwhile. Only admins make users: their addresses count as verified, for nobody can have claimed that of somebody else.
 */
export async function insertUser(db: Connection, email: string, name: string): Promise<number> {
  const made = await db
    .insertInto('user')
    .values({ email, name, email_verified: true })
    .onConflict((conflict) => conflict.column('email').doNothing())
    .returning('id')
    .executeTakeFirst()
  const id = made?.id ?? (await findUser(db, { email }))?.id
  if (id === undefined) throw new Error('a user who was there a moment ago is gone')
  return id
}

export async function listMembers(db: Connection, scope: Scope): Promise<MemberRow[]> {
  return members(db, scope).orderBy('user.email').execute()
}

export async function findMember(db: Connection, scope: Scope, userId: number): Promise<MemberRow | undefined> {
  return members(db, scope).where('user.id', '=', userId).executeTakeFirst()
}

/** The workspaces that the user belongs to, the oldest first. */
export async function listMemberships(db: Connection, userId: number): Promise<Membership[]> {
  return db
    .selectFrom('member')
    .innerJoin('workspace', 'workspace.id', 'member.workspace_id')
    .select(['workspace.id', 'workspace.name', 'member.role'])
    .where('member.user_id', '=', userId)
    .orderBy('workspace.id')
    .execute()
}

export async function setMember(db: Connection, scope: Scope, userId: number, role: Role, byOidc: boolean) {
  await db
    .insertInto('member')
    .values({ workspace_id: scope.workspaceId, user_id: userId, role, by_oidc: byOidc })
    .onConflict((conflict) => conflict.columns(['workspace_id', 'user_id']).doUpdateSet({ role, by_oidc: byOidc }))
    .execute()
}

/** Whether the account has been signed in to from this address before. */
export async function hasSignedInFrom(db: Connection, email: string, from: string): Promise<boolean> {
  const row = await db
    .selectFrom('sign_in_address')
    .innerJoin('user', 'user.id', 'sign_in_address.user_id')
    .select('user.id')
    .where('user.email', '=', email)
    .where('address', '=', from)
    .executeTakeFirst()
  return row !== undefined
}

export async function rememberSignIn(db: Connection, email: string, from: string): Promise<void> {
  await db
    .insertInto('sign_in_address')
    .columns(['user_id', 'address'])
    .expression((query) =>
      query
        .selectFrom('user')
        .select((of) => ['user.id', of.val(from).as('address')])
        .where('email', '=', email),
    )
    .onConflict((conflict) => conflict.columns(['user_id', 'address']).doUpdateSet({ at: sql<Date>`now()` }))
    .execute()
}

/** Whether there was such a member. `byOidc`: only one that the identity provider has made. */
export async function removeMember(db: Connection, scope: Scope, userId: number, byOidc = false): Promise<boolean> {
  const all = db.deleteFrom('member').where('workspace_id', '=', scope.workspaceId).where('user_id', '=', userId)
  const { numDeletedRows } = await (byOidc ? all.where('by_oidc', '=', true) : all).executeTakeFirst()
  return numDeletedRows > 0n
}

/** Admins of the workspace who can sign in, other than this one. Holds them still until the transaction ends. */
export async function countOtherAdmins(db: Connection, scope: Scope, userId: number): Promise<number> {
  const rows = await db
    .selectFrom('member')
    .innerJoin('user', 'user.id', 'member.user_id')
    .select('member.user_id')
    .where('member.workspace_id', '=', scope.workspaceId)
    .where('member.role', '=', 'admin')
    .where('user.disabled_at', 'is', null)
    .forUpdate('member')
    .execute()
  return rows.filter((row) => row.user_id !== userId).length
}

export async function setDisabled(db: Connection, userId: number, isDisabled: boolean): Promise<void> {
  await db
    .updateTable('user')
    .set({ disabled_at: isDisabled ? sql<Date>`now()` : null })
    .where('id', '=', userId)
    .execute()
}

export async function listSessions(db: Connection, userId: number): Promise<Selectable<Schema['user_session']>[]> {
  return db
    .selectFrom('user_session')
    .selectAll()
    .where('user_id', '=', userId)
    .where('expires_at', '>', sql<Date>`now()`)
    .orderBy('id', 'desc')
    .execute()
}

/** Ends sessions of the user: one, or all but one, or all. Answers how many. */
export async function deleteSessions(
  db: Connection,
  userId: number,
  which: { id: number } | { allBut: number } | 'all',
): Promise<number> {
  const own = db.deleteFrom('user_session').where('user_id', '=', userId)
  if (which === 'all') return Number((await own.executeTakeFirst()).numDeletedRows)
  const query = 'id' in which ? own.where('id', '=', which.id) : own.where('id', '<>', which.allBut)
  return Number((await query.executeTakeFirst()).numDeletedRows)
}

export async function insertInvitation(db: Connection, userId: number, hash: Buffer, hours: number): Promise<Date> {
  await db.deleteFrom('invitation').where('user_id', '=', userId).execute()
  const { expires_at } = await db
    .insertInto('invitation')
    .values({ hash, user_id: userId, expires_at: sql<Date>`now() + make_interval(hours => ${hours})` })
    .returning('expires_at')
    .executeTakeFirstOrThrow()
  return expires_at
}

/** Uses it up. Undefined when it is wrong, used or too old. */
export async function takeInvitation(db: Connection, hash: Buffer): Promise<number | undefined> {
  const row = await db
    .deleteFrom('invitation')
    .where('hash', '=', hash)
    .where('expires_at', '>', sql<Date>`now()`)
    .returning('user_id')
    .executeTakeFirst()
  return row?.user_id
}

function members(db: Connection, scope: Scope) {
  return db
    .selectFrom('member')
    .innerJoin('user', 'user.id', 'member.user_id')
    .where('member.workspace_id', '=', scope.workspaceId)
    .selectAll('user')
    .select('member.role')
    .select((query) => [
      query
        .selectFrom('user_account')
        .select(sql<string[]>`coalesce(array_agg(provider_id), '{}')`.as('providers'))
        .whereRef('user_account.user_id', '=', 'user.id')
        .$asScalar()
        .$notNull()
        .as('providers'),
      query
        .selectFrom('sign_in_address')
        .select((max) => max.fn.max('sign_in_address.at').as('at'))
        .whereRef('sign_in_address.user_id', '=', 'user.id')
        .as('last_sign_in_at'),
    ])
}
