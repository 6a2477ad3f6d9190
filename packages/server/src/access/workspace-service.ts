import type { WorkspaceView } from '@datahub/core/api/access-shapes'
import { DataHubError } from '@datahub/core/error/data-hub-error'
import type { Database } from '../db/database.ts'
import type { Access } from './access.ts'
import { findWorkspace, insertWorkspace, listWorkspaces, type WorkspaceRow } from './workspace-store.ts'

/** Workspaces: what is in one is seen from no other. */
export class WorkspaceService {
  readonly #db: Database

  constructor(db: Database) {
    this.#db = db
  }

  /** Those that the caller may enter. */
  async list(access: Access): Promise<WorkspaceView[]> {
    const all = await listWorkspaces(this.#db)
    return all.filter(({ id }) => access.isHubAdmin || id === access.workspaceId).map(view)
  }

  async create(_access: Access, name: string): Promise<WorkspaceView> {
    const row = await insertWorkspace(this.#db, name)
    if (!row) throw new DataHubError('request.name_taken', `create the workspace "${name}"`)
    return view(row)
  }

  /** The same access in the workspace that the request names, or as it is. Throws `request.not_found` where it may not go. */
  async enter(access: Access, name: string | undefined): Promise<Access> {
    if (name === undefined || name === access.workspace) return access
    const row = access.isHubAdmin ? await findWorkspace(this.#db, { name }) : undefined
    if (!row) throw new DataHubError('request.not_found', `enter the workspace "${name}"`)
    return { ...access, workspaceId: row.id, workspace: row.name, role: 'admin' }
  }
}

function view(row: WorkspaceRow): WorkspaceView {
  return { id: row.id, name: row.name, createdAt: row.created_at.toISOString() }
}
