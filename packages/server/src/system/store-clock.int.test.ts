import { createServer, type Server } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { destinationKinds } from '../destinations/index.ts'
import { HubUnderTest } from '../testing/hub-under-test.ts'
import { scriptedSource } from '../testing/scripted-source.ts'

let hub: HubUnderTest
let store: Server
/** How far the clock of the store is behind ours. */
let behindMs = 0

beforeAll(async () => {
  // Refuses everything, and tells the time
  store = createServer((request, response) => {
    request.resume()
    response.writeHead(403, {
      date: new Date(Date.now() - behindMs).toUTCString(),
      'content-type': 'application/xml',
    })
    response.end('<Error><Code>AccessDenied</Code><Message>No.</Message></Error>')
  })
  store.listen(0, '127.0.0.1')
  await once(store, 'listening')
  hub = await HubUnderTest.start([scriptedSource().kind], destinationKinds, { DATAHUB_EGRESS_ALLOW: '127.0.0.0/8' })
})

afterAll(async () => {
  await hub[Symbol.asyncDispose]()
  store.closeAllConnections()
  store.close()
})

/** The store is asked, as by Test Connection. */
async function ask(): Promise<void> {
  const answer = await fetch(`${hub.url}/api/v1/destination-tests`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${hub.token}`, 'Content-Type': 'application/json' },
    body: JSON.stringify({
      name: 'acme',
      kind: 's3',
      bucket: 'company-reports',
      region: 'us-east-1',
      endpoint: `http://127.0.0.1:${(store.address() as AddressInfo).port}`,
      pathStyle: true,
      accessKeyId: 'AKIACANARYCANARY0001',
      secretAccessKey: 'not-a-secret',
    }),
  })
  expect([answer.status, (await answer.text()).includes('clock')]).toEqual([200, true])
}

interface Check {
  readonly name: string
  readonly ok: boolean
  readonly message: string
  readonly remedy?: string
}

async function check(): Promise<Check | undefined> {
  const { checks } = await hub.ask<{ checks: Check[] }>('GET', '/system')
  return checks.find(({ name }) => name === 'store clock')
}

test(
  'a clock that differs from that of a store is told, by how much, and what to do before requests are refused',
  { timeout: 90_000 },
  async () => {
    expect(await check(), 'nobody has been asked yet').toBeUndefined()
    await ask()
    // Told with the next sign of life of the process
    await vi.waitFor(async () => expect(await check()).toMatchObject({ ok: true }), { timeout: 40_000, interval: 200 })
    behindMs = 20 * 60_000
    await ask()
    await vi.waitFor(async () => expect(await check()).toMatchObject({ ok: false }), { timeout: 40_000, interval: 200 })
    const found = await check()
    expect(found?.message).toMatch(/ is (1199|120\d) s ahead of that of the storage at 127\.0\.0\.1\.$/)
    expect(found?.remedy).toMatch(/NTP.*15 minutes.*RequestTimeTooSkewed/)
  },
)
