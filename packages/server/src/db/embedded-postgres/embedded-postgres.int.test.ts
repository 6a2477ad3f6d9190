import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { startEmbeddedPostgres } from './embedded-postgres.ts'

let dir: string

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'datahub-embedded-'))
})

afterEach(async () => {
  await rm(dir, { recursive: true, force: true })
})

async function ask(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query({ text: sql, rowMode: 'array' })).rows.flat()
  } finally {
    await client.end()
  }
}

test('keeps what was committed over a stop, and opens no port', async () => {
  const first = await startEmbeddedPostgres(join(dir, 'hub'))
  await ask(first.url, 'create table kept as select 42 as answer')
  expect(await ask(first.url, 'show listen_addresses')).toEqual([''])
  await first.stop()
  const second = await startEmbeddedPostgres(join(dir, 'hub'))
  try {
    expect(second.adopted).toBe(false)
    expect(await ask(second.url, 'select answer from kept')).toEqual([42])
  } finally {
    await second.stop()
  }
}, 60_000)

test('adopts a server that outlived its hub instead of starting a second one', async () => {
  const first = await startEmbeddedPostgres(join(dir, 'hub'))
  const second = await startEmbeddedPostgres(join(dir, 'hub'))
  expect([first.adopted, second.adopted]).toEqual([false, true])
  await second.stop()
}, 60_000)

test('starts again after its server was killed with -9', async () => {
  const first = await startEmbeddedPostgres(join(dir, 'hub'))
  await ask(first.url, 'create table kept as select 7 as answer')
  const [pid] = await ask(first.url, `select split_part(pg_read_file('postmaster.pid'), E'\\n', 1)::int`)
  process.kill(pid as number, 'SIGKILL')
  const second = await startEmbeddedPostgres(join(dir, 'hub'))
  try {
    expect(await ask(second.url, 'select answer from kept')).toEqual([7])
  } finally {
    await second.stop()
  }
}, 60_000)

test('works in a folder that only its owner may enter, whose path is longer than a socket may have', async () => {
  const closed = join(dir, 'closed')
  const deep = join(closed, 'a'.repeat(60), 'b'.repeat(60))
  const { mkdir } = await import('node:fs/promises')
  await mkdir(deep, { recursive: true, mode: 0o700 })
  expect((await stat(dir)).mode & 0o077).toBe(0)
  const server = await startEmbeddedPostgres(join(deep, 'hub'))
  try {
    expect(await ask(server.url, 'select 1')).toEqual([1])
  } finally {
    await server.stop()
  }
}, 60_000)
