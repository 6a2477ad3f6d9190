import { contract } from '@datahub/core/api/contract'
import { implement } from '@orpc/server'
import type { Hub } from './hub.ts'

/** The contract, ready to be given its handlers; every handler gets the hub as its context. */
export const implementer = implement(contract).$context<Hub>()

export type Implementer = typeof implementer
