import type { CheckStep } from '@datahub/core/check/check-step'
import type { Destination } from '@datahub/core/destination/destination'
import { DataHubError } from '@datahub/core/error/data-hub-error'
import type { ErrorCode } from '@datahub/core/error/codes'
import { Webhook } from 'standardwebhooks'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { AlertReceiver } from '../testing/alert-receiver.ts'
import { HubUnderTest } from '../testing/hub-under-test.ts'
import { scriptedSource } from '../testing/scripted-source.ts'
import { watchedDestination } from '../testing/watched-destination.ts'

let hub: HubUnderTest
let store: ReturnType<typeof watchedDestination>
let source: ReturnType<typeof scriptedSource>
let receiver: AlertReceiver
let secret: string

const SOON = { timeout: 20_000, interval: 50 }
const DAY_MS = 86_400_000

beforeEach(async () => {
  store = watchedDestination()
  source = scriptedSource()
  receiver = await AlertReceiver.start()
  hub = await HubUnderTest.start([source.kind], [store.kind], {
    DATAHUB_EGRESS_ALLOW: '127.0.0.1',
    DATAHUB_ALERT_SECONDS: '0.2',
    DATAHUB_RETRY_HOURS: '0',
    DATAHUB_PUBLIC_URL: 'https://hub.example.com',
    DATAHUB_PAUSE_AFTER_FAILURES: '4',
  })
  ;({ secret } = await hub.ask('POST', '/alert-channels', { name: 'on call', kind: 'webhook', url: receiver.url }))
})

afterEach(async () => {
  await hub[Symbol.asyncDispose]()
  await receiver[Symbol.asyncDispose]()
})

async function createTasks(count: number, more: object = {}): Promise<void> {
  await hub.ask('POST', '/apply', {
    sources: [{ name: 'ads', kind: 'scripted' }],
    destinations: [{ name: 'store', kind: 'memory' }],
    tasks: Array.from({ length: count }, (_, index) => ({
      name: `task ${index + 1}`,
      source: 'ads',
      destination: 'store',
      schedule: { every: 'day', at: '03:00', timeZone: 'UTC' },
      ...more,
    })),
  })
}

/** The store refuses every write, until it is mended. */
function breakStore(code: ErrorCode): void {
  store.before = async (operation, key) => {
    if (operation !== 'get' && key.endsWith('.zip')) throw new DataHubError(code, 'write to the store')
  }
}

function mendStore(): void {
  store.before = () => Promise.resolve()
}

/** What has come, every signature checked by the scheme's own library. */
function received() {
  return receiver.posts.map(({ body, headers }) => {
    const event = new Webhook(secret).verify(body, headers as Record<string, string>) as {
      type: string
      data: {
        title: string
        text: string
        kind: string
        alertId: number
        taskCount: number
        link: string
        code: string
        tasks: { name: string }[]
      }
    }
    return { ...event, id: headers['webhook-id'] }
  })
}

const told = () => received().map(({ type, data }) => `${type} ${data.kind}`)

/** So long that the hub has looked several times. */
async function laterOn(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 1000))
}

async function runAll(count: number): Promise<void> {
  await Promise.all(Array.from({ length: count }, (_, index) => hub.deliver(`task ${index + 1}`)))
}

test('many tasks that fail for one reason are one alert, told once, and once when they deliver again', async () => {
  await createTasks(5)
  breakStore('destination.secret_wrong')
  await runAll(5)
  await vi.waitFor(() => expect(told()).toEqual(['alert.raised failing']), SOON)
  await runAll(5)
  await laterOn()
  expect(told()).toEqual(['alert.raised failing'])
  const { items } = await hub.ask('GET', '/alerts?state=open')
  expect(items).toMatchObject([
    { kind: 'failing', code: 'destination.secret_wrong', place: { noun: 'destination', name: 'store' }, sent: 1 },
  ])
  expect(items[0].tasks.map(({ name }: { name: string }) => name)).toEqual([1, 2, 3, 4, 5].map((n) => `task ${n}`))
  mendStore()
  await runAll(4)
  await laterOn()
  expect(told()).toHaveLength(1)
  await hub.deliver('task 5')
  await vi.waitFor(() => expect(told()).toEqual(['alert.raised failing', 'alert.recovered failing']), SOON)
  expect((await hub.ask('GET', '/alerts')).items).toMatchObject([{ state: 'resolved', resolution: 'recovered' }])
})

test('who may apply definitions may not therefore decide where alerts go', async () => {
  const { token } = await hub.ask('POST', '/tokens', { name: 'operator', role: 'operator' })
  const alertChannels = [{ name: 'mine', kind: 'webhook', url: receiver.url }]
  for (const path of ['/plan', '/apply'])
    expect((await hub.as(token).request('POST', path, { alertChannels })).body.code).toBe('auth.forbidden')
  expect((await hub.ask('GET', '/alert-channels')).length).toBe(1)
  expect(await hub.ask('POST', '/apply', { alertChannels })).toMatchObject([{ noun: 'alertChannel', action: 'create' }])
  expect(await hub.ask('POST', '/apply', { alertChannels })).toMatchObject([{ action: 'unchanged', fields: [] }])
  const [entry] = await hub.ask('GET', '/audit?action=hub.apply')
  expect(JSON.stringify(entry.after)).toContain('"secret":{"set":true}')
})

test('a message says which task, data range, status with number, code, remedy and where to look', async () => {
  await createTasks(1)
  breakStore('destination.bucket_missing')
  const { id } = await hub.deliver('task 1')
  await vi.waitFor(() => expect(told()).toHaveLength(1), SOON)
  const [first] = received()
  const data = first?.data ?? { title: '', text: '', link: '' }
  expect(data.title).toBe('Failing: task "task 1"')
  expect(data.text).toContain('file send fail (7)')
  expect(data.text).toMatch(/task 1 \(#1\), \d{4}-\d\d-\d\d 00:00Z – \d{4}-\d\d-\d\d 00:00Z UTC/)
  expect(data.text).toContain('Code: destination.bucket_missing')
  expect(data.text).toContain('What to do: Check the spelling, or create the bucket.')
  expect(data.link).toBe(`https://hub.example.com/tasks/1?tab=executions&execution=${id}`)
})

test('a task that fails for another reason has not recovered from the first', async () => {
  await createTasks(1)
  breakStore('destination.secret_wrong')
  await hub.deliver('task 1')
  await vi.waitFor(() => expect(told()).toHaveLength(1), SOON)
  breakStore('destination.bucket_missing')
  await hub.deliver('task 1')
  await vi.waitFor(() => expect(told()).toHaveLength(2), SOON)
  await laterOn()
  expect(told()).toEqual(['alert.raised failing', 'alert.raised failing'])
  expect((await hub.ask('GET', '/alerts?state=resolved')).items).toMatchObject([{ resolution: 'over' }])
})

test('what somebody cancels is no failure, and no recovery either', async () => {
  await createTasks(1)
  breakStore('destination.secret_wrong')
  await hub.deliver('task 1')
  await vi.waitFor(() => expect(told()).toHaveLength(1), SOON)
  let letGo = () => {}
  const wait = new Promise<void>((resolve) => (letGo = resolve))
  source.script.dispatch = () => wait
  const { id } = await hub.ask('POST', '/tasks/1/run', {})
  await hub.until(id, ({ status }) => status === 1)
  await hub.ask('POST', `/executions/${id}/cancel`)
  letGo()
  await hub.settled(id)
  await laterOn()
  expect(told()).toHaveLength(1)
  expect((await hub.ask('GET', '/alerts?state=open')).items).toHaveLength(1)
})

test('what lasts is told again after a day, and not sooner; not where somebody has paused it', async () => {
  await createTasks(1)
  breakStore('destination.secret_wrong')
  await hub.deliver('task 1')
  await vi.waitFor(() => expect(told()).toHaveLength(1), SOON)
  const age = (hours: number) => hub.sql(`update alert set told_at = now() - make_interval(hours => ${hours})`)
  await age(23)
  await laterOn()
  expect(told()).toHaveLength(1)
  await age(25)
  await vi.waitFor(() => expect(told()).toEqual(['alert.raised failing', 'alert.reminder failing']), SOON)
  await laterOn()
  expect(told()).toHaveLength(2)
  await hub.ask('POST', '/tasks/1/pause')
  await age(25)
  await laterOn()
  expect(told()).toHaveLength(2)
})

test('late is also what nobody begins, though its time has come', async () => {
  await createTasks(3, { lateAfterMinutes: 30 })
  await hub.stop()
  await hub.start({ DATAHUB_SERVICES: 'api,rescuer' })
  await hub.sql(`update task set next_fire_at = now() - interval '29 minutes' where id = 1`)
  await hub.sql(`update task set next_fire_at = now() - interval '31 minutes' where id > 1`)
  await vi.waitFor(() => expect(told()).toEqual(['alert.raised late']), { timeout: 40_000, interval: 200 })
  const [event] = received()
  expect([event?.data.taskCount, event?.data.tasks.map(({ name }) => name)]).toEqual([2, ['task 2', 'task 3']])
})

test('late is what was not delivered by its time and some more, unless it is known to fail', async () => {
  await createTasks(1, { lateAfterMinutes: 30 })
  let letGo = () => {}
  const wait = new Promise<void>((resolve) => (letGo = resolve))
  store.before = () => wait
  await hub.sql(`update task set next_fire_at = date_trunc('day', now()) + interval '3 hours' - interval '1 day'`)
  await vi.waitFor(async () => {
    expect((await hub.sql(`select id from execution where status = 4`)).length).toBe(1)
  }, SOON)
  await laterOn()
  expect(told()).toEqual([])
  await hub.sql(`update execution set triggered_at = now() - interval '31 minutes'`)
  await vi.waitFor(() => expect(told()).toEqual(['alert.raised late']), SOON)
  letGo()
  await vi.waitFor(() => expect(told()).toEqual(['alert.raised late', 'alert.recovered late']), { timeout: 30_000 })
})

test('a destination whose test fails twice in a row is told, and that it works again; one failure is not', async () => {
  await createTasks(2)
  const steps = [
    { name: 'write', title: 'Write', verdict: 'failed', message: 'The bucket is gone.', remedy: 'Make it.' },
  ]
  const fails = async function* () {
    yield* steps.map((step) => ({ ...step, durationMs: 1 }) as CheckStep)
  }
  const works = async function* () {
    yield { name: 'write', title: 'Write', verdict: 'passed', message: 'It can.', durationMs: 1 } as CheckStep
  }
  const minutesToNext = async () => {
    const [row] = (await hub.sql(`select extract(epoch from retest_at - now()) / 60 as minutes from destination`)) as [
      { minutes: string },
    ]
    return Number(row.minutes)
  }
  const testEnds = async (check: Destination['check']) => {
    store.check = check
    const answer = await fetch(`${hub.url}/api/v1/destinations/store/test`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${hub.token}`, 'Content-Type': 'application/json' },
      body: '{}',
    })
    expect(answer.status).toBe(200)
    await answer.text()
  }
  await testEnds(fails)
  await laterOn()
  expect(told(), 'a moment of trouble').toEqual([])
  expect(await minutesToNext(), 'it is tried again very soon').toBeLessThan(3)
  await testEnds(works)
  await testEnds(fails)
  await laterOn()
  expect(told(), 'not in a row').toEqual([])
  await testEnds(fails)
  await vi.waitFor(() => expect(told()).toEqual(['alert.raised connection']), SOON)
  expect(await minutesToNext()).toBeGreaterThan(30)
  const [first] = received()
  expect(first?.data.text).toContain('The bucket is gone.')
  expect(first?.data.text).toContain('What to do: Make it.')
  await testEnds(fails)
  await laterOn()
  expect(told()).toHaveLength(1)
  await testEnds(works)
  await vi.waitFor(() => expect(told()).toEqual(['alert.raised connection', 'alert.recovered connection']), SOON)
})

test('a channel that is about some tasks hears of those alone', async () => {
  await hub.ask('DELETE', '/alert-channels/on%20call')
  const channel = { name: 'on call', kind: 'webhook', url: receiver.url }
  const answer = await hub.request('POST', '/alert-channels', { ...channel, tasks: [''] })
  expect([answer.status, answer.body.errors[0].field]).toEqual([422, 'tasks[0]'])
  ;({ secret } = await hub.ask('POST', '/alert-channels', { ...channel, tasks: ['* 2', 'task 3'] }))
  expect(await hub.ask('GET', '/alert-channels/on%20call')).toMatchObject({ tasks: ['* 2', 'task 3'] })
  await createTasks(4)
  breakStore('destination.access_denied')
  await Promise.all([1, 4].map((n) => hub.deliver(`task ${n}`)))
  await laterOn()
  expect(told(), 'nothing that concerns it').toEqual([])
  await hub.ask('PUT', '/alert-channels/on%20call', { ...channel, tasks: ['task 4'] })
  await hub.sql(`update alert set told_at = now() - interval '2 days'`)
  await vi.waitFor(() => expect(told()).toEqual(['alert.reminder failing']), SOON)
  const [first] = received()
  expect(first?.data).toMatchObject({ taskCount: 1, tasks: [{ name: 'task 4' }] })
})

/** The last `days` slots come due at once. */
async function missSlots(days: number): Promise<void> {
  const at = new Date(Math.floor(Date.now() / DAY_MS - days) * DAY_MS + 3 * 3_600_000).toISOString()
  await hub.sql(`update task set next_fire_at = '${at}'`)
}

test('a task that fails hopelessly pauses by itself, says why, and owes what it missed: resuming delivers it', async () => {
  await createTasks(1)
  breakStore('destination.key_unknown')
  await missSlots(4)
  await vi.waitFor(async () => expect((await hub.ask('GET', '/tasks/1')).pauseReason).not.toBeNull(), {
    timeout: 40_000,
    interval: 100,
  })
  await vi.waitFor(() => expect(told().toSorted()).toEqual(['alert.raised failing', 'alert.raised paused']), SOON)
  const { paused, pauseReason } = await hub.ask('GET', '/tasks/1')
  expect([paused, pauseReason.failures, pauseReason.code]).toEqual([true, 4, 'destination.key_unknown'])
  const [entry] = await hub.ask('GET', '/audit?action=task.pause')
  expect(entry).toMatchObject({ actor: { kind: 'hub' }, subject: 'task 1', after: { paused: true } })
  // A day that comes due meanwhile is owed as well
  const failed = await hub.sql<{ range_from: Date }>(`select distinct range_from from execution order by 1`)
  await hub.sql(`update task set paused_fire_at = paused_fire_at - interval '1 day'`)
  mendStore()
  await hub.ask('POST', '/tasks/1/resume', {})
  await vi.waitFor(
    async () => {
      const sent = await hub.sql<{ range_from: Date }>(
        `select distinct range_from from execution where status = 6 order by 1`,
      )
      for (const { range_from } of failed) expect(sent.map((one) => one.range_from)).toContainEqual(range_from)
    },
    { timeout: 40_000, interval: 200 },
  )
  expect((await hub.ask('GET', '/tasks/1')).pauseReason).toBeNull()
  await vi.waitFor(() => expect(told()).toContain('alert.recovered failing'), SOON)
  const { items } = await hub.ask('GET', '/alerts?state=open')
  expect(items).toEqual([])
})

test('what may pass by itself pauses nothing, however often it fails', async () => {
  await createTasks(1)
  breakStore('destination.busy')
  await missSlots(6)
  await vi.waitFor(
    async () =>
      expect(
        Number((await hub.sql(`select count(*) from execution where status = 7`))[0]?.['count']),
      ).toBeGreaterThanOrEqual(6),
    { timeout: 40_000, interval: 100 },
  )
  await laterOn()
  expect((await hub.ask('GET', '/tasks/1')).paused).toBe(false)
  expect(told()).toEqual(['alert.raised failing'])
})

test('a task that says 0 never pauses by itself; after a resume the count begins anew', async () => {
  await createTasks(2, { pauseAfterFailures: 0 })
  await hub.ask('POST', '/apply', {
    tasks: [{ ...(await hub.ask('GET', '/tasks/2/definition')), pauseAfterFailures: 2 }],
  })
  breakStore('destination.key_unknown')
  await missSlots(3)
  const isPaused = async (id: number) => (await hub.ask('GET', `/tasks/${id}`)).paused
  await vi.waitFor(async () => expect(await isPaused(2)).toBe(true), { timeout: 40_000, interval: 100 })
  await hub.ask('POST', '/tasks/2/resume', { missed: 'none' })
  await laterOn()
  expect([await isPaused(1), await isPaused(2)]).toEqual([false, false])
  await hub.sql(
    `update task set next_fire_at = date_trunc('day', now()) - interval '9 days' + interval '3 hours' where id = 2`,
  )
  await vi.waitFor(async () => expect(await isPaused(2)).toBe(true), { timeout: 40_000, interval: 100 })
})
