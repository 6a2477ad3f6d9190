import type { ExecutionDetail, LogPage } from '@datahub/core/api/execution-shapes'
import { DataHubError } from '@datahub/core/error/data-hub-error'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { HubUnderTest } from '../testing/hub-under-test.ts'
import { scriptedSource } from '../testing/scripted-source.ts'
import { watchedDestination } from '../testing/watched-destination.ts'

let hub: HubUnderTest
const store = watchedDestination()

beforeAll(async () => {
  hub = await HubUnderTest.start([scriptedSource().kind], [store.kind])
  const schedule = { every: 'day', at: '03:00', timeZone: 'America/Los_Angeles' }
  await hub.ask('POST', '/apply', {
    sources: [{ name: 'ads', kind: 'scripted' }],
    destinations: [{ name: 'acme', kind: 'memory' }],
    tasks: [{ name: 'daily', source: 'ads', destination: 'acme', schedule, paused: true }],
  })
})

afterAll(async () => {
  await hub[Symbol.asyncDispose]()
})

const states = ({ timeline }: ExecutionDetail) => timeline.map(({ name, state }) => `${name} ${state}`)

test('a delivered execution has gone through four stages, whose times are all of its time', async () => {
  const { id } = await hub.deliver('daily')
  const shown = await hub.ask<ExecutionDetail>('GET', `/executions/${id}`)
  expect(states(shown)).toEqual(['queued done', 'dispatch done', 'generate done', 'send done'])
  const totalMs = shown.timeline.reduce((sum, { workMs, waitMs }) => sum + workMs + waitMs, 0)
  expect(totalMs).toBe(Date.parse(shown.endedAt ?? '') - Date.parse(shown.triggeredAt))
  expect([shown.diagnosis, shown.pace, shown.staged]).toEqual([null, null, null])
  expect(new Set(shown.log.lines.map(({ level }) => level))).toEqual(new Set(['info']))
})

test('one that waits to send again says whose fault it is and until when its package is kept; cancelled, it was nobody', async () => {
  store.before = (operation, key) =>
    operation === 'putNew' && key.endsWith('.zip')
      ? Promise.reject(new DataHubError('destination.busy', 'store the package', { retryAfterMs: 600_000 }))
      : Promise.resolve()
  const { id } = await hub.ask<{ id: number }>('POST', '/tasks/daily/run', {})
  const show = () => hub.ask<ExecutionDetail>('GET', `/executions/${id}`)
  await expect.poll(async () => (await show()).retryAt, { timeout: 10_000 }).not.toBeNull()
  const waiting = await show()
  expect(states(waiting)).toEqual(['queued done', 'dispatch done', 'generate done', 'send waiting'])
  expect(waiting.diagnosis).toEqual({ side: 'destination', fault: 'customer', remedy: waiting.failure?.cure })
  const levels = ({ log }: ExecutionDetail) => log.lines.filter(({ step }) => step === 'fail').map(({ level }) => level)
  expect(levels(waiting)).toEqual(['warn'])
  expect(waiting.staged?.sizeBytes).toBe(waiting.sizeBytes)
  expect(Date.parse(waiting.staged?.keptUntil ?? '')).toBeGreaterThanOrEqual(Date.parse(waiting.retryAt ?? ''))
  store.before = () => Promise.resolve()
  await hub.ask('POST', `/executions/${id}/cancel`, {})
  const cancelled = await show()
  expect([states(cancelled).at(-1), cancelled.diagnosis?.side, cancelled.staged]).toEqual([
    'send failed',
    'nobody',
    null,
  ])
})

test('the last line of one that has failed for good is an error', async () => {
  store.before = (operation) =>
    operation === 'putNew'
      ? Promise.reject(new DataHubError('destination.bucket_missing', 'store the package'))
      : Promise.resolve()
  const { id } = await hub.deliver('daily')
  store.before = () => Promise.resolve()
  const { log } = await hub.ask<ExecutionDetail>('GET', `/executions/${id}`)
  expect(log.lines.map(({ level }) => level).filter((level) => level !== 'info')).toEqual(['error'])
  expect(log.lines.at(-1)).toMatchObject({ level: 'error', step: 'fail' })
})

test('of a long log the end is shown, what is earlier comes in pages, and the stages know all of it', async () => {
  const { id } = await hub.deliver('daily')
  const before = await hub.ask<ExecutionDetail>('GET', `/executions/${id}`)
  expect(before.log.earlier).toBe(0)
  // After its first line, as if it had been told again and again that the source produces
  const [first, ...others] = before.log.lines
  await hub.sql(`delete from execution_event where execution_id = ${id} and id > ${first?.id}`)
  await hub.sql(`insert into execution_event (execution_id, attempt, step, message, level, at)
    select ${id}, 1, 'dispatch', 'line ' || n, 'info', now() from generate_series(1, 2500) n`)
  for (const { step, message } of others)
    await hub.sql(
      `insert into execution_event (execution_id, attempt, step, message, level) values (${id}, 1, $1, $2, 'info')`,
      [step, message],
    )
  const shown = await hub.ask<ExecutionDetail>('GET', `/executions/${id}`)
  const all = 2501 + others.length
  expect([shown.log.lines.length, shown.log.earlier]).toEqual([1000, all - 1000])
  expect(states(shown)).toEqual(states(before))
  const messages = shown.log.lines.map(({ message }) => message)
  for (let [oldest, earlier] = [shown.log.lines[0]?.id, shown.log.earlier]; earlier > 0;) {
    const page = await hub.ask<LogPage>('GET', `/executions/${id}/log?before=${oldest}&limit=700`)
    messages.unshift(...page.lines.map(({ message }) => message))
    ;[oldest, earlier] = [page.lines[0]?.id, page.earlier]
  }
  const lines = Array.from({ length: 2500 }, (_, index) => `line ${index + 1}`)
  expect(messages).toEqual([first?.message, ...lines, ...others.map(({ message }) => message)])
})

test('while reports are packed, the pace is seen beside the last delivery of the task', async () => {
  const { files } = await hub.deliver('daily')
  const expected = files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
  const { id } = await hub.ask<{ id: number }>('POST', '/tasks/daily/run', {})
  await hub.settled(id)
  // As it stood in the middle of its way: the scripted source is over too soon to be looked at
  await hub.sql(
    `update execution set status = 4, ended_at = null, progress = '{"step": "generate", "rows": 0, "sizeBytes": ${Math.round(expected / 2)}}'
      where id = ${id}`,
  )
  const { pace } = await hub.ask<ExecutionDetail>('GET', `/executions/${id}`)
  expect(pace?.share).toBeCloseTo(0.5, 1)
  expect(pace?.etaMs).toBeGreaterThan(0)
})
