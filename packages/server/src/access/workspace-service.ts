import type { MeView, WorkspaceView } from '@datahub/core/api/access-shapes'
import { DataHubError } from '@datahub/core/error/data-hub-error'
import type { Database } from '../db/database.ts'
import type { Access } from './access.ts'
import { listMemberships } from './user-store.ts'
import { findWorkspace, insertWorkspace, listWorkspaces, setParallel, type WorkspaceRow } from './workspace-store.ts'

/** Workspaces: what is in one is seen from no other. */
export class WorkspaceService {
  readonly #db: Database

  constructor(db: Database) {
    this.#db = db
  }

  /** Those that the caller may enter. */
  async list(access: Access): Promise<WorkspaceView[]> {
    const entered = new Set((await this.standings(access)).map(({ id }) => id))
    return (await listWorkspaces(this.#db)).filter(({ id }) => entered.has(id)).map(view)
  }

  async create(_access: Access, name: string): Promise<WorkspaceView> {
    const row = await insertWorkspace(this.#db, name)
    if (!row) throw new DataHubError('request.name_taken', `create the workspace "${name}"`)
    return view(row)
  }

  /** What is in the queue already keeps the slots that it was given. */
  async setLimit(_access: Access, name: string, parallel: number | null): Promise<WorkspaceView> {
    const row = await setParallel(this.#db, name, parallel)
    if (!row) throw new DataHubError('request.not_found', `find the workspace "${name}"`)
    return view(row)
  }

  /** The workspaces that the caller may enter, and as what. */
  async standings({ actor, isHubAdmin, workspaceId, workspace, role }: Access): Promise<MeView['workspaces']> {
    if (isHubAdmin) {
      const all = await listWorkspaces(this.#db)
      return all.map(({ id, name }) => ({ id, name, role: 'admin' as const }))
    }
    if (actor.kind === 'user') return listMemberships(this.#db, actor.id)
    return workspace === null || role === null ? [] : [{ id: workspaceId, name: workspace, role }]
  }

  /** The same access in the workspace that the request names, or as it is. Throws `request.not_found` where it may not go. */
  async enter(access: Access, name: string | undefined): Promise<Access> {
    if (name === undefined || name === access.workspace) return access
    const entered = access.isHubAdmin
      ? asAdmin(await findWorkspace(this.#db, { name }))
      : (await this.standings(access)).find((one) => one.name === name)
    if (!entered)
      throw new DataHubError('request.not_found', `enter the workspace "${name}"`, {
        hint: 'Name one that you belong to, or ask an admin of that one to add you.',
      })
    return { ...access, workspaceId: entered.id, workspace: entered.name, role: entered.role }
  }
}

function asAdmin(row: WorkspaceRow | undefined) {
  return row && { id: row.id, name: row.name, role: 'admin' as const }
}

function view(row: WorkspaceRow): WorkspaceView {
  return { id: row.id, name: row.name, parallel: row.parallel, createdAt: row.created_at.toISOString() }
}
