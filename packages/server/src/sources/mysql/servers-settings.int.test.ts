import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { rangeOfDays } from '@datahub/core/execution/data-range'
import driver from 'mysql2/promise'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { startMariaDb, type MariaDb } from '../../../../../test/parts/mariadb.ts'
import { openEgress } from '../../foundation/egress.ts'
import { readReport } from '../read-report.ts'
import { mysql } from './index.ts'
import { refreshTokensInMemory } from '../../testing/refresh-tokens-in-memory.ts'

/** A MariaDB of its own: what is set for all its connections would cut off those of other tests. */

const never = new AbortController().signal
const range = rangeOfDays('2024-01-01', '2024-01-31', 'UTC')

let folder: string
let database: MariaDb
let owner: driver.Connection

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'datahub-mysql-settings-'))
  chmodSync(folder, 0o755)
  database = await startMariaDb(join(folder, 'mariadb'))
  owner = await driver.createConnection({
    uri: database.part.url.replace('mariadb:', 'mysql:'),
    multipleStatements: true,
  })
  await owner.query('create database shop')
}, 60_000)

afterEach(async () => {
  await owner.query(`set global net_write_timeout = default, global max_statement_time = default,
    global wait_timeout = default, global time_zone = 'SYSTEM', global sql_mode = default`)
})

afterAll(async () => {
  await owner?.end()
  await database?.stop()
  rmSync(folder, { recursive: true, force: true })
})

function open(report: object) {
  const { hostname: host, port, username: user } = new URL(database.part.url)
  const connection = mysql.connectionSchema.parse({ host, port: Number(port), database: 'shop', user })
  return mysql.open(connection, [mysql.reportSchema.parse(report)], {
    egress: openEgress([], 'source'),
    folders: [],
    temporaryDir: '/nonexistent',
    refreshTokens: refreshTokensInMemory(),
  })
}

const NASTY = `
  use shop;
  set time_zone = '+00:00', sql_mode = '';
  create table nasty (
    id int, \`a "b"\` text, at timestamp(6) null, wall datetime(6), day date, latin varchar(20) character set latin1
  );
  insert into nasty values
    (1, 'back\\\\slash "quote"', '2024-01-02 03:04:05.123456', '2024-01-02 03:04:05', '2024-02-29', 'ü'),
    (2, '', '2024-06-30 23:59:59', null, null, null)`

test('values are the same whatever the zone and the mode of the server', async () => {
  await owner.query(NASTY)
  const nasty = { table: 'nasty', from: 'nasty' }
  const before = await readReport(open(nasty), 'nasty', range)
  expect(before.text).toContain('03:04:05.123456')
  await owner.query(`set global time_zone = '+05:45', global sql_mode = 'ANSI,PIPES_AS_CONCAT,NO_BACKSLASH_ESCAPES'`)
  const after = await readReport(open(nasty), 'nasty', range)
  expect(after.text).toBe(before.text)
})

test('R30: a slow receiver is not cut off by timeouts of the database', { timeout: 60_000 }, async () => {
  await owner.query('set global net_write_timeout = 1, global max_statement_time = 1, global wait_timeout = 1')
  const source = open({ table: 'wide', query: `select seq, repeat('x', 1000) as text from seq_1_to_40000` })
  const dispatched = await source.dispatch({ requestId: 'r30', range, tables: ['wide'] }, never)
  await sleep(1_500)
  const { chunks, rowsSent } = await source.read(dispatched, 'wide', never)
  let taken = 0
  for await (const _ of chunks) if (taken++ === 20) await sleep(2_500)
  expect(rowsSent()).toBe(40_000)
  await dispatched.close()
})
