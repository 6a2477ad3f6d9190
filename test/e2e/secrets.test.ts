import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readdir, readFile, realpath, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { HeadObjectCommand } from '@aws-sdk/client-s3'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createBucket, type TestBucket } from '../parts/bucket.ts'
import type { TestDatabase } from '../parts/database.ts'
import { requirePart } from '../parts/endpoints.ts'
import { clientFor } from '../parts/seed-policy.ts'
import { connectionTo, createAdsDatabase, query } from './ads-database.ts'
import { listKeys, readObject } from './delivered.ts'
import { HubProcess } from './hub-process.ts'

/** R34: secrets go in and are seen nowhere again, after deliveries that succeeded and deliveries that failed because of them. */

const canary = () => `canary-${randomBytes(15).toString('hex')}`
const PASSWORD = canary()
const REFUSED_PASSWORD = canary()
const REFUSED_KEY = canary()
const REJECTED = canary()

const resources = new AsyncDisposableStack()
let ads: TestDatabase
let bucket: TestBucket
let hub: HubProcess
/** Every secret, in the forms in which it might turn up. */
let needles: Buffer[]

beforeAll(async () => {
  ads = resources.use(await createAdsDatabase(2))
  bucket = resources.use(await createBucket())
  hub = resources.use(
    await HubProcess.start({
      env: {
        DATAHUB_LOG_LEVEL: 'debug',
        PASSWORD,
        REFUSED_PASSWORD,
        KEY: bucket.user.accessKeyId,
        SECRET: bucket.user.secretAccessKey,
        REFUSED_KEY,
      },
    }),
  )
  needles = [PASSWORD, REFUSED_PASSWORD, REFUSED_KEY, REJECTED, bucket.user.secretAccessKey].flatMap(formsOf)
})

afterAll(async () => {
  await resources.disposeAsync()
})

test('the search finds a secret, also in hexadecimal and in base64 of something around it', () => {
  for (const text of [
    `…${PASSWORD}…`,
    Buffer.from(`user:${REFUSED_KEY}`).toString('base64'),
    Buffer.from(REJECTED).toString('hex'),
  ]) {
    expect(() => expectNoSecret('a text', text)).toThrow('a secret is in a text')
  }
})

test('deliveries succeed and fail, and no command shows a secret', async () => {
  const reader = `reader_of_${ads.name}`
  await query(ads, `create role ${reader} login; grant select on market_insight_asin to ${reader}`)
  await writeFile(join(hub.folder, 'hub.yaml'), definitions(reader))
  await runs(0, 'plan', '-f', 'hub.yaml')
  await runs(0, 'apply', '-f', 'hub.yaml')
  await query(ads, `revoke all on market_insight_asin from ${reader}; drop role ${reader}`)

  expect(await hub.settled(1)).toMatchObject({ status: 6 })
  expect(await hub.until(2, ({ endedAt }) => endedAt !== null)).toMatchObject({ status: 7 })
  await runs(0, 'task', 'resume', 'no source')
  expect(await hub.until(3, ({ endedAt }) => endedAt !== null)).toMatchObject({ status: 3 })

  await runs(0, 'source', 'test', 'ads')
  await runs(6, 'source', 'test', 'revoked')
  await runs(0, 'destination', 'test', 'acme')
  await runs(6, 'destination', 'test', 'wrong')
  await runs(0, 'source', 'show', 'ads', '--json')
  await runs(0, 'destination', 'list', '--json')
  await runs(0, 'execution', 'show', '2')
})

test('a secret that is refused is not repeated', async () => {
  const spoilt = (from: RegExp, to: string) => definitions('postgres').replace(from, to)
  for (const [what, yaml] of [
    ['a space in it', spoilt(/"\$\{env:SECRET\}"/, `"${REJECTED} "`)],
    ['a list', spoilt(/"\$\{env:SECRET\}"/, `[${REJECTED}]`)],
    ['under another name', spoilt(/secretAccessKey: /, `secretAccesKey: ${REJECTED}, secretAccessKey: `)],
    ['instead of a number', spoilt(/port: \d+/, `port: ${REJECTED}`)],
    ['broken YAML', spoilt(/"\$\{env:SECRET\}"/, `"${REJECTED}`)],
  ] as const) {
    await writeFile(join(hub.folder, 'bad.yaml'), yaml)
    const { code, out, err } = await hub.run(['apply', '-f', 'bad.yaml'])
    expect([what, code, out]).toEqual([what, 2, ''])
    expectNoSecret(`the complaint about ${what}`, err)
  }
  for (const body of [`{"name": "x", "secretAccessKey": "${REJECTED}`, JSON.stringify(REJECTED)]) {
    const response = await fetch(`${hub.url}/api/v1/destinations`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${hub.token}`, 'Content-Type': 'application/json' },
      body,
    })
    expect(response.ok).toBe(false)
    expectNoSecret('the answer to a malformed body', await response.text())
  }
})

test('no answer of the API has a secret in it, whatever is asked for', async () => {
  const { paths } = (await hub.ask('GET', '/openapi.json')) as { paths: Record<string, Record<string, unknown>> }
  const names: Record<string, readonly string[]> = {
    sources: ['ads', 'revoked', 'nobody'],
    destinations: ['acme', 'wrong', 'nobody'],
  }
  const ids = ['1', '2', '3', '999']
  let asked = 0
  // The stream of events has no end; what it tells are ids and states
  for (const path of Object.keys(paths).filter((path) => paths[path]?.['get'] && path !== '/events')) {
    const noun = path.split('/')[1] ?? ''
    const urls = path.includes('{') ? (names[noun] ?? ids).map((name) => path.replace(/\{\w+\}/, name)) : [path]
    for (const url of urls) {
      const query = path === '/destination-policy' ? '?bucket=acme-data&region=us-east-1' : ''
      expectNoSecret(`GET ${url}`, (await hub.request('GET', url + query)).text)
      asked += 1
    }
  }
  expect(asked).toBeGreaterThan(20)
})

test('no object in the bucket has a secret in it: package, manifest, sync log, labels', async () => {
  const keys = await listKeys(bucket)
  expect(
    keys.map((key) =>
      key
        .split('/')
        .at(-1)
        ?.replace(/\d{8}_\d+/, '…'),
    ),
  ).toEqual(expect.arrayContaining(['ads_1_….zip', 'ads_1_….manifest.json', 'sync_log_1.csv', 'sync_log_3.csv']))
  const client = clientFor(requirePart('s3'), bucket.user)
  for (const key of keys) {
    expectNoSecret(key, await readObject(bucket, key))
    const { Metadata } = await client.send(new HeadObjectCommand({ Bucket: bucket.name, Key: key }))
    expectNoSecret(`the labels of ${key}`, JSON.stringify(Metadata))
  }
  client.destroy()
})

test('no row of the database has a secret in it, and no file of the data directory, the database included', async () => {
  const cluster = await realpath(join(hub.dataDir, 'postgres'))
  const client = new pg.Client(`postgres://datahub@localhost/postgres?host=${encodeURIComponent(cluster)}`)
  await client.connect()
  const { rows: tables } = await client.query<{ name: string }>(
    `select format('%I.%I', schemaname, tablename) as name from pg_tables
     where schemaname not in ('pg_catalog', 'information_schema')`,
  )
  expect(tables.map(({ name }) => name)).toEqual(expect.arrayContaining(['public.destination', 'pgboss.job_common']))
  for (const { name } of tables) {
    const { rows } = await client.query<{ row: string }>(`select t::text as row from ${name} as t`)
    for (const { row } of rows) expectNoSecret(`the table ${name}`, row)
  }
  await client.query('checkpoint')
  await client.end()

  let files = 0
  for (const root of [hub.dataDir, cluster]) {
    for (const entry of await readdir(root, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue
      // PostgreSQL removes files of its own while we look.
      const bytes = await readFile(join(entry.parentPath, entry.name)).catch(() => Buffer.alloc(0))
      expectNoSecret(join(entry.parentPath, entry.name), bytes)
      files += 1
    }
  }
  expect(files).toBeGreaterThan(500)
})

test('the log of the hub has no secret in it, at the level debug', () => {
  expect(hub.log).toContain('destination.secret_wrong')
  expectNoSecret('the log', hub.log)
})

test('R34: with another key, or none, the hub does not start, and says how it would; nothing is made anew', async () => {
  expect(await hub.stop()).toBe(0)
  const key = join(hub.dataDir, 'secret.key')
  const right = await readFile(key)
  const refused =
    /the key is not the one that sealed the stored secrets.*\nTry: Restore secret\.key.*DATAHUB_KEY_LOST=true/s
  await writeFile(key, `${randomBytes(32).toString('base64')}\n`)
  await expect(hub.start()).rejects.toThrow(refused)
  await rm(key)
  await expect(hub.start()).rejects.toThrow(refused)
  expect(existsSync(key)).toBe(false)
  await writeFile(key, 'not a key')
  await expect(hub.start()).rejects.toThrow(/Error: .*secret\.key.*\nTry: It must hold 32 random bytes in base64/s)

  await writeFile(key, right, { mode: 0o600 })
  await hub.start()
  await runs(0, 'destination', 'test', 'acme')
  expectNoSecret('the log', hub.log)
})

function definitions(reader: string): string {
  const { host, port, database, user } = connectionTo(ads)
  const source = (name: string, user: string, password: string) =>
    `  - name: ${name}
    kind: postgres
    connection: { host: ${host}, port: ${port}, database: ${database}, user: ${user}, password: "\${env:${password}}" }
    reports: [{ table: market_insight_asin, from: market_insight_asin, dateColumn: date }]
`
  const destination = (name: string, secret: string) =>
    `  - { name: ${name}, kind: s3, bucket: ${bucket.name}, region: ${bucket.region}, accessKeyId: "\${env:KEY}", secretAccessKey: "\${env:${secret}}", endpoint: "${bucket.endpoint}", pathStyle: true }
`
  const oneTime = 'oneTime: { from: 2024-01-01, to: 2024-01-31 }'
  return `sources:
${source('ads', user, 'PASSWORD')}${source('revoked', reader, 'REFUSED_PASSWORD')}destinations:
${destination('acme', 'SECRET')}${destination('wrong', 'REFUSED_KEY')}tasks:
  - { name: good, source: ads, destination: acme, ${oneTime} }
  - { name: no storage, source: ads, destination: wrong, ${oneTime} }
  - { name: no source, source: revoked, destination: acme, ${oneTime}, paused: true }
`
}

async function runs(exitCode: number, ...args: string[]): Promise<void> {
  const { code, out, err } = await hub.run(args)
  expect(code, `datahub ${args.join(' ')}: ${err}`).toBe(exitCode)
  expectNoSecret(`datahub ${args.join(' ')}`, out + err)
}

function expectNoSecret(where: string, content: string | Buffer): void {
  const bytes = Buffer.from(content)
  const found = needles.find((needle) => bytes.includes(needle))
  if (found) throw new Error(`a secret is in ${where}: ${found.toString().slice(0, 12)}…`)
}

/** As it is, in hexadecimal, and as the inner part of what base64 makes of it at each of the three positions. */
function formsOf(secret: string): Buffer[] {
  const inBase64 = [0, 1, 2].map((offset) => {
    const encoded = Buffer.from(' '.repeat(offset) + secret).toString('base64')
    return encoded.slice(4, 4 * Math.floor((offset + secret.length) / 3))
  })
  return [secret, Buffer.from(secret).toString('hex'), ...inBase64].map((form) => Buffer.from(form))
}
