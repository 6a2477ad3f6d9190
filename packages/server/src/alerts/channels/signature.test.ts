import { execFileSync } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { Webhook } from 'standardwebhooks'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { makeSecret, problemOfSecret, signatureHeaders } from './signature.ts'

const secret = makeSecret()
const other = makeSecret()
const body = '{"type":"alert.raised","data":{"title":"投递失败"}}'
const headers = signatureHeaders('0b8f', new Date(), body, [other, secret])

let guide: string
let folder: string

beforeAll(async () => {
  guide = await readFile(resolve(import.meta.dirname, '../../../../../docs/090-alerts.md'), 'utf8')
  folder = await mkdtemp(join(tmpdir(), 'datahub-signature-'))
})

afterAll(() => rm(folder, { recursive: true }))

const snippet = (language: string) => new RegExp(`\`\`\`${language}\n([^]*?)\`\`\``).exec(guide)?.[1] ?? ''

/** Who is right, and three who are not: another body, another id, another secret. */
const cases = [
  [headers, body, secret],
  [headers, body.replace('raised', 'recovered'), secret],
  [{ ...headers, 'webhook-id': '0b90' }, body, secret],
  [headers, body, makeSecret()],
  [signatureHeaders('0b8f', new Date(Date.now() - 600_000), body, [secret]), body, secret],
] as const

test("the scheme's own library accepts a message by the old and by the new secret", () => {
  for (const known of [secret, other]) expect(new Webhook(known).verify(body, headers)).toEqual(JSON.parse(body))
})

test('the guide checks a signature in Node', async () => {
  const file = join(folder, 'verify.mjs')
  await writeFile(file, snippet('js'))
  const { isFromDataHub } = (await import(/* @vite-ignore */ file)) as {
    isFromDataHub: (headers: object, body: string, secret: string) => boolean
  }
  expect(cases.map(([given, text, known]) => isFromDataHub(given, text, known))).toEqual([
    true,
    false,
    false,
    false,
    false,
  ])
})

test('the guide checks a signature in Python', async () => {
  const file = join(folder, 'verify.py')
  const call = 'print(*[is_from_data_hub(h, b.encode(), s) for h, b, s in json.load(sys.stdin)])'
  await writeFile(file, `import json, sys\n${snippet('python')}\n${call}\n`)
  const said = execFileSync('python3', [file], { input: JSON.stringify(cases), encoding: 'utf8' })
  expect(said.trim()).toBe('True False False False False')
})

test('a secret that somebody has chosen is whsec_ and 24 to 64 bytes', () => {
  expect([problemOfSecret(makeSecret()), problemOfSecret(`whsec_${Buffer.alloc(24).toString('base64')}`)]).toEqual([
    undefined,
    undefined,
  ])
  for (const wrong of ['', 'hunter2', 'whsec_', `whsec_${Buffer.alloc(23).toString('base64')}`])
    expect(problemOfSecret(wrong)).toContain('24 to 64 bytes')
})
