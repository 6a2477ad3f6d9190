import { DataHubError } from '@datahub/core/error/data-hub-error'
import { byItself } from '@datahub/core/error/remedy'
import { Secret } from '@datahub/core/secret'
import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Database } from '../db/database.ts'
import type { Scope } from '../db/scope.ts'
import type { SecretBox } from '../foundation/secret-box.ts'
import type { Exchanged, RefreshTokens } from '../sources/refresh-tokens.ts'
import { placeOfSettings, unseal } from './sealed-settings.ts'
import { isTokenKept, leaseToken, releaseToken, type TokenLease } from './refresh-token-store.ts'

/** Longer than an exchange may take: whoever holds a token for so long is dead. */
const LEASE_MS = 90_000
/** Who waits longer does so without a worker. */
const LONGEST_WAIT_MS = 5_000
const LOOK_EVERY_MS = 100
/** While the database is away. Nobody else has the token before the lease is over, and hardly anybody right after. */
const KEEP_TRYING_MS = 600_000
const KEEP_EVERY_MS = 500

/** What the service says before it exchanges anything: the token is what it was. */
const REFUSALS: readonly string[] = ['source.token_refused', 'source.throttled']

/**
 * The refresh tokens of a workspace, in the database, sealed. A token that the service takes once is lost when the hub
 * dies between the answer and the moment in which it is kept: that moment comes first, a database that is away is waited
 * for, and what may be lost is written down before, so that whoever is refused then is told why.
 */
export function keepRefreshTokens(db: Database, box: SecretBox, scope: Scope): RefreshTokens {
  const placeOf = ({ id }: TokenLease) => placeOfSettings('refresh_token', scope, id)

  async function lease(grantId: string, signal: AbortSignal): Promise<TokenLease> {
    const heldBy = randomUUID()
    for (let waitedMs = 0; waitedMs <= LONGEST_WAIT_MS; waitedMs += LOOK_EVERY_MS) {
      const taken = await leaseToken(db, scope, grantId, heldBy, LEASE_MS)
      if (taken) return taken
      await sleep(LOOK_EVERY_MS, undefined, { signal })
    }
    throw new DataHubError('source.throttled', 'fetch an access token', {
      hint: byItself({ because: 'Another process of the hub is fetching one with the same refresh token' }),
      retryAfterMs: LONGEST_WAIT_MS,
    })
  }

  async function keep(held: TokenLease, { refreshToken }: Exchanged): Promise<void> {
    const next = refreshToken?.reveal()
    const sealed = next === undefined ? {} : { sealed: { token: box.seal(next, `${placeOf(held)}/token`) } }
    const giveUpAt = Date.now() + KEEP_TRYING_MS
    for (;;) {
      try {
        if (await releaseToken(db, held, { ...sealed, unsettledSince: null })) return
        // The answer to the statement that kept it may have been lost
        if (sealed.sealed && (await isTokenKept(db, held, sealed.sealed))) return
        break
      } catch (error) {
        if (Date.now() > giveUpAt) throw error
        await sleep(KEEP_EVERY_MS, undefined, { ref: false })
      }
    }
    throw new DataHubError('execution.interrupted', 'keep the new refresh token')
  }

  return {
    async use(grant, exchange, signal) {
      const held = await lease(grant.id, signal)
      const kept = unseal(held.sealed, placeOf(held), box)['token']
      const refreshToken = kept === undefined ? grant.refreshToken : new Secret(kept)
      const answer = await exchange({ refreshToken, isUnsettled: held.unsettledSince !== null }).catch(
        async (error: unknown) => {
          const isRefusal = error instanceof DataHubError && REFUSALS.includes(error.code)
          await releaseToken(db, held, isRefusal ? { unsettledSince: held.unsettledSince } : {})
          throw error
        },
      )
      await keep(held, answer)
      return answer
    },
  }
}
