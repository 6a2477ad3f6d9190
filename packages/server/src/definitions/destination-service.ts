import type { DestinationView } from '@datahub/core/api/destination-shapes'
import type { CheckStep } from '@datahub/core/check/check-step'
import type { Destination } from '@datahub/core/destination/destination'
import { DataHubError, invalid } from '@datahub/core/error/data-hub-error'
import { problemsOf } from '@datahub/core/error/field-problems'
import type { DestinationDefinition } from '@datahub/core/task/definition'
import { isDeepStrictEqual } from 'node:util'
import type { Connection, Database } from '../db/database.ts'
import { EVERYWHERE, type Scope } from '../db/scope.ts'
import type { DestinationKind, DestinationWorld, StoreMemory } from '../destinations/kind.ts'
import { shortMemory } from '../destinations/short-memory.ts'
import type { SecretBox } from '../foundation/secret-box.ts'
import { findUser, listTasksDeliveringTo } from '../tasks/task-store.ts'
import { forgetVersion } from '../sync-log/sync-log-store.ts'
import { admitAt } from './admit-at.ts'
import { completeFrom, fieldsThatDiffer, inUse, kindNamed, noSuch } from './definition-rules.ts'
import {
  addOpenUpload,
  deleteDestination,
  findDestination,
  insertDestination,
  listDestinations,
  listOpenUploads,
  removeOpenUpload,
  setCapabilities,
  setDestinationSecrets,
  updateDestination,
  type DestinationRow,
} from './destination-store.ts'
import { placeOfSettings, redact, sealSettings, unseal } from './sealed-settings.ts'
import { SharedDestinations } from './shared-destinations.ts'

/** A whole Test Connection takes no longer. */
const CHECK_TIMEOUT_MS = 15_000

export interface PreparedDestination {
  readonly definition: DestinationDefinition
  readonly complete: Readonly<Record<string, unknown>>
  readonly kind: DestinationKind
  readonly existing: DestinationRow | undefined
  readonly changed: readonly string[]
}

/** Destinations as people define them. */
export class DestinationService {
  readonly #db: Database
  readonly #box: SecretBox
  readonly #kinds: readonly DestinationKind[]
  readonly #shared = new SharedDestinations()
  readonly #world: DestinationWorld

  constructor(db: Database, box: SecretBox, kinds: readonly DestinationKind[], world: DestinationWorld) {
    this.#db = db
    this.#box = box
    this.#kinds = kinds
    this.#world = world
  }

  async list(scope: Scope): Promise<DestinationView[]> {
    return (await listDestinations(this.#db, scope)).map(view)
  }

  async get(scope: Scope, name: string): Promise<DestinationView> {
    return view(await this.find(this.#db, scope, name))
  }

  async find(db: Connection, scope: Scope, name: string): Promise<DestinationRow> {
    const row = await findDestination(db, scope, { name })
    if (row) return row
    const known = (await listDestinations(db, scope)).map((destination) => destination.name)
    throw noSuch('destination', name, known)
  }

  async create(scope: Scope, definition: DestinationDefinition): Promise<DestinationView> {
    const prepared = await this.prepare(scope, definition, '')
    if (prepared.existing) throw new DataHubError('request.name_taken', `create the destination "${definition.name}"`)
    await this.#db.transaction().execute((tx) => this.save(tx, scope, prepared))
    return this.get(scope, definition.name)
  }

  async replace(scope: Scope, definition: DestinationDefinition): Promise<DestinationView> {
    await this.find(this.#db, scope, definition.name)
    const prepared = await this.prepare(scope, definition, '')
    await this.#db.transaction().execute((tx) => this.save(tx, scope, prepared))
    return this.get(scope, definition.name)
  }

  async remove(scope: Scope, name: string): Promise<void> {
    const row = await this.find(this.#db, scope, name)
    const user = await findUser(this.#db, { destination_id: row.id })
    if (user) throw inUse('destination', name, user)
    await deleteDestination(this.#db, row.id)
  }

  /** Checks a definition: form, addresses, folders. Whether the storage accepts it is what the connection test tells. */
  async prepare(scope: Scope, definition: DestinationDefinition, root: string): Promise<PreparedDestination> {
    const kind = this.#kindOf(definition.kind, root)
    const existing = await findDestination(this.#db, scope, { name: definition.name })
    const given = { kind: definition.kind, settings: settingsOf(definition) }
    const place = (id: number) => placeOfSettings('destination', scope, id)
    const { complete, before } = completeFrom(existing, given, kind.secrets, place, this.#box, root)
    const settings = parse(kind, complete, root)
    admitAt(root, () => kind.admit(settings, this.#world))
    const changed = existing
      ? fieldsThatDiffer({ kind: existing.kind, ...before }, { kind: definition.kind, ...complete })
      : ['*']
    return { definition, complete, kind, existing, changed }
  }

  async save(tx: Connection, scope: Scope, prepared: PreparedDestination): Promise<number> {
    const { definition, complete, kind, existing } = prepared
    const { settings } = sealSettings(complete, kind.secrets, '', this.#box)
    const values = { name: definition.name, kind: definition.kind, settings }
    const id = existing?.id ?? (await insertDestination(tx, scope, values))
    if (existing) {
      await updateDestination(tx, id, values)
      if (!isDeepStrictEqual(existing.settings, settings)) await this.#forgetLogs(tx, id)
      if (prepared.changed.length > 0) await setCapabilities(tx, id, null)
    }
    await setDestinationSecrets(
      tx,
      id,
      sealSettings(complete, kind.secrets, placeOfSettings('destination', scope, id), this.#box).sealed,
    )
    return id
  }

  /**
   * Opens a stored destination, or shares one that is open; its settings are checked again, because stored values are not
   * trusted more than typed ones. What a storage can do is found out by one user alone.
   */
  async open(id: number): Promise<Destination> {
    const row = await findDestination(this.#db, EVERYWHERE, { id })
    if (!row) throw new DataHubError('request.not_found', `open destination ${id}`)
    const kind = this.#kindOf(row.kind, `destination ${row.name}`)
    const settings = parse(
      kind,
      {
        ...row.settings,
        ...unseal(row.sealed, placeOfSettings('destination', { workspaceId: row.workspace_id }, id), this.#box),
      },
      `destination ${row.name}`,
    )
    kind.admit(settings, this.#world)
    const open = () => kind.open(settings, this.#world, this.#memoryOf(row))
    if (row.capabilities === null) return open()
    return this.#shared.share(id, JSON.stringify([row.settings, row.sealed, row.capabilities.foundAt]), open)
  }

  /** Lets go of what is kept open between deliveries. */
  close(): Promise<void> {
    return this.#shared.close()
  }

  /** Test Connection of what is saved. Resolves once it can begin; the steps come as they are done. */
  async test(scope: Scope, name: string): Promise<AsyncGenerator<CheckStep>> {
    return checkAndClose(await this.open((await this.find(this.#db, scope, name)).id))
  }

  /** The same with values that are not saved; a secret left out is the saved one's of the same name. */
  async testUnsaved(scope: Scope, definition: DestinationDefinition): Promise<AsyncGenerator<CheckStep>> {
    const { kind, complete, existing, changed } = await this.prepare(scope, definition, '')
    const memory = existing && changed.length === 0 ? this.#memoryOf(existing) : shortMemory()
    return checkAndClose(kind.open(parse(kind, complete, ''), this.#world, memory))
  }

  #memoryOf(row: DestinationRow): StoreMemory {
    const [db, id] = [this.#db, row.id]
    let { capabilities } = row
    return {
      get capabilities() {
        return capabilities ?? undefined
      },
      async keep(found) {
        capabilities = found
        await setCapabilities(db, id, found)
      },
      begun: (upload) => addOpenUpload(db, id, upload),
      ended: (upload) => removeOpenUpload(db, id, upload),
      openUploads: () => listOpenUploads(db, id),
    }
  }

  async #forgetLogs(tx: Connection, destinationId: number): Promise<void> {
    await forgetVersion(tx, await listTasksDeliveringTo(tx, destinationId))
  }

  #kindOf(name: string, root: string): DestinationKind {
    return kindNamed(this.#kinds, name, root, 'destination')
  }
}

async function* checkAndClose(destination: Destination): AsyncGenerator<CheckStep> {
  try {
    yield* destination.check(AbortSignal.timeout(CHECK_TIMEOUT_MS))
  } finally {
    await destination.close()
  }
}

function parse(kind: DestinationKind, complete: unknown, root: string): unknown {
  const result = kind.configSchema.safeParse(complete)
  if (!result.success) throw invalid('read the definition of the destination', problemsOf(result.error, root))
  return result.data
}

function settingsOf(definition: DestinationDefinition): Record<string, unknown> {
  const { name: _name, kind: _kind, ...settings } = definition
  return settings
}

function view(row: DestinationRow): DestinationView {
  return {
    ...redact(row.settings, row.sealed),
    id: row.id,
    name: row.name,
    kind: row.kind,
    capabilities: row.capabilities,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  }
}
