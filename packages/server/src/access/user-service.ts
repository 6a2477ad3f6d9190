import type { Standing } from '@datahub/core/access/rights'
import type { Role } from '@datahub/core/access/role'
import type { Invitation, NewUser, UserView } from '@datahub/core/api/access-shapes'
import { DataHubError } from '@datahub/core/error/data-hub-error'
import type { Connection, Database } from '../db/database.ts'
import { FIRST_WORKSPACE, type Scope } from '../db/scope.ts'
import { makeCode } from './secret-code.ts'
import {
  countOtherAdmins,
  deleteSessions,
  findMember,
  findUser,
  insertInvitation,
  insertUser,
  listMembers,
  removeMember,
  setDisabled,
  setMember,
  type MemberRow,
} from './user-store.ts'

const INVITATION_HOURS = 72

/** The users of a workspace. Whoever administers it decides who belongs to it; passwords are a matter of the hub. */
export class UserService {
  readonly #db: Database

  constructor(db: Database) {
    this.#db = db
  }

  async list(scope: Scope): Promise<UserView[]> {
    return (await listMembers(this.#db, scope)).map(view)
  }

  /**
   * One who is known to the hub already only becomes a member: nobody gets a code for the account of somebody else. Nor does
   * an admin of one workspace make accounts: with the code they could sign in as whoever has the address, also where others
   * let that person in later (docs/decisions/039-accounts-are-made-by-admins-of-the-hub.md).
   */
  async create(
    scope: Scope & Pick<Standing, 'isHubAdmin'>,
    { email, name, role }: NewUser,
  ): Promise<UserView & { invitation: Invitation | null }> {
    const known = await findUser(this.#db, { email })
    if (!known && !scope.isHubAdmin)
      throw new DataHubError('auth.forbidden', `make an account for ${email}`, {
        hint: 'Ask an admin of the hub to add them to this workspace: whoever is known to the hub may be added by its own admins.',
      })
    if (known && (await findMember(this.#db, scope, known.id)))
      throw new DataHubError('request.name_taken', `add ${email} to the workspace`, {
        hint: 'Change the role instead.',
      })
    const id = known?.id ?? (await insertUser(this.#db, email, name))
    await setMember(this.#db, scope, id, role, false)
    return { ...(await this.get(scope, id)), invitation: known ? null : await this.#invite(id) }
  }

  async get(scope: Scope, id: number): Promise<UserView> {
    return view(await this.#find(this.#db, scope, id))
  }

  async setRole(scope: Scope, id: number, role: Role): Promise<UserView> {
    await this.#db.transaction().execute(async (tx) => {
      const member = await this.#find(tx, scope, id)
      if (role !== 'admin') await assertNotLast(tx, scope, member, 'change the role')
      await setMember(tx, scope, id, role, false)
    })
    return this.get(scope, id)
  }

  async remove(scope: Scope, id: number): Promise<void> {
    await this.#db.transaction().execute(async (tx) => {
      await assertNotLast(tx, scope, await this.#find(tx, scope, id), 'remove the user')
      await removeMember(tx, scope, id)
    })
  }

  async disable(scope: Scope, id: number): Promise<UserView> {
    await this.#db.transaction().execute(async (tx) => {
      const member = await this.#find(tx, scope, id)
      const hub = { workspaceId: FIRST_WORKSPACE }
      const atHub = await findMember(tx, hub, id)
      if (atHub) await assertNotLast(tx, hub, atHub, `disable ${member.email}`)
      await setDisabled(tx, id, true)
      await deleteSessions(tx, id, 'all')
    })
    return this.get(scope, id)
  }

  async enable(scope: Scope, id: number): Promise<UserView> {
    await this.#find(this.#db, scope, id)
    await setDisabled(this.#db, id, false)
    return this.get(scope, id)
  }

  async invite(scope: Scope, id: number): Promise<Invitation> {
    await this.#find(this.#db, scope, id)
    return this.#invite(id)
  }

  async #invite(id: number): Promise<Invitation> {
    const { code, hash } = makeCode('dhi_')
    const expiresAt = await insertInvitation(this.#db, id, hash, INVITATION_HOURS)
    return { code, expiresAt: expiresAt.toISOString() }
  }

  async #find(db: Connection, scope: Scope, id: number): Promise<MemberRow> {
    const member = await findMember(db, scope, id)
    if (!member) throw new DataHubError('request.not_found', `find user ${id}`)
    return member
  }
}

/** A workspace always has somebody who can let others in. */
async function assertNotLast(db: Connection, scope: Scope, member: MemberRow, doing: string): Promise<void> {
  if (member.role !== 'admin' || (await countOtherAdmins(db, scope, member.id)) > 0) return
  throw new DataHubError('request.conflict', doing, { hint: 'It is the last admin: make somebody else one first.' })
}

function view(row: MemberRow): UserView {
  return {
    id: row.id,
    email: row.email,
    name: row.name,
    role: row.role,
    signsInBy: row.providers.map((provider) => (provider === 'credential' ? 'password' : 'oidc')),
    isDisabled: row.disabled_at !== null,
    createdAt: row.created_at.toISOString(),
    lastSignInAt: row.last_sign_in_at?.toISOString() ?? null,
  }
}
