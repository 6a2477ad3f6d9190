import type { SchemaView } from '@datahub/core/api/source-shapes'
import type { Column } from '@datahub/core/bucket/column'
import { DataHubError } from '@datahub/core/error/data-hub-error'
import { changesBetween, describeChanges, isAllowed, type SchemaChange } from '@datahub/core/source/schema-change'
import type { Connection, Database } from '../db/database.ts'
import type { Claim } from '../executions/claim.ts'
import { addEvent } from '../executions/event-store.ts'
import {
  acceptAny,
  findSchema,
  insertSchema,
  listSchemas,
  lockPolicy,
  markRefused,
  settleSchema,
  type SchemaRow,
} from './schema-store.ts'

type Verdict = { readonly version: number } | { readonly refused: readonly SchemaChange[] }

/** The columns of reports over time: every delivery is held against the one before. */
export class SchemaService {
  readonly #db: Database

  constructor(db: Database) {
    this.#db = db
  }

  /**
   * Answers the version of these columns. A change makes a new version and an event of the execution; one that the
   * policy of the source does not allow is `source.schema_changed`, told there and at the source.
   */
  async admit(claim: Claim, table: string, columns: readonly Column[]): Promise<number> {
    const known = await findSchema(this.#db, claim.sourceId, table)
    if (known && isSettled(known) && changesBetween(known.columns, columns).length === 0) return known.version
    const verdict = await this.#db.transaction().execute((tx) => judge(tx, claim, table, columns))
    if ('version' in verdict) return verdict.version
    const changes = describeChanges(verdict.refused)
    throw new DataHubError('source.schema_changed', `deliver the report ${table}`, {
      hint: `Changed: ${changes}. If that is meant, run "datahub source accept-schema ${claim.dataSource}", or set schemaChanges: new-version.`,
      facts: { table, changes },
    })
  }

  async list(sourceId: number): Promise<SchemaView[]> {
    return (await listSchemas(this.#db, sourceId)).map(view)
  }

  /** Lets the next delivery bring whatever columns; `table` undefined: of every report. */
  async accept(sourceId: number, table: string | undefined): Promise<void> {
    if (table !== undefined && !(await findSchema(this.#db, sourceId, table))) {
      const hint = 'Only a report that was delivered before has columns to differ from.'
      throw new DataHubError('request.not_found', `accept the columns of the report "${table}"`, { hint })
    }
    await acceptAny(this.#db, sourceId, table === undefined ? null : [table])
  }
}

async function judge(tx: Connection, claim: Claim, table: string, columns: readonly Column[]): Promise<Verdict> {
  const policy = await lockPolicy(tx, claim.sourceId)
  const known = await findSchema(tx, claim.sourceId, table)
  const next = { sourceId: claim.sourceId, table, columns, executionId: claim.id }
  if (!known) {
    await insertSchema(tx, { ...next, version: 1, changes: [] })
    return { version: 1 }
  }
  const changes = changesBetween(known.columns, columns)
  if (changes.length === 0) {
    if (!isSettled(known)) await settleSchema(tx, known)
    return { version: known.version }
  }
  const words = `The columns of ${table} have changed: ${describeChanges(changes)}`
  if (!known.accepts_any && !isAllowed(changes, policy)) {
    await markRefused(tx, known, changes)
    await addEvent(tx, claim, 'generate', `${words}; schemaChanges: ${policy} does not allow that`, 'error')
    return { refused: changes }
  }
  await settleSchema(tx, known)
  const version = known.version + 1
  await insertSchema(tx, { ...next, version, changes })
  await addEvent(tx, claim, 'generate', `${words}; schema version ${version}`, 'warn')
  return { version }
}

function isSettled(row: SchemaRow): boolean {
  return !row.accepts_any && row.refused === null
}

function view(row: SchemaRow): SchemaView {
  return {
    table: row.table_name,
    version: row.version,
    columns: row.columns,
    changedAt: row.changed_at.toISOString(),
    changes: row.changes,
    executionId: row.execution_id,
    refused: row.refused && row.refused_at ? { at: row.refused_at.toISOString(), changes: row.refused } : null,
  }
}
