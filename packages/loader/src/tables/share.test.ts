import type { Column } from '@datahub/core/bucket/column'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isNewer } from '../ledger/age.ts'
import { historyOf, KnownHistory, type Restating } from '../ledger/history.ts'
import type { LedgerEntry, LoadedTable } from '../ledger/ledger.ts'
import { postgresDialect } from '../targets/postgres/dialect.ts'
import { shareOf } from './share.ts'
import { planTable, type TablePlan } from './table-plan.ts'
import type { Mode } from './table-mapping.ts'

const DAYS = 12
const KEYS = 6
const COLUMNS: readonly Column[] = [
  { name: 'date', type: 'date', nullable: false },
  { name: 'key', type: 'text', nullable: false },
]

const dayOf = (day: number) => new Date(Date.UTC(2025, 0, 1 + day)).toISOString().slice(0, 10)

interface Package extends Restating {
  readonly executionId: number
  readonly from: number
  readonly to: number
  readonly keys: readonly number[]
}

/** One row of a table that has no database: which package it is of, and what tells rows apart. */
interface ModelRow {
  readonly of: Package
  readonly loadId: number
  readonly day: number
  readonly key: number
}

function planOf({ from, to }: Package, mode: Mode): TablePlan {
  const range = { from: `${dayOf(from)}T00:00:00Z`, to: `${dayOf(to)}T00:00:00Z`, timeZone: 'UTC' }
  const delivered = {
    fileName: 'daily_1_20250101.csv',
    table: 'daily',
    columns: COLUMNS,
    primaryKey: ['key'],
    dateColumn: 'date',
  }
  return planTable(delivered, range, { mode, mapping: {} }, postgresDialect)
}

/**
 * Loads packages in the order given, with a list for a table: what an engine does with a share, in a few lines. What is
 * known without the ledger has to say of each package what the ledger says.
 */
function loadAll(packages: readonly Package[], mode: Mode): ModelRow[] {
  const known = new KnownHistory()
  const loads: LoadedTable[] = []
  let rows: ModelRow[] = []
  for (const [at, one] of packages.entries()) {
    const loadId = at + 1
    const plan = planOf(one, mode)
    const gone = packages
      .slice(0, at)
      .some((other) => other.supersedes.includes(one.executionId) && isNewer(other, one))
    const share = shareOf(plan, historyOf(one, 'daily', loads, gone), undefined)
    const seeming = shareOf(plan, known.of(one, [plan])[0], undefined)
    expect([seeming.counts, seeming.cuts]).toEqual([share.counts, share.cuts])
    const isIn = (day: number) => share.cuts.some(({ from, to }) => dayOf(day) >= from && dayOf(day) < to)
    const own: ModelRow[] = []
    for (let day = one.from; day < one.to; day += 1) own.push({ of: one, loadId, day, key: day })
    if (mode === 'replace') rows = [...rows.filter(({ day }) => !isIn(day)), ...own.filter(({ day }) => isIn(day))]
    if (mode === 'append') {
      rows = rows.filter((row) => !share.restatedLoads.includes(row.loadId))
      if (share.counts) rows.push(...own)
    }
    if (mode === 'upsert') {
      const kept = rows.filter((row) => !one.keys.includes(row.key) || share.newerLoads.includes(row.loadId))
      const free = one.keys.filter((key) => !kept.some((row) => row.key === key))
      rows = [...kept, ...free.map((key) => ({ of: one, loadId, day: 0, key }))]
    }
    const cut = plan.cut ? { from: plan.cut.from, to: plan.cut.to } : null
    const table = { table: 'daily', fileName: '', mode, rows: 0, column: 'date', cut }
    if (share.counts) loads.push({ ...one, ...table, loadId })
    const entry = { ...one, id: loadId, state: share.counts ? 'loaded' : 'superseded' } as unknown as LedgerEntry
    known.add(entry, share.counts ? [table] : [])
  }
  return rows
}

/** The newest truth, found without any of what loads it. */
function truth(packages: readonly Package[], mode: Mode): string[] {
  const newestFirst = packages.toSorted((a, b) => (isNewer(a, b) ? -1 : 1))
  const found: string[] = []
  if (mode === 'replace')
    for (let day = 0; day < DAYS; day += 1) {
      const owner = newestFirst.find(({ from, to }) => day >= from && day < to)
      if (owner) found.push(`${owner.executionId} ${day}`)
    }
  if (mode === 'upsert')
    for (let key = 0; key < KEYS; key += 1) {
      const owner = newestFirst.find(({ keys }) => keys.includes(key))
      if (owner) found.push(`${owner.executionId} ${key}`)
    }
  if (mode === 'append')
    for (const one of packages) {
      if (packages.some((other) => other.supersedes.includes(one.executionId) && isNewer(other, one))) continue
      for (let day = one.from; day < one.to; day += 1) found.push(`${one.executionId} ${day}`)
    }
  return found.sort()
}

/** Packages whose snapshots do not follow their numbers, as retries make them, with restatements among them. */
const packages = fc
  .array(
    fc.record({
      from: fc.nat(DAYS - 1),
      length: fc.integer({ min: 1, max: DAYS }),
      snapshot: fc.nat(9),
      restates: fc.array(fc.nat(9), { maxLength: 3 }),
      keys: fc.uniqueArray(fc.nat(KEYS - 1), { minLength: 1 }),
    }),
    { minLength: 1, maxLength: 10 },
  )
  .chain((drawn) => {
    const made = drawn.map(({ from, length, snapshot, restates, keys }, at): Package => ({
      instance: 'one',
      executionId: at + 1,
      snapshotAt: `2025-01-01T00:00:0${snapshot}.000Z`,
      supersedes: restates.map((id) => id + 1).filter((id) => id !== at + 1),
      from,
      to: Math.min(DAYS, from + length),
      keys,
    }))
    return fc.shuffledSubarray(made, { minLength: made.length }).map((arriving) => ({ made, arriving }))
  })

test.each(['replace', 'upsert', 'append'] as const)(
  'R32: with %s, a table ends as the newest snapshots say, whatever the order in which packages come',
  (mode) => {
    fc.assert(
      fc.property(packages, ({ made, arriving }) => {
        const found = loadAll(arriving, mode).map((row) => `${row.of.executionId} ${row.key}`)
        expect(found.sort()).toEqual(truth(made, mode))
      }),
      { numRuns: 500 },
    )
  },
)

test('R32: a retried older execution with a newer snapshot wins over a later, wider one', () => {
  const make = (executionId: number, snapshot: string, from: number, to: number): Package => ({
    instance: 'one',
    executionId,
    snapshotAt: snapshot,
    supersedes: [],
    from,
    to,
    keys: [],
  })
  const retried = make(5, '2025-02-01T09:00:00.000Z', 3, 4)
  const wide = make(8, '2025-02-01T03:00:00.000Z', 0, 7)
  for (const order of [
    [retried, wide],
    [wide, retried],
  ]) {
    const owners = new Map(loadAll(order, 'replace').map(({ day, of }) => [day, of.executionId]))
    expect([owners.get(2), owners.get(3), owners.get(4)]).toEqual([8, 5, 8])
  }
})
