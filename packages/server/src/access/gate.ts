import { may, RIGHTS } from '@datahub/core/access/rights'
import { DataHubError } from '@datahub/core/error/data-hub-error'
import type { TokenService } from '../tokens/token-service.ts'
import { LINK_PREFIX, type SetupLinkService } from '../setup-links/setup-link-service.ts'
import { NOBODY, type Access, type Client } from './access.ts'
import type { SignInService } from './sign-in-service.ts'
import type { WorkspaceService } from './workspace-service.ts'

/** The one place where a request becomes an access, and an access is measured against the table of rights. */
export class Gate {
  readonly #tokens: TokenService
  readonly #signIn: SignInService
  readonly #workspaces: WorkspaceService
  readonly #setupLinks: SetupLinkService

  constructor(tokens: TokenService, signIn: SignInService, workspaces: WorkspaceService, setupLinks: SetupLinkService) {
    this.#setupLinks = setupLinks
    this.#tokens = tokens
    this.#signIn = signIn
    this.#workspaces = workspaces
  }

  /**
   * Asked with every request and never remembered: whatever was revoked ends at once. `workspace`: the one that the
   * request names. Throws `auth.refused` for a token that is not valid; without one and without a session it is nobody.
   */
  async admit(client: Client, workspace: string | undefined): Promise<Access> {
    const authorization = client.headers.get('authorization')
    if (authorization === null) return this.#signIn.admit(client, workspace)
    const token = /^Bearer +(\S+)$/i.exec(authorization)?.[1]
    // Its workspace is that of the link, whatever the request names
    if (token?.startsWith(LINK_PREFIX)) return this.#setupLinks.admit(token)
    const access = token === undefined ? undefined : await this.#tokens.admit(token)
    if (!access) throw new DataHubError('auth.refused', 'use the API')
    return this.#workspaces.enter(access, workspace)
  }

  /** `operation`: `noun.verb` of the contract. Throws `auth.missing` or `auth.forbidden`. */
  assertMay(access: Access, operation: string): void {
    if (may(access, operation)) return
    if (access === NOBODY) throw new DataHubError('auth.missing', 'use the API')
    const least = Object.hasOwn(RIGHTS, operation) ? RIGHTS[operation as keyof typeof RIGHTS] : undefined
    throw new DataHubError('auth.forbidden', 'do this', {
      facts: { operation, role: access.role ?? 'none', ...(least ? { needs: least } : {}) },
    })
  }
}
