import { afterEach, beforeEach, expect, test } from 'vitest'
import { AMAZON } from '../../../../test/s3/rules.ts'
import { startStrictStore } from '../../../../test/s3/strict-store.ts'
import type { DestinationKind } from '../destinations/kind.ts'
import { s3 } from '../destinations/s3/index.ts'
import { openEgress } from '../foundation/egress.ts'
import { HubUnderTest } from '../testing/hub-under-test.ts'
import { scriptedSource } from '../testing/scripted-source.ts'

/** The real S3 destination in a hub whose operator allows this machine. */
const local: DestinationKind = {
  ...(s3 as DestinationKind),
  admit: () => undefined,
  open: (settings, world, memory) =>
    s3.open(settings as never, { ...world, egress: openEgress(['127.0.0.1']) }, memory),
}

let store: Awaited<ReturnType<typeof startStrictStore>>
let hub: HubUnderTest

beforeEach(async () => {
  store = await startStrictStore(undefined, { conditions: 'ignored', keys: { AKIAOURS: 'ours', AKIANEXT: 'next' } })
  hub = await HubUnderTest.start([scriptedSource().kind], [local])
  await hub.ask('POST', '/apply', {
    sources: [{ name: 'ads', kind: 'scripted' }],
    destinations: [destination('AKIAOURS', 'ours')],
    tasks: [
      { name: 'daily', source: 'ads', destination: 'store', schedule: { every: 'day', at: '03:00', timeZone: 'UTC' } },
    ],
  })
})

afterEach(async () => {
  await hub[Symbol.asyncDispose]()
  await store[Symbol.asyncDispose]()
})

function destination(accessKeyId: string, secretAccessKey: string) {
  const { bucket, region } = AMAZON
  return {
    name: 'store',
    kind: 's3',
    bucket,
    region,
    endpoint: store.endpoint,
    pathStyle: true,
    accessKeyId,
    secretAccessKey,
  }
}

/** The connection test of values that are not saved, as the stream of events that the API sends. */
async function steps(definition: object): Promise<string> {
  const response = await fetch(`${hub.url}/api/v1/destination-tests`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${hub.token}`, 'Content-Type': 'application/json' },
    body: JSON.stringify(definition),
  })
  return await response.text()
}

const shown = () => hub.ask('GET', '/destinations/store')

test('R25: the first delivery finds out what the store can do, which is kept and shown until the keys change', async () => {
  expect((await shown()).capabilities).toBeNull()
  expect(await hub.deliver('daily')).toMatchObject({ status: 6, failure: null })
  expect((await shown()).capabilities).toMatchObject({ conditions: 'ignored', joinConditions: 'ignored' })

  const tried = () => store.asked.filter((one) => one.what === 'greet').length
  const before = tried()
  expect(await hub.deliver('daily')).toMatchObject({ status: 6 })
  expect(tried(), 'what is known is not tried again').toBe(before)

  await hub.ask('PUT', '/destinations/store', destination('AKIANEXT', 'next'))
  expect((await shown()).capabilities).toBeNull()
  expect(await hub.deliver('daily')).toMatchObject({ status: 6 })
  expect((await shown()).capabilities).toMatchObject({ conditions: 'ignored' })
})

test('values that are not saved are tested with the saved secret, and change nothing', async () => {
  const { secretAccessKey: _kept, ...unsaved } = destination('AKIAOURS', 'ours')
  const same = await steps(unsaved)
  expect(same).toContain('"name":"list"')
  expect(same).not.toContain('"verdict":"failed"')
  const wrong = await steps(destination('AKIAOURS', 'wrong'))
  expect(wrong).toContain('SignatureDoesNotMatch')
  expect((await shown()).capabilities, 'of the saved values').toMatchObject({ conditions: 'ignored' })
})
