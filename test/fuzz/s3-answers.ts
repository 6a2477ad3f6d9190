import { createServer } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { DataHubError } from '@datahub/core/error/data-hub-error'
import { openS3 } from '@datahub/server/destinations/s3/index'
import { s3Settings } from '@datahub/server/destinations/s3/settings'
import { shortMemory } from '@datahub/server/destinations/short-memory'
import { openEgress } from '@datahub/server/foundation/egress'
import fc from 'fast-check'
import { spoilt } from './mutations.ts'

const ERROR = `<?xml version="1.0" encoding="UTF-8"?>
<Error><Code>AccessDenied</Code><Message>Access Denied</Message><RequestId>tx1</RequestId><HostId>h</HostId></Error>`

/** A storage that answers whatever it likes: what comes of it is a DataHubError or an answer, in time, with no secret in it. */
export async function openOddStorage() {
  let answer = { status: 500, body: '' }
  const server = createServer((request, response) => {
    request.resume()
    request.on('end', () => response.writeHead(answer.status, { 'Content-Type': 'application/xml' }).end(answer.body))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const settings = s3Settings.parse({
    bucket: 'company-data',
    region: 'us-east-1',
    accessKeyId: 'AKIAFUZZ',
    secretAccessKey: 'hunter2hunter2',
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    pathStyle: true,
  })
  const world = {
    instanceId: 'here',
    egress: openEgress(['127.0.0.1'], 'destination'),
    folders: undefined,
    dataDir: '/nowhere',
  }
  const patience = {
    connectMs: 2000,
    silenceMs: 2000,
    answerMs: 5000,
    slowestBytesPerMs: 64,
    completeMs: 5000,
    tries: 1,
  }
  const known = {
    conditions: 'honoured',
    joinConditions: 'honoured',
    abort: 'allowed',
    checksums: 'refused',
    acl: 'left out',
    reading: 'allowed',
    listing: 'denied',
    foundAt: '2025-01-01T00:00:00Z',
  } as const
  const destination = openS3(settings, world, shortMemory(known), patience)
  const signal = new AbortController().signal

  return {
    name: 'S3: any answer',
    property: () =>
      fc.asyncProperty(
        fc.record({
          status: fc.oneof(
            fc.constantFrom(200, 301, 400, 403, 404, 409, 412, 500, 501, 503),
            fc.integer({ min: 200, max: 599 }),
          ),
          body: fc.oneof(spoilt(fc.constant(ERROR)), fc.string({ unit: 'binary', maxLength: 100 })),
        }),
        fc.constantFrom('get', 'has', 'putNew', 'putVersion'),
        async (given, what) => {
          answer = given.status === 204 || given.status === 304 ? { ...given, body: '' } : given
          const body = Buffer.from('x')
          const labels = { instance: 'here', sha256: 'a'.repeat(64) }
          const work = {
            get: () => destination.get('reports/1/a', signal),
            has: () => destination.has('reports/1/a', { sha256: labels.sha256, sizeBytes: 1 }, signal),
            putNew: () => destination.putNew('reports/1/a', body, labels, signal),
            putVersion: () => destination.putVersion('reports/1/a', body, labels, null, signal),
          }
          try {
            await work[what]()
          } catch (error) {
            if (!(error instanceof DataHubError)) throw error
            if (JSON.stringify([error.message, error.hint, error.facts]).includes('hunter2'))
              throw new Error('a secret is in the error', { cause: error })
          }
        },
      ) as unknown as fc.IAsyncPropertyWithHooks<[unknown]>,
    async [Symbol.asyncDispose]() {
      await destination.close()
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
