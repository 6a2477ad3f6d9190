import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { expect, test } from 'vitest'
import { COMPILED, compileWasm } from './compile-wasm.ts'

const root = resolve(import.meta.dirname, '..')

test('the compressor that is committed is what its source gives', { timeout: 120_000 }, async () => {
  const committed = await readFile(resolve(root, COMPILED))
  expect(Buffer.from(await compileWasm(root)).equals(committed), 'mend with: npm run build:wasm').toBe(true)
})
