import type { Standing } from '@datahub/core/access/rights'
import type { Scope } from '../db/scope.ts'

/** Who asks, as the audit log names them. */
export interface Actor {
  readonly kind: 'user' | 'token' | 'setup-link' | 'nobody' | 'hub'
  readonly id: number
  readonly name: string
}

/** What a request was let in with: who asks, in which workspace, as what. Made once per request, by the gate. */
export interface Access extends Scope, Standing {
  /** Its name; null: a member of none, who sees the rows of no workspace. */
  readonly workspace: string | null
  readonly actor: Actor
  /** Of a user. */
  readonly sessionId: number | null
}

/** Whoever is not signed in. */
export const NOBODY: Access = {
  isSignedIn: false,
  workspaceId: 0,
  workspace: null,
  role: null,
  isHubAdmin: false,
  only: null,
  actor: { kind: 'nobody', id: 0, name: '' },
  sessionId: null,
}

/** A request as far as signing in is concerned. */
export interface Client {
  readonly headers: Headers
  /** The address that it comes from. */
  readonly from: string
  /** Headers for the answer: cookies, when to come again. */
  readonly answer: Headers
}
