import type { AlertChannelDefinition } from '@datahub/core/alert/channel'
import { CHANNEL_SECRETS } from '@datahub/core/alert/channel-kinds'
import type { AlertChannelView, AlertMessagePage, AlertTrial } from '@datahub/core/api/alert-shapes'
import { asDataHubError, DataHubError } from '@datahub/core/error/data-hub-error'
import type { Access } from '../access/access.ts'
import { databaseNow, type Connection, type Database } from '../db/database.ts'
import type { FailureRecord } from '../db/schema.ts'
import type { Scope } from '../db/scope.ts'
import { fieldsThatDiffer, noSuch } from '../definitions/definition-rules.ts'
import { placeOfSettings, redact, sealSettings } from '../definitions/sealed-settings.ts'
import { recordFailure } from '../executions/failure.ts'
import type { EgressPolicy } from '../foundation/egress.ts'
import type { SecretBox } from '../foundation/secret-box.ts'
import {
  deleteChannel,
  findChannel,
  insertChannel,
  listChannels,
  lockChannel,
  setChannelSecrets,
  updateChannel,
  type ChannelRow,
  type ListedChannel,
} from './channel-store.ts'
import { receiverOf, stored, whole } from './channel-settings.ts'
import { makeSecret } from './channels/signature.ts'
import { listMessages } from './outbox-store.ts'
import { testNotice } from './notice.ts'
import { trySending } from './send.ts'

/** How long a secret is good after another has taken its place. */
const ROTATION_MS = 24 * 3_600_000

export interface PreparedChannel {
  readonly definition: AlertChannelDefinition
  /** Settings with secrets in the open. */
  readonly complete: Readonly<Record<string, unknown>>
  readonly existing: ChannelRow | undefined
  readonly changed: readonly string[]
  /** Made by the hub just now: nobody has seen it yet. */
  readonly newSecret: string | null
}

export interface ChannelWorld {
  readonly db: Database
  readonly box: SecretBox
  readonly egress: EgressPolicy
  consoleUrl(): string | undefined
}

/** Where alerts are sent, as people define it. */
export class AlertChannelService {
  readonly #world: ChannelWorld

  constructor(world: ChannelWorld) {
    this.#world = world
  }

  async list(scope: Scope): Promise<AlertChannelView[]> {
    return (await listChannels(this.#world.db, scope)).map(view)
  }

  async get(scope: Scope, name: string): Promise<AlertChannelView> {
    const [channel] = await listChannels(this.#world.db, scope, name)
    return channel ? view(channel) : Promise.reject(await this.#missing(scope, name))
  }

  async create(
    scope: Scope,
    definition: AlertChannelDefinition,
  ): Promise<{ channel: AlertChannelView; secret: string | null }> {
    if (await findChannel(this.#world.db, scope, { name: definition.name })) throw taken(definition.name)
    const prepared = await this.prepare(scope, definition, '')
    await this.#world.db.transaction().execute((tx) => this.save(tx, scope, prepared))
    return { channel: await this.get(scope, definition.name), secret: prepared.newSecret }
  }

  /** Another name renames it. */
  async replace(scope: Scope, name: string, definition: AlertChannelDefinition): Promise<AlertChannelView> {
    const existing = await this.#find(scope, name)
    const named = await findChannel(this.#world.db, scope, { name: definition.name })
    if (named && named.id !== existing.id) throw taken(definition.name)
    const prepared = await this.prepare(scope, definition, '', existing)
    await this.#world.db.transaction().execute((tx) => this.save(tx, scope, prepared))
    return this.get(scope, definition.name)
  }

  async remove(scope: Scope, name: string): Promise<void> {
    await deleteChannel(this.#world.db, (await this.#find(scope, name)).id)
  }

  /** Checks a definition and completes it with the secrets that are saved. Nothing is written. */
  async prepare(
    scope: Scope,
    definition: AlertChannelDefinition,
    root: string,
    renamed?: ChannelRow,
  ): Promise<PreparedChannel> {
    const { db, box, egress } = this.#world
    const existing = renamed ?? (await findChannel(db, scope, { name: definition.name }))
    const { complete, before, newSecret } = whole(definition, existing, box, egress, root)
    const { name, kind, language, alerts, tasks = null, enabled } = definition
    const changed = existing
      ? fieldsThatDiffer(
          { ...before, name: existing.name, kind: existing.kind, ...standingOf(existing) },
          { ...complete, name, kind, language, alerts, tasks, enabled },
        )
      : ['*']
    return { definition, complete, existing, changed, newSecret }
  }

  async save(tx: Connection, scope: Scope, { definition, complete, existing }: PreparedChannel): Promise<void> {
    const { name, kind, language, alerts, tasks = null, enabled } = definition
    const secrets = [...CHANNEL_SECRETS[kind], 'previousSecret']
    const { settings } = sealSettings(complete, secrets, '', this.#world.box)
    const values = { name, kind, settings, language, alerts, tasks, enabled }
    const id = existing?.id ?? (await insertChannel(tx, scope, values))
    if (existing) await updateChannel(tx, id, values)
    const place = placeOfSettings('alert_channel', scope, id)
    await setChannelSecrets(tx, id, sealSettings(complete, secrets, place, this.#world.box).sealed)
  }

  /** Sends a message at once; what the receiver says of it is the answer, not an error. */
  async test(access: Access, name: string): Promise<AlertTrial> {
    const row = await this.#find(access, name)
    return this.#try(access, row, stored(row, this.#world.box))
  }

  /** The same with values that are not saved; secrets left out are those of the channel named. */
  async testUnsaved(access: Access, definition: AlertChannelDefinition, name?: string): Promise<AlertTrial> {
    const existing = name === undefined ? undefined : await this.#find(access, name)
    const { complete } = await this.prepare(access, definition, '', existing)
    return this.#try(access, definition, complete)
  }

  /** From now on messages are signed with another secret, and for a day with the old one as well. */
  async rotate(scope: Scope, name: string): Promise<{ secret: string }> {
    const { db, box } = this.#world
    const { id } = await this.#find(scope, name)
    const secret = makeSecret()
    await db.transaction().execute(async (tx) => {
      await lockChannel(tx, id)
      const row = await findChannel(tx, scope, { id })
      if (row?.kind !== 'webhook')
        throw new DataHubError('request.conflict', `rotate the secret of "${name}"`, {
          hint: 'Only webhooks are signed by the hub; enter another address or secret for this one.',
        })
      const previousSecret = stored(row, box)['secret']
      const until = new Date((await databaseNow(tx)).getTime() + ROTATION_MS).toISOString()
      await updateChannel(tx, id, { ...row, settings: { ...row.settings, previousSecretUntil: until } })
      const place = placeOfSettings('alert_channel', scope, id)
      const { sealed } = sealSettings({ secret, previousSecret }, ['secret', 'previousSecret'], place, box)
      await setChannelSecrets(tx, id, sealed)
    })
    return { secret }
  }

  async messages(
    scope: Scope,
    name: string,
    request: { readonly cursor?: string | undefined; readonly limit: number },
  ): Promise<AlertMessagePage> {
    const { id } = await this.#find(scope, name)
    const { rows, next, previous } = await listMessages(this.#world.db, id, request)
    const items = rows.map(
      ({ id, alert_id, notice, state, attempts, created_at, next_at, ended_at, answer, failure }) => ({
        id,
        alertId: alert_id,
        event: notice.event,
        kind: notice.kind,
        state,
        attempts,
        createdAt: created_at.toISOString(),
        nextAt: state === 'waiting' ? next_at.toISOString() : null,
        endedAt: ended_at?.toISOString() ?? null,
        answer,
        failure: failureView(failure),
      }),
    )
    return { items, next, previous }
  }

  async #try(
    { workspace }: Access,
    { kind, language }: Pick<ChannelRow, 'kind' | 'language'>,
    settings: Readonly<Record<string, unknown>>,
  ): Promise<AlertTrial> {
    const { db, egress, consoleUrl } = this.#world
    const at = await databaseNow(db)
    const notice = testNotice({ workspace: workspace ?? '', at, consoleUrl: consoleUrl() })
    try {
      const message = { id: crypto.randomUUID(), notice, language, at }
      return { ok: true, answer: await trySending(kind, settings, message, egress), failure: null }
    } catch (error) {
      const known = asDataHubError(error, 'send the test')
      if (!known.code.startsWith('alert.')) throw known
      const said = known.facts['answer'] ?? known.facts['code'] ?? known.facts['status']
      return { ok: false, answer: said === undefined ? null : String(said), failure: failureView(recordFailure(known)) }
    }
  }

  async #find(scope: Scope, name: string): Promise<ChannelRow> {
    return (await findChannel(this.#world.db, scope, { name })) ?? Promise.reject(await this.#missing(scope, name))
  }

  async #missing(scope: Scope, name: string): Promise<DataHubError> {
    const known = await listChannels(this.#world.db, scope)
    return noSuch(
      'channel',
      name,
      known.map((channel) => channel.name),
    )
  }
}

function taken(name: string): DataHubError {
  return new DataHubError('request.name_taken', `name a channel "${name}"`)
}

function standingOf({ language, alerts, tasks, enabled }: ChannelRow) {
  return { language, alerts, tasks, enabled }
}

function failureView(failure: FailureRecord | null): { code: string; message: string; cure: string } | null {
  if (!failure) return null
  const { code, message, cure, facts } = failure
  const said = facts['answer'] ?? facts['code'] ?? facts['status']
  return { code, message: said === undefined ? message : `${message.replace(/\.$/, '')} (${said}).`, cure }
}

function view(row: ListedChannel): AlertChannelView {
  const { previousSecretUntil, ...settings } = row.settings
  const { previousSecret: _previous, ...sealed } = row.sealed
  return {
    ...redact(settings, sealed),
    id: row.id,
    name: row.name,
    kind: row.kind,
    ...standingOf(row),
    receiver: receiverOf(row),
    lastSentAt: row.lastSentAt?.toISOString() ?? null,
    waiting: row.waiting,
    dead: row.dead,
    failure: failureView(row.failure),
    previousSecretUntil: typeof previousSecretUntil === 'string' ? previousSecretUntil : null,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  }
}
