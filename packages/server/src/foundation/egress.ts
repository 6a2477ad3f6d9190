/** Which addresses the hub may speak to on behalf of a user. */
export interface EgressPolicy {
  /** Throws `destination.egress_blocked` when the literal address in `host` is not allowed; names pass, they are judged when resolved. */
  admitHost(host: string, purpose: EgressPurpose): void
  /** `lookup` for node:net and node:http that only ever answers with allowed addresses. */
  lookup(purpose: EgressPurpose): import('node:net').LookupFunction
}

/** Databases are often on the same machine or network; endpoints that a user types must not reach it by default. */
export type EgressPurpose = 'endpoint' | 'database'
