import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { AMAZON } from '../../../../test/s3/rules.ts'
import { startStrictStore } from '../../../../test/s3/strict-store.ts'
import type { DestinationKind } from '../destinations/kind.ts'
import { s3 } from '../destinations/s3/index.ts'
import { openEgress } from '../foundation/egress.ts'
import { sample } from '../sources/sample/index.ts'
import { HubUnderTest } from '../testing/hub-under-test.ts'

/** The real S3 destination in a hub whose operator allows this machine. */
const local: DestinationKind = {
  ...(s3 as DestinationKind),
  admit: () => undefined,
  open: (settings, world, memory) =>
    s3.open(settings as never, { ...world, egress: openEgress(['127.0.0.1']) }, memory),
}
const schedule = { every: 'day', at: '03:00', timeZone: 'UTC' }

let store: Awaited<ReturnType<typeof startStrictStore>>
let hub: HubUnderTest
beforeAll(async () => {
  store = await startStrictStore(undefined, { keys: { AKIAOURS: 'ours', AKIANEXT: 'next' } })
  hub = await HubUnderTest.start([sample], [local])
  await hub.ask('POST', '/sources', { name: 'ads', kind: 'sample' })
  await hub.ask('POST', '/destinations', destination('AKIAOURS', 'ours'))
})
afterAll(async () => {
  await hub[Symbol.asyncDispose]()
  await store[Symbol.asyncDispose]()
})

function destination(accessKeyId: string, secretAccessKey: string) {
  const { bucket, region } = AMAZON
  const { endpoint } = store
  return { name: 'store', kind: 's3', bucket, region, endpoint, pathStyle: true, accessKeyId, secretAccessKey }
}

/** The connection test as a stream, read to its end. */
async function tried(path: string, body: object = {}): Promise<void> {
  const answer = await fetch(`${hub.url}/api/v1${path}`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${hub.token}`, 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  })
  expect(answer.status).toBe(200)
  expect(await answer.text()).not.toContain('event: error')
}
const shown = () => hub.ask('GET', '/destinations/store')
const dueNow = () => hub.sql(`update destination set retest_at = now()`)
/** Its last test, as soon as it is one by the hub, or by a delivery. */
const testBy = (kind: 'hub' | 'delivery') =>
  vi.waitFor(
    async () => {
      const { lastTest } = await shown()
      expect(lastTest.by.kind).toBe(kind)
      return lastTest
    },
    { timeout: 40_000, interval: 500 },
  )

test('a test is kept with who and when, in the list too, and counts until the values change', async () => {
  expect(await shown()).toMatchObject({ lastTest: null, tasks: 0 })
  await tried('/destinations/store/test')
  const { lastTest } = await shown()
  expect(lastTest).toMatchObject({ ok: true, headline: 'Connection successful', isCurrent: true })
  expect(lastTest.by).toMatchObject({ kind: 'token' })
  expect(Date.now() - Date.parse(lastTest.at)).toBeLessThan(60_000)
  expect((await hub.ask('GET', '/destinations'))[0].lastTest).toEqual(lastTest)

  await hub.ask('PUT', '/destinations/store', destination('AKIANEXT', 'next'))
  expect((await shown()).lastTest).toMatchObject({ ok: true, isCurrent: false })
})

test('values that are not saved are tested for the moment at which they are', async () => {
  await tried('/destinations/store/test')
  await tried('/destination-tests', destination('AKIAOURS', 'wrong'))
  expect((await shown()).lastTest, 'what is saved works still').toMatchObject({ ok: true, isCurrent: true })
  await hub.ask('PUT', '/destinations/store', destination('AKIAOURS', 'wrong'))
  const { lastTest } = await shown()
  expect(lastTest).toMatchObject({ ok: false, isCurrent: true })
  expect(lastTest.headline).toContain('Connection failed')

  await tried('/destination-tests', { ...destination('AKIAOURS', 'ours'), name: 'second' })
  await hub.ask('POST', '/destinations', { ...destination('AKIAOURS', 'ours'), name: 'second' })
  expect((await hub.ask('GET', '/destinations/second')).lastTest).toMatchObject({ ok: true, isCurrent: true })
  await hub.ask('DELETE', '/destinations/second')
  expect(await hub.sql(`select name from connection_test where name = 'second'`)).toEqual([])
})

test('new keys are swapped in only after they have passed a test; those that fail leave the old ones', async () => {
  await hub.ask('PUT', '/destinations/store', destination('AKIAOURS', 'ours'))
  await hub.sql('delete from connection_test')
  const rotate = (accessKeyId: string, secretAccessKey: string) =>
    hub.request('POST', '/destinations/store/rotation', { credentials: { accessKeyId, secretAccessKey } })

  expect((await rotate('AKIANEXT', 'next')).body, 'never tested').toMatchObject({ code: 'request.conflict' })
  await tried('/destination-tests', destination('AKIANEXT', 'wrong'))
  expect((await rotate('AKIANEXT', 'wrong')).body, 'the test failed').toMatchObject({ code: 'request.conflict' })
  expect((await rotate('AKIANEXT', 'next')).status, 'other keys have been tested').toBe(409)
  await tried('/destinations/store/test')
  expect(await shown(), 'the old ones work').toMatchObject({ accessKeyId: 'AKIAOURS', lastTest: { ok: true } })

  await tried('/destination-tests', destination('AKIANEXT', 'next'))
  await hub.sql(`update connection_test set tested_at = now() - interval '16 minutes' where ok`)
  expect((await rotate('AKIANEXT', 'next')).status, 'tested too long ago').toBe(409)
  await tried('/destination-tests', destination('AKIANEXT', 'next'))
  expect((await rotate('AKIANEXT', 'next')).status).toBe(200)
  expect(await shown()).toMatchObject({ accessKeyId: 'AKIANEXT', lastTest: { ok: true, isCurrent: true } })
  await tried('/destinations/store/test')
  expect((await shown()).lastTest, 'the new ones are in use').toMatchObject({ ok: true, isCurrent: true })

  const [entry] = (await hub.ask('GET', '/audit?action=destination.rotate&limit=1')) as object[]
  expect(entry).toMatchObject({
    outcome: 'done',
    before: { accessKeyId: 'AKIAOURS' },
    after: { accessKeyId: 'AKIANEXT' },
  })
  expect(JSON.stringify(entry)).not.toMatch(/"(ours|next)"/)
})

test('keys are rotated all together, and nothing beside them', async () => {
  const { status, body } = await hub.request('POST', '/destinations/store/rotation', {
    credentials: { accessKeyId: 'AKIANEXT', bucket: 'elsewhere' },
  })
  expect([status, body.errors.map(({ field }: { field: string }) => field)]).toEqual([
    422,
    ['credentials.bucket', 'credentials.secretAccessKey'],
  ])
})

test('neither secret nor anything made of it alone is kept', async () => {
  const kept = JSON.stringify(await hub.sql('select * from connection_test'))
  expect(kept).not.toContain('AKIAOURS","ours')
  for (const secret of ['"ours"', '"wrong"', '"next"']) expect(kept).not.toContain(secret)
})

test('a destination that a task uses is tested again by itself, and by a delivery', { timeout: 150_000 }, async () => {
  await hub.ask('PUT', '/destinations/store', destination('AKIAOURS', 'ours'))
  await dueNow()
  await hub.ask('POST', '/tasks', { name: 'daily', source: 'ads', destination: 'store', schedule })
  expect(await testBy('hub')).toMatchObject({ ok: true, isCurrent: true })
  const [{ hours }] = (await hub.sql(
    `select extract(epoch from retest_at - now()) / 3600 as hours from destination`,
  )) as [{ hours: string }]
  expect(Number(hours)).toBeGreaterThan(18)
  expect(Number(hours)).toBeLessThan(30)

  expect(await hub.deliver('daily')).toMatchObject({ status: 6 })
  const asked = store.asked.length
  await dueNow()
  const proof = await testBy('delivery')
  expect(proof).toMatchObject({ ok: true, isCurrent: true, steps: [] })
  expect(store.asked.length, 'nothing was sent to the store').toBe(asked)
})

test('a source or destination that tasks use is not removed, and who uses it is told', async () => {
  const { status, body } = await hub.request('DELETE', '/destinations/store')
  expect([status, body.code]).toEqual([409, 'request.in_use'])
  expect(body.cure).toContain('The task "daily" uses it')
  for (let n = 1; n <= 6; n++)
    await hub.ask('POST', '/tasks', { name: `more ${n}`, source: 'ads', destination: 'store', schedule })
  const again = await hub.request('DELETE', '/sources/ads')
  expect(again.body).toMatchObject({ code: 'request.in_use', facts: { tasks: 7 } })
  expect(again.body.cure).toContain('"more 4", 2 more')
  expect((await shown()).tasks).toBe(7)
  expect((await hub.ask('GET', '/sources'))[0].tasks).toBe(7)
})

test('a source keeps its test, too', async () => {
  await tried('/sources/ads/test')
  expect((await hub.ask('GET', '/sources/ads')).lastTest).toMatchObject({ ok: true, isCurrent: true })
  await hub.ask('PUT', '/sources/ads', { name: 'ads', kind: 'sample', maxRangeDays: 30 })
  expect((await hub.ask('GET', '/sources/ads')).lastTest, 'the connection is the same').toMatchObject({
    isCurrent: true,
  })
})
