import { execFileSync } from 'node:child_process'
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { rangeOfDays } from '@datahub/core/execution/data-range'
import mysql2 from 'mysql2/promise'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { startMariaDb, type MariaDb } from '../../../../../test/parts/mariadb.ts'
import { openEgress } from '../../foundation/egress.ts'
import { readReport } from '../read-report.ts'
import { mysql } from './index.ts'
import { refreshTokensInMemory } from '../../testing/refresh-tokens-in-memory.ts'

/** A MariaDB that speaks TLS, with certificates of authorities that the hub knows or does not know. */

const usualAuthorities = getCACertificates('default')
const range = rangeOfDays('2024-01-01', '2024-01-31', 'UTC')

let folder: string
let database: MariaDb
let owner: mysql2.Connection

/** A certificate that is its own authority, for this host, where the server looks for its own. */
function certify(host: string, name = 'server'): string {
  const [key, cert] = [join(folder, `${name}.key`), join(folder, `${name}.pem`)]
  const subject = ['-subj', `/CN=${host}`, '-addext', `subjectAltName=DNS:${host}`, '-days', '1', '-nodes']
  const options = ['req', '-x509', '-newkey', 'rsa:2048', ...subject, '-keyout', key, '-out', cert]
  execFileSync('openssl', options, { stdio: 'ignore' })
  chmodSync(key, 0o644)
  return readFileSync(cert, 'utf8')
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'datahub-mysql-tls-'))
  chmodSync(folder, 0o755)
  certify('localhost')
  const files = { 'ssl-cert': join(folder, 'server.pem'), 'ssl-key': join(folder, 'server.key') }
  database = await startMariaDb(join(folder, 'mariadb'), files)
  owner = await mysql2.createConnection(database.part.url.replace('mariadb:', 'mysql:'))
  await owner.query('create database shop')
})

afterEach(() => setDefaultCACertificates(usualAuthorities))

afterAll(async () => {
  await owner?.end()
  await database?.stop()
  rmSync(folder, { recursive: true, force: true })
})

function open(tls: string, host = 'localhost') {
  const { port, username } = new URL(database.part.url)
  const connection = { host, port: Number(port), database: 'shop', user: username, tls }
  const query =
    "select variable_value as cipher from information_schema.session_status where variable_name = 'Ssl_cipher'"
  return mysql.open(mysql.connectionSchema.parse(connection), [mysql.reportSchema.parse({ table: 'cipher', query })], {
    egress: openEgress([], 'source'),
    folders: [],
    temporaryDir: '/nonexistent',
    refreshTokens: refreshTokensInMemory(),
  })
}

const cipherBy = async (tls: string, host?: string) => (await readReport(open(tls, host), 'cipher', range)).text

async function signIn(tls: string) {
  for await (const step of open(tls).check(new AbortController().signal)) if (step.name === 'sign_in') return step
  return undefined
}

test('tls: require encrypts, whosever the certificate is; off does not', async () => {
  expect(await cipherBy('require')).toMatch(/^cipher\n\S+_\S+\n$/)
  expect(await cipherBy('off')).toBe('cipher\n""\n')
})

test('tls: verify refuses a certificate of an authority that it does not know, and tells what to do', async () => {
  const other = certify('localhost', 'other')
  setDefaultCACertificates([...usualAuthorities, other])
  expect(await signIn('verify')).toMatchObject({
    verdict: 'failed',
    remedy: expect.stringMatching(/certificate is not trusted: set NODE_EXTRA_CA_CERTS/),
  })
})

test('tls: verify takes a certificate of an authority that it knows, for this host', async () => {
  setDefaultCACertificates([...usualAuthorities, readFileSync(join(folder, 'server.pem'), 'utf8')])
  expect(await cipherBy('verify')).toMatch(/^cipher\n\S+_\S+\n$/)
})

test('tls: verify refuses a good certificate that is for another host', async () => {
  setDefaultCACertificates([...usualAuthorities, certify('db.example.com')])
  await owner.query('flush ssl')
  expect(await signIn('verify')).toMatchObject({
    verdict: 'failed',
    remedy: expect.stringMatching(/certificate is not trusted/),
  })
  expect(await signIn('require')).toMatchObject({ verdict: 'passed' })
})
