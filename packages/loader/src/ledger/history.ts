import type { TablePlan } from '../tables/table-plan.ts'
import { join, sql } from '../targets/sql.ts'
import { wordsOfTable } from '../targets/target.ts'
import { isNewer, newerThan, type Age } from './age.ts'
import { isRestated, tablesOfLoads, type LedgerEntry, type LedgerTable, type LoadedTable } from './ledger.ts'
import { both, type Question } from './question.ts'

/** What other packages mean for one report of a package. */
export interface History {
  /** What newer packages have put into its table. */
  readonly newer: readonly LoadedTable[]
  /** Ledger numbers of the loads in its table that the package restates. */
  readonly restatedLoads: readonly number[]
  /** A newer package has said that it restates this one. */
  readonly isRestated: boolean
}

/** A package that asks what others mean for it. */
export interface Restating extends Age {
  /** Executions of the same hub; only those that are older than it count. */
  readonly supersedes: readonly number[]
}

/** The last word: what the ledger has, asked in the transaction that acts on it. */
export function historyOfPackage(one: Restating, plans: readonly TablePlan[]): Question<readonly History[]> {
  if (one.executionId === null || plans.length === 0)
    return { statements: [], read: () => plans.map(() => ({ newer: [], restatedLoads: [], isRestated: false })) }
  const appends = plans.some(({ mode }) => mode === 'append')
  const newer = newerThan(one)
  const restated =
    appends && one.supersedes.length > 0
      ? sql`(${newer} or (l.instance = ${one.instance} and l.execution_id in (${join(
          one.supersedes.map((id) => sql`${id}`),
          ', ',
        )})))`
      : newer
  const tables = join(
    plans.map(({ table }) => sql`${wordsOfTable(table)}`),
    ', ',
  )
  const others = tablesOfLoads(sql`${restated} and t.table_name in (${tables})`)
  const { statements, read } = both(others, appends ? isRestated(one) : { statements: [], read: () => false })
  return {
    statements,
    read(rows) {
      const [loads, gone] = read(rows)
      return plans.map(({ table }) => historyOf(one, wordsOfTable(table), loads, gone))
    },
  }
}

/**
 * What this process knows of the ledger, to spare downloads: it may lack what another loader has just written, but what
 * it says of a package does not become untrue.
 */
export class KnownHistory {
  readonly #loads: LoadedTable[] = []
  readonly #restaters: Restating[] = []

  add(entry: LedgerEntry, tables: readonly LedgerTable[]): void {
    const { id, instance, executionId, snapshotAt, state } = entry
    if (state === 'refused') return
    if (entry.supersedes.length > 0) this.#restaters.push(entry)
    if (state === 'loaded')
      this.#loads.push(...tables.map((table) => ({ ...table, loadId: id, instance, executionId, snapshotAt })))
  }

  of(one: Restating, plans: readonly TablePlan[]): readonly History[] {
    const { instance, executionId } = one
    const gone =
      executionId !== null &&
      this.#restaters.some(
        (other) => other.instance === instance && other.supersedes.includes(executionId) && isNewer(other, one),
      )
    return plans.map(({ table }) => historyOf(one, wordsOfTable(table), this.#loads, gone))
  }
}

function historyOf(one: Restating, table: string, loads: readonly LoadedTable[], gone: boolean): History {
  const here = loads.filter((load) => load.table === table)
  return {
    newer: here.filter((load) => isNewer(load, one)),
    restatedLoads: here
      .filter(
        (load) =>
          load.instance === one.instance &&
          load.executionId !== null &&
          one.supersedes.includes(load.executionId) &&
          isNewer(one, load),
      )
      .map(({ loadId }) => loadId),
    isRestated: gone,
  }
}
