import type * as real from '@datahub/server/definitions/refresh-token-store'

export * from '@datahub/server/definitions/refresh-token-store'

/** The simulated source has none. */
export const forgetUnusedTokens: typeof real.forgetUnusedTokens = () => Promise.resolve(0)
