import type { TaskActivity } from '@datahub/core/api/activity-shapes'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { HubUnderTest } from '../testing/hub-under-test.ts'
import { scriptedSource } from '../testing/scripted-source.ts'
import { watchedDestination } from '../testing/watched-destination.ts'

let hub: HubUnderTest
const schedule = { every: 'day', at: '03:00', timeZone: 'UTC' }

beforeAll(async () => {
  hub = await HubUnderTest.start([scriptedSource().kind], [watchedDestination().kind])
  await hub.ask('POST', '/apply', {
    sources: [{ name: 'ads', kind: 'scripted' }],
    destinations: [
      { name: 'acme', kind: 'memory' },
      { name: 'other', kind: 'memory' },
    ],
    tasks: ['one', 'two'].map((name) => ({ name, source: 'ads', destination: 'acme', schedule })),
  })
})

afterAll(async () => {
  await hub[Symbol.asyncDispose]()
})

const activity = (query = '') => hub.ask<TaskActivity>('GET', `/tasks/one/activity?${query}`)
const words = ({ items }: TaskActivity) =>
  items.map(({ execution, change }) =>
    execution ? `execution ${execution.id}` : `${change?.action} ${change?.subject}`,
  )

test('what a task did and what was done to it, by name or id, to its source and its destination; nothing of others', async () => {
  const one = await hub.ask<{ id: number }>('GET', '/tasks/one')
  const two = await hub.ask<{ id: number }>('GET', '/tasks/two')
  const first = await hub.deliver('one')
  await hub.deliver('two')
  await hub.ask('POST', '/tasks/one/pause')
  await hub.ask('POST', `/tasks/${one.id}/resume`)
  await hub.ask('POST', '/task-changes', { action: 'move', tasks: [two.id], destination: 'other' })
  await hub.ask('POST', '/task-changes', { action: 'pause', tasks: [one.id, two.id] })
  const headers = { Authorization: `Bearer ${hub.token}`, 'Content-Type': 'application/json' }
  await (await fetch(`${hub.url}/api/v1/destinations/acme/test`, { method: 'POST', headers, body: '{}' })).text()
  // What is only looked at is not done
  const range = { from: '2026-01-01', to: '2026-01-02' }
  await hub.ask('POST', '/backfills', { task: 'one', ...range, dryRun: true })
  await hub.request('POST', `/executions/${first.id}/cancel`, {})
  const found = await activity()
  expect(words(found)).toEqual([
    `execution.cancel ${first.id}`,
    'destination.test acme',
    `task.pause ${one.id}`,
    `task.resume ${one.id}`,
    'task.pause one',
    // Written down when it had been triggered
    'task.run one',
    `execution ${first.id}`,
  ])
  const [cancel] = found.items
  expect(cancel?.change).toMatchObject({ outcome: 'request.conflict', actor: { kind: 'token' } })
  expect(cancel?.change).not.toHaveProperty('from')
  expect(words(await activity('kind=executions'))).toEqual([`execution ${first.id}`])
  expect(words(await activity('kind=changes'))).toHaveLength(6)
})

test('its pages show everything once, and lead back', async () => {
  for (let times = 0; times < 4; times += 1) {
    await hub.deliver('one')
    await hub.ask('POST', '/tasks/one/resume')
    await hub.ask('POST', '/tasks/one/pause')
  }
  const all = words(await activity('limit=200'))
  const pages = [await activity('limit=4')]
  for (let next = pages[0]?.next; next; next = pages.at(-1)?.next) pages.push(await activity(`limit=4&cursor=${next}`))
  expect(pages.flatMap(words)).toEqual(all)
  expect(new Set(all).size).toBeGreaterThan(4)
  for (let page = pages.length - 1; page > 0; page -= 1) {
    const back = await activity(`limit=4&cursor=${pages[page]?.previous}`)
    expect([page, words(back)]).toEqual([page, words(pages[page - 1] as TaskActivity)])
  }
})
