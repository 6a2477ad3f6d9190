import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { createSecretBox } from './secret-box.ts'

const box = createSecretBox({ sealing: Buffer.alloc(32, 7), old: [] })

test('opens what it sealed, in its place', () => {
  for (const plain of ['', 'secret', '密钥🔑', 'x'.repeat(5000)])
    expect(box.open(box.seal(plain, 'a/1/key'), 'a/1/key')).toBe(plain)
})

test('the same secret never seals to the same text, and the text does not hold it', () => {
  expect(box.seal('hunter2', 'a/1/key')).not.toBe(box.seal('hunter2', 'a/1/key'))
  expect(Buffer.from(box.seal('hunter2', 'a/1/key').split('.')[2] ?? '', 'base64url').toString('latin1')).not.toContain(
    'hunter2',
  )
})

test('R34: moved to another row or field, altered, or under another key it does not open', () => {
  const sealed = box.seal('secret', 'destination/1/secretAccessKey')
  const other = createSecretBox({ sealing: randomBytes(32), old: [] })
  expect(() => box.open(sealed, 'destination/2/secretAccessKey')).toThrow(/cannot be opened/)
  expect(() => box.open(sealed, 'destination/1/password')).toThrow(/cannot be opened/)
  expect(() => other.open(sealed, 'destination/1/secretAccessKey')).toThrow(/cannot be opened/)
  const [version, key, text = ''] = sealed.split('.')
  const bytes = Buffer.from(text, 'base64url')
  for (let at = 0; at < bytes.length; at += 1) {
    const altered = Buffer.from(bytes)
    altered[at] = (altered[at] ?? 0) ^ 1
    expect(() =>
      box.open([version, key, altered.toString('base64url')].join('.'), 'destination/1/secretAccessKey'),
    ).toThrow(/cannot be opened/)
  }
})
