import { join } from 'node:path'
import type { Column } from '@datahub/core/bucket/column'
import { parseManifest } from '@datahub/core/bucket/manifest'
import { manifestNameOf } from '@datahub/core/bucket/names'
import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { loadPackage } from './load-package.ts'
import { describePackage } from './package/describe-package.ts'
import { LIMITS } from './package/limits.ts'
import { openZip } from './package/zip-file.ts'
import { openTarget } from './targets/open-target.ts'
import { render, type Sql } from './targets/sql.ts'
import type { Row, Target } from './targets/target.ts'
import { TestSender } from './testing/sender.ts'
import { rowsIn, TEST_TARGETS } from './testing/test-target.ts'

const COLUMNS: readonly Column[] = [
  { name: 'date', type: 'date', nullable: false },
  { name: 'asin', type: 'text', nullable: false },
]

/** Loads one package of the sender through a target that may misbehave. */
async function load(sender: TestSender, executionId: number, target: Target): Promise<void> {
  const packageName = sender.nameOf(executionId)
  const path = join(sender.directory, packageName)
  const manifest = parseManifest(await readFile(join(sender.directory, manifestNameOf(packageName)), 'utf8'))
  const zip = await openZip(path, 161, LIMITS)
  try {
    const facts = {
      instance: sender.instanceId,
      taskId: 161,
      packageName,
      location: 'test',
      executionId,
      sha256: null,
      sizeBytes: null,
      manifest,
    }
    const described = await describePackage(zip, manifest)
    const delivered = described.map((one) => one.delivered)
    await loadPackage(target, facts, delivered, { mapping: {}, now: () => new Date(0) }, (report) =>
      zip.read(described.find((one) => one.delivered === report)!.file),
    )
  } finally {
    await zip.close()
  }
}

/** Loses its connection before the statement with this number, as a killed loader does. */
function dyingAt(target: Target, number: number): Target {
  let count = 0
  const step = async <T>(work: () => Promise<T>): Promise<T> => {
    count += 1
    if (count > number) throw new Error('killed')
    if (count < number) return work()
    // The connection goes away; whatever the database does with an open transaction, it does now.
    await target.close()
    throw new Error('killed')
  }
  const query: Target['query'] = (statement) => step(() => target.query(statement))
  const queryAll: Target['queryAll'] = async (statements) => {
    const answers: Row[][] = []
    for (const statement of statements) answers.push(await query(statement))
    return answers
  }
  return {
    ...target,
    query,
    queryAll,
    run: (statement) => step(() => target.run(statement)),
    exclusively: (questions, work) => target.exclusively([], async () => work(await queryAll(questions))),
    async copyIn({ first = [], ...copy }, records) {
      await queryAll(first)
      return step(() => target.copyIn(copy, records))
    },
  }
}

/** The planted bug: lines of the ledger are written by a connection of their own, outside of the rows' transaction. */
async function ledgerApart(target: Target, url: string): Promise<Target> {
  const other = await openTarget(url)
  const isLedger = (statement: Sql) => render(statement, () => '?').includes('insert into _datahub_ledger')
  return {
    ...target,
    queryAll: (statements) => (statements.some(isLedger) ? other : target).queryAll(statements),
    query: (statement) => (isLedger(statement) ? other : target).query(statement),
    async close() {
      await other.close()
      await target.close()
    },
  }
}

/** Dies at every statement of a load in turn, loads again in good order, and gives back what is in the table then. */
async function afterEveryDeath(
  kind: Target['kind'],
  plant: (target: Target, url: string) => Promise<Target> | Target,
): Promise<number[]> {
  const found: number[] = []
  for (let number = 1; number < 100; number += 1) {
    await using database = await TEST_TARGETS[kind]()
    await using sender = new TestSender()
    for (const id of [1, 2]) {
      await sender.deliver({
        executionId: id,
        reports: [{ table: 'events', columns: COLUMNS, rows: [['2025-01-01', `a${id}`]] }],
      })
    }
    const first = await openTarget(database.url)
    await load(sender, 1, first)
    await first.close()
    const dying = dyingAt(await plant(await openTarget(database.url), database.url), number)
    const died = await load(sender, 2, dying).then(
      () => false,
      () => true,
    )
    if (!died) await dying.close()
    const last = await openTarget(database.url)
    await load(sender, 2, last)
    await last.close()
    found.push((await rowsIn(database.url, 'events', COLUMNS))?.length ?? 0)
    if (!died) return found
  }
  throw new Error('A load has more statements than expected.')
}

test.each(['postgres', 'mysql', 'sqlite', 'duckdb'] as const)(
  'R32: a loader that dies before any of its statements leaves nothing behind that the next one counts wrongly (%s)',
  async (kind) => {
    const found = await afterEveryDeath(kind, (target) => target)
    expect(found.length).toBeGreaterThan(6)
    expect(new Set(found)).toEqual(new Set([2]))
  },
)

test('R32: the same test finds a ledger that is not in the transaction of the rows', async () => {
  expect(await afterEveryDeath('postgres', ledgerApart)).toContain(1)
})
