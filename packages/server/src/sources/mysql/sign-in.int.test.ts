import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { rangeOfDays } from '@datahub/core/execution/data-range'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { requirePart } from '../../../../../test/parts/endpoints.ts'
import { openEgress } from '../../foundation/egress.ts'
import { MysqlDoorkeeper } from '../../testing/mysql-doorkeeper.ts'
import { refreshTokensInMemory } from '../../testing/refresh-tokens-in-memory.ts'
import { readReport } from '../read-report.ts'
import { mysql } from './index.ts'

/** How MySQL 8 signs users in, which MariaDB does not: with `caching_sha2_password`. */

const PASSWORD = 'a long pässword, "quoted"'
const range = rangeOfDays('2024-01-01', '2024-01-31', 'UTC')
const { hostname: host, port } = new URL(requirePart('mariadb').url)

let tls: { key: string; cert: string }

beforeAll(() => {
  const folder = mkdtempSync(join(tmpdir(), 'datahub-mysql-sign-in-'))
  const [key, cert] = [join(folder, 'server.key'), join(folder, 'server.pem')]
  const subject = ['-subj', '/CN=localhost', '-days', '1', '-nodes']
  execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', ...subject, '-keyout', key, '-out', cert], {
    stdio: 'ignore',
  })
  tls = { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') }
  rmSync(folder, { recursive: true })
})

let doorkeeper: MysqlDoorkeeper | undefined

afterAll(() => doorkeeper?.[Symbol.asyncDispose]())

async function signIn(tlsMode: string, remembers: boolean, password = PASSWORD) {
  await doorkeeper?.[Symbol.asyncDispose]()
  doorkeeper = await MysqlDoorkeeper.start({
    backend: { host, port: Number(port) },
    password: PASSWORD,
    remembers,
    ...(tlsMode === 'off' ? {} : { tls }),
  })
  const connection = {
    host: '127.0.0.1',
    port: doorkeeper.port,
    database: 'mysql',
    user: 'reader',
    password,
    tls: tlsMode,
  }
  const source = mysql.open(
    mysql.connectionSchema.parse(connection),
    [mysql.reportSchema.parse({ table: 'one', query: "select 1 as one, repeat('x', 100000) as text" })],
    {
      egress: openEgress(['127.0.0.1'], 'source'),
      folders: [],
      temporaryDir: '/nonexistent',
      refreshTokens: refreshTokensInMemory(),
    },
  )
  return readReport(source, 'one', range)
}

test.each([
  ['off', true, 'by token'],
  ['off', false, 'by the password, encrypted'],
  ['require', true, 'by token'],
  ['require', false, 'by the password over TLS'],
] as const)('tls: %s, a server that remembers the user (%s) lets it in %s, and rows come', async (mode, knows, how) => {
  const { text, rowsSent } = await signIn(mode, knows)
  expect(text).toBe(`one,text\n1,${'x'.repeat(100_000)}\n`)
  expect(rowsSent).toBe(1)
  expect(new Set(doorkeeper?.admitted)).toEqual(new Set([how]))
  expect(Buffer.concat(doorkeeper?.heard ?? []).toString()).not.toContain('pässword')
})

test.each([
  ['off', true],
  ['off', false],
  ['require', false],
])('tls: %s, a server that remembers the user (%s) does not take another password', async (mode, knows) => {
  const error = await signIn(mode, knows, 'another').catch((thrown: unknown) => thrown)
  expect(error).toMatchObject({ code: 'source.access_denied' })
  expect(JSON.stringify(error)).not.toContain('another')
})
