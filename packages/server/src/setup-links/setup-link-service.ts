import type { SetupLinkView } from '@datahub/core/api/setup-link-routes'
import type { CheckStep } from '@datahub/core/check/check-step'
import { DataHubError } from '@datahub/core/error/data-hub-error'
import type { Access } from '../access/access.ts'
import { hashOfCode, makeCode } from '../access/secret-code.ts'
import type { Database } from '../db/database.ts'
import type { Scope } from '../db/scope.ts'
import type { DestinationService } from '../definitions/destination-service.ts'
import { findDestination } from '../definitions/destination-store.ts'
import {
  findLink,
  findOpenLink,
  insertSetupLink,
  listSetupLinks,
  revokeSetupLink,
  takeSetupLink,
  type SetupLinkRow,
} from './setup-link-store.ts'

export const LINK_PREFIX = 'dhl_'

export interface BucketWithKeys {
  readonly bucket: string
  readonly region: string
  readonly prefix: string
  readonly accessKeyId: string
  readonly secretAccessKey: string
}

/** Setup links: the bearer defines one destination, once, and sees nothing else. */
export class SetupLinkService {
  readonly #db: Database
  readonly #destinations: DestinationService

  constructor(db: Database, destinations: DestinationService) {
    this.#db = db
    this.#destinations = destinations
  }

  /** Whatever is wrong with what is known beforehand is told to whoever makes the link, not to its bearer. */
  async create(
    scope: Scope,
    { destination, hours, ...preset }: SetupLinkRow['preset'] & { destination: string; hours: number },
  ): Promise<SetupLinkView & { code: string }> {
    const { bucket = SOME.bucket, region = SOME.region, prefix = '' } = preset
    const entered = { ...SOME, bucket, region, prefix }
    await this.#destinations.prepare(scope, await this.#definition(scope, { destination, preset }, entered), '')
    const { code, hash } = makeCode(LINK_PREFIX)
    return { ...view(await insertSetupLink(this.#db, scope, { destination, preset, hash, hours })), code }
  }

  async list(scope: Scope): Promise<SetupLinkView[]> {
    return (await listSetupLinks(this.#db, scope)).map(view)
  }

  async revoke(scope: Scope, id: number): Promise<void> {
    if (!(await revokeSetupLink(this.#db, scope, id)))
      throw new DataHubError('request.not_found', `revoke setup link ${id}`)
  }

  /**
   * What its code may at this moment: only what is open to setup links. Throws `auth.code_refused`; whoever has the code
   * is told what has become of the link, and nobody else.
   */
  async admit(code: string): Promise<Access> {
    const key = { hash: hashOfCode(code) }
    const row = await findOpenLink(this.#db, key)
    if (!row) throw refusal(await findLink(this.#db, key))
    return {
      isSignedIn: false,
      isSetupLink: true,
      workspaceId: row.workspace_id,
      workspace: row.workspace,
      role: null,
      isHubAdmin: false,
      only: null,
      actor: { kind: 'setup-link', id: row.id, name: `setup link for ${row.destination}` },
      sessionId: null,
    }
  }

  async show(access: Access): Promise<{ destination: string; preset: SetupLinkRow['preset']; expiresAt: string }> {
    const { destination, preset, expires_at } = await this.#open(access)
    const { endpoint } = await this.#place(access, { destination, preset })
    const shown = typeof endpoint === 'string' ? { ...preset, endpoint } : preset
    return { destination, preset: shown, expiresAt: expires_at.toISOString() }
  }

  async test(access: Access, entered: BucketWithKeys): Promise<AsyncGenerator<CheckStep>> {
    const link = await this.#open(access)
    return this.#destinations.testUnsaved(access, await this.#definition(access, link, entered))
  }

  /** Creates the destination, or replaces what an existing one is; the link is used up with it, or not at all. */
  async submit(access: Access, entered: BucketWithKeys): Promise<void> {
    const link = await this.#open(access)
    const prepared = await this.#destinations.prepare(access, await this.#definition(access, link, entered), '')
    await this.#db.transaction().execute(async (tx) => {
      if (!(await takeSetupLink(tx, link.id))) throw new DataHubError('auth.code_refused', 'hand over the bucket')
      await this.#destinations.save(tx, access, prepared)
    })
  }

  async #definition(scope: Scope, link: Pick<SetupLinkRow, 'destination' | 'preset'>, entered: BucketWithKeys) {
    return { ...(await this.#place(scope, link)), name: link.destination, kind: 's3', ...entered }
  }

  /**
   * What the bearer does not enter: of a destination that exists all the rest stays. A store other than Amazon is for
   * whoever makes the link to name.
   */
  async #place(
    scope: Scope,
    { destination, preset }: Pick<SetupLinkRow, 'destination' | 'preset'>,
  ): Promise<Readonly<Record<string, unknown>>> {
    const existing = await findDestination(this.#db, scope, { name: destination })
    const { endpoint, pathStyle } = preset
    return {
      ...(existing?.kind === 's3' ? existing.settings : {}),
      ...(endpoint === undefined ? {} : { endpoint }),
      ...(pathStyle === undefined ? {} : { pathStyle }),
    }
  }

  async #open({ actor }: Access): Promise<SetupLinkRow> {
    const row = await findOpenLink(this.#db, { id: actor.id })
    if (!row) throw refusal(await findLink(this.#db, { id: actor.id }))
    return row
  }
}

/** For what is not known yet, so that the rest can be judged. */
const SOME = {
  bucket: 'some-bucket',
  region: 'us-east-1',
  accessKeyId: 'AKIAXXXXXXXXXXXXXXXX',
  secretAccessKey: 'x'.repeat(40),
} as const

const HINTS = {
  used: 'The bucket has been handed over with it. Ask whoever sent it for another one if the keys have changed since.',
  revoked: 'It was taken back. Ask whoever sent it for another one.',
  expired: 'It was valid for a limited time. Ask whoever sent it for another one.',
} as const

/** What was a link once is told from what never was one. */
function refusal(row: SetupLinkRow | undefined): DataHubError {
  if (!row) return new DataHubError('auth.code_refused', 'use the setup link')
  const { state, usedAt, expiresAt } = view(row)
  if (state === 'open') return new DataHubError('auth.code_refused', 'use the setup link')
  const at = state === 'used' ? usedAt : state === 'expired' ? expiresAt : null
  return new DataHubError('auth.code_refused', 'use the setup link', {
    hint: HINTS[state],
    facts: { state, ...(at === null ? {} : { at }) },
  })
}

function view(row: SetupLinkRow): SetupLinkView {
  const isOver = row.expires_at.getTime() < Date.now()
  return {
    id: row.id,
    destination: row.destination,
    preset: row.preset,
    state: row.used_at ? 'used' : row.revoked_at ? 'revoked' : isOver ? 'expired' : 'open',
    createdAt: row.created_at.toISOString(),
    expiresAt: row.expires_at.toISOString(),
    usedAt: row.used_at?.toISOString() ?? null,
  }
}
