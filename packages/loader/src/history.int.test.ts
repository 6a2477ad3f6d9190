import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Column } from '@datahub/core/bucket/column'
import { expect, test } from 'vitest'
import { loadTask } from './load-task.ts'
import type { Target } from './targets/target.ts'
import { TestSender, type Cells, type TestDelivery } from './testing/sender.ts'
import { rowsIn, sorted, TEST_TARGETS } from './testing/test-target.ts'
import { verifyTask } from './verify-task.ts'

const KINDS: readonly Target['kind'][] = ['postgres', 'mysql', 'sqlite', 'duckdb']
const COLUMNS: readonly Column[] = [
  { name: 'date', type: 'date', nullable: false },
  { name: 'asin', type: 'text', nullable: false },
  { name: 'execution', type: 'integer', nullable: false },
]

/** Numbers that look random and are the same in every run. */
function randomBelow(seed: number): (limit: number) => number {
  let state = seed
  return (limit) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * limit)
  }
}

const dayOf = (offset: number) => new Date(Date.UTC(2025, 0, 1 + offset)).toISOString().slice(0, 10)

/**
 * A year of daily deliveries, each week the last 30 days once more, and backfills that overlap by half. Every tenth
 * execution fails at first and is retried until it shows the source of days later than its number says.
 */
function aYear(random: (limit: number) => number, days = 365): TestDelivery[] {
  const deliveries: TestDelivery[] = []
  const deliver = (from: number, to: number) => {
    const executionId = deliveries.length + 1
    const delayedBy = random(10) === 0 ? 1 + random(12) : 0
    const snapshotAt = new Date(Date.UTC(2025, 0, 1, executionId + 24 * delayedBy)).toISOString()
    const rows: Cells[] = []
    for (let day = from; day < to; day += 1) {
      for (let asin = 0; asin < 1 + random(3); asin += 1) rows.push([dayOf(day), `a${asin}`, String(executionId)])
    }
    const supersedes = deliveries
      .filter(({ range }) => range && range[0] >= dayOf(from) && range[1] <= dayOf(to))
      .map((one) => one.executionId)
    const reports = [{ table: 'daily', columns: COLUMNS, rows, dateColumn: 'date' }]
    deliveries.push({ executionId, range: [dayOf(from), dayOf(to)], supersedes, snapshotAt, reports })
  }
  for (let day = 0; day < days; day += 1) {
    deliver(day, day + 1)
    if (day % 7 === 6) deliver(Math.max(0, day - 30), day + 1)
    if (day % 60 === 59) deliver(random(day), day - random(10) + 20)
  }
  return deliveries
}

/** Every day belongs to the package with the newest snapshot whose range holds it. */
function modelOf(deliveries: readonly TestDelivery[]): (string | null)[][] {
  const byDay = new Map<string, Cells[]>()
  for (const { range, reports } of deliveries.toSorted(bySnapshot)) {
    const [from = '', to = ''] = range ?? []
    for (let offset = 0; offset < 430; offset += 1) {
      const on = dayOf(offset)
      if (on >= from && on < to)
        byDay.set(
          on,
          (reports[0]?.rows ?? []).filter(([date]) => date === on),
        )
    }
  }
  return sorted([...byDay.values()].flat())
}

function bySnapshot(a: TestDelivery, b: TestDelivery): number {
  const [one = '', other = ''] = [a.snapshotAt, b.snapshotAt]
  return one === other ? a.executionId - b.executionId : one < other ? -1 : 1
}

function shuffled<T>(items: readonly T[], random: (limit: number) => number): T[] {
  const left = [...items]
  return items.map(() => left.splice(random(left.length), 1)[0] as T)
}

test.each(KINDS)(
  'R32: a year of restatements, retries, out of order and with duplicates, is what the newest snapshots say (%s)',
  async (kind) => {
    await using database = await TEST_TARGETS[kind]()
    await using sender = new TestSender()
    const random = randomBelow(7)
    const deliveries = aYear(random)
    const into = database.url
    let loaded = 0
    for (const [at, delivery] of shuffled(deliveries, random).entries()) {
      await sender.deliver(delivery)
      // The log names a package twice now and then.
      if (random(10) === 0)
        await sender.log({ executionId: delivery.executionId, fileName: sender.nameOf(delivery.executionId) })
      if (at % 60 === 59) loaded += (await loadTask({ bucket: sender.folder, taskId: 161, into })).packages.length
    }
    loaded += (await loadTask({ bucket: sender.folder, taskId: 161, into })).packages.length
    expect(loaded).toBe(deliveries.length)
    expect(await rowsIn(into, 'daily', COLUMNS)).toEqual(modelOf(deliveries))
    expect((await verifyTask({ bucket: sender.folder, taskId: 161, into })).map(({ isRight }) => isRight)).toEqual([
      true,
    ])
  },
  240_000,
)

const program = resolve(import.meta.dirname, '../bin/datahub-loader.js')

function start(bucket: string, into: string) {
  const child = spawn(
    process.execPath,
    [program, 'load', '--bucket', bucket, '--task', '161', '--into', into, '--json'],
    {
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  )
  let said = ''
  child.stderr.on('data', (text: Buffer) => (said += text.toString()))
  child.stdout.resume()
  return { child, ended: once(child, 'exit').then(([code]) => ({ code: code as number | null, said })) }
}

test.each(KINDS)(
  'R32: killed again and again, and two at once, every package counts once (%s)',
  async (kind) => {
    await using database = await TEST_TARGETS[kind]()
    await using sender = new TestSender()
    const random = randomBelow(11)
    const deliveries = aYear(random, 40)
    const appended: Cells[] = []
    // How long a loader lives here and now: it is killed at any moment of its life, also on a machine that is busy.
    const startedAt = performance.now()
    await start(sender.folder, database.url).ended
    const lifeMs = Math.min(4_000, performance.now() - startedAt)
    for (let round = 0; appended.length < deliveries.length; round += 1) {
      for (const delivery of deliveries.slice(appended.length, appended.length + 5)) {
        const event: Cells = [dayOf(0), `e${delivery.executionId}`, String(delivery.executionId)]
        appended.push(event)
        const events = { table: 'events', columns: COLUMNS, rows: [event] }
        await sender.deliver({ ...delivery, supersedes: [], reports: [...delivery.reports, events] })
      }
      const runs = [
        start(sender.folder, database.url),
        ...(round % 2 === 1 ? [start(sender.folder, database.url)] : []),
      ]
      await sleep(random(1.5 * lifeMs))
      for (const { child } of runs) child.kill('SIGKILL')
      await Promise.all(runs.map(({ ended }) => ended))
    }
    const last = await Promise.all([start(sender.folder, database.url).ended, start(sender.folder, database.url).ended])
    expect(last.map(({ code, said }) => [code, said])).toEqual([
      [0, ''],
      [0, ''],
    ])
    expect(await rowsIn(database.url, 'daily', COLUMNS)).toEqual(modelOf(deliveries))
    expect(await rowsIn(database.url, 'events', COLUMNS)).toEqual(sorted(appended))
  },
  240_000,
)
