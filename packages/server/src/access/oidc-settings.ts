import type { Role } from '@datahub/core/access/role'

/** An OpenID Connect provider to sign in with. */
export interface OidcSettings {
  readonly name: string
  readonly issuer: string
  readonly clientId: string
  readonly clientSecret: string
  /** Whether every address that the provider names belongs to whom it names, although it does not say `email_verified`. */
  readonly trustsEmail: boolean
  /** The claim that holds a role, or a list with one in it. */
  readonly roleClaim: string
  /** Values of the claim, and the role that each means; a role's own name always means it. */
  readonly roles: Readonly<Record<string, Role>>
}
