import { createServer, type Server } from 'node:net'
import type { AddressInfo } from 'node:net'
import { once } from 'node:events'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { destinationKinds } from '../destinations/index.ts'
import { sourceKinds } from '../sources/index.ts'
import { HubUnderTest } from '../testing/hub-under-test.ts'

/** A hub whose operator allows nothing, beside something on this machine that nobody may reach through it. */
let hub: HubUnderTest
let canary: Server
let port: number
let hits = 0

beforeAll(async () => {
  canary = createServer((socket) => {
    hits += 1
    socket.destroy()
  })
  await once(canary.listen(0, '127.0.0.1'), 'listening')
  port = (canary.address() as AddressInfo).port
  hub = await HubUnderTest.start(sourceKinds, destinationKinds)
  await hub.ask('POST', '/apply', {
    sources: [{ name: 'ads', kind: 'sample' }],
    destinations: [destination('there', 's3.example.com')],
    tasks: [
      { name: 'daily', source: 'ads', destination: 'there', schedule: { every: 'day', at: '03:00', timeZone: 'UTC' } },
    ],
  })
})

afterAll(async () => {
  await hub[Symbol.asyncDispose]()
  canary.close()
})

function destination(name: string, host: string, more: object = {}) {
  return {
    name,
    kind: 's3',
    bucket: 'company-data',
    region: 'us-east-1',
    accessKeyId: 'AKIAOURS',
    secretAccessKey: 'ours',
    endpoint: `http://${host}:${port}`,
    pathStyle: true,
    ...more,
  }
}

function source(name: string, host: string) {
  const connection = { host, port, database: 'ads', user: 'reader', password: 'x' }
  return { name, kind: 'postgres', connection, reports: [{ table: 'a', from: 'a', dateColumn: 'date' }] }
}

/** Runs the task; what it fails with. Its log cannot be written either, so nobody waits for that. */
async function failure(): Promise<string | undefined> {
  const { id } = await hub.ask('POST', '/tasks/daily/run', {})
  return (await hub.until(id, (execution) => execution.failure !== null, 10_000)).failure?.code
}

/** Several things may be wrong with a file at once, so there the code says less and the fields say all. */
function expectBlocked(where: string, answer: { status: number; body: { code: string } }, side: string): void {
  expect(answer.status, where).toBe(422)
  expect(answer.body.code, where).toBeOneOf([`${side}.egress_blocked`, 'request.invalid'])
  expect(JSON.stringify(answer.body), where).toContain("the address is not allowed by the server's policy")
}

const HERE = ['127.0.0.1', '127.1', '2130706433', '0x7f.1', '[::ffff:127.0.0.1]', '[::1]', 'localhost']

describe('R35: what is stored', () => {
  test.each([...HERE, '169.254.169.254'])(
    'an endpoint at %s is refused by every route that takes one',
    async (host) => {
      const good = { secretAccessKey: 'ours' }
      for (const [method, path, body] of [
        ['POST', '/destinations', destination('bad', host)],
        ['PUT', '/destinations/there', destination('there', host)],
        ['POST', '/apply', { destinations: [destination('bad', host)] }],
        ['POST', '/plan', { destinations: [destination('bad', host)] }],
        [
          'POST',
          '/destinations',
          destination('bad', 's3.example.com', { ...good, stsEndpoint: `http://${host}:${port}` }),
        ],
      ] as const) {
        expectBlocked(`${method} ${path}`, await hub.request(method, path, body), 'destination')
      }
      expect(hits).toBe(0)
    },
  )

  test.each(['169.254.169.254', '::ffff:169.254.169.254', '0.0.0.0'])(
    'a database at %s is refused by every route that takes one',
    async (host) => {
      for (const [method, path, body] of [
        ['POST', '/sources', source('bad', host)],
        ['POST', '/apply', { sources: [source('bad', host)] }],
        ['POST', '/plan', { sources: [source('bad', host)] }],
      ] as const) {
        expectBlocked(`${method} ${path}`, await hub.request(method, path, body), 'source')
      }
    },
  )
})

describe('R35: what is used', () => {
  test.each(HERE)('an endpoint at %s, written past every check into the database, is not reached', async (host) => {
    await hub.sql(`update destination set settings = jsonb_set(settings, '{endpoint}', to_jsonb($1::text))`, [
      `http://${host}:${port}`,
    ])
    expect(await failure()).toBe('destination.egress_blocked')
    expect(hits).toBe(0)
  })
})
