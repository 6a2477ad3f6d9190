import type { Standing } from '@datahub/core/access/rights'
import type { Scope } from '../db/scope.ts'

/** Who asks, as the audit log names them. */
export interface Actor {
  readonly kind: 'token'
  readonly id: number
  readonly name: string
}

/** What a request was let in with: who asks, in which workspace, as what. Made once per request, by the gate. */
export interface Access extends Scope, Standing {
  readonly workspace: string
  readonly actor: Actor
}
