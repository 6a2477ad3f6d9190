import type { TablePlan } from '../tables/table-plan.ts'
import { join, sql } from '../targets/sql.ts'
import { wordsOfTable } from '../targets/target.ts'
import { isNewer, newerThan, type Age } from './age.ts'
import { isRestated, tablesOfLoads, type LedgerEntry, type LedgerTable, type LoadedTable } from './ledger.ts'
import { both, type Question } from './question.ts'
import { RangeOwners, type Owner } from './range-owners.ts'

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
  /** By table: who owns which part of time. */
  readonly #owners = new Map<string, RangeOwners<LoadedTable & Owner>>()
  /** By what they restate. */
  readonly #restaters = new Map<string, Restating[]>()
  readonly #packages = new Set<string>()

  add(entry: LedgerEntry, tables: readonly LedgerTable[]): void {
    const { id, instance, executionId, snapshotAt, state } = entry
    this.#packages.add(nameWithin(instance, entry.packageName))
    if (state === 'refused') return
    for (const restated of entry.supersedes) {
      const key = nameWithin(instance, restated)
      this.#restaters.set(key, [...(this.#restaters.get(key) ?? []), entry])
    }
    if (state !== 'loaded') return
    for (const one of tables) {
      if (!one.cut) continue
      const owners = this.#owners.get(one.table) ?? new RangeOwners()
      this.#owners.set(one.table, owners)
      owners.add({ ...one, cut: one.cut, loadId: id, instance, executionId, snapshotAt })
    }
  }

  /** Whether the ledger has a line of this package, whatever became of it. */
  has(instance: string, packageName: string): boolean {
    return this.#packages.has(nameWithin(instance, packageName))
  }

  /** As much of the history of a package as tells whether anything of it counts; of each, not all loads are looked at. */
  of(one: Restating, plans: readonly TablePlan[]): readonly History[] {
    const { instance, executionId } = one
    const restaters = executionId === null ? [] : (this.#restaters.get(nameWithin(instance, executionId)) ?? [])
    const isRestated = restaters.some((other) => isNewer(other, one))
    return plans.map(({ table, cut }) => ({
      newer: (cut && this.#owners.get(wordsOfTable(table))?.newerThan(one, cut)) ?? [],
      restatedLoads: [],
      isRestated,
    }))
  }
}

function nameWithin(instance: string, name: string | number): string {
  return JSON.stringify([instance, name])
}

/** What loads mean for one report of a package; `gone`: a newer package restates it. */
export function historyOf(one: Restating, table: string, loads: readonly LoadedTable[], gone: boolean): History {
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
