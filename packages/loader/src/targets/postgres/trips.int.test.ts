import { once } from 'node:events'
import { connect, createServer, type AddressInfo } from 'node:net'
import type { Column } from '@datahub/core/bucket/column'
import { expect, test } from 'vitest'
import { loadTask } from '../../load-task.ts'
import { TestSender } from '../../testing/sender.ts'
import { TEST_TARGETS } from '../../testing/test-target.ts'

const COLUMNS: readonly Column[] = [
  { name: 'date', type: 'date', nullable: false },
  { name: 'asin', type: 'text', nullable: false },
]

/** A way to a server on which everything that goes back, after something went there, is a trip. */
async function countingWay(to: URL) {
  let [trips, isThere] = [0, false]
  const server = createServer((near) => {
    const far = connect(Number(to.port), to.hostname)
    near.on('data', (bytes) => {
      isThere = true
      far.write(bytes)
    })
    far.on('data', (bytes) => {
      if (isThere) trips += 1
      isThere = false
      near.write(bytes)
    })
    near.on('error', () => far.destroy()).on('close', () => far.destroy())
    far.on('error', () => near.destroy()).on('close', () => near.destroy())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = new URL(to)
  url.port = String((server.address() as AddressInfo).port)
  return {
    url: url.href,
    trips: () => trips,
    async [Symbol.asyncDispose]() {
      server.close()
      await once(server, 'close')
    },
  }
}

test('a small package takes five trips to PostgreSQL and back: from far away, they are what it takes', async () => {
  await using database = await TEST_TARGETS.postgres()
  await using way = await countingWay(new URL(database.url))
  await using sender = new TestSender()
  const deliver = async (executionId: number) =>
    sender.deliver({
      executionId,
      range: ['2025-01-01', '2025-01-02'],
      reports: [{ table: 'daily', columns: COLUMNS, rows: [['2025-01-01', `a${executionId}`]], dateColumn: 'date' }],
    })
  const tripsFor = async (from: number, packages: number) => {
    for (let at = 0; at < packages; at += 1) await deliver(from + at)
    const before = way.trips()
    expect((await loadTask({ bucket: sender.folder, taskId: sender.taskId, into: way.url })).rows).toBe(packages)
    return way.trips() - before
  }
  await tripsFor(1, 1)
  const [few, many] = [await tripsFor(100, 4), await tripsFor(200, 24)]
  // A packet may be cut in two on a busy machine; before statements went together, it were nine.
  expect((many - few) / 20).toBeLessThan(6)
})
