import type { Secret } from '@datahub/core/secret'

/** What a person gave, and whose successors are kept for it. */
export interface Grant {
  /** Tells it from every other grant, and tells nothing of it. */
  readonly id: string
  readonly refreshToken: Secret
}

/** A refresh token as it is shown to the service. */
export interface HeldToken {
  /** The newest that is known. */
  readonly refreshToken: Secret
  /** It was shown before, and the answer never came or was never kept: the service may have exchanged it already. */
  readonly isUnsettled: boolean
}

/** What the service answers. */
export interface Exchanged {
  /** What has to be shown from now on; absent: the same one. */
  readonly refreshToken?: Secret | undefined
}

/**
 * Refresh tokens of services that hand out another one each time, and take none twice. Of one grant nobody else shows the
 * token meanwhile, in whatever process, and what came in its place is kept before `exchange` resolves.
 */
export interface RefreshTokens {
  /**
   * Throws what `exchange` throws; `source.throttled` while somebody else has the token, with the time to come back; and
   * `execution.interrupted` when the answer came so late that somebody else has it by now.
   */
  use<Answer extends Exchanged>(
    grant: Grant,
    exchange: (token: HeldToken) => Promise<Answer>,
    signal: AbortSignal,
  ): Promise<Answer>
}
