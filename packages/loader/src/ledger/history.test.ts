import type { Column } from '@datahub/core/bucket/column'
import { expect, test } from 'vitest'
import { sqliteDialect } from '../targets/sqlite/dialect.ts'
import { planTable, type TablePlan } from '../tables/table-plan.ts'
import { shareOf } from '../tables/share.ts'
import { KnownHistory, type Restating } from './history.ts'
import type { LedgerEntry } from './ledger.ts'

const COLUMNS: readonly Column[] = [{ name: 'date', type: 'date', nullable: false }]
const HUB = 'hub'

const dayOf = (day: number) => new Date(Date.UTC(2000, 0, 1 + day)).toISOString().slice(0, 10)

function planOf(from: number, to: number): TablePlan {
  const delivered = { fileName: 'daily_1_20250101.csv', table: 'daily', columns: COLUMNS, dateColumn: 'date' }
  const range = { from: `${dayOf(from)}T00:00:00Z`, to: `${dayOf(to)}T00:00:00Z`, timeZone: 'UTC' }
  return planTable(delivered, range, { mapping: {} }, sqliteDialect)
}

const ageOf = (executionId: number) => ({
  instance: HUB,
  executionId,
  snapshotAt: new Date(executionId).toISOString(),
  supersedes: [],
})

/** A load of the days of a plan. */
function add(known: KnownHistory, executionId: number, plan: TablePlan): void {
  const packageName = `daily_1_20250101_${executionId}.zip`
  const entry = { ...ageOf(executionId), id: executionId, packageName, state: 'loaded' } as unknown as LedgerEntry
  const cut = plan.cut ? { from: plan.cut.from, to: plan.cut.to } : null
  known.add(entry, [{ table: 'daily', fileName: '', mode: 'replace', rows: 1, cut, column: 'date' }])
}

/** A package that asks; `looked` is called whenever a load is compared with it. */
function asking(executionId: number, looked: () => void): Restating {
  const age = ageOf(executionId)
  return {
    ...age,
    get snapshotAt() {
      looked()
      return age.snapshotAt
    },
  }
}

test.each([
  ['that come oldest first', (at: number) => at],
  ['that come newest first', (at: number, size: number) => size - at],
])('R32: what is known of packages %s is asked without a look at all of them', (_, numberOf) => {
  const size = 5_000
  const known = new KnownHistory()
  let looks = 0
  for (let at = 1; at <= size; at += 1) {
    const number = numberOf(at, size)
    // Every day of a task, and with each of them the 30 days before once more.
    const plan = planOf(number, number + 31)
    const share = shareOf(
      plan,
      known.of(
        asking(number, () => (looks += 1)),
        [plan],
      )[0],
      undefined,
    )
    expect(share.counts).toBe(true)
    add(known, number, plan)
  }
  expect(looks).toBeLessThan(100 * size)
})

test('R32: a package is known by its hub and its name, whatever became of it', () => {
  const known = new KnownHistory()
  add(known, 7, planOf(1, 2))
  expect(known.has(HUB, 'daily_1_20250101_7.zip')).toBe(true)
  expect(known.has('another', 'daily_1_20250101_7.zip')).toBe(false)
  expect(known.has(HUB, 'daily_1_20250101_8.zip')).toBe(false)
})
