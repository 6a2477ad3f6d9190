import type { HomeView } from '@datahub/core/api/live-shapes'
import { DataHubError } from '@datahub/core/error/data-hub-error'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { HubUnderTest } from '../testing/hub-under-test.ts'
import { scriptedSource } from '../testing/scripted-source.ts'
import { watchedDestination } from '../testing/watched-destination.ts'

let hub: HubUnderTest
const store = watchedDestination()

beforeAll(async () => {
  hub = await HubUnderTest.start([scriptedSource().kind], [store.kind])
  await hub.ask('POST', '/apply', {
    sources: [{ name: 'ads', kind: 'scripted' }],
    destinations: [{ name: 'acme', kind: 'memory' }],
    tasks: [
      { name: 'one', source: 'ads', destination: 'acme', schedule: { every: 'day', at: '03:00', timeZone: 'UTC' } },
    ],
  })
})

afterAll(async () => {
  await hub[Symbol.asyncDispose]()
})

test('a task that fails again counts as failing since it first did, and no more when it has delivered', async () => {
  store.before = (operation) =>
    operation === 'putNew'
      ? Promise.reject(new DataHubError('destination.bucket_missing', 'store the package'))
      : Promise.resolve()
  const since = async () => (await hub.ask<HomeView>('GET', '/home')).needsAction[0]?.since
  const first = await hub.deliver('one')
  expect(await since()).toBe(first.endedAt)
  await hub.deliver('one')
  expect(await since()).toBe(first.endedAt)
  store.before = () => Promise.resolve()
  await hub.deliver('one')
  expect(await since()).toBeUndefined()
})
