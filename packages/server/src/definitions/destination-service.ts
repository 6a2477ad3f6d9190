import type { LastTestView } from '@datahub/core/api/connection-test-shapes'
import type { DestinationKindView, DestinationView } from '@datahub/core/api/destination-shapes'
import type { CheckStep } from '@datahub/core/check/check-step'
import type { Destination } from '@datahub/core/destination/destination'
import { DataHubError, invalid } from '@datahub/core/error/data-hub-error'
import { problemsOf } from '@datahub/core/error/field-problems'
import type { DestinationDefinition } from '@datahub/core/task/definition'
import { isDeepStrictEqual } from 'node:util'
import { forgetTests } from '../connection-tests/connection-test-store.ts'
import type { ConnectionTests, Subject, TesterIn } from '../connection-tests/connection-tests.ts'
import type { Connection, Database } from '../db/database.ts'
import { EVERYWHERE, type Scope } from '../db/scope.ts'
import type { DestinationKind, DestinationWorld, StoreMemory } from '../destinations/kind.ts'
import { shortMemory } from '../destinations/short-memory.ts'
import type { SecretBox } from '../foundation/secret-box.ts'
import { countUsers, listTasksDeliveringTo, listUsers } from '../tasks/task-store.ts'
import { forgetVersion } from '../sync-log/sync-log-store.ts'
import { admitAt } from './admit-at.ts'
import {
  assertCredentials,
  completeFrom,
  fieldsThatDiffer,
  inUse,
  kindNamed,
  noSuch,
  schemaForPeople,
} from './definition-rules.ts'
import {
  addOpenUpload,
  deleteDestination,
  findDestination,
  insertDestination,
  listDestinations,
  listOpenUploads,
  removeOpenUpload,
  setCapabilities,
  setFingerprint,
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
  readonly #tests: ConnectionTests

  constructor(
    db: Database,
    box: SecretBox,
    kinds: readonly DestinationKind[],
    world: DestinationWorld,
    tests: ConnectionTests,
  ) {
    this.#db = db
    this.#box = box
    this.#kinds = kinds
    this.#world = world
    this.#tests = tests
  }

  kinds(): DestinationKindView[] {
    return this.#kinds.map(({ kind, title, configSchema, credentials }) => ({
      kind,
      title,
      settings: schemaForPeople(configSchema),
      credentials: [...credentials],
    }))
  }

  async list(scope: Scope): Promise<DestinationView[]> {
    const [rows, tests, users] = await Promise.all([
      listDestinations(this.#db, scope),
      this.#tests.lastOf(scope, 'destination'),
      countUsers(this.#db, scope, 'destination_id'),
    ])
    return rows.map((row) => view(row, tests.get(row.id), users.get(row.id)))
  }

  async get(scope: Scope, name: string): Promise<DestinationView> {
    const row = await this.find(this.#db, scope, name)
    const tests = await this.#tests.lastOf(scope, 'destination', row.id)
    const users = await listUsers(this.#db, { destination_id: row.id })
    return view(row, tests.get(row.id), users.length)
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

  /**
   * Swaps the keys and nothing else. Only for keys that have just passed the connection test (`testUnsaved`): deliveries
   * never meet new ones that do not work. Throws `request.conflict` for others, and the present ones stay.
   */
  async rotate(scope: Scope, name: string, credentials: Readonly<Record<string, string>>): Promise<DestinationView> {
    const row = await this.find(this.#db, scope, name)
    const kind = this.#kindOf(row.kind, '')
    assertCredentials(kind, credentials)
    const prepared = await this.prepare(scope, { ...row.settings, ...credentials, name, kind: row.kind }, '')
    const subject = { noun: 'destination', name, fingerprint: this.#fingerprintOf(prepared) } as const
    if (!(await this.#tests.hasJustPassed(scope, subject)))
      throw new DataHubError('request.conflict', `swap the keys of the destination "${name}"`, {
        hint: 'The new keys have not passed Test Connection in the last 15 minutes: test them first. The present keys stay in use.',
      })
    await this.#db.transaction().execute((tx) => this.save(tx, scope, prepared))
    return this.get(scope, name)
  }

  async remove(scope: Scope, name: string): Promise<void> {
    const row = await this.find(this.#db, scope, name)
    const users = await listUsers(this.#db, { destination_id: row.id })
    if (users.length > 0) throw inUse('destination', name, users)
    await this.#db.transaction().execute(async (tx) => {
      await deleteDestination(tx, row.id)
      await forgetTests(tx, scope, 'destination', name)
    })
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
    const fingerprint = this.#fingerprintOf(prepared)
    const values = { name: definition.name, kind: definition.kind, settings, fingerprint }
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
    const row = await this.#findAnywhere(id)
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
  async test(by: TesterIn, name: string): Promise<AsyncGenerator<CheckStep>> {
    return this.#test(by, await this.find(this.#db, by, name))
  }

  /**
   * The same with values that are not saved; a secret left out is the saved one's of the same name. How it ended is
   * kept for the name: when these values are saved they have been tested.
   */
  async testUnsaved(by: TesterIn, definition: DestinationDefinition): Promise<AsyncGenerator<CheckStep>> {
    const prepared = await this.prepare(by, definition, '')
    const { kind, complete, existing, changed } = prepared
    const memory = existing && changed.length === 0 ? this.#memoryOf(existing) : shortMemory()
    const opened = kind.open(parse(kind, complete, ''), this.#world, memory)
    const { name } = definition
    const fingerprint = this.#fingerprintOf(prepared)
    return this.#tests.keep(by, { noun: 'destination', name, fingerprint }, checkAndClose(opened))
  }

  /** The daily test. Answers whether it passed. */
  async retest(id: number): Promise<boolean> {
    const row = await this.#findAnywhere(id)
    const by = { workspaceId: row.workspace_id, actor: { kind: 'hub', name: '' } } as const
    let ok = true
    for await (const { verdict } of await this.#test(by, row)) ok &&= verdict !== 'failed'
    return ok
  }

  /** A delivery has shown that it works. */
  async proved(id: number, at: Date): Promise<true> {
    const row = await this.#findAnywhere(id)
    await this.#tests.proved({ workspaceId: row.workspace_id }, await this.#subjectOf(row), at)
    return true
  }

  async #test(by: TesterIn, row: DestinationRow): Promise<AsyncGenerator<CheckStep>> {
    const subject = await this.#subjectOf(row)
    return this.#tests.keep(by, subject, checkAndClose(await this.open(row.id)))
  }

  async #findAnywhere(id: number): Promise<DestinationRow> {
    const row = await findDestination(this.#db, EVERYWHERE, { id })
    if (!row) throw new DataHubError('request.not_found', `open destination ${id}`)
    return row
  }

  /** What was saved before there were fingerprints gets its own with the first test. */
  async #subjectOf(row: DestinationRow): Promise<Subject> {
    let { fingerprint } = row
    if (fingerprint === null) {
      const plain = unseal(
        row.sealed,
        placeOfSettings('destination', { workspaceId: row.workspace_id }, row.id),
        this.#box,
      )
      fingerprint = this.#tests.fingerprint({ kind: row.kind, ...row.settings, ...plain })
      await setFingerprint(this.#db, row.id, fingerprint)
    }
    return { noun: 'destination', name: row.name, fingerprint }
  }

  /** Saved values keep theirs, though the key that it was made with may have changed. */
  #fingerprintOf({ existing, changed, kind, complete }: PreparedDestination): string {
    const kept = changed.length === 0 ? existing?.fingerprint : null
    return kept ?? this.#tests.fingerprint({ ...complete, kind: kind.kind })
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

function view(row: DestinationRow, lastTest: LastTestView | undefined, tasks = 0): DestinationView {
  return {
    ...redact(row.settings, row.sealed),
    id: row.id,
    name: row.name,
    kind: row.kind,
    capabilities: row.capabilities,
    lastTest: lastTest ?? null,
    tasks,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  }
}
