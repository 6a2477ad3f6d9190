import { parseSyncLog } from '@datahub/core/bucket/sync-log'
import { DataHubError } from '@datahub/core/error/data-hub-error'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { HubUnderTest } from '../testing/hub-under-test.ts'
import { scriptedSource } from '../testing/scripted-source.ts'
import { watchedDestination } from '../testing/watched-destination.ts'

const schedule = { every: 'day', at: '03:00', timeZone: 'UTC' }
const pending = (pollAfterMs: number) => () => Promise.resolve({ pollAfterMs })

let source: ReturnType<typeof scriptedSource>
let store: ReturnType<typeof watchedDestination>
let hub: HubUnderTest

beforeEach(async () => {
  source = scriptedSource()
  source.script.keepsReference = true
  store = watchedDestination()
  hub = await HubUnderTest.start([source.kind], [store.kind])
  await hub.ask('POST', '/apply', {
    sources: [{ name: 'ads', kind: 'scripted' }],
    destinations: [{ name: 'store', kind: 'memory' }],
    tasks: Array.from({ length: 6 }, (_, n) => ({
      name: `task ${n + 1}`,
      source: 'ads',
      destination: 'store',
      schedule,
    })),
  })
})

afterEach(async () => {
  await hub[Symbol.asyncDispose]()
})

const run = async (task: number): Promise<number> => (await hub.ask('POST', `/tasks/${task}/run`, {})).id
const isWaiting = (execution: { pollAt: string | null }) => execution.pollAt !== null
/** As if the time had come. */
const comeBackNow = (id: number) =>
  hub.sql(`update pgboss.job set start_after = now() where state = 'created' and data->>'executionId' = $1`, [id])

function statusesShown(): Map<number, number[]> {
  const shown = new Map<number, number[]>()
  for (const text of logs) {
    for (const { executionId, status } of parseSyncLog(text)) {
      const seen = shown.get(executionId) ?? []
      if (seen.at(-1) !== status) shown.set(executionId, [...seen, status])
    }
  }
  return shown
}

const logs: string[] = []

function watchLogs(): void {
  logs.length = 0
  store.after = (_operation, key) => {
    if (key.endsWith('.csv')) logs.push(store.objects.get(key)?.bytes.toString() ?? '')
    return Promise.resolve()
  }
}

test('more executions wait than there are worker slots, and others are delivered meanwhile', async () => {
  source.script.poll = pending(600_000)
  const ids = [await run(1), await run(2), await run(3), await run(4), await run(5)]
  for (const id of ids) await hub.until(id, isWaiting)
  source.script.poll = () => Promise.resolve('ready')
  expect(await hub.deliver('task 6')).toMatchObject({ status: 6 })
  for (const id of ids) await comeBackNow(id)
  for (const id of ids) expect(await hub.settled(id)).toMatchObject({ status: 6, attempt: 1 })
})

test('the log shows 2 once the source has given its reference, 4 once it produces, then 6; waiting is no attempt', async () => {
  watchLogs()
  let polls = 0
  source.script.poll = () => Promise.resolve((polls += 1) < 5 ? { pollAfterMs: 400 } : 'ready')
  const id = await run(1)
  const execution = await hub.settled(id)
  expect(execution).toMatchObject({ status: 6, attempt: 1, attempts: [{ attempt: 1 }] })
  expect(source.script.dispatched).toBe(1)
  expect(new Set(source.script.polled)).toEqual(new Set(['report-1']))
  const shown = statusesShown().get(id) ?? []
  expect(shown.filter((status) => [2, 4, 6].includes(status))).toEqual([2, 4, 6])
  expect(execution.log.lines.filter(({ message }) => message.includes('producing'))).toHaveLength(1)
})

test('R5: a hub restarted while it waits goes on with the same report, and its reference is sealed', async () => {
  source.script.poll = pending(600_000)
  const id = await run(1)
  await hub.until(id, isWaiting)
  const [row] = await hub.sql<{ reference: string }>(`select reference from execution where id = $1`, [id])
  expect(row?.reference).not.toContain('report-1')
  await hub.stop()
  await hub.start()
  source.script.poll = () => Promise.resolve('ready')
  await comeBackNow(id)
  expect(await hub.settled(id)).toMatchObject({ status: 6, attempt: 1 })
  expect(source.script.dispatched).toBe(1)
  expect(await hub.sql(`select 1 from execution where reference is not null or poll_at is not null`)).toEqual([])
})

test('a failure after waiting keeps the report: the next attempt asks for no other', async () => {
  let polls = 0
  source.script.poll = () => {
    polls += 1
    if (polls === 1) return Promise.resolve({ pollAfterMs: 100 })
    if (polls === 2) return Promise.reject(new DataHubError('source.interrupted', 'poll'))
    return Promise.resolve('ready')
  }
  expect(await hub.settled(await run(1))).toMatchObject({ status: 6, attempt: 2 })
  expect(source.script.dispatched).toBe(1)
})

test('R9: cancelled while it waits, it ends at once', async () => {
  source.script.poll = pending(600_000)
  const id = await run(1)
  await hub.until(id, isWaiting)
  await hub.ask('POST', `/executions/${id}/cancel`)
  expect(await hub.settled(id)).toMatchObject({ failure: { code: 'execution.cancelled' }, pollAt: null })
  expect((await hub.request('POST', `/executions/${id}/cancel`)).status).toBe(409)
})

test('R9: cancelled in the moment in which the worker lets go of it, it ends cancelled all the same', async () => {
  const asked = Promise.withResolvers<void>()
  const go = Promise.withResolvers<void>()
  source.script.poll = async () => {
    asked.resolve()
    await go.promise
    return { pollAfterMs: 600_000 }
  }
  const id = await run(1)
  await asked.promise
  await hub.ask('POST', `/executions/${id}/cancel`)
  go.resolve()
  expect(await hub.settled(id)).toMatchObject({ failure: { code: 'execution.cancelled' } })
})

test('one that waits and has lost its job is put back, and not before its time', async () => {
  source.script.poll = pending(600_000)
  const id = await run(1)
  await hub.until(id, isWaiting)
  await hub.sql(`delete from pgboss.job where data->>'executionId' = $1`, [id])
  await hub.sql(`update execution set triggered_at = triggered_at - interval '1 minute' where id = $1`, [id])
  await expect
    .poll(
      async () =>
        hub.sql(
          `select 1 from pgboss.job where data->>'executionId' = $1 and start_after > now() + interval '5 minutes'`,
          [id],
        ),
      { timeout: 20_000 },
    )
    .toHaveLength(1)
})

test('the next execution of a task waits for the one whose reports are being produced', async () => {
  source.script.poll = pending(600_000)
  const first = await run(1)
  await hub.until(first, isWaiting)
  const { id: second } = await hub.ask('POST', '/tasks/1/run', { from: '2025-08-01', to: '2025-08-01' })
  source.script.poll = () => Promise.resolve('ready')
  await comeBackNow(first)
  const [one, two] = [await hub.settled(first), await hub.settled(second)]
  expect(Date.parse(two.startedAt ?? '')).toBeGreaterThanOrEqual(Date.parse(one.endedAt ?? ''))
})
