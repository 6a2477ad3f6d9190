import { createHash, randomBytes } from 'node:crypto'
import { readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { z } from 'zod'
import { readConfig } from '../config.ts'
import { startHub } from '../main.ts'
import { HubUnderTest } from '../testing/hub-under-test.ts'
import { scriptedSource, type SourceScript } from '../testing/scripted-source.ts'
import { watchedDestination } from '../testing/watched-destination.ts'
import { s3 } from '../destinations/s3/index.ts'
import type { SourceKind } from '../sources/kind.ts'

const CANARY = `canary-${randomBytes(12).toString('hex')}`

let hub: HubUnderTest
let script: SourceScript
let source: SourceKind

beforeEach(async () => {
  const scripted = scriptedSource()
  script = scripted.script
  script.keepsReference = true
  source = { ...scripted.kind, connectionSchema: z.strictObject({ password: z.string() }), secrets: ['password'] }
  hub = await HubUnderTest.start([source], [watchedDestination().kind, s3])
  const many = Array.from({ length: 230 }, (_, at) => ({
    name: `acme ${at}`,
    kind: 's3',
    bucket: 'acme-data',
    region: 'us-east-1',
    accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
    secretAccessKey: CANARY,
  }))
  await hub.ask('POST', '/apply', {
    sources: [{ name: 'ads', kind: 'scripted', connection: { password: CANARY } }],
    destinations: [{ name: 'store', kind: 'memory' }, ...many],
    alertChannels: [{ name: 'chat', kind: 'slack', url: `https://hooks.slack.com/services/${CANARY}` }],
    tasks: [
      { name: 'daily', source: 'ads', destination: 'store', schedule: { every: 'day', at: '03:00', timeZone: 'UTC' } },
    ],
  })
})

afterEach(async () => {
  await hub[Symbol.asyncDispose]()
})

const keyFile = () => readFile(join(hub.dataDir, 'secret.key'), 'utf8')
const show = () => hub.ask<{ id: string; use: string; secrets: number }[]>('GET', '/keys')
const rotate = () => hub.ask<{ id: string; use: string; secrets: number }[]>('POST', '/keys/rotate', {})

test('R34: rotation seals every secret anew while deliveries run, and no key or secret is in an answer', async () => {
  const [before] = await show()
  expect(before).toEqual({ id: expect.stringMatching(/^[0-9a-f]{8}$/) as string, use: 'seals', secrets: 232 })
  const old = (await keyFile()).trim()
  const [reading, rotated] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  const { csv } = script
  script.csv = async function* (...given) {
    reading.resolve()
    await rotated.promise
    yield* csv(...given)
  }
  const delivery = hub.deliver('daily')
  await reading.promise
  const after = await rotate()
  const [{ reference } = { reference: '' }] = await hub.sql<{ reference: string }>('select reference from execution')
  expect(reference).toMatch(new RegExp(`^v1\\.${idOf(await keyFile())}\\.`))
  rotated.resolve()
  expect(await delivery).toMatchObject({ status: 6, attempt: 1 })
  expect(after).toEqual([
    { id: idOf(await keyFile()), use: 'seals', secrets: 233 },
    { id: before?.id, use: 'opens', secrets: 0 },
  ])
  expect(await readFile(join(hub.dataDir, `secret.key.old.${before?.id}`), 'utf8')).toBe(`${old}\n`)
  const [audit] = await hub.ask('GET', '/audit?action=key.rotate')
  expect(audit).toMatchObject({ action: 'key.rotate', outcome: 'done', before: [{ ...before, secrets: 233 }], after })
  for (const text of [JSON.stringify(after), JSON.stringify(audit)]) {
    expect(text).not.toContain(old)
    expect(text).not.toContain((await keyFile()).trim())
    expect(text).not.toContain(CANARY)
  }

  await rm(join(hub.dataDir, `secret.key.old.${before?.id}`))
  await hub.stop()
  await hub.start()
  expect(await hub.deliver('daily')).toMatchObject({ status: 6 })
  expect(await opens('acme 7')).toBe(true)
})

test('R34: a hub that was killed in the middle opens both halves, and the next rotation ends the one before', async () => {
  const [before] = await show()
  await hub.sql(`create function fail() returns trigger language plpgsql as $$ begin raise 'killed'; end $$;
    create trigger fail before update on destination for each row when (new.id = 150) execute function fail()`)
  expect((await hub.request('POST', '/keys/rotate', {})).status).toBe(500)
  await hub.sql('drop trigger fail on destination; drop function fail')
  const middle = await show()
  expect(middle.map(({ secrets }) => secrets > 0)).toEqual([true, true])

  await hub.stop()
  await hub.start()
  expect(await show()).toEqual(middle)
  expect([await opens('acme 7'), await opens('acme 229')]).toEqual([true, true])
  const after = await rotate()
  expect(after).toEqual([
    { id: middle[0]?.id, use: 'seals', secrets: 232 },
    { id: before?.id, use: 'opens', secrets: 0 },
  ])
})

test('R34: rotated twice at once by two processes there is one new key, and both seal with it', async () => {
  const [before] = await show()
  const settings = { DATABASE_URL: hub.database.url, DATAHUB_DATA_DIR: hub.dataDir, DATAHUB_PORT: '0' }
  const other = await startHub(readConfig({ ...settings, DATAHUB_LOG_LEVEL: 'error' }), {
    sources: [source],
    destinations: [watchedDestination().kind, s3],
  })
  try {
    await hub.sql(`create function wait() returns trigger language plpgsql as $$ begin perform pg_sleep(1); return new; end $$;
      create trigger wait before update on destination for each row when (new.id = 150) execute function wait()`)
    const there = fetch(`${other.url}/api/v1/keys/rotate`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${hub.token}`, 'Content-Type': 'application/json' },
      body: '{}',
    })
    const outcomes = await Promise.all([rotate(), there.then((response) => response.json())])
    const expected = [
      { id: idOf(await keyFile()), use: 'seals', secrets: 232 },
      { id: before?.id, use: 'opens', secrets: 0 },
    ]
    expect(outcomes).toEqual([expected, expected])
  } finally {
    await other.stop()
  }
})

test('R34: an altered or moved secret refuses as before, and does not hold up the others', async () => {
  await hub.sql(
    `update destination d set sealed = o.sealed from destination o where d.name = 'acme 3' and o.name = 'acme 4'`,
  )
  await hub.sql(`update destination set sealed = jsonb_set(sealed, '{secretAccessKey}',
    to_jsonb(left(sealed->>'secretAccessKey', 40) || 'AAAA' || substr(sealed->>'secretAccessKey', 45))) where name = 'acme 5'`)
  const after = await rotate()
  expect(after.map(({ use, secrets }) => [use, secrets])).toEqual([
    ['seals', 230],
    ['opens', 2],
  ])
  expect(await Promise.all(['acme 3', 'acme 4', 'acme 5', 'acme 6'].map(opens))).toEqual([false, true, false, true])
})

test('R34: a key of the environment is rotated to the one that is given beside the old one, and no other', async () => {
  const old = (await keyFile()).trim()
  const next = randomBytes(32).toString('base64')
  await hub.stop()
  await expect(hub.start({ DATAHUB_SECRET_KEY: next })).rejects.toMatchObject({ code: 'hub.key_wrong' })
  await hub.start({ DATAHUB_SECRET_KEY: next, DATAHUB_SECRET_KEY_OLD: `${randomBytes(32).toString('base64')}, ${old}` })
  expect(await opens('acme 7')).toBe(true)
  expect((await rotate())[0]).toEqual({ id: idOf(next), use: 'seals', secrets: 232 })
  const again = await hub.request('POST', '/keys/rotate', {})
  expect([again.status, again.body.errors[0].field]).toEqual([422, 'DATAHUB_SECRET_KEY'])
  await hub.stop()
  await hub.start({ DATAHUB_SECRET_KEY: next })
  expect(await opens('acme 7')).toBe(true)
  expect((await readdir(hub.dataDir)).filter((name) => name.startsWith('secret.key.old'))).toEqual([])
})

test('R34: an old key that is taken away too early is missed at the start, unless it is given up', async () => {
  const next = randomBytes(32).toString('base64')
  const old = (await keyFile()).trim()
  await hub.stop()
  await hub.start({ DATAHUB_SECRET_KEY: next, DATAHUB_SECRET_KEY_OLD: old })
  await hub.sql('update hub set key_canary = null')
  await hub.stop()
  await expect(hub.start({ DATAHUB_SECRET_KEY: next })).rejects.toMatchObject({
    code: 'hub.key_wrong',
    hint: expect.stringMatching(/^232 stored secrets .*DATAHUB_SECRET_KEY_OLD/) as string,
  })
  await hub.start({ DATAHUB_SECRET_KEY: next, DATAHUB_KEY_LOST: 'true' })
  await hub.stop()
  await hub.start({ DATAHUB_SECRET_KEY: next })
  expect((await show()).map(({ use, secrets }) => [use, secrets])).toEqual([
    ['seals', 0],
    ['missing', 232],
  ])
})

/** Whether its secret opens: an edit that leaves it out has to read it. */
async function opens(destination: string): Promise<boolean> {
  const path = `/destinations/${encodeURIComponent(destination)}`
  const { accessKeyId, bucket, kind, name, region } = await hub.ask('GET', path)
  const { status, body } = await hub.request('PUT', path, { accessKeyId, bucket, kind, name, region })
  expect([200, 500]).toContain(status)
  if (status === 500) expect(body.code).toBe('hub.secret_unreadable')
  return status === 200
}

function idOf(key: string): string {
  return createHash('sha256').update(Buffer.from(key.trim(), 'base64')).digest('hex').slice(0, 8)
}
