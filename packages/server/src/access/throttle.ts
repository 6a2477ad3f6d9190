import { DataHubError } from '@datahub/core/error/data-hub-error'
import { createHash } from 'node:crypto'
import type { Database } from '../db/database.ts'
import { spend, type Pace } from './throttle-store.ts'

/** From one address, whatever it tries. */
const ADDRESS: Pace = { burst: 30, perMinute: 30 }
/** One account from one address: somebody who has forgotten. */
const PAIR: Pace = { burst: 10, perMinute: 5 }
/** One account from all addresses that it has never been signed in to from. */
const STRANGERS: Pace = { burst: 30, perMinute: 10 }

/**
 * Attempts to sign in: limited for each address and each account, without a lock that somebody else could bring about.
 * An address from which an account has been signed in to before does not wait for strangers.
 */
export class Throttle {
  readonly #db: Database

  constructor(db: Database) {
    this.#db = db
  }

  /** Throws `request.too_many` with the seconds to wait. */
  async assertAttempt(from: string, account: string, isKnown: boolean): Promise<void> {
    const who = createHash('sha256').update(account).digest('base64url')
    await this.#spend(`address/${from}`, ADDRESS)
    await this.#spend(`pair/${who}/${from}`, PAIR)
    if (!isKnown) await this.#spend(`account/${who}`, STRANGERS)
  }

  /** For codes that somebody might guess. */
  async assertCode(from: string): Promise<void> {
    await this.#spend(`address/${from}`, ADDRESS)
  }

  async #spend(key: string, pace: Pace): Promise<void> {
    const seconds = await spend(this.#db, key, pace)
    if (seconds > 0) throw tooMany('sign in', seconds)
  }
}

/** Asked too often; `seconds` from now on there is room again. */
export function tooMany(doing: string, seconds: number): DataHubError {
  return new DataHubError('request.too_many', doing, {
    hint: `Try again in ${seconds} s.`,
    facts: { retryAfterSeconds: seconds },
  })
}
