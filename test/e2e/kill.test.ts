import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { asDestination, createBucket } from '../parts/bucket.ts'
import { createDatabase, type TestDatabase } from '../parts/database.ts'
import { ADS_DAYS, connectionTo, createAdsDatabase, query } from './ads-database.ts'
import { expectOneDelivery, listOpenUploads, readLog } from './delivered.ts'
import { HoldingProxy, type Passing } from './holding-proxy.ts'
import { HubProcess } from './hub-process.ts'

/**
 * R1: a hub that is killed at any instant of a delivery, and started again, ends with exactly one package and one row.
 * The source is a real PostgreSQL, the bucket a real S3 under the seed's policy; both are reached through proxies that
 * stop the world at the instant the test wants.
 */

const ROWS_PER_DAY = 550
const ROWS = ADS_DAYS * ROWS_PER_DAY
const MANIFEST = /^PUT \S+\.manifest\.json/
const DELIVERED_ROW = /,6,market_insight_1_/

/** A killed hub's lease on the sync log has to run out first, when it died with one: a minute. */
const RECOVERY_TIMEOUT_MS = 150_000

// Most of the time they wait: for a dead hub's job to be given to the next one.
vi.setConfig({ maxConcurrency: 6, testTimeout: 300_000 })

let ads: TestDatabase

beforeAll(async () => {
  ads = await createAdsDatabase(ROWS_PER_DAY)
})

afterAll(async () => {
  await ads[Symbol.asyncDispose]()
})

interface Moment {
  readonly name: string
  readonly database: 'embedded' | 'external'
  /** The link that is stopped, and by which bytes. */
  readonly link: 'source' | 'bucket'
  when(passing: Passing): boolean
  /** Status of the execution in the hub's database when it is killed. */
  readonly status: number
  /** Nobody ends the upload of a killed hub but the bucket's lifecycle rule: the seed's key may neither list nor abort. */
  readonly leavesUpload?: true
}

const generation: readonly Moment[] = [
  {
    name: 'when the source has just been asked',
    database: 'embedded',
    link: 'source',
    when: ({ to }) => to === 'client',
    status: 1,
  },
  {
    name: 'in the middle of the rows',
    database: 'external',
    link: 'source',
    when: ({ to, passedBytes }) => to === 'client' && passedBytes > 5_000_000,
    status: 4,
  },
  {
    name: 'just before the last row',
    database: 'embedded',
    link: 'source',
    when: ({ to, bytes }) => to === 'client' && bytes.includes(`COPY ${ROWS}`),
    status: 4,
  },
]

const upload: readonly Moment[] = [
  {
    name: 'when the upload has been opened but nobody knows yet',
    database: 'external',
    link: 'bucket',
    when: answerTo(/^POST \S+\.zip\?uploads/),
    status: 4,
    leavesUpload: true,
  },
  {
    name: 'while the second part is on its way',
    database: 'embedded',
    link: 'bucket',
    when: ({ to, bytes }) => to === 'server' && startOf(bytes).includes('partNumber=2&'),
    status: 4,
    leavesUpload: true,
  },
  {
    name: 'when the package stands in the bucket but the hub has not heard of it',
    database: 'external',
    link: 'bucket',
    when: answerTo(/^POST \S+\.zip\?uploadId=/),
    status: 4,
  },
  {
    name: 'between package and manifest',
    database: 'external',
    link: 'bucket',
    when: ({ to, bytes }) => to === 'server' && MANIFEST.test(startOf(bytes)),
    status: 4,
  },
  {
    name: 'when the manifest stands there but the hub has not heard of it',
    database: 'external',
    link: 'bucket',
    when: answerTo(MANIFEST),
    status: 4,
  },
  {
    name: 'after the delivery, before the sync log tells of it',
    database: 'embedded',
    link: 'bucket',
    when: ({ to, bytes }) => to === 'server' && DELIVERED_ROW.test(bytes.toString('latin1')),
    status: 6,
  },
]

describe.concurrent('R1: a hub killed', () => {
  test.each([...generation, ...upload])('$name, on its $database database', async (moment) => {
    await using scene = await setScene(moment.database)
    const { hub } = scene
    const link = scene.links[moment.link]
    await scene.beginAndHold(link, moment.when)
    expect((await hub.execution(1)).status).toBe(moment.status)
    await hub.kill('SIGKILL')
    link.cut()

    await hub.start()
    await hub.settled(1, RECOVERY_TIMEOUT_MS)
    await scene.expectDelivered()
    expect(await listOpenUploads(scene.bucket)).toHaveLength(moment.leavesUpload ? 1 : 0)
  })
})

test('R1: a hub killed while parts go up of a package that is still being written', async () => {
  const rowsPerDay = 1400
  await using large = await createAdsDatabase(rowsPerDay)
  await using scene = await setScene('external', large, ADS_DAYS * rowsPerDay)
  const { hub, links, bucket, own } = scene
  // Two thirds of the rows: more than a part of the package, which therefore cannot be whole when the part goes up.
  const written = links.source.hold(({ to, passedBytes }) => to === 'client' && passedBytes > 28_000_000)
  await scene.beginAndHold(
    links.bucket,
    ({ to, bytes }) => to === 'server' && /^PUT \S+\.zip\?partNumber=1&/.test(startOf(bytes)),
  )
  await written
  expect(await hub.execution(1)).toMatchObject({ status: 4, fileName: expect.any(String) as string, sizeBytes: null })
  await hub.kill('SIGKILL')
  links.source.cut()
  links.bucket.cut()

  await hub.start()
  expect(await hub.settled(1, RECOVERY_TIMEOUT_MS)).toMatchObject({ status: 6, attempt: 2 })
  await scene.expectDelivered()
  expect(await readLog(bucket, 1)).toHaveLength(1)
  // The seed's key may not abort: what the killed hub left open the next one knows of, for whoever gets the right
  const left = await listOpenUploads(bucket)
  const known = await query<{ key: string }>(own ?? expect.fail(), 'select key from open_upload')
  expect(left).toHaveLength(1)
  expect(known.map(({ key }) => key)).toEqual(expect.arrayContaining(left))
})

describe.concurrent('SIGTERM while reports are generated', () => {
  const inTheMiddle = ({ to, passedBytes }: Passing) => to === 'client' && passedBytes > 5_000_000

  test('lets the delivery finish, and the hub ends with 0', async () => {
    await using scene = await setScene('embedded')
    await scene.beginAndHold(scene.links.source, inTheMiddle)
    const ended = scene.hub.stop()
    await sleep(500) // The hub is draining by now.
    scene.links.source.release()
    expect(await ended).toBe(0)
    expect(await readLog(scene.bucket, 1)).toMatchObject([{ status: 6 }])

    await scene.hub.start()
    expect(await scene.hub.settled(1)).toMatchObject({ status: 6, attempt: 1 })
    await scene.expectDelivered()
  })

  test('hands back what does not finish in time, ends with 0, and the next hub goes on', async () => {
    await using scene = await setScene('external')
    await scene.beginAndHold(scene.links.source, inTheMiddle)
    expect(await scene.hub.stop()).toBe(0)
    scene.links.source.cut()

    await scene.hub.start()
    expect(await scene.hub.settled(1)).toMatchObject({ status: 6, attempt: 2 })
    await scene.expectDelivered()
  })
})

/** The bytes that answer the first request which begins like `request`. */
function answerTo(request: RegExp): (passing: Passing) => boolean {
  let asking: number | undefined
  return ({ to, connection, bytes }) => {
    if (to === 'client') return connection === asking
    if (request.test(startOf(bytes))) asking ??= connection
    return false
  }
}

function startOf(bytes: Buffer): string {
  return bytes.toString('latin1', 0, 1000)
}

/** One hub between the customer's database and a bucket of its own, with a proxy on either side. */
async function setScene(database: Moment['database'], customer = ads, rows = ROWS) {
  const resources = new AsyncDisposableStack()
  try {
    const bucket = resources.use(await createBucket())
    const own = database === 'external' ? resources.use(await createDatabase()) : undefined
    const proxyTo = async (url: string) => {
      const { hostname: host, port } = new URL(url)
      return resources.use(await HoldingProxy.to({ host, port: Number(port) }))
    }
    const links = { source: await proxyTo(customer.url), bucket: await proxyTo(bucket.endpoint) }
    const hub = resources.use(await HubProcess.start(own ? { databaseUrl: own.url } : {}))
    await define()
    return {
      hub,
      bucket,
      own,
      links,
      beginAndHold,
      expectDelivered,
      [Symbol.asyncDispose]: () => resources.disposeAsync(),
    }

    async function define() {
      await hub.ask('POST', '/apply', {
        sources: [
          {
            name: 'market_insight',
            kind: 'postgres',
            connection: connectionTo(customer, links.source.port),
            reports: [{ table: 'market_insight_asin', from: 'public.market_insight_asin', dateColumn: 'date' }],
          },
        ],
        destinations: [asDestination(bucket, 'acme', { link: links.bucket.port })],
      })
    }

    /** Creates the one-time push, which starts by itself: execution 1 of task 1. Resolves when the link is held. */
    async function beginAndHold(link: HoldingProxy, when: Moment['when']) {
      const held = link.hold(when)
      await hub.ask('POST', '/tasks', {
        name: 'Market insight history',
        source: 'market_insight',
        destination: 'acme',
        oneTime: { from: '2024-01-01', to: '2024-06-30' },
      })
      const over = hub.settled(1, RECOVERY_TIMEOUT_MS).then(({ status }) => {
        throw new Error(`it ended with ${status} before the link was held`)
      })
      over.catch(() => {}) // A killed hub does not answer any more.
      await Promise.race([held, over])
    }

    async function expectDelivered() {
      const { manifest } = await expectOneDelivery(bucket, 1)
      expect(manifest.reports).toMatchObject([{ table: 'market_insight_asin', rows }])
      expect(await readdir(join(hub.dataDir, 'staging'))).toEqual([])
    }
  } catch (error) {
    await resources.disposeAsync()
    throw error
  }
}
