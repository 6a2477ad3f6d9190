import type { Secret } from '@datahub/core/secret'
import type { RefreshTokens } from '../sources/refresh-tokens.ts'

/** For sources that are opened without a hub: as good as the database, as long as there is one process. */
export function refreshTokensInMemory(): RefreshTokens {
  const newest = new Map<string, Secret>()
  return {
    async use({ id, refreshToken }, exchange) {
      const answer = await exchange({ refreshToken: newest.get(id) ?? refreshToken, isUnsettled: false })
      if (answer.refreshToken) newest.set(id, answer.refreshToken)
      return answer
    },
  }
}
