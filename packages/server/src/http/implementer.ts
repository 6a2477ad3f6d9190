import { contract } from '@datahub/core/api/contract'
import { implement } from '@orpc/server'
import type { RequestContext } from './hub.ts'

/** The contract, ready to be given its handlers; every handler gets the hub and the caller's access as its context. */
export const implementer = implement(contract).$context<RequestContext>()

export type Implementer = typeof implementer
