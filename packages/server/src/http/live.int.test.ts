import type { ChangeEvent } from '@datahub/core/api/live-routes'
import type { FilePage, HomeView, TaskDaysPage } from '@datahub/core/api/live-shapes'
import { DataHubError } from '@datahub/core/error/data-hub-error'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
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
    tasks: ['one', 'two', 'three'].map((name) => ({ name, source: 'ads', destination: 'acme', schedule })),
  })
})

afterAll(async () => {
  await hub[Symbol.asyncDispose]()
})

/** The events of a stream as they come. */
async function* listen(token = hub.token, signal?: AbortSignal): AsyncGenerator<ChangeEvent> {
  const response = await fetch(`${hub.url}/api/v1/events`, {
    headers: { Authorization: `Bearer ${token}` },
    ...(signal ? { signal } : {}),
  })
  expect(response.headers.get('content-type')).toContain('text/event-stream')
  let text = ''
  for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    text += chunk
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      const data = /^data: (.*)$/m.exec(text.slice(0, end))?.[1]
      text = text.slice(end + 2)
      if (data) yield JSON.parse(data) as ChangeEvent
    }
  }
}

test('a stream begins with refetch and then tells what changes', async () => {
  const over = new AbortController()
  const heard: ChangeEvent[] = []
  const listening = (async () => {
    for await (const event of listen(hub.token, over.signal)) heard.push(event)
  })().catch(() => undefined)
  await expect.poll(() => heard.filter(({ kind }) => kind === 'refetch').length, { timeout: 10_000 }).toBe(2)
  const { id, taskId } = await hub.deliver('one')
  await hub.ask('POST', '/tasks/two/pause', {})
  await expect.poll(() => heard, { timeout: 10_000 }).toContainEqual({ kind: 'execution', id, taskId })
  await expect.poll(() => heard, { timeout: 10_000 }).toContainEqual({ kind: 'task', id: 2, taskId: 2 })
  await hub.ask('POST', '/tasks/two/resume', {})
  over.abort()
  await listening
})

test('R37: a stream is of the workspace that its address names, and of no other', async () => {
  await hub.ask('POST', '/workspaces', { name: 'acme' })
  const stream = async (workspace: string, over: AbortController) => {
    const response = await fetch(`${hub.url}/api/v1/events?workspace=${workspace}`, {
      headers: { Authorization: `Bearer ${hub.token}` },
      signal: over.signal,
    })
    return { status: response.status, body: response.body?.pipeThrough(new TextDecoderStream()) }
  }
  const over = new AbortController()
  const heard = { default: '', acme: '' }
  const reading = (['default', 'acme'] as const).map(async (name) => {
    const { status, body } = await stream(name, over)
    expect([name, status]).toEqual([name, 200])
    for await (const chunk of body ?? []) heard[name] += chunk
  })
  await expect
    .poll(() => Object.values(heard).every((text) => text.includes('refetch')), { timeout: 10_000 })
    .toBe(true)
  await hub.ask('POST', '/tasks/three/pause', {})
  await expect.poll(() => heard.default, { timeout: 10_000 }).toContain('"taskId":3')
  expect(heard.acme).not.toContain('"taskId":3')
  expect((await stream('nobody', new AbortController())).status).toBe(404)
  expect(await hub.request('GET', '/tasks?workspace=acme').then(({ body }) => body.total), 'by a stream alone').toBe(3)
  over.abort()
  await Promise.allSettled(reading)
  await hub.ask('POST', '/tasks/three/resume', {})
})

test('a stream on which nothing happens shows every quarter of a minute that it is alive', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
  const over = new AbortController()
  try {
    const headers = { Authorization: `Bearer ${hub.token}` }
    const response = await fetch(`${hub.url}/api/v1/events`, { headers, signal: over.signal })
    let text = ''
    const reading = (async () => {
      for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) text += chunk
    })().catch(() => undefined)
    // How much more it tells depends on what the tests before have just changed
    await expect.poll(() => text).toMatch(/^data:/m)
    const comments = () => text.match(/^:/gm)?.length ?? 0
    const before = comments()
    await vi.advanceTimersByTimeAsync(15_000)
    await expect.poll(comments).toBe(before + 1)
    over.abort()
    await reading
  } finally {
    vi.useRealTimers()
    over.abort()
  }
})

test('one caller has so many streams and no more', async () => {
  const over = new AbortController()
  const streams = Array.from({ length: 10 }, () => listen(hub.token, over.signal))
  for (const stream of streams) expect((await stream.next()).value).toMatchObject({ kind: 'refetch' })
  const refused = await fetch(`${hub.url}/api/v1/events`, { headers: { Authorization: `Bearer ${hub.token}` } })
  expect([refused.status, await refused.text()]).toEqual([429, expect.stringContaining('request.too_many')])
  over.abort()
  await expect
    .poll(
      async () => {
        const again = new AbortController()
        const { value } = await listen(hub.token, again.signal).next()
        again.abort()
        return value
      },
      { timeout: 10_000 },
    )
    .toMatchObject({ kind: 'refetch' })
})

test('files of a task read as its consumers see them, and the sync log is the one in the bucket', async () => {
  const first = await hub.deliver('two')
  const again = await hub.deliver('two')
  const page = await hub.ask<FilePage>('GET', '/tasks/two/files')
  expect(page).toMatchObject({ folder: 'reports/2/', syncLogKey: 'reports/2/sync_log_2.csv', next: null })
  expect(page.items.map(({ executionId, supersededBy }) => [executionId, supersededBy])).toEqual([
    [again.id, null],
    [first.id, again.id],
  ])
  for (const { key, manifestKey, rows } of page.items)
    expect([store.objects.has(key), store.objects.has(manifestKey), rows]).toEqual([true, true, 2])
  const log = await hub.ask('GET', '/tasks/two/sync-log')
  expect(log).toEqual({
    key: page.syncLogKey,
    text: store.objects.get(page.syncLogKey)?.bytes.toString(),
    isPublished: true,
  })
})

test('home shows one root cause once, however many tasks have it, and none of it when they recover', async () => {
  store.before = (operation, key) =>
    operation === 'putNew' && !key.startsWith('reports/2/')
      ? Promise.reject(new DataHubError('destination.bucket_missing', 'store the package'))
      : Promise.resolve()
  for (const name of ['one', 'three']) await hub.deliver(name)
  // What was sent before midnight is of another day
  await hub.sql('update execution set ended_at = now() where status = 6')
  const home = await hub.ask<HomeView>('GET', '/home')
  expect(home.needsAction).toEqual([
    expect.objectContaining({
      code: 'destination.bucket_missing',
      fault: 'customer',
      place: { noun: 'destination', name: 'acme' },
      cure: expect.stringMatching(/\S/),
      tasks: [expect.objectContaining({ name: 'one' }), expect.objectContaining({ name: 'three' })],
    }),
  ])
  expect(home.counts).toMatchObject({ tasks: 3, failing: 2, onTime: 1, paused: 0 })
  expect(home.sentToday.packages).toBeGreaterThanOrEqual(3)
  const { items } = await hub.ask<TaskDaysPage>('GET', '/home/days')
  expect(items.map(({ task, days }) => [task, days.at(-1)?.state])).toEqual([
    ['one', 'delivered'],
    ['three', 'failed'],
    ['two', 'delivered'],
  ])
  store.before = () => Promise.resolve()
  for (const name of ['one', 'three']) await hub.deliver(name)
  expect(await hub.ask('GET', '/home')).toMatchObject({ needsAction: [], counts: { failing: 0, onTime: 3 } })
})

test('readiness and version are told to anybody', async () => {
  expect(await (await fetch(`${hub.url}/readyz`)).json()).toEqual({ status: 'ready' })
  expect(await (await fetch(`${hub.url}/version`)).json()).toEqual({ version: expect.stringMatching(/^\d/) })
})
