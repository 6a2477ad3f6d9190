import { DataHubError } from '@datahub/core/error/data-hub-error'
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { HubUnderTest } from '../testing/hub-under-test.ts'
import { scriptedSource } from '../testing/scripted-source.ts'
import { watchedDestination } from '../testing/watched-destination.ts'

let hub: HubUnderTest
const store = watchedDestination()

beforeAll(async () => {
  hub = await HubUnderTest.start([scriptedSource().kind], [store.kind], { DATAHUB_METRICS_PORT: '0' })
  const schedule = { every: 'day', at: '03:00', timeZone: 'UTC' }
  await hub.ask('POST', '/apply', {
    sources: [{ name: 'ads_of_acme', kind: 'scripted' }],
    destinations: [{ name: 'bucket-of-acme', kind: 'memory' }],
    tasks: [{ name: 'secret plan', source: 'ads_of_acme', destination: 'bucket-of-acme', schedule }],
  })
})

afterAll(async () => {
  await hub[Symbol.asyncDispose]()
})

const scrape = async () => (await fetch(hub.metricsUrl)).text()
const valueOf = (text: string, line: string) =>
  Number(
    text
      .split('\n')
      .find((one) => one.startsWith(`${line} `))
      ?.slice(line.length),
  )

test('what has ended is counted once, however often it is asked', async () => {
  const before = await scrape()
  expect(before).not.toContain('datahub_executions_total{')
  const { sizeBytes } = await hub.deliver('secret plan')
  store.before = (operation) =>
    operation === 'putNew'
      ? Promise.reject(new DataHubError('destination.bucket_missing', 'store the package'))
      : Promise.resolve()
  await hub.deliver('secret plan')
  store.before = () => Promise.resolve()
  await scrape()
  const text = await scrape()
  const read = (line: string) => valueOf(text, line)
  expect(read('datahub_executions_total{status="6",source="scripted"}')).toBe(1)
  expect(read('datahub_executions_total{status="7",source="scripted"}')).toBe(1)
  expect(read('datahub_sent_bytes_total')).toBe(sizeBytes)
  expect(read('datahub_sent_rows_total')).toBe(2)
  expect(read('datahub_execution_stage_seconds_count{stage="package"}')).toBe(2)
  expect(read('datahub_tasks_failing')).toBe(1)
  expect(read('datahub_task_data_age_seconds{task="1"}')).toBeGreaterThan(0)
  expect(read('datahub_executions_open{state="waiting"}')).toBe(0)
})

test('requests are counted by operation, also those that are refused, and no path becomes a label', async () => {
  await hub.request('GET', '/tasks/no-such-task')
  await hub.request('GET', '/nowhere/secret-path')
  const text = await scrape()
  expect(valueOf(text, 'datahub_http_request_seconds_count{operation="task.get",status="404"}')).toBe(1)
  expect(text).not.toContain('secret-path')
})

test('a process is alive with its slots', async () => {
  await expect.poll(async () => valueOf(await scrape(), 'datahub_processes{state="alive"}')).toBe(1)
  expect(valueOf(await scrape(), 'datahub_worker_slots{state="free"}')).toBe(4)
})

test('no name of a task, source, destination or customer is in the metrics', async () => {
  const text = await scrape()
  for (const name of ['secret plan', 'ads_of_acme', 'bucket-of-acme', hub.token]) expect(text).not.toContain(name)
})

test('metrics are off unless asked for, never at the address of the API, and nothing else is at theirs', async () => {
  expect((await fetch(`${hub.url}/metrics`)).headers.get('content-type')).not.toContain('text/plain')
  expect((await fetch(new URL('/api/v1/tasks', hub.metricsUrl))).status).toBe(404)
  await using other = await HubUnderTest.start([scriptedSource().kind], [store.kind])
  expect(other.metricsUrl).toBe('')
})

test('the example rules ask for metrics that there are', async () => {
  const rules = readFileSync(resolve(import.meta.dirname, '../../../../examples/prometheus/alerts.yaml'), 'utf8')
  const wanted = new Set(
    [...rules.matchAll(/\bdatahub_\w+/g)].map(([name]) => name.replace(/_(bucket|count|sum)$/, '')),
  )
  expect(wanted.size).toBeGreaterThan(6)
  const there = new Set([...(await scrape()).matchAll(/^# TYPE (\w+) /gm)].map(([, name]) => name))
  for (const name of wanted) expect(there).toContain(name)
})
