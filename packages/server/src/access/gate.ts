import { may, RIGHTS } from '@datahub/core/access/rights'
import { DataHubError } from '@datahub/core/error/data-hub-error'
import type { TokenService } from '../tokens/token-service.ts'
import type { Access } from './access.ts'
import type { WorkspaceService } from './workspace-service.ts'

/** What a request says of who sends it. */
export interface Credentials {
  readonly authorization: string | undefined
  /** The workspace it is about, by name. */
  readonly workspace: string | undefined
}

/** The one place where a request becomes an access, and an access is measured against the table of rights. */
export class Gate {
  readonly #tokens: TokenService
  readonly #workspaces: WorkspaceService

  constructor(tokens: TokenService, workspaces: WorkspaceService) {
    this.#tokens = tokens
    this.#workspaces = workspaces
  }

  /** Asked with every request and never remembered: whatever was revoked ends at once. */
  async admit({ authorization, workspace }: Credentials): Promise<Access> {
    const token = /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1]
    if (token === undefined) throw new DataHubError('auth.missing', 'use the API')
    const access = await this.#tokens.admit(token)
    if (!access) throw new DataHubError('auth.refused', 'use the API')
    return this.#workspaces.enter(access, workspace)
  }

  /** Throws `auth.forbidden`. `operation`: `noun.verb` of the contract. */
  assertMay(access: Access, operation: string): void {
    if (may(access, operation)) return
    const least = Object.hasOwn(RIGHTS, operation) ? RIGHTS[operation as keyof typeof RIGHTS] : undefined
    throw new DataHubError('auth.forbidden', 'do this', {
      facts: { operation, role: access.role, ...(least ? { needs: least } : {}) },
    })
  }
}
