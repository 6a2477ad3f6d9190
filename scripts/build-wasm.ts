/** `npm run build:wasm`: compiles the compressor of packages/server/wasm, whose result is committed. */
import { writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { compileWasm, COMPILED } from './compile-wasm.ts'

const root = resolve(import.meta.dirname, '..')
const binary = await compileWasm(root)
await writeFile(resolve(root, COMPILED), binary)
process.stdout.write(`${COMPILED}: ${binary.length} bytes.\n`)
