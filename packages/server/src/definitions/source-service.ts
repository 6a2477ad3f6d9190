import type { LastTestView } from '@datahub/core/api/connection-test-shapes'
import type { SourceKindView, SourceReports, SourceView } from '@datahub/core/api/source-shapes'
import type { CheckStep } from '@datahub/core/check/check-step'
import { DataHubError, invalid, type FieldProblem } from '@datahub/core/error/data-hub-error'
import { joinPath, problemsOf } from '@datahub/core/error/field-problems'
import type { Source } from '@datahub/core/source/source'
import type { SourceDefinition } from '@datahub/core/task/definition'
import { isDeepStrictEqual } from 'node:util'
import { forgetTests } from '../connection-tests/connection-test-store.ts'
import type { ConnectionTests } from '../connection-tests/connection-tests.ts'
import type { Connection, Database } from '../db/database.ts'
import { EVERYWHERE, type Scope } from '../db/scope.ts'
import type { SecretBox } from '../foundation/secret-box.ts'
import { countUsers, listUsers } from '../tasks/task-store.ts'
import type { SourceKind, SourceWorld } from '../sources/kind.ts'
import type { SourceFacts } from '../tasks/prepare-task.ts'
import { admitAt } from './admit-at.ts'
import { completeFrom, fieldsThatDiffer, inUse, kindNamed, noSuch, schemaForPeople } from './definition-rules.ts'
import { keepRefreshTokens } from './refresh-token-keeper.ts'
import { acceptAny } from './schema-store.ts'
import { placeOfSettings, redact, sealSettings, unseal } from './sealed-settings.ts'
import {
  deleteSource,
  findSource,
  insertSource,
  listSources,
  setFingerprint,
  setSourceSecrets,
  updateSource,
  type SourceRow,
} from './source-store.ts'

/** What is the same for the sources of all workspaces. */
type HubWorld = Omit<SourceWorld, 'refreshTokens'>

const CHECK_TIMEOUT_MS = 20_000

/** A definition that has been checked and can be saved as it is. */
export interface PreparedSource {
  readonly definition: SourceDefinition
  readonly complete: Readonly<Record<string, unknown>>
  readonly kind: SourceKind
  readonly existing: SourceRow | undefined
  readonly changed: readonly string[]
  /** Tables of its reports, in their order. */
  readonly tables: readonly string[]
  /** Whether it can say which past days have changed. */
  readonly tellsChanges: boolean
  /** What it counts in, where it delivers nothing smaller. */
  readonly grain: Source['grain']
}

/** A source that somebody works with and closes. */
export interface OpenedSource {
  readonly source: Source
  readonly name: string
  readonly kind: string
  readonly maxRangeDays: number
  /** Of its values, for a connection test of them. */
  readonly fingerprint: string
}

/** Data sources as people define them. */
export class SourceService {
  readonly #db: Database
  readonly #box: SecretBox
  readonly #kinds: readonly SourceKind[]
  readonly #world: HubWorld
  readonly #tests: ConnectionTests

  constructor(db: Database, box: SecretBox, kinds: readonly SourceKind[], world: HubWorld, tests: ConnectionTests) {
    this.#db = db
    this.#box = box
    this.#kinds = kinds
    this.#world = world
    this.#tests = tests
  }

  kinds(): SourceKindView[] {
    return this.#kinds.map(({ kind, title, connectionSchema, reportSchema, discovers = false }) => ({
      kind,
      title,
      connection: schemaForPeople(connectionSchema),
      report: schemaForPeople(reportSchema),
      discovers,
    }))
  }

  async list(scope: Scope): Promise<SourceView[]> {
    const [rows, tests, users] = await Promise.all([
      listSources(this.#db, scope),
      this.#tests.lastOf(scope, 'source'),
      countUsers(this.#db, scope, 'source_id'),
    ])
    return rows.map((row) => view(row, tests.get(row.id), users.get(row.id)))
  }

  async get(scope: Scope, name: string): Promise<SourceView> {
    const row = await this.find(this.#db, scope, name)
    const tests = await this.#tests.lastOf(scope, 'source', row.id)
    const users = await listUsers(this.#db, { source_id: row.id })
    return view(row, tests.get(row.id), users.length)
  }

  async find(db: Connection, scope: Scope, name: string): Promise<SourceRow> {
    const row = await findSource(db, scope, { name })
    if (row) return row
    const known = (await listSources(db, scope)).map((source) => source.name)
    throw noSuch('data source', name, known)
  }

  async create(scope: Scope, definition: SourceDefinition): Promise<SourceView> {
    const prepared = await this.prepare(scope, definition, '')
    if (prepared.existing) throw new DataHubError('request.name_taken', `create the data source "${definition.name}"`)
    await this.#db.transaction().execute((tx) => this.save(tx, scope, prepared))
    return this.get(scope, definition.name)
  }

  async replace(scope: Scope, definition: SourceDefinition): Promise<SourceView> {
    await this.find(this.#db, scope, definition.name)
    const prepared = await this.prepare(scope, definition, '')
    await this.#db.transaction().execute((tx) => this.save(tx, scope, prepared))
    return this.get(scope, definition.name)
  }

  async remove(scope: Scope, name: string): Promise<void> {
    const row = await this.find(this.#db, scope, name)
    const users = await listUsers(this.#db, { source_id: row.id })
    if (users.length > 0) throw inUse('data source', name, users)
    await this.#db.transaction().execute(async (tx) => {
      await deleteSource(tx, row.id)
      await forgetTests(tx, scope, 'source', name)
    })
  }

  /**
   * Checks a definition whole: form, addresses, folders and, when it is new or changed, the source itself with every
   * report. Nothing is written. `root` is where it stands in the input, such as `sources[0]`.
   */
  async prepare(scope: Scope, definition: SourceDefinition, root: string): Promise<PreparedSource> {
    const { source, complete, kind, existing, before } = await this.#open(scope, definition, root)
    try {
      const changed = changesOf(definition, complete, existing, before)
      if (changed.length > 0) await assertWorks(source, definition, root)
      const tables = (await source.reports(AbortSignal.timeout(CHECK_TIMEOUT_MS))).map((report) => report.table)
      const tellsChanges = source.changedSince !== undefined
      return { definition, complete, kind, existing, changed, tables, tellsChanges, grain: source.grain }
    } finally {
      await source.close()
    }
  }

  async save(tx: Connection, scope: Scope, prepared: PreparedSource): Promise<number> {
    const { definition, complete, kind, existing } = prepared
    const { settings } = sealSettings(complete, kind.secrets, '', this.#box)
    const values = {
      name: definition.name,
      kind: definition.kind,
      connection: settings,
      maxRangeDays: definition.maxRangeDays,
      schemaChanges: definition.schemaChanges,
      reports: definition.reports,
      fingerprint: this.#fingerprintOf(prepared),
    }
    const id = existing?.id ?? (await insertSource(tx, scope, values))
    if (existing) {
      await updateSource(tx, id, values)
      // Columns that change because the definition did are no surprise
      const redefined = definition.reports.filter(
        (report) => !existing.reports.some((before) => isDeepStrictEqual(before, report)),
      )
      const tables = redefined.map((report) => String(report['table']))
      if (tables.length > 0) await acceptAny(tx, id, tables)
    }
    await setSourceSecrets(
      tx,
      id,
      sealSettings(complete, kind.secrets, placeOfSettings('source', scope, id), this.#box).sealed,
    )
    return id
  }

  /** Opens a stored source; its settings are checked again, because stored values are not trusted more than typed ones. */
  async open(id: number): Promise<Source> {
    const row = await findSource(this.#db, EVERYWHERE, { id })
    if (!row) throw new DataHubError('request.not_found', `open data source ${id}`)
    const kind = this.#kindOf(row.kind, `source ${row.name}`)
    const scope = { workspaceId: row.workspace_id }
    const complete = { ...row.connection, ...unseal(row.sealed, placeOfSettings('source', scope, id), this.#box) }
    const { connection, reports } = parse(kind, complete, row.reports, `source ${row.name}`)
    const world = this.#worldOf(scope)
    kind.admit(connection, reports, world)
    return kind.open(connection, reports, world)
  }

  async idOf(scope: Scope, name: string): Promise<number> {
    return (await this.find(this.#db, scope, name)).id
  }

  /** A saved source; whoever opens it closes it. */
  async openNamed(scope: Scope, name: string): Promise<OpenedSource> {
    const row = await this.find(this.#db, scope, name)
    const fingerprint = row.fingerprint ?? (await this.#giveFingerprint(row))
    return { source: await this.open(row.id), name, kind: row.kind, maxRangeDays: row.max_range_days, fingerprint }
  }

  /** Values that are not saved: a secret left out is the saved one's, as long as nothing else of the connection changed. */
  async openUnsaved(scope: Scope, definition: SourceDefinition, root: string): Promise<OpenedSource> {
    const { source, complete, existing, before } = await this.#open(scope, definition, root)
    const { name, kind, maxRangeDays } = definition
    const changed = changesOf(definition, complete, existing, before)
    const fingerprint = this.#fingerprintOf({ definition, complete, existing, changed })
    return { source, name, kind, maxRangeDays, fingerprint }
  }

  /** Saved values keep theirs, though the key that it was made with may have changed. */
  #fingerprintOf({
    existing,
    changed,
    complete,
    definition: { kind, reports },
  }: Pick<PreparedSource, 'existing' | 'changed' | 'complete' | 'definition'>): string {
    const kept = changed.length === 0 ? existing?.fingerprint : null
    return kept ?? this.#tests.fingerprint({ kind, connection: complete, reports })
  }

  /** To what was saved before there were any. */
  async #giveFingerprint(row: SourceRow): Promise<string> {
    const { kind, reports } = row
    const plain = unseal(row.sealed, placeOfSettings('source', { workspaceId: row.workspace_id }, row.id), this.#box)
    const fingerprint = this.#tests.fingerprint({ kind, connection: { ...row.connection, ...plain }, reports })
    await setFingerprint(this.#db, row.id, fingerprint)
    return fingerprint
  }

  async #open(scope: Scope, definition: SourceDefinition, root: string) {
    const kind = this.#kindOf(definition.kind, root)
    const existing = await findSource(this.#db, scope, { name: definition.name })
    const connectionRoot = joinPath(root, ['connection'])
    const stored = existing && { ...existing, settings: existing.connection }
    const given = { kind: definition.kind, settings: definition.connection }
    const place = (id: number) => placeOfSettings('source', scope, id)
    const { complete, before } = completeFrom(stored, given, kind.secrets, place, this.#box, connectionRoot)
    const { connection, reports } = parse(kind, complete, definition.reports, root)
    const world = this.#worldOf(scope)
    admitAt(connectionRoot, () => kind.admit(connection, reports, world))
    return { source: kind.open(connection, reports, world), complete, kind, existing, before }
  }

  #worldOf(scope: Scope): SourceWorld {
    return { ...this.#world, refreshTokens: keepRefreshTokens(this.#db, this.#box, scope) }
  }

  /** Throws `request.not_found`. */
  async reports(scope: Scope, name: string): Promise<SourceReports> {
    const { maxRangeDays, tables } = await this.#factsOf(await this.find(this.#db, scope, name))
    return { maxRangeDays, tables: [...tables] }
  }

  /** What tasks need to know of a stored source. */
  async facts(scope: Scope, name: string): Promise<SourceFacts | undefined> {
    const row = await findSource(this.#db, scope, { name })
    return row && this.#factsOf(row)
  }

  async #factsOf(row: Pick<SourceRow, 'id' | 'kind' | 'max_range_days'>): Promise<SourceFacts> {
    const source = await this.open(row.id)
    try {
      const reports = await source.reports(AbortSignal.timeout(CHECK_TIMEOUT_MS))
      const { refreshDays } = this.#kindOf(row.kind, '')
      const tables = reports.map((report) => report.table)
      const tellsChanges = source.changedSince !== undefined
      return { maxRangeDays: row.max_range_days, tables, refreshDays, tellsChanges, grain: source.grain }
    } finally {
      await source.close()
    }
  }

  #kindOf(name: string, root: string): SourceKind {
    return kindNamed(this.#kinds, name, root, 'data source')
  }
}

/** The whole connection test of a source, which is closed with it. */
export async function* checkAndClose(source: Source): AsyncGenerator<CheckStep> {
  try {
    yield* source.check(AbortSignal.timeout(CHECK_TIMEOUT_MS))
  } finally {
    await source.close()
  }
}

function parse(kind: SourceKind, complete: unknown, reports: readonly unknown[], root: string) {
  const connection = kind.connectionSchema.safeParse(complete)
  const problems: FieldProblem[] = connection.success
    ? []
    : problemsOf(connection.error, joinPath(root, ['connection']))
  const parsed = reports.map((report, index) => {
    const result = kind.reportSchema.safeParse(report)
    if (!result.success) problems.push(...problemsOf(result.error, joinPath(root, ['reports', index]), report))
    return result.data
  })
  const tables = reports.map((report) => (report as { table?: unknown }).table)
  tables.forEach((table, index) => {
    if (typeof table === 'string' && tables.indexOf(table) !== index) {
      problems.push({
        field: joinPath(root, ['reports', index, 'table']),
        problem: `"${table}" stands there twice`,
        cure: 'Give each report a table of its own.',
      })
    }
  })
  if (problems.length > 0) throw invalid('read the definition of the data source', problems)
  return { connection: connection.data, reports: parsed }
}

/** Tries the source itself: what it refuses is told against the field that names it. */
async function assertWorks(source: Source, definition: SourceDefinition, root: string): Promise<void> {
  const problems: FieldProblem[] = []
  for await (const step of source.check(AbortSignal.timeout(CHECK_TIMEOUT_MS))) {
    if (step.verdict !== 'failed') continue
    const index = definition.reports.findIndex((report) => step.name === `report:${String(report['table'])}`)
    const field = index === -1 ? joinPath(root, ['connection']) : joinPath(root, ['reports', index])
    problems.push({ field, problem: step.message, cure: step.remedy ?? 'Correct it and try again.' })
  }
  if (problems.length > 0) throw invalid(`use the data source "${definition.name}"`, problems)
}

function changesOf(
  definition: SourceDefinition,
  complete: Readonly<Record<string, unknown>>,
  existing: SourceRow | undefined,
  before: Readonly<Record<string, unknown>> | undefined,
): string[] {
  if (!existing) return ['*']
  const { kind, max_range_days: maxRangeDays, schema_changes: schemaChanges, reports } = existing
  const { name: _name, ...after } = definition
  return fieldsThatDiffer(
    { kind, connection: before ?? {}, maxRangeDays, schemaChanges, reports },
    { ...after, connection: complete },
  )
}

function view(row: SourceRow, lastTest: LastTestView | undefined, tasks = 0): SourceView {
  return {
    id: row.id,
    name: row.name,
    kind: row.kind,
    connection: redact(row.connection, row.sealed),
    maxRangeDays: row.max_range_days,
    schemaChanges: row.schema_changes,
    reports: row.reports,
    lastTest: lastTest ?? null,
    tasks,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  }
}
