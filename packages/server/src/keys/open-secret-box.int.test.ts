import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createDatabase, type TestDatabase } from '../../../../test/parts/database.ts'
import { migrate, openDatabase, type Database } from '../db/database.ts'
import { openSecretBox } from './open-secret-box.ts'

let database: TestDatabase
let db: Database
let dataDir: string
const fresh = () => mkdtemp(join(tmpdir(), 'datahub-key-'))
const open = (changes: Partial<Parameters<typeof openSecretBox>[1]> = {}) =>
  openSecretBox(db, { dataDir, secretKey: undefined, oldSecretKeys: [], keyLost: false, ...changes })
const wrong = { code: 'hub.key_wrong', hint: expect.stringContaining('DATAHUB_KEY_LOST=true') as string }

beforeEach(async () => {
  database = await createDatabase()
  db = openDatabase(database.url, 4, () => undefined)
  await migrate(db)
  dataDir = await fresh()
})

afterEach(async () => {
  await db.destroy()
  await database[Symbol.asyncDispose]()
  await rm(dataDir, { recursive: true })
})

test('R34: the first start makes a key; every later one opens what it sealed', async () => {
  const sealed = (await open()).seal('secret', 'here')
  expect((await open()).open(sealed, 'here')).toBe('secret')
  const key = Buffer.from(await readFile(join(dataDir, 'secret.key'), 'utf8'), 'base64')
  expect((await open({ secretKey: key })).open(sealed, 'here')).toBe('secret')
})

test('R34: another key is refused at the start, from a file as from the environment', async () => {
  await open()
  await expect(open({ secretKey: randomBytes(32) })).rejects.toMatchObject(wrong)
  await writeFile(join(dataDir, 'secret.key'), randomBytes(32).toString('base64'))
  await expect(open()).rejects.toMatchObject(wrong)
})

test('R34: a key file that is gone is not made anew over secrets that it sealed', async () => {
  await open()
  await rm(join(dataDir, 'secret.key'))
  await expect(open()).rejects.toMatchObject(wrong)
  expect(existsSync(join(dataDir, 'secret.key'))).toBe(false)
})

test('a key that is lost is given up by the operator only, once', async () => {
  const sealed = (await open()).seal('secret', 'here')
  await rm(join(dataDir, 'secret.key'))
  const box = await open({ keyLost: true })
  expect(() => box.open(sealed, 'here')).toThrow(expect.objectContaining({ code: 'hub.secret_unreadable' }) as Error)
  const anew = box.seal('entered again', 'here')
  expect((await open()).open(anew, 'here')).toBe('entered again')
})

test('of processes that start at once with keys of their own on one database, one starts', async () => {
  const folders = await Promise.all([1, 2, 3].map(fresh))
  const outcomes = await Promise.allSettled(folders.map((folder) => open({ dataDir: folder })))
  await Promise.all(folders.map((folder) => rm(folder, { recursive: true })))
  expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected', 'rejected'])
})
